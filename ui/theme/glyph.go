package theme

// Glyphs are the signs that carry meaning beside a word or draw a line.
type Glyphs struct {
	Good, Warn, Bad     string // will get it, waits or needs you, harm
	Pointer, Dot        string // the cursor's row, a live or missing thing
	On, Off             string // chosen, not chosen
	Ellipsis, Arrow     string
	Check, Checks       string // WhatsApp's one and two ticks
	Reply               string // a quick-reply button
	Rule, Bar, Track    string // horizontal line, scroll bar's thumb and track
	Up, Down            string // the keys
	LeftKey, RightKey   string
	Spin                []string // frames of work under way; never braille, which is read aloud
	Eighths             []string // one to eight eighths of a cell from the left
	Sparks              []string // eight heights
	Empty               string   // the unfilled rest of a bar
	TopLeft, TopRight   string
	EndLeft, EndRight   string // bottom corners
	Side, MidLeft       string
	MidRight, Separator string
}

// Unicode is for every terminal that is not known to lack it.
func Unicode() Glyphs {
	return Glyphs{
		Good: "✓", Warn: "!", Bad: "✗", Pointer: "▸", Dot: "●", On: "●", Off: "○", Ellipsis: "…", Arrow: "→",
		Check: "✓", Checks: "✓✓", Reply: "↩", Rule: "─", Bar: "┃", Track: "│", Up: "↑", Down: "↓",
		LeftKey: "←", RightKey: "→",
		Spin: []string{"◐", "◓", "◑", "◒"}, Eighths: []string{"▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"},
		Sparks: []string{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}, Empty: "░",
		TopLeft: "╭", TopRight: "╮", EndLeft: "╰", EndRight: "╯", Side: "│", MidLeft: "├", MidRight: "┤",
		Separator: "·",
	}
}

// ASCII has a twin of the same width for every sign but the ellipsis and the bars' fine steps.
func ASCII() Glyphs {
	return Glyphs{
		Good: "+", Warn: "!", Bad: "x", Pointer: ">", Dot: "*", On: "*", Off: "o", Ellipsis: "..", Arrow: ">",
		Check: "v", Checks: "vv", Reply: "<", Rule: "-", Bar: "#", Track: "|", Up: "up", Down: "down",
		LeftKey: "left", RightKey: "right",
		Spin: []string{"|", "/", "-", `\`}, Eighths: []string{"#"},
		Sparks: []string{"_", ".", "-", "=", "+", "*", "%", "#"}, Empty: ".",
		TopLeft: "+", TopRight: "+", EndLeft: "+", EndRight: "+", Side: "|", MidLeft: "+", MidRight: "+",
		Separator: "|",
	}
}

// WantsASCII says whether the terminal should get ASCII only: PREGON_ASCII=1, or a console that has no more.
func WantsASCII(getenv func(string) string) bool {
	term := getenv("TERM")
	return getenv("PREGON_ASCII") == "1" || term == "dumb" || term == "linux"
}
