package intake

import (
	"slices"
	"strings"
	"unicode"
)

// row reads one record by the columns of the table.
func (t *table) row(rec record) Row {
	r := Row{Line: rec.line, Raw: rec.cells, Defect: rec.defect}
	if r.Defect == "" && len(rec.cells) > len(t.columns) && !blank(rec.cells[len(t.columns):]) {
		r.Defect = DefectColumns
	}
	if r.Defect != "" {
		return r
	}
	var n names
	for i, c := range t.columns {
		if i >= len(rec.cells) {
			break
		}
		text := tidy(Unsafe(rec.cells[i]))
		if text != "" && c.Role != RolePhone && c.Role != RolePhoneLabel && c.Role != RoleIgnored {
			r.set(c, text, &n)
		}
	}
	r.Name = n.join()
	r.Phones = t.phones(rec.cells)
	r.byScopedID()
	return r
}

// set puts the text of a cell where its column belongs.
func (r *Row) set(c Column, text string, n *names) {
	switch c.Role {
	case RoleName, RoleFirstName, RoleMiddleName, RoleLastName, RoleOtherName:
		n.add(c.Role, text)
	case RoleCountry:
		r.Country = text
	case RoleUserID:
		if !IsScopedID(text) { // another program's number of her
			r.setField(string(RoleUserID), text)
			return
		}
		r.UserID = text
	case RoleLanguage:
		if r.Language = languageOf(text); r.Language == "" {
			r.setField(string(RoleLanguage), text)
		}
	case RoleTags:
		r.Tags = addTags(r.Tags, text)
	case RoleField:
		if c.Key == "birthday" && noDay(text) {
			return
		}
		r.setField(c.Key, text)
	case RoleClaim:
		r.Claim = text
	case RoleConsentAt:
		r.ConsentAt = text
	case RoleConsentMethod:
		r.ConsentMethod = text
	case RoleConsentNotice:
		r.ConsentNotice = text
	case RoleConsentEvidence:
		r.ConsentEvidence = text
	case RoleSavedGrade:
		r.SavedGrade = text
	case RoleSavedAt:
		r.SavedAt = text
	case RoleIgnored, RolePhone, RolePhoneLabel:
	}
}

// noDay: Outlook writes 0/0/00 where nobody said when.
func noDay(text string) bool { return strings.Trim(text, "0/.- ") == "" }

// setField keeps the first of several columns with one key.
func (r *Row) setField(key, text string) {
	if r.Fields == nil {
		r.Fields = make(map[string]string)
	}
	if _, taken := r.Fields[key]; !taken {
		r.Fields[key] = text
	}
}

// blank reports whether cells hold nothing.
func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return tidy(c) != "" })
}

// isHeader reports whether a record is the header again, as where files were glued
// together.
func (t *table) isHeader(rec record) bool {
	return t.header != nil && slices.EqualFunc(rec.cells, t.header, func(cell, name string) bool {
		return tidy(cell) == name
	})
}

// tidy drops control characters and the blanks around a text. Line breaks become
// line feeds; other control characters become blanks, since they stood between words.
func tidy(text string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r == '\ufeff':
			return -1
		case r != '\n' && unicode.IsControl(r):
			return ' '
		}
		return r
	}, strings.ReplaceAll(text, "\r\n", "\n"))
	return strings.TrimSpace(clean)
}
