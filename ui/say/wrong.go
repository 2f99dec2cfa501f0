package say

import "strings"

// Trouble says what an error of the shop file (store.Code) means at a screen: what happened, and what is lost. An
// unknown one is "".
func (p *Printer) Trouble(code string) string {
	switch code {
	case "not_found":
		return p.T("This contact is no longer there.")
	case "erased":
		return p.T("This contact was erased and takes no more entries.")
	case "key_missing":
		return p.T("Not saved: the key beside the shop file is missing. Bring it back from a copy.")
	case "disk_full":
		return p.T("Not saved: the disk is full. Nothing else was lost.")
	case "read_only":
		return p.T("Not saved: the shop file cannot be written. Nothing was lost.")
	case "busy":
		return p.T("Not saved: another program holds the shop file. Try again.")
	}
	return p.fileTrouble(code)
}

// BrokenRestore says which file is there after a restore that was broken off (store.BrokenRestore); "" where none was.
func (p *Printer) BrokenRestore(end string) string {
	switch end {
	case "before":
		return p.T("A backup was being put back and was broken off. The shop file is the one that was there before; nothing was lost. Put the backup back again: %s", "pregon restore FILE")
	case "after":
		return p.T("A backup was being put back and was broken off after it was in its place. The shop file is the one from the backup, whole. Look at what went out since, then accept it: %s", "pregon restore")
	}
	return ""
}

// WrongNumber says what is wrong with a phone number (phone.Code).
func (p *Printer) WrongNumber(code string) string {
	switch code {
	case "empty":
		return p.T("The number is missing.")
	case "too_short":
		return p.T("Digits are missing.")
	case "too_long":
		return p.T("There are too many digits.")
	case "needs_country":
		return p.T("Begin with the country, such as +34.")
	case "calling_code":
		return p.T("No country begins like this.")
	case "several":
		return p.T("These are several numbers.")
	case "exponent":
		return p.T("A spreadsheet spoiled this number: its last digits are lost.")
	}
	return p.T("There is no such number.")
}

// WrongSearch says what is wrong in the audience language (audience.Code), and what would be allowed there.
func (p *Printer) WrongSearch(code string, want []string) string {
	text := p.T("This cannot be read as a search.")
	switch code {
	case "unknown_key":
		text = p.T("The word before the colon is not known.")
	case "missing_value":
		text = p.T("Something must follow here.")
	case "bad_value":
		text = p.T("This does not fit here.")
	case "bad_age":
		text = p.T("This is no time: write <30d or >90d.")
	case "missing_term":
		text = p.T("Something is missing here.")
	case "open_quote":
		text = p.T("A quotation mark is not closed.")
	case "after_quote":
		text = p.T("A blank is missing after the quotation mark.")
	case "open_parenthesis", "extra_parenthesis":
		text = p.T("A parenthesis has no partner.")
	case "no_audience":
		text = p.T("No audience is saved under this name.")
	case "nested":
		text = p.T("A saved audience cannot name another saved one.")
	case "too_long", "too_deep":
		text = p.T("This is too long or too deep")
	}
	if len(want) > 0 {
		text += " " + p.T("Possible: %s", strings.Join(want, " "))
	}
	return text
}

// Refused says what a reason of *store.InvalidError means at a field.
func (p *Printer) Refused(reason string) string {
	switch reason {
	case "empty":
		return p.T("This must not be empty.")
	case "too_long":
		return p.T("This is too long.")
	}
	return p.T("This cannot be used here.")
}

// Protected warns of a tag that seems to name what the law protects more than other data; kind is a store.Sensitive,
// of which "" needs no warning. The tag is safe to draw.
func (p *Printer) Protected(kind, tag string) string {
	switch kind {
	case "":
		return ""
	case "health":
		return p.T("“%s” seems to tell of somebody's health.", tag) + " " + p.article9()
	case "religion":
		return p.T("“%s” seems to tell what somebody believes.", tag) + " " + p.article9()
	case "union":
		return p.T("“%s” seems to tell of a trade union.", tag) + " " + p.article9()
	case "politics":
		return p.T("“%s” seems to tell of politics.", tag) + " " + p.article9()
	}
	return p.T("“%s” seems to tell whom somebody loves.", tag) + " " + p.article9()
}

func (p *Printer) article9() string {
	return p.T("The law protects that (GDPR, article 9): keep it only with her written yes.")
}
