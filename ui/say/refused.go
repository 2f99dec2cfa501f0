package say

// fileTrouble says what happened to the shop file (store.Code), and that nothing was lost by it.
func (p *Printer) fileTrouble(code string) string {
	switch code {
	case "not_set_up":
		return p.T("The shop is not set up yet. Nothing was changed.")
	case "foreign_file":
		return p.T("This file is not a Pregon shop file. It was not touched.")
	case "newer_schema":
		return p.T("A newer Pregon wrote this shop file. It was not touched.")
	case "damaged":
		return p.T("The shop file is damaged. Nothing was changed.")
	case "conflict":
		return p.T("That number is among the contacts already. Nothing was changed.")
	case "draft_changed":
		return p.T("Somebody changed this broadcast while it was starting. Nothing was sent.")
	case "lock_lost":
		return p.T("Another Pregon took over the sending. What was sent is recorded.")
	case "locked":
		return p.T("Another Pregon sends from this shop file already. Nothing was changed.")
	case "in_flight":
		return p.T("A message to this person may be on its way, so its line is still needed. It is blocked already.")
	case "not_emptied":
		return p.T("Another Pregon has the shop file open, so its traces are not gone yet. It is blocked already.")
	case "undone":
		return p.T("This import is taken back already. Nothing was changed.")
	case "half_undone":
		return p.T("The import is gone from every list, but for a rest that was not finished. The next start of Pregon finishes it; nothing else is needed.")
	case "other_shop":
		return p.T("The shop file belongs to another shop than the backup. Nothing was changed.")
	case "restored":
		return p.Blocker("restored")
	case "not_due":
		return p.T("Its time has not come. Nothing was sent.")
	case "no_template":
		return p.T("There is no template in the file. Nothing was handed in.")
	case "no_token":
		return p.T("There is no access token, so nothing could be asked of WhatsApp. Nothing was changed. F6 in the app takes one.")
	}
	return ""
}

// Invalid says what is wrong with a value (store.InvalidError): field is its name as the reader knows it.
func (p *Printer) Invalid(field, reason string) string {
	switch reason {
	case "empty":
		return p.T("%s is missing.", field)
	case "too_long":
		return p.T("%s is too long.", field)
	case "unknown":
		return p.T("%s is none of the values there are.", field)
	case "future":
		return p.T("%s lies in the future.", field)
	case "outside":
		return p.T("%s must lie between 08:00 and 21:00.", field)
	case "unknown_type":
		return p.T("%s is no picture (JPEG, PNG), video (MP4, 3GP) or document (PDF, Word, Excel, PowerPoint, text) that WhatsApp takes.", field)
	case "too_large":
		return p.T("%s is too large: pictures may have 5 MB, videos and documents 16 MB.", field)
	case "too_often":
		return p.T("%s is too often: nobody gets more than two broadcasts in seven days.", field)
	case "sending":
		return p.T("%s cannot be changed while a broadcast is being sent. Pause it first, or let it end.", field)
	case "taken":
		return p.T("%s is taken already.", field)
	case "same":
		return p.T("%s is the same.", field)
	case "needs_card":
		return p.T("%s is not enough in Turkey: it takes a card the customer signed (paper), or the customer's own message.", field)
	case "several":
		return p.T("%s is more than one.", field)
	case "shop_file":
		return p.T("That is the shop file itself.")
	}
	return p.T("%s cannot be used.", field)
}

// Moved says why something cannot become something else (store.MoveError): of is consent, broadcast or delivery.
func (p *Printer) Moved(of, from, to string, needsAct bool) string {
	switch {
	case needsAct:
		return p.T("This customer withdrew, and only an act of the customer's own can undo that.")
	case of == "merge" && from == "later":
		return p.T("A later merge stands on this one: take that one back first.")
	case of == "merge":
		return p.T("One of the two has another number by now, so nobody can tell them apart.")
	case of == "consent":
		return p.T("From “%s” consent cannot become “%s”.", p.Act(of, from), p.Act(of, to))
	case of == "delivery":
		return p.T("That is no longer unknown: %s.", p.Delivery(from))
	}
	return p.T("A broadcast that is “%s” cannot become “%s”.", p.Broadcast(from), p.Broadcast(to))
}

// Tally is a delivery's state in a word or two, to stand behind how many are in it.
func (p *Printer) Tally(state string) string {
	switch state {
	case "queued":
		return p.T("waiting")
	case "excluded":
		return p.T("left out")
	case "sending":
		return p.T("being sent")
	case "accepted":
		return p.T("accepted")
	case "sent":
		return p.T("sent")
	case "delivered":
		return p.T("delivered")
	case "read":
		return p.T("read")
	case "failed":
		return p.T("failed")
	case "unknown":
		return p.T("unknown")
	case "cancelled":
		return p.T("cancelled")
	}
	return state
}

// Slower says why the pace is lower than the number's (sender.Progress.Slower); "" where it is not.
func (p *Printer) Slower(reason string) string {
	switch reason {
	case "":
		return ""
	case "warm_up":
		return p.T("slowly at first: the number or the template is new")
	}
	return p.T("slower for a while: WhatsApp asked for it")
}
