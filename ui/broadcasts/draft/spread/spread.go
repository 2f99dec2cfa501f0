// Package spread lays out a draft: the step of the cursor beside the message, or above it where the room is narrow.
package spread

import (
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
)

// Part draws a part of the page in its room.
type Part func(view.Size) view.Frame

// Render draws the top, and below it the panel and the message. Where the room is narrow the message keeps so many
// lines, so that both are seen.
func Render(th *theme.Theme, size view.Size, top view.Frame, keeps int, panel, message Part) view.Frame {
	room := view.Size{W: size.W, H: max(1, size.H-place.Height(top))}
	if size.Narrow() {
		above := view.Size{W: room.W, H: max(2, room.H-keeps)}
		body := place.Crop(th, panel(above), above)
		return place.Column(top, body, message(view.Size{W: room.W, H: room.H - place.Height(body)}))
	}
	left := 32
	if size.Wide() {
		left = 44
	}
	right := view.Size{W: room.W - left - 3, H: room.H}
	return place.Column(top, place.Beside(message(view.Size{W: left, H: room.H}), left, 3, place.Crop(th, panel(right), right)))
}
