package say

// Fault says what is wrong in a template that is not handed in yet (store.FaultCodes). detail comes from outside:
// make it harmless before.
func (p *Printer) Fault(code, detail string, limit int) string {
	for _, say := range []func(string, string, int) string{p.textFault, p.placeFault, p.buttonFault} {
		if words := say(code, detail, limit); words != "" {
			return words
		}
	}
	return code
}

func (p *Printer) textFault(code, detail string, limit int) string {
	switch code {
	case "name":
		return p.T("The name “%s” may hold a to z, 0 to 9 and _ only.", detail)
	case "language":
		return p.T("The language is missing.")
	case "category":
		return p.T("The category “%s” is none of Meta's: MARKETING, UTILITY, AUTHENTICATION.", detail)
	case "same_name_twice":
		return p.T("It is in the file twice in this language (%s).", detail)
	case "no_body":
		return p.T("It says nothing: the body is missing.")
	case "twice":
		return p.T("This part is there more than once.")
	case "unknown_part":
		return p.T("There is no such part: %s.", detail)
	case "too_long":
		return p.T("It has %s characters; Meta takes %d.", detail, limit)
	case "header_format":
		return p.T("There is no such kind of header: “%s”.", detail)
	case "header_markup":
		return p.T("A header takes no line breaks, no emoji and no asterisks.")
	case "no_way_out":
		return p.T("It shows no way to stop. Add a button such as “STOP”, or a line such as “Write STOP to leave”.")
	case "no_name":
		return p.T("It does not say who writes: name the shop, %s.", detail)
	case "cannot_be_sent":
		return p.T("Meta may take it, but Pregón cannot send it (%s).", detail)
	}
	return ""
}

func (p *Printer) placeFault(code, detail string, limit int) string {
	switch code {
	case "places":
		return p.T("It has too many places to fill in; Meta takes %d here.", limit)
	case "place_name":
		return p.T("%s is no place: write a number, or a name of a to z, 0 to 9 and _.", detail)
	case "place_order":
		return p.T("The places are counted from 1 without a gap: %s is missing.", detail)
	case "places_mixed":
		return p.T("Places have numbers or names, not both.")
	case "place_at_end":
		return p.T("It begins or ends with a place; put words before and after it.")
	case "places_touch":
		return p.T("Two places touch; put words between them.")
	case "few_words":
		return p.T("For %s places it has too few words of its own; write at least %d.", detail, limit)
	case "no_example":
		return p.T("An example is missing; Meta wants one for every place and picture.")
	}
	return ""
}

func (p *Printer) buttonFault(code, detail string, limit int) string {
	switch code {
	case "many_buttons":
		if detail != "" {
			return p.T("There are too many buttons of the kind %s; Meta takes %d.", detail, limit)
		}
		return p.T("There are too many buttons; Meta takes %d.", limit)
	case "button_type":
		return p.T("There is no such kind of button: “%s”.", detail)
	case "no_label":
		return p.T("A button has no words (%s).", detail)
	case "button_order":
		return p.T("Quick replies must stand together, before or after the other buttons.")
	case "url":
		return p.T("“%s” is no address a button takes: it begins with https:// and has one place at most, at its end.", detail)
	case "own_link":
		return p.T("A button may not lead to WhatsApp itself: “%s”.", detail)
	case "phone":
		return p.T("“%s” is no number to call; write it with its calling code.", detail)
	}
	return ""
}

// TemplateRefused says why Meta does not take a new template, by the code and the subcode of its answer; "" where they
// say something else.
func (p *Printer) TemplateRefused(code, subcode int) string {
	switch subcode {
	case 2388023:
		return p.T("one of this name and language is just being deleted; wait, or give it another name.")
	case 2388024:
		return p.T("there is one of this name in this language already.")
	case 2388012, 2388019:
		return p.T("the account has as many templates as it may have.")
	case 2388040:
		return p.T("one of its texts is too long.")
	case 2388047:
		return p.T("its header is not as it should be.")
	case 2388072:
		return p.T("its body is not as it should be.")
	case 2388073:
		return p.T("its footer is not as it should be.")
	case 2388293:
		return p.T("it has too many places for so few words.")
	case 2388299:
		return p.T("it begins or ends with a place.")
	}
	switch code {
	case 100:
		return p.T("something in it is not as it should be.")
	case 80007, 80008:
		return p.T("a hundred templates an hour are the most; wait an hour.")
	}
	return ""
}
