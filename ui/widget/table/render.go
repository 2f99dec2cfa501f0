package table

import (
	"image"
	"strings"

	"charm.land/lipgloss/v2"

	"pregon/ui/theme"
	"pregon/ui/view"
)

// click is a press on a row.
type click struct {
	table any
	row   int
}

// styler is the theme's looks on a row of its own or on that of the cursor.
type styler func(theme.Role) lipgloss.Style

// margin is the room before the columns: the pointer, the mark of a picked row, a space.
const margin = 3

// Render draws titles, a scroll bar and the rows around the cursor. It notes how many rows it drew, which is
// how far the page keys go.
func (t *Table[K, R]) Render(size view.Size) view.Frame {
	height := max(1, size.H-1)
	t.drawn = height
	t.top = t.clampTop(t.top, height)
	slots := layout(t.columns, size.W-margin-2)
	lines := make([]string, 0, height+1)
	zones := make([]view.Zone, 0, height)
	bar, lead := t.bar(height), ""
	if bar[0] != "" {
		lead = " "
	}
	lines = append(lines, lead+t.titles(slots))
	for y := range min(height, t.spine.Len()-t.top) {
		i := t.top + y
		lines = append(lines, bar[y]+t.line(slots, i))
		zones = append(zones, view.Zone{Area: image.Rect(0, y+1, size.W, y+2), Msg: click{table: t, row: i}})
	}
	return view.Frame{Content: strings.Join(lines, "\n"), Zones: zones}
}

func (t *Table[K, R]) titles(slots []slot[R]) string {
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", margin))
	for i, s := range slots {
		if i > 0 {
			b.WriteString(strings.Repeat(" ", gap))
		}
		b.WriteString(t.fit(s.Title, s))
	}
	return t.env.Theme.Paint(theme.Muted, b.String())
}

func (t *Table[K, R]) line(slots []slot[R], i int) string {
	th := t.env.Theme
	key, style := t.spine.At(i), th.Style
	if i == t.cursor {
		style = th.OnRow
	}
	var b strings.Builder
	pointer, mark := " ", " "
	if i == t.cursor {
		pointer = th.Glyph.Pointer
	}
	if _, ok := t.picked[key]; ok {
		mark = th.Glyph.On
	}
	b.WriteString(paint(style, theme.Accent, pointer+mark+" "))
	row, there := t.rows.get(key)
	for n, s := range slots {
		if n > 0 {
			b.WriteString(paint(style, theme.Plain, strings.Repeat(" ", gap)))
		}
		if !there {
			b.WriteString(paint(style, theme.Faint, theme.PadRight(strings.Repeat(th.Glyph.Separator, min(3, s.width)), s.width)))
			continue
		}
		cell := s.Cell(row)
		text := cell.Text.String()
		if sign := th.Sign(cell.Role); sign != "" && text != "" {
			text = sign + " " + text
		}
		b.WriteString(paint(style, cell.Role, t.fit(text, s)))
	}
	b.WriteString(paint(style, theme.Plain, " "))
	return b.String()
}

func paint(style styler, role theme.Role, text string) string {
	if look := style(role); role != theme.Plain || look.GetBold() {
		return look.Render(text)
	}
	return text
}

func (t *Table[K, R]) fit(text string, s slot[R]) string {
	text = t.env.Theme.Truncate(text, s.width, s.Cut)
	if s.Right {
		return theme.PadLeft(text, s.width)
	}
	return theme.PadRight(text, s.width)
}

// bar is the scroll bar, one cell for each row drawn; empty where everything is seen. It stands before the rows: no
// text whose width the terminal sees otherwise can move it there.
func (t *Table[K, R]) bar(height int) []string {
	th := t.env.Theme
	cells := make([]string, height)
	if t.spine.Len() <= height {
		return cells
	}
	thumb := max(1, height*height/t.spine.Len())
	at := t.top * (height - thumb) / max(1, t.spine.Len()-height)
	for y := range cells {
		if y >= at && y < at+thumb {
			cells[y] = th.Paint(theme.Accent, th.Glyph.Bar)
		} else {
			cells[y] = th.Paint(theme.Faint, th.Glyph.Track)
		}
	}
	return cells
}
