package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/charmbracelet/x/term"

	"pregon/ui/theme"
)

// print writes the result: the document as JSON, or what human writes.
func (l *line) print(document any, human func(w *paper)) error {
	if l.json {
		return writeJSON(l.Out, document)
	}
	p := &paper{}
	human(p)
	if _, err := io.WriteString(l.Out, p.String()); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// writeJSON writes one document. Characters that a terminal obeys or that
// reorder text are escaped, which means the same to every reader of JSON.
func writeJSON(w io.Writer, document any) error {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		return fmt.Errorf("encode the result: %w", err)
	}
	var out strings.Builder
	for _, r := range buffer.String() {
		switch {
		case r == '\n' || (!unicode.IsControl(r) && !unicode.Is(unicode.Cf, r)):
			out.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// paper collects the lines of a result for people.
type paper struct{ strings.Builder }

func (p *paper) line(text string) {
	_, _ = p.WriteString(text + "\n") // a strings.Builder takes everything
}

// table writes rows in aligned columns without boxes, the last one as long as it is.
func (p *paper) table(head []string, rows [][]string) {
	widths := make([]int, len(head))
	all := append([][]string{head}, rows...)
	for _, row := range all {
		for i, cell := range row {
			widths[i] = max(widths[i], theme.Width(cell))
		}
	}
	for _, row := range all {
		var text strings.Builder
		for i, cell := range row {
			if i == len(row)-1 {
				text.WriteString(cell)
				continue
			}
			text.WriteString(theme.PadRight(cell, widths[i]) + "  ")
		}
		p.line(strings.TrimRight(text.String(), " "))
	}
}

// pairs writes labels and what belongs to them.
func (p *paper) pairs(rows ...[2]string) {
	width := 0
	for _, row := range rows {
		width = max(width, theme.Width(row[0]))
	}
	for _, row := range rows {
		p.line(strings.TrimRight(theme.PadRight(row[0], width)+"  "+row[1], " "))
	}
}

// tell writes a line to stderr, where all that is no result goes.
func (l *line) tell(text string) { _, _ = fmt.Fprintln(l.Err, text) }

// stamp is a moment as JSON has it: RFC 3339 in UTC, "" for none.
func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// isTerminal reports whether a stream handed over by main is a terminal.
func isTerminal(stream any) bool {
	file, ok := stream.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(file.Fd())
}

// list never is null in JSON.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
