package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// Role is a meaning that has a look. Views name roles, never colours.
type Role int

// The roles. Good, Warn and Bad never stand alone: a sign and a word stand beside them.
const (
	Plain    Role = iota // the terminal's own
	Strong               // headings, the thing this screen is about
	Muted                // labels, what can be skipped
	Faint                // lines, dots of rows on their way, the dimmed page
	Accent               // the one colour of the house: cursor, keys, the open tab
	Good                 // will get it
	Warn                 // waits or needs you
	Bad                  // harm
	Selected             // the row of the cursor
	Key                  // a key that can be pressed
	KeyOff               // one that cannot, now
	Button               // a choice
	Pressed              // the choice that has the focus
	Practice             // nothing here is real
	roles
)

// Theme is the look of the running program. All views share one by pointer; the app tells it what it
// learns of the terminal.
type Theme struct {
	Glyph  Glyphs
	dark   bool
	colour bool
	styles [roles]lipgloss.Style
	picked [roles]lipgloss.Style // the same on the row of the cursor
}

// New returns the theme for a dark background in full colour.
func New(glyphs Glyphs) *Theme {
	t := &Theme{Glyph: glyphs, dark: true, colour: true}
	t.build()
	return t
}

// SetDark tells whether the background is dark.
func (t *Theme) SetDark(dark bool) {
	t.dark = dark
	t.build()
}

// SetProfile tells what the terminal can show. Without colour, reverse and bold take its place.
func (t *Theme) SetProfile(p colorprofile.Profile) {
	t.colour = p > colorprofile.ASCII
	t.build()
}

// Dark reports whether the background is dark.
func (t *Theme) Dark() bool { return t.dark }

// Style is the look of a role.
func (t *Theme) Style(r Role) lipgloss.Style { return t.styles[r] }

// OnRow is the look of a role on the row of the cursor, where a background runs through.
func (t *Theme) OnRow(r Role) lipgloss.Style { return t.picked[r] }

// Paint gives a line the look of a role.
func (t *Theme) Paint(r Role, s string) string {
	if s == "" || r == Plain {
		return s
	}
	return t.styles[r].Render(s)
}

// Paper gives a text black ink on a white ground, whatever the terminal's own: what a camera reads. Without colour
// the ground of a dark terminal is turned round.
func (t *Theme) Paper(s string) string {
	switch {
	case t.colour:
		return lipgloss.NewStyle().Foreground(lipgloss.Color("#000000")).Background(lipgloss.Color("#FFFFFF")).Render(s)
	case t.dark:
		return lipgloss.NewStyle().Reverse(true).Render(s)
	}
	return s
}

// Ink gives a text a black ground, for what is dark on Paper and has no block to draw it with.
func (t *Theme) Ink(s string) string {
	switch {
	case t.colour:
		return lipgloss.NewStyle().Foreground(lipgloss.Color("#000000")).Background(lipgloss.Color("#000000")).Render(s)
	case t.dark:
		return s
	}
	return lipgloss.NewStyle().Reverse(true).Render(s)
}

// Blocks says that the terminal has the half blocks a QR code is drawn with.
func (t *Theme) Blocks() bool { return t.Glyph.Rule != ASCII().Rule }

// Sign is the sign of a role that has one, else "".
func (t *Theme) Sign(r Role) string {
	switch r { //nolint:exhaustive // the other meanings have no sign
	case Good:
		return t.Glyph.Good
	case Warn:
		return t.Glyph.Warn
	case Bad:
		return t.Glyph.Bad
	}
	return ""
}

// Mark is a sign and a word in the look of a role: "✓ since 3 Nov".
func (t *Theme) Mark(r Role, words string) string {
	if sign := t.Sign(r); sign != "" {
		words = sign + " " + words
	}
	return t.Paint(r, words)
}

// Colour is the bare colour of a role, for the terminal's own things such as the cursor.
func (t *Theme) Colour(r Role) color.Color { return t.styles[r].GetForeground() }
