// Package meter draws quantities as bars: how far something is, what a whole is made of, how a quantity went
// over time.
package meter

import (
	"strings"

	"pregon/ui/theme"
)

// Bar shows done of total in width cells, to an eighth of a cell. What is not all never looks like all, and
// what is something never looks like nothing.
func Bar(th *theme.Theme, role theme.Role, width, done, total int) string {
	text, filled := cells(th.Glyph, width, done, total)
	return th.Paint(role, text) + th.Paint(theme.Faint, strings.Repeat(th.Glyph.Empty, max(0, width-filled)))
}

// Length is Bar without the empty rest, for lists of bars that are compared.
func Length(th *theme.Theme, role theme.Role, width, done, total int) string {
	text, filled := cells(th.Glyph, width, done, total)
	return th.Paint(role, text) + strings.Repeat(" ", max(0, width-filled))
}

// cells are the filled cells, the last one in part.
func cells(g theme.Glyphs, width, done, total int) (text string, filled int) {
	if width <= 0 || total <= 0 || done <= 0 {
		return "", 0
	}
	steps := len(g.Eighths)
	all := width * steps
	part := int(int64(all) * int64(min(done, total)) / int64(total))
	part = max(part, 1)
	if done < total {
		part = min(part, all-1)
	}
	text = strings.Repeat(g.Eighths[steps-1], part/steps)
	if rest := part % steps; rest > 0 {
		return text + g.Eighths[rest-1], part/steps + 1
	}
	return text, part / steps
}

// Part is a share of a whole with its meaning.
type Part struct {
	Count int
	Role  theme.Role
}

// Stack shows what a whole is made of, in width cells. Every part that is not zero has at least one cell while
// there is room; the rest of total stays empty. Meaning is not carried by colour alone: the counts are written
// beside it by whoever draws it.
func Stack(th *theme.Theme, width, total int, parts ...Part) string {
	widths := share(width, total, parts)
	var b strings.Builder
	used := 0
	full := th.Glyph.Eighths[len(th.Glyph.Eighths)-1]
	for i, p := range parts {
		b.WriteString(th.Paint(p.Role, strings.Repeat(full, widths[i])))
		used += widths[i]
	}
	return b.String() + th.Paint(theme.Faint, strings.Repeat(th.Glyph.Empty, max(0, width-used)))
}

// share divides the cells by the running sum, so that rounding never adds up, and then gives a cell of the
// widest part to each that went without.
func share(width, total int, parts []Part) []int {
	widths := make([]int, len(parts))
	if total <= 0 || width <= 0 {
		return widths
	}
	sum, used := 0, 0
	for i, p := range parts {
		sum += max(0, p.Count)
		upto := int(int64(width) * int64(min(sum, total)) / int64(total))
		widths[i] = upto - used
		used = upto
	}
	for i, p := range parts {
		if p.Count <= 0 || widths[i] > 0 {
			continue
		}
		widest := 0
		for j := range widths {
			if widths[j] > widths[widest] {
				widest = j
			}
		}
		if used < width {
			widths[i], used = 1, used+1
		} else if widths[widest] > 1 {
			widths[widest]--
			widths[i] = 1
		}
	}
	return widths
}

// Spark shows how a quantity went, a cell for each value.
func Spark(th *theme.Theme, role theme.Role, values []int) string {
	highest := 0
	for _, v := range values {
		highest = max(highest, v)
	}
	var b strings.Builder
	steps := th.Glyph.Sparks
	for _, v := range values {
		if v <= 0 || highest == 0 {
			b.WriteString(steps[0])
			continue
		}
		b.WriteString(steps[int(int64(v)*int64(len(steps)-1)/int64(highest))])
	}
	return th.Paint(role, b.String())
}
