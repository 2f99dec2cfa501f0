package intake

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// fieldProperty carries a free field for which vCard has no property of its own, as "key;value".
const fieldProperty = "X-PREGON-FIELD"

// Card is a contact to be written as a vCard.
type Card struct {
	Name, Phone string // Phone in E.164
	Language    string
	Tags        []string
	Fields      map[string]string
}

// WriteCard writes one card of vCard 3.0, which phones and address books read (RFC 2426): what [Reader] reads back as
// the same contact. Consent is no part of a card.
func WriteCard(w io.Writer, c Card) error {
	lines := []string{"BEGIN:VCARD", "VERSION:3.0", "FN:" + escaped(c.Name), "N:" + escaped(c.Name) + ";;;;", "TEL;TYPE=CELL:" + c.Phone}
	if c.Language != "" {
		lines = append(lines, "LANG:"+escaped(c.Language))
	}
	if len(c.Tags) > 0 {
		tags := make([]string, len(c.Tags))
		for i, tag := range c.Tags {
			tags[i] = escaped(JoinTags([]string{tag}))
		}
		lines = append(lines, "CATEGORIES:"+strings.Join(tags, ","))
	}
	city, code := escaped(c.Fields["city"]), escaped(c.Fields["postal_code"])
	if city+code != "" {
		lines = append(lines, "ADR:;;;"+city+";;"+code+";")
	}
	own := map[string]string{"email": "EMAIL:", "birthday": "BDAY:", "notes": "NOTE:"}
	for _, key := range slices.Sorted(maps.Keys(c.Fields)) {
		switch {
		case key == "city" || key == "postal_code":
		case own[key] != "":
			lines = append(lines, own[key]+escaped(c.Fields[key]))
		default:
			lines = append(lines, fieldProperty+":"+escaped(key)+";"+escaped(c.Fields[key]))
		}
	}
	var text strings.Builder
	for _, line := range append(lines, "END:VCARD") {
		folded(&text, line)
	}
	if _, err := io.WriteString(w, text.String()); err != nil {
		return fmt.Errorf("write a card: %w", err)
	}
	return nil
}

func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`, ",", `\,`, ";", `\;`).Replace(text)
}

// folded writes a line in pieces of at most 75 bytes, never inside a character (RFC 2426, 2.6).
func folded(text *strings.Builder, line string) {
	const most = 75
	room := most
	for _, r := range line {
		size := len(string(r))
		if room < size {
			text.WriteString("\r\n ")
			room = most - 1
		}
		text.WriteRune(r)
		room -= size
	}
	text.WriteString("\r\n")
}
