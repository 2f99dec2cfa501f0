package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"

	"pregon/ui/contract"
	"pregon/ui/theme"
)

// print writes the result: the document as JSON, or what human writes.
func (l *line) print(document any, human func(w *paper)) error {
	if l.json {
		return contract.Write(l.Out, document)
	}
	p := &paper{}
	human(p)
	if _, err := io.WriteString(l.Out, p.String()); err != nil {
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
func stamp(at time.Time) string { return contract.Stamp(at) }

// isTerminal reports whether a stream handed over by main is a terminal.
func isTerminal(stream any) bool {
	file, ok := stream.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(file.Fd())
}

// list never is null in JSON.
func list[T any](items []T) []T { return contract.List(items) }
