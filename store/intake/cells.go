package intake

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// several separates the values that Google puts into one cell.
const several = ":::"

// names collects the parts of a name from their columns.
type names struct {
	whole, first, middle, last, other string
}

func (n *names) add(role Role, text string) {
	text = strings.Join(strings.Fields(text), " ")
	switch role {
	case RoleName:
		n.whole = strings.TrimSpace(n.whole + " " + text)
	case RoleFirstName:
		n.first = strings.TrimSpace(n.first + " " + text)
	case RoleMiddleName:
		n.middle = strings.TrimSpace(n.middle + " " + text)
	case RoleLastName:
		n.last = strings.TrimSpace(n.last + " " + text)
	case RoleOtherName:
		if n.other == "" {
			n.other = text
		}
	default:
	}
}

// join makes one name. A whole name is kept as it is; a column "Nombre" beside
// "Apellidos", or "Nom" beside "Prénom", turns out to be a part of it.
func (n *names) join() string {
	whole := n.whole
	switch {
	case whole == "":
		whole = strings.Join(strings.Fields(n.first+" "+n.middle+" "+n.last), " ")
	case n.first != "" && n.last == "" && !contains(whole, n.first):
		whole = n.first + " " + whole
	case n.first == "" && n.last != "" && !contains(whole, n.last):
		whole += " " + n.last
	}
	if whole == "" {
		return n.other
	}
	return whole
}

func contains(whole, part string) bool { return strings.Contains(bare(whole), bare(part)) }

// addTags adds the tags of a cell that are not there yet. What starts with an
// asterisk is Google's own ("* myContacts") and nobody's tag.
func addTags(tags []string, text string) []string {
	parts := strings.FieldsFunc(strings.ReplaceAll(text, several, ";"), func(r rune) bool {
		return strings.ContainsRune(";,|\n", r)
	})
	for _, part := range parts {
		tag := strings.Join(strings.Fields(part), " ")
		same := func(other string) bool { return strings.EqualFold(other, tag) }
		if tag != "" && !strings.HasPrefix(tag, "*") && !slices.ContainsFunc(tags, same) {
			tags = append(tags, tag)
		}
	}
	return tags
}

// languageOf returns the code of a language given by code or by one of the names that
// shops write; "" where it is neither.
func languageOf(text string) string {
	switch fold(text) {
	case "english", "ingles", "angles", "anglais", "englisch", "inglese":
		return "en"
	case "spanish", "espanol", "castellano", "castella", "espanhol", "espanyol", "espagnol", "spanisch", "spagnolo":
		return "es"
	case "portuguese", "portugues", "portugais", "portugiesisch", "portoghese":
		return "pt"
	case "catalan", "catala", "catalao", "katalanisch", "catalano":
		return "ca"
	case "french", "frances", "francais", "franzosisch", "francese":
		return "fr"
	case "german", "aleman", "alemao", "alemany", "allemand", "deutsch", "tedesco":
		return "de"
	case "italian", "italiano", "italia", "italien", "italienisch":
		return "it"
	}
	tag, err := language.Parse(strings.ReplaceAll(text, "_", "-"))
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}
