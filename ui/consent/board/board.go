// Package board counts where everybody stands, and knows the query that lists those it counts.
package board

import (
	"image"
	"strings"
	"time"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
)

// Lately is how far the board looks back at withdrawals.
const Lately = 30 * 24 * time.Hour

// Page is the board on screen.
type Page struct {
	env    *view.Env
	counts store.Board
	loaded bool
	at     int
}

// New returns a board without counts, with the cursor on those who can get a broadcast.
func New(env *view.Env) *Page { return &Page{env: env, at: 1} }

// Count puts new counts on the board.
func (b *Page) Count(counts store.Board) { b.counts, b.loaded = counts, true }

// Reviews is the query of the line that counts what waits for a person; it leads to the queue and not to a list.
const Reviews = "reviews"

// Pressed is a click on a line; its owner gives it to Click.
type Pressed struct{ at int }

// Click goes to the line that was clicked.
func (b *Page) Click(press Pressed) { b.at = press.at }

// Query lists those whom the line of the cursor counts.
func (b *Page) Query() string { return b.rows()[b.at].query }

// row is one count, and the query that lists those it counts.
type row struct {
	role  theme.Role
	count int
	label string
	query string
}

const rowsOfBoard = 11

// Move goes through the lines.
func (b *Page) Move(key string) {
	step := map[string]int{"down": 1, "j": 1, "up": -1, "k": -1, "home": -rowsOfBoard, "end": rowsOfBoard}[key]
	b.at = max(0, min(b.at+step, rowsOfBoard-1))
}

func (b *Page) rows() []row {
	say, c := b.env.Say, b.counts
	return []row{
		{theme.Plain, c.Contacts, say.T("contacts"), ""},
		{theme.Good, c.Sendable, say.T("can get broadcasts"), "sendable:yes"},
		{theme.Warn, c.Reviews, say.T("wait for your judgement: was it a refusal?"), Reviews},
		{theme.Warn, c.NotSaved, say.T("agreed, but our number is not saved"), "consent:given OR consent:confirmed saved:no"},
		{theme.Warn, c.NotAsked, say.T("not asked yet"), "consent:none"},
		{theme.Warn, c.Asked, say.T("asked, no answer"), "consent:asked"},
		{theme.Warn, c.ExpireSoon, say.T("agreed, and that runs out within 60 days"), store.ExpireSoonQuery},
		{theme.Warn, c.Expired, say.T("agreed too long ago"), "consent:expired"},
		{theme.Bad, c.Refused, say.T("said no"), "consent:refused"},
		{theme.Bad, c.Withdrawn, say.T("withdrew, %d of them in 30 days", c.WithdrawnSince), "consent:withdrawn"},
		{theme.Bad, c.Stopped, say.T("stopped in WhatsApp"), "platform:stopped"},
	}
}

// Render draws the counts, with a sign of what each means.
func (b *Page) Render(size view.Size) view.Frame {
	say, th := b.env.Say, b.env.Theme
	lines := []string{"  " + th.Paint(theme.Strong, say.T("Where everybody stands"))}
	if size.H > rowsOfBoard+2 {
		lines = append(lines, " ")
	}
	if !b.loaded {
		return place.Text(lines...)
	}
	var zones []view.Zone
	for i, r := range b.rows() {
		zones = append(zones, view.Zone{Area: image.Rect(0, len(lines), size.W, len(lines)+1), Msg: Pressed{i}})
		lead, sign := "  ", th.Sign(r.role)
		if i == b.at {
			lead = th.Paint(theme.Accent, th.Glyph.Pointer) + " "
		}
		line := theme.PadLeft(say.Number(r.count), 8) + "  " + theme.PadRight(sign, 2)
		if r.count == 0 {
			r.role = theme.Muted
		}
		lines = append(lines, lead+th.Paint(r.role, line+r.label))
	}
	if b.counts.Contacts == 0 {
		lines = append(lines, " ")
		for _, line := range theme.Wrap(say.T("Nobody here yet. The counter adds who agrees; esc goes there."), size.W-3) {
			lines = append(lines, "  "+th.Paint(theme.Muted, line))
		}
	}
	return place.Crop(th, view.Frame{Content: strings.Join(lines, "\n"), Zones: zones}, size)
}
