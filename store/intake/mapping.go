package intake

import (
	"fmt"
	"slices"
	"strings"
)

// Mapping is a file's columns in front of a person who gives them their meaning. Map is what Options.Map takes; it is
// changed in place.
type Mapping struct {
	Columns []Column
	Header  bool // the columns have names
	Phone   bool // the column of the numbers was known before any was given a meaning
	Map     map[string]string
}

// roles are the meanings that a column can be given by hand, in their order. The number comes first where it is not
// known, also once it is this column's, so that the way back is the way there; else last, so that nobody takes it from
// its column in passing.
func (m Mapping) roles(at int) []Role {
	others := []Role{RoleName, RoleFirstName, RoleLastName, RoleTags, RoleLanguage, RoleCountry, RoleUserID}
	header, given := m.Map[string(RolePhone)]
	if m.Phone || (given && !m.is(at, header)) {
		return slices.Concat([]Role{RoleIgnored}, others, []Role{RolePhone})
	}
	return append([]Role{RoleIgnored, RolePhone}, others...)
}

// Turn gives a column the next meaning, or with a negative step an earlier one; beyond the last it means what its
// header suggests.
func (m Mapping) Turn(at, step int) {
	if at < 0 || at >= len(m.Columns) {
		return
	}
	roles := m.roles(at)
	next := (slices.Index(roles, m.Given(at)) + step) % len(roles)
	for field, header := range m.Map {
		if m.is(at, header) {
			delete(m.Map, field)
		}
	}
	if role := roles[(next+len(roles))%len(roles)]; role != RoleIgnored {
		m.Map[string(role)] = m.column(at)
	}
}

// Given returns the meaning that a column was given by hand; "" for none.
func (m Mapping) Given(at int) Role {
	for _, role := range m.roles(at)[1:] {
		if header, ok := m.Map[string(role)]; ok && m.is(at, header) {
			return role
		}
	}
	return ""
}

func (m Mapping) is(at int, header string) bool { return header == m.column(at) || header == place(at) }

// column names a column by its header where that is one of its own, else by its place.
func (m Mapping) column(at int) string {
	name, same := m.Columns[at].Header, 0
	for _, c := range m.Columns {
		if fold(c.Header) == fold(name) {
			same++
		}
	}
	if strings.TrimSpace(name) == "" || same > 1 || !m.Header {
		return place(at)
	}
	return name
}

func place(at int) string { return fmt.Sprintf("#%d", at+1) }
