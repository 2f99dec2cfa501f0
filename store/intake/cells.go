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

// betweenTags are the signs that part the tags of a cell.
const betweenTags = ";,|\n"

// JoinTags writes tags in one cell, of which reading makes the same tags again. One with a sign in it that would part it
// stands in quotes, as in CSV itself.
func JoinTags(tags []string) string {
	cells := make([]string, 0, len(tags))
	for _, tag := range tags {
		if strings.ContainsAny(tag, betweenTags) || strings.Contains(tag, several) || strings.HasPrefix(tag, "*") || strings.HasPrefix(tag, `"`) {
			tag = `"` + strings.ReplaceAll(tag, `"`, `""`) + `"`
		}
		cells = append(cells, tag)
	}
	return strings.Join(cells, ";")
}

// addTags adds the tags of a cell that are not there yet. What starts with an
// asterisk is Google's own ("* myContacts") and nobody's tag.
func addTags(tags []string, text string) []string {
	for text != "" {
		var part string
		quoted, rest, whole := cutQuoted(text)
		if whole {
			part, text = quoted, rest
		} else {
			part, text = cutTag(text)
		}
		tag := strings.Join(strings.Fields(part), " ")
		same := func(other string) bool { return strings.EqualFold(other, tag) }
		if tag != "" && (whole || !strings.HasPrefix(tag, "*")) && !slices.ContainsFunc(tags, same) {
			tags = append(tags, tag)
		}
	}
	return tags
}

// cutTag takes the text up to the next sign that parts tags.
func cutTag(text string) (part, rest string) {
	at, after := strings.IndexAny(text, betweenTags), 1
	if google := strings.Index(text, several); google >= 0 && (at < 0 || google < at) {
		at, after = google, len(several)
	}
	if at < 0 {
		return text, ""
	}
	return text[:at], text[at+after:]
}

// cutQuoted takes a tag in quotes, where text begins with one that is whole.
func cutQuoted(text string) (tag, rest string, whole bool) {
	text, found := strings.CutPrefix(strings.TrimLeft(text, " "), `"`)
	if !found {
		return "", "", false
	}
	for {
		before, after, closed := strings.Cut(text, `"`)
		tag += before
		if !closed {
			return "", "", false
		}
		if text, found = strings.CutPrefix(after, `"`); found {
			tag += `"`
			continue
		}
		between, rest := cutTag(after)
		return tag, rest, strings.TrimSpace(between) == ""
	}
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
