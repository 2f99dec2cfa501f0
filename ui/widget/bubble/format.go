package bubble

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
)

// Format gives text the looks WhatsApp would: *bold*, _italic_, ~strike~ and ```monospace```. A mark counts
// where WhatsApp lets it count: outside of words, around something, on one line. The text is safe to draw
// already; line breaks stay.
func Format(text string) string { return format(text, lipgloss.NewStyle()) }

func format(text string, look lipgloss.Style) string {
	var out, plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			out.WriteString(paint(plain.String(), look))
			plain.Reset()
		}
	}
	for at := 0; at < len(text); {
		inner, length, style := span(text, at, look)
		if length == 0 {
			_, size := utf8.DecodeRuneInString(text[at:])
			plain.WriteString(text[at : at+size])
			at += size
			continue
		}
		flush()
		if text[at] == '`' {
			out.WriteString(paint(inner, style))
		} else {
			out.WriteString(format(inner, style))
		}
		at += length
	}
	flush()
	return out.String()
}

// paint keeps line breaks out of the escape sequences.
func paint(text string, look lipgloss.Style) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = look.Inline(true).Render(line)
		}
	}
	return strings.Join(lines, "\n")
}

// span looks for a marked piece that begins at a byte, and tells what is inside, how long it is with its marks
// and how it looks.
func span(text string, at int, look lipgloss.Style) (inner string, length int, style lipgloss.Style) {
	const fence = "```"
	rest := text[at:]
	if strings.HasPrefix(rest, fence) {
		if end := strings.Index(rest[len(fence):], fence); end > 0 {
			return rest[len(fence) : len(fence)+end], end + 2*len(fence), look.Faint(true)
		}
		return "", 0, look
	}
	switch rest[0] {
	case '*':
		style = look.Bold(true)
	case '_':
		style = look.Italic(true)
	case '~':
		style = look.Strikethrough(true)
	default:
		return "", 0, look
	}
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	after, _ := utf8.DecodeRuneInString(rest[1:])
	if at > 0 && wordy(before) || len(rest) < 3 || unicode.IsSpace(after) || after == rune(rest[0]) {
		return "", 0, look
	}
	if end := closing(rest); end > 0 {
		return rest[1:end], end + 1, style
	}
	return "", 0, look
}

// closing finds the mark that ends what the first byte of rest began, on the same line.
func closing(rest string) int {
	mark := rest[0]
	for i := 2; i < len(rest) && rest[i] != '\n'; i++ {
		if rest[i] != mark {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(rest[:i])
		after, size := utf8.DecodeRuneInString(rest[i+1:])
		if !unicode.IsSpace(before) && (size == 0 || !wordy(after)) {
			return i
		}
	}
	return 0
}

func wordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
