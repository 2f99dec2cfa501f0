package intake

import (
	"slices"
	"strings"
)

// formatOf tells by its columns which program wrote a CSV file.
func formatOf(columns []Column) Format {
	outlook := 0
	for _, c := range columns {
		switch fold(c.Header) {
		case "phone1value", "groupmembership", "phoneticfirstname":
			return FormatGoogle
		case "businessphone", "homephone", "mobilephone", "primaryphone", "businessfax", "homefax",
			"emailaddress", "businessstreet", "homestreet", "otherstreet":
			outlook++
		}
	}
	const enough = 4
	if outlook >= enough {
		return FormatOutlook
	}
	return FormatCSV
}

// addressBook thins out the columns of Google and Outlook. An address book holds far
// more of a person than a shop needs: what is not in the short list is dropped on
// reading, spouses, children and identity numbers among it.
func addressBook(columns []Column) {
	for i, c := range columns {
		switch c.Role {
		case RoleField:
			key := kept(fold(c.Header))
			role := RoleField
			if key == "" {
				role = RoleIgnored
			}
			columns[i] = Column{Header: c.Header, Role: role, Key: key}
		case RoleCountry, RoleClaim:
			columns[i] = Column{Header: c.Header}
		default:
		}
	}
	if !slices.ContainsFunc(columns, func(c Column) bool { return c.Role == RoleOtherName }) {
		company(columns)
	}
}

// company lets Outlook's company stand in for a name.
func company(columns []Column) {
	for i, c := range columns {
		if fold(c.Header) == "company" {
			columns[i] = Column{Header: c.Header, Role: RoleOtherName}
		}
	}
}

// kept returns the key under which a column of an address book is kept as a free
// field, or "".
func kept(folded string) string {
	switch strings.Replace(folded, "email1value", "emailaddress", 1) {
	case "emailaddress":
		return "email"
	case "birthday":
		return "birthday"
	case "notes":
		return "notes"
	case "homecity", "address1city":
		return "city"
	case "homepostalcode", "address1postalcode":
		return "postal_code"
	}
	return ""
}
