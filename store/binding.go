package store

import (
	"strings"
	"unicode"

	"pregon/store/intake"
)

// Param returns what a contact gets for a binding, or "" where there is no word.
// The platform refuses newlines, tabs and runs of blanks in a value
// (cloudapi.md 2.3), so these become single blanks.
func (b Binding) Param(c Contact) string {
	word := b.Value
	switch b.Field {
	case "":
	case "name":
		word = c.Name
	case "first_name":
		word, _, _ = strings.Cut(strings.TrimSpace(c.Name), " ")
	case "language":
		word = c.Language
	case "phone":
		word = c.Phone.International()
	default:
		word = c.Fields[intake.FieldKey(strings.TrimPrefix(b.Field, "field."))]
	}
	if word = clean(word); word == "" {
		word = clean(b.Fallback)
	}
	return word
}

// clean makes a text one line without control characters and runs of blanks.
func clean(word string) string { return strings.Join(strings.Fields(withoutControls(word)), " ") }

// tidyLines drops control characters and the blanks around a text; its lines stay, each ended as package intake ends
// them, so that what goes out to a file comes back the same.
func tidyLines(text string) string {
	return strings.TrimSpace(lineEnds.Replace(withoutControls(text)))
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ", "\v", " ", "\f", " ", "\u0085", " ")

func withoutControls(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

// Params are a contact's words for a message; false when one is missing.
func (b Bindings) Params(m *Message, c Contact) (Params, bool) {
	params, whole := Params{}, true
	for _, parameter := range m.Parameters() {
		word := b[parameter.Key].Param(c)
		if word == "" {
			whole = false
			continue
		}
		params[parameter.Key] = word
	}
	return params, whole
}

// missing is the SQL of "Params finds a word missing". Names and fields are kept
// tidy, so that one without a word in it is empty.
func (b Bindings) missing(m *Message) condition {
	var parts []string
	var all condition
	for _, parameter := range m.Parameters() {
		binding := b[parameter.Key]
		if clean(binding.Fallback) != "" || (binding.Field == "" && clean(binding.Value) != "") {
			continue
		}
		switch binding.Field {
		case "name", "first_name":
			parts = append(parts, "c.name = ''")
		case "language":
			parts = append(parts, "c.language = ''")
		case "phone":
			parts = append(parts, "c.phone IS NULL")
		case "":
			parts = append(parts, "1")
		default:
			parts = append(parts, "coalesce(json_extract(c.fields, ?), '') = ''")
			all.args = append(all.args, jsonPath(intake.FieldKey(strings.TrimPrefix(binding.Field, "field."))))
		}
	}
	if all.sql = "0"; len(parts) > 0 {
		all.sql = "(" + strings.Join(parts, " OR ") + ")"
	}
	return all
}
