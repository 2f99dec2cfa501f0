package ui

import "pregon/ui/view"

// The smallest terminal the app draws itself on, in cells.
const (
	minWidth  = 40
	minHeight = 12
)

// areas are the rows of the app, from the top; the body takes what is left.
type areas struct {
	header, tabs, topRule int
	body                  int // first row
	size                  view.Size
	bottomRule, footer    int
}

// arrange gives every part its rows. A low terminal goes without rules.
func arrange(width, height int) areas {
	a := areas{header: 0, tabs: 1, topRule: 2, body: 3, bottomRule: height - 2, footer: height - 1}
	if height < 20 {
		a.topRule, a.body, a.bottomRule = -1, 2, -1
	}
	end := a.footer
	if a.bottomRule >= 0 {
		end = a.bottomRule
	}
	a.size = view.Size{W: max(0, width), H: max(0, end-a.body)}
	return a
}

// tooSmall reports that nothing useful fits.
func tooSmall(width, height int) bool { return width < minWidth || height < minHeight }
