package intake

import (
	"regexp"
	"slices"
)

var scopedID = regexp.MustCompile(`^[A-Z]{2}\.[0-9A-Za-z]{1,128}$`)

// IsScopedID says that a text is how WhatsApp names somebody whose number it does not tell.
func IsScopedID(text string) bool { return scopedID.MatchString(text) }

// reaches reports whether the table has a column by which people can be reached: one of phones, or one of WhatsApp's ids.
// A column called user id of which nobody said so has to hold some, since most programs number their users.
func (t *table) reaches(rows []record, mapped map[string]string) bool {
	return slices.ContainsFunc(t.columns, func(c Column) bool { return c.Role == RolePhone }) || mapped[string(RoleUserID)] != "" ||
		slices.ContainsFunc(rows, func(rec record) bool {
			for i, cell := range rec.cells[:min(len(rec.cells), len(t.columns))] {
				if t.columns[i].Role == RoleUserID && IsScopedID(tidy(Unsafe(cell))) {
					return true
				}
			}
			return false
		})
}

// byScopedID makes a row known by an id that stands in a column of phones, as in a list of both.
func (r *Row) byScopedID() {
	r.Phones = slices.DeleteFunc(r.Phones, func(p Phone) bool {
		if !IsScopedID(p.Text) {
			return false
		}
		if r.UserID == "" {
			r.UserID = p.Text
		}
		return true
	})
}
