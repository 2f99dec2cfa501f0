package say

// Reject says why a row of a file is not taken, by the store's code; "" for a code without words.
func (p *Printer) Reject(reason string) string {
	switch reason {
	case "invalid_number":
		return p.T("not a phone number:")
	case "no_number":
		return p.T("no phone number")
	case "needs_country":
		return p.T("the country of the number is not known:")
	case "several_numbers":
		return p.T("more than one number:")
	case "spoiled_number":
		return p.T("a spreadsheet spoiled the number:")
	case "unfinished_card":
		return p.T("the card has no end")
	case "bad_quotes":
		return p.T("the quotes are in disorder")
	case "too_many_cells":
		return p.T("more cells than the header has")
	case "cell_too_long":
		return p.T("a cell is too long")
	case "name_too_long":
		return p.T("the name is too long:")
	}
	return ""
}

// Sign says what makes a file look bought, by the code of the sign; "" for one without words.
func (p *Printer) Sign(sign string) string {
	switch sign {
	case "no_names":
		return p.T("hardly anybody has a name")
	case "consecutive":
		return p.T("the numbers follow one another")
	case "foreign":
		return p.T("most numbers are of other countries")
	case "many_unknown":
		return p.T("very many people at once whom the shop does not know")
	}
	return ""
}

// FileTrouble says why a file of contacts cannot be read, by intake's code and the line it is about; "" for a code
// without words.
func (p *Printer) FileTrouble(code string, line int) string {
	switch code {
	case "empty_file":
		return p.T("The file is empty.")
	case "old_workbook", "workbook":
		return p.T("This workbook cannot be read. Save it as .xlsx or CSV and bring that.")
	case "format":
		return p.T("This kind of file is not read. CSV, Excel and cards of a phone (vCard) are.")
	case "quote":
		return p.T("A quote opens in line %d and never closes. Mend it and come back.", line)
	case "too_large":
		return p.T("Line %d is larger than a file of contacts has. Mend it and come back.", line)
	case "header", "mapping":
		return p.T("Nobody can tell which column holds the numbers. A column of WhatsApp's ids is enough.")
	}
	return ""
}

// Column says what a column of a file is taken for, by intake's role; "" for a role without words.
func (p *Printer) Column(role string) string {
	switch role {
	case "":
		return p.T("left out")
	case "phone":
		return p.T("Number")
	case "name":
		return p.T("Name")
	case "first_name", "middle_name":
		return p.T("First name")
	case "last_name":
		return p.T("Last name")
	case "other_name":
		return p.T("Name, if no other")
	case "language":
		return p.T("Language")
	case "tags":
		return p.T("Tags")
	case "country":
		return p.T("Country")
	case "claim":
		return p.T("Said yes, unproven")
	case "consent_at", "consent_method", "consent_notice", "consent_evidence":
		return p.T("Proof of her yes")
	case "saved_grade", "saved_at":
		return p.T("Saved number")
	case "user_id":
		return p.T("WhatsApp's id")
	case "label":
		return p.T("Kind of number")
	}
	return ""
}

// Format names the kind of a file of contacts, by intake's format.
func (p *Printer) Format(format string) string {
	switch format {
	case "google":
		return "Google"
	case "outlook":
		return "Outlook"
	case "vcard":
		return p.T("cards")
	case "xlsx":
		return "Excel"
	}
	return "CSV"
}
