// Package rows draws a short list that is held in memory: a pointer at one of its rows, as much of it as there is
// room for, and every row a place to click. Long lists are tables.
package rows

import (
	"image"
	"strings"

	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
)

// Indent is the room of the pointer, in cells.
const Indent = 2

// Pick says that a row was clicked.
type Pick struct {
	Of any // as given to Render
	At int
}

// Render draws rows, the pointer at one of them, or at none below zero. A row may have several lines and a cursor.
// Where they do not all fit, as many are shown as leave the pointed one and its neighbours in sight. of names the
// list in a Pick; it must be comparable.
func Render(th *theme.Theme, of any, list []view.Frame, at int, size view.Size) view.Frame {
	from, to := window(list, at, size.H)
	shown := make([]view.Frame, 0, to-from)
	for i := from; i < to; i++ {
		row := place.Indent(list[i], Indent)
		if i == at {
			row.Content = th.Paint(theme.Accent, th.Glyph.Pointer) + " " + strings.TrimPrefix(row.Content, "  ")
		}
		area := image.Rect(0, 0, size.W, place.Height(row))
		row.Zones = append(row.Zones, view.Zone{Area: area, Msg: Pick{Of: of, At: i}})
		shown = append(shown, row)
	}
	return place.Crop(th, place.Column(shown...), size)
}

// window is the part of the list that fits: rows from, up to but without to.
func window(list []view.Frame, at, height int) (from, to int) {
	at = min(max(at, 0), max(len(list)-1, 0))
	if len(list) == 0 || height < 1 {
		return 0, 0
	}
	from, to = at, at+1
	room := height - place.Height(list[at])
	for grew := true; grew; {
		grew = false
		if to < len(list) && place.Height(list[to]) <= room {
			room, to, grew = room-place.Height(list[to]), to+1, true
		}
		if from > 0 && place.Height(list[from-1]) <= room {
			room, from, grew = room-place.Height(list[from-1]), from-1, true
		}
	}
	return from, to
}
