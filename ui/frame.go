package ui

import (
	"image"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"pregon/ui/theme"
	"pregon/ui/view"
)

// View draws the whole screen.
func (a *App) View() tea.View {
	v := tea.NewView("")
	v.AltScreen = true
	if !a.bare {
		v.MouseMode = tea.MouseModeCellMotion
	}
	v.WindowTitle = "Pregón"
	a.zones = nil
	if a.width == 0 {
		return v
	}
	if tooSmall(a.width, a.height) {
		v.Content = joinLines(theme.Wrap(a.env.Say.T("This window is too small. Make it at least %d wide and %d high.", minWidth, minHeight), a.width))
		return v
	}
	if whole, fills := a.filling(); fills {
		v.Content = whole
		return v
	}
	page, cursor := a.page()
	if len(a.stack) > 0 {
		page, cursor = a.overlay(page)
	}
	v.Content, v.Cursor = page, cursor
	if a.running.Running && a.running.Total > 0 {
		v.ProgressBar = tea.NewProgressBar(tea.ProgressBarDefault, 100*a.running.Done/a.running.Total)
	}
	return v
}

// filler is a dialog that takes the whole window, without frame, footer or toasts.
type filler interface{ Fills() bool }

// filling is the front dialog alone, where it takes the whole window.
func (a *App) filling() (string, bool) {
	if len(a.stack) == 0 {
		return "", false
	}
	dialog := a.stack[len(a.stack)-1].dialog
	if whole, ok := dialog.(filler); !ok || !whole.Fills() {
		return "", false
	}
	frame := dialog.Render(view.Size{W: a.width, H: a.height})
	a.zones = frame.Zones
	return frame.Content, true
}

// page draws the frame and the active view in it.
func (a *App) page() (string, *tea.Cursor) {
	at := arrange(a.width, a.height)
	lines := make([]string, a.height)
	lines[at.header] = a.headerLine()
	tabs, zones := a.tabsLine()
	lines[at.tabs] = tabs
	a.zones = append(a.zones, zones...)
	rule := a.env.Theme.Paint(theme.Faint, strings.Repeat(a.env.Theme.Glyph.Rule, a.width))
	for _, row := range []int{at.topRule, at.bottomRule} {
		if row >= 0 {
			lines[row] = rule
		}
	}
	toasts, banner := a.renderToasts(a.width), a.banner()
	for i, line := range banner {
		a.zones = append(a.zones, zone(0, at.body+i, a.width, Key(reviewKey)))
		lines[at.body+i] = line
	}
	at.body, at.size.H = at.body+len(banner), at.size.H-len(banner)
	size := at.size
	size.H = max(1, size.H-len(toasts))
	frame := a.view().Render(size)
	body := strings.Split(frame.Content, "\n")
	for i := range size.H {
		if i < len(body) {
			lines[at.body+i] = body[i]
		}
	}
	for i, line := range toasts {
		if row := at.body + size.H + i; row < a.height-1 {
			lines[row] = line
		}
	}
	footer, pressed := a.footer(at.footer)
	lines[at.footer] = footer
	for _, z := range frame.Zones {
		a.zones = append(a.zones, view.Zone{Area: z.Area.Add(image.Pt(0, at.body)), Msg: z.Msg})
	}
	a.zones = append(a.zones, pressed...)
	for i := range lines {
		lines[i] = ansi.Truncate(lines[i], a.width, "")
	}
	return strings.Join(lines, "\n"), placed(frame.Cursor, 0, at.body)
}

// footer shows at most seven actions of this moment and the way out. It never lies: while letters are text, the
// actions on letters are not there.
func (a *App) footer(row int) (string, []view.Zone) {
	th, typing := a.env.Theme, a.view().Typing()
	out := keyLabel(th, "q", a.env.Say.T("quit"), false)
	if typing {
		out = keyLabel(th, leaveChord, a.env.Say.T("quit"), false)
	}
	room := a.width - theme.Width(out) - 2
	var line strings.Builder
	var zones []view.Zone
	line.WriteString(" ")
	at, shown := 1, 0
	for _, action := range a.view().Actions() {
		key := heard(action.Keys, typing)
		if action.Hidden || key == "" || shown == 7 {
			continue
		}
		text := keyLabel(th, keyName(th, key), action.Label, action.Why() != "")
		width := theme.Width(text)
		if at+width+2 > room {
			break
		}
		zones = append(zones, zone(at, row, width, Key(key)))
		line.WriteString(text + "  ")
		at, shown = at+width+2, shown+1
	}
	line.WriteString(strings.Repeat(" ", max(0, a.width-at-theme.Width(out)-1)) + out)
	return line.String(), zones
}

// heard is the first key that is heard now, or "".
func heard(keys []string, typing bool) string {
	for _, key := range keys {
		if !typing || Key(key).Text == "" {
			return key
		}
	}
	return ""
}

func keyLabel(th *theme.Theme, key, label string, off bool) string {
	if off {
		return th.Paint(theme.KeyOff, key+" "+label)
	}
	return th.Paint(theme.Key, key) + " " + th.Paint(theme.Muted, label)
}

// keyName is how a key is shown.
func keyName(th *theme.Theme, key string) string {
	switch key {
	case "up":
		return th.Glyph.Up
	case "down":
		return th.Glyph.Down
	case "left":
		return th.Glyph.LeftKey
	case "right":
		return th.Glyph.RightKey
	}
	return key
}

// overlay draws the front dialog over the dimmed page.
func (a *App) overlay(page string) (string, *tea.Cursor) {
	th := a.env.Theme
	dialog := a.stack[len(a.stack)-1].dialog
	at, toasts := arrange(a.width, a.height), a.renderToasts(a.width)
	toasts = toasts[max(0, len(toasts)-max(0, a.height-12)):]
	width := min(a.width-4, 72)
	inner := view.Size{W: width - 4, H: a.height - 8 - len(toasts)}
	frame := dialog.Render(inner)
	content := strings.Split(frame.Content, "\n")
	if len(content) > inner.H {
		content = content[:inner.H]
	}
	edge := func(left, right string) string {
		return th.Paint(theme.Accent, left+strings.Repeat(th.Glyph.Rule, width-2)+right)
	}
	side := th.Paint(theme.Accent, th.Glyph.Side)
	content = append([]string{th.Paint(theme.Strong, dialog.Title())}, content...)
	keys, pressed := actionLine(th, dialog.Actions(), inner.W)
	content = append(content, "", keys)
	box := make([]string, 0, len(content)+2)
	box = append(box, edge(th.Glyph.TopLeft, th.Glyph.TopRight))
	for _, line := range content {
		box = append(box, side+" "+th.Fit(line, inner.W)+" "+side)
	}
	box = append(box, edge(th.Glyph.EndLeft, th.Glyph.EndRight))
	dimmed := strings.Split(ansi.Strip(page), "\n")
	for i := range dimmed {
		dimmed[i] = th.Paint(theme.Faint, th.Fit(dimmed[i], a.width))
	}
	x, y := (a.width-width)/2, max(0, (a.height-len(toasts)-len(box))/2)
	layers := []*lipgloss.Layer{
		lipgloss.NewLayer(strings.Join(dimmed, "\n")), lipgloss.NewLayer(strings.Join(box, "\n")).X(x).Y(y).Z(1),
	}
	if len(toasts) > 0 { // what is told of the dialog is read beside it
		for i := range toasts {
			toasts[i] = th.Fit(toasts[i], a.width)
		}
		layers = append(layers, lipgloss.NewLayer(strings.Join(toasts, "\n")).Y(at.body+at.size.H-len(toasts)).Z(2))
	}
	screen := lipgloss.NewCompositor(layers...).Render()
	a.zones = nil
	for _, z := range frame.Zones {
		a.zones = append(a.zones, view.Zone{Area: z.Area.Add(image.Pt(x+2, y+2)), Msg: z.Msg})
	}
	for _, z := range pressed {
		a.zones = append(a.zones, view.Zone{Area: z.Area.Add(image.Pt(x+2, y+len(box)-2)), Msg: z.Msg})
	}
	return screen, placed(frame.Cursor, x+2, y+2)
}

// actionLine shows a dialog's keys, which can be clicked.
func actionLine(th *theme.Theme, actions []view.Action, width int) (string, []view.Zone) {
	var line strings.Builder
	var zones []view.Zone
	at := 0
	for _, action := range actions {
		if action.Hidden {
			continue
		}
		text := keyLabel(th, keyName(th, action.Keys[0]), action.Label, action.Why() != "")
		if at > 0 {
			line.WriteString("   ")
			at += 3
		}
		line.WriteString(text)
		wide := theme.Width(text)
		if at+wide <= width {
			zones = append(zones, zone(at, 0, wide, Key(action.Keys[0])))
		}
		at += wide
	}
	return th.Truncate(line.String(), width, theme.Right), zones
}

// placed is a cursor moved to where its frame stands.
func placed(cursor *tea.Cursor, x, y int) *tea.Cursor {
	if cursor == nil {
		return nil
	}
	at := *cursor
	at.X, at.Y = at.X+x, at.Y+y
	return &at
}

func joinLines(lines []string) string { return strings.Join(lines, "\n") }
