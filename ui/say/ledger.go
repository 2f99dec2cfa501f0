package say

// Act says what an event of a ledger (consent, saved_number, platform, identity, review) was, or what state it left. The codes are those
// of store.ConsentType, store.Consent, store.Grade and the platform's ledger; an unknown one stands for itself.
func (p *Printer) Act(ledger, code string) string {
	switch ledger {
	case "saved_number":
		return p.saved(code)
	case "platform":
		return p.platform(code)
	case "identity":
		return p.identity(code)
	case "review":
		return p.review(code)
	}
	switch code {
	case "none":
		return p.T("not asked")
	case "asked":
		return p.T("asked")
	case "given":
		return p.T("agreed")
	case "confirmed":
		return p.T("agreed in writing")
	case "refused":
		return p.T("said no")
	case "withdrawn":
		return p.T("withdrew")
	case "expired":
		return p.T("expired")
	case "voided":
		return p.T("taken back: recorded by mistake")
	case "erased":
		return p.T("erased")
	}
	return code
}

func (p *Printer) saved(grade string) string {
	switch grade {
	case "unknown":
		return p.T("number not saved")
	case "told":
		return p.T("told to save the number")
	case "says_saved":
		return p.T("says the number is saved")
	case "seen_by_staff":
		return p.T("saved number seen")
	case "self_written":
		return p.T("wrote that it is saved")
	case "invalid":
		return p.T("saved an old number")
	}
	return grade
}

func (p *Printer) platform(code string) string {
	switch code {
	case "stopped":
		return p.T("stopped offers in WhatsApp")
	case "resumed":
		return p.T("wants offers in WhatsApp again")
	case "unreachable":
		return p.T("not reached, rests")
	case "reachable":
		return p.T("reached again")
	}
	return code
}

func (p *Printer) identity(code string) string {
	switch code {
	case "linked":
		return p.T("number and WhatsApp id belong together")
	case "number_changed":
		return p.T("has a new number")
	case "user_id_changed":
		return p.T("has a new WhatsApp id")
	case "merged":
		return p.T("joined with another entry")
	case "unmerged":
		return p.T("parted from another entry again")
	}
	return code
}

// Register warns of numbers in Turkey (phone.SignedIn).
func (p *Printer) Register() string {
	return p.T("Turkey: every consent has to be entered in the national register (İYS) as well, and on paper it needs a signature.")
}

// InTurkey says how many numbers that is about; "" for none.
func (p *Printer) InTurkey(numbers int) string {
	if numbers == 0 {
		return ""
	}
	return p.T("%d numbers are in Turkey.", numbers) + " " + p.Register()
}

// Likeness says why two contacts seem to be one person (store.Likeness).
func (p *Printer) Likeness(code string) string {
	switch code {
	case "id":
		return p.T("one WhatsApp id")
	case "spelling":
		return p.T("two spellings of one number")
	case "row":
		return p.T("one row of a file named both")
	}
	return code
}

func (p *Printer) review(code string) string {
	switch code {
	case "opened":
		return p.T("wrote something that somebody has to read")
	case "withdraw":
		return p.T("read: wants no more")
	case "not_a_refusal":
		return p.T("read: not a no")
	case "moved":
		return p.T("goes on under another entry")
	}
	return code
}

// Method says how a yes or a no was taken (store.Method); "" for none.
func (p *Printer) Method(code string) string {
	switch code {
	case "counter_screen":
		return p.T("read the words on our screen")
	case "spoken":
		return p.T("heard the words read aloud")
	case "paper":
		return p.T("signed a card")
	case "qr_inbound":
		return p.T("sent the word of our QR code")
	case "inbound":
		return p.T("wrote it in WhatsApp")
	case "web":
		return p.T("filled in the form on our page")
	}
	return code
}
