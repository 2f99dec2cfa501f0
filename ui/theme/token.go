package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// token is a colour in its form for light and for dark backgrounds. Each reaches a contrast of 4.5 to 1 on
// white and on black, but for faint, which carries no words.
type token struct{ light, dark string }

var (
	teal  = token{"#0F766E", "#2DD4BF"}
	green = token{"#116A32", "#4ADE80"}
	amber = token{"#9A4607", "#FBBF24"}
	red   = token{"#B91C1C", "#F87171"}
	grey  = token{"#5B6675", "#9AA7B8"}
	faint = token{"#B6C0CC", "#4B5869"}
	ink   = token{"#FFFFFF", "#04211E"} // on teal
	shade = token{"#D9F6F1", "#0F332F"} // behind the cursor's row
	paper = token{"#E8EDF2", "#26303C"} // behind a choice
)

func (t *Theme) build() {
	pick := lipgloss.LightDark(t.dark)
	look := func(k token) color.Color { return pick(lipgloss.Color(k.light), lipgloss.Color(k.dark)) }
	base := lipgloss.NewStyle()
	t.styles = [roles]lipgloss.Style{
		Plain:    base,
		Strong:   base.Bold(true),
		Muted:    base.Foreground(look(grey)),
		Faint:    base.Foreground(look(faint)),
		Accent:   base.Foreground(look(teal)),
		Good:     base.Foreground(look(green)),
		Warn:     base.Foreground(look(amber)),
		Bad:      base.Foreground(look(red)),
		Selected: base.Background(look(shade)).Bold(true),
		Key:      base.Foreground(look(teal)).Bold(true),
		KeyOff:   base.Foreground(look(grey)),
		Button:   base.Background(look(paper)),
		Pressed:  base.Foreground(look(ink)).Background(look(teal)).Bold(true),
		Practice: base.Foreground(look(amber)).Bold(true),
	}
	if !t.colour {
		t.bare(base)
	}
	row := t.styles[Selected]
	for role, style := range t.styles {
		t.picked[role] = style.Bold(true).Background(row.GetBackground()).Reverse(row.GetReverse())
	}
}

// bare says with reverse and faint what colours say elsewhere.
func (t *Theme) bare(base lipgloss.Style) {
	for role := range t.styles {
		t.styles[role] = base.Bold(t.styles[role].GetBold())
	}
	t.styles[Selected] = base.Reverse(true)
	t.styles[Pressed] = base.Reverse(true)
	t.styles[Faint] = base.Faint(true)
	t.styles[KeyOff] = base.Faint(true)
}
