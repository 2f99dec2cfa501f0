// Package person is the page of one contact: who she is, why she can or cannot get a broadcast, and everything
// that ever happened between her and the shop, the newest first.
package person

import (
	"context"
	"image"
	"slices"
	"strings"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
)

// Reader is what the page asks of the shop file.
type Reader interface {
	Contact(ctx context.Context, id store.ContactID) (store.Contact, error)
	History(ctx context.Context, id store.ContactID) ([]store.LedgerEvent, error)
	ContactDeliveries(ctx context.Context, id store.ContactID) ([]store.PastDelivery, error)
}

// File is all that is known of one contact.
type File struct {
	contact    store.Contact
	events     []store.LedgerEvent
	broadcasts []store.PastDelivery
}

// Read asks for the file of a contact; store.ErrNotFound where there is none.
func Read(ctx context.Context, s Reader, id store.ContactID) (File, error) {
	contact, err := s.Contact(ctx, id)
	if err != nil {
		return File{}, err
	}
	events, err := s.History(ctx, id)
	if err != nil {
		return File{}, err
	}
	broadcasts, err := s.ContactDeliveries(ctx, id)
	return File{contact, events, broadcasts}, err
}

// Page is one contact on screen.
type Page struct {
	Contact store.Contact
	words   *Words
	entries []entry
	at, top int
	open    map[string]bool // entries whose details are shown
}

// New returns the page of a contact. Where the page before is of the same one, it goes on where that stood.
func New(words *Words, f File, before *Page) *Page {
	p := &Page{Contact: f.contact, words: words, entries: words.history(f), open: map[string]bool{}}
	if before != nil && before.Contact.ID == p.Contact.ID {
		p.open, p.top = before.open, before.top
		p.at = min(before.at, max(0, len(p.entries)-1))
	}
	return p
}

// Move goes through the history.
func (p *Page) Move(key string) {
	step := map[string]int{
		"down": 1, "j": 1, "up": -1, "k": -1, "pgdown": 5, "pgup": -5, "home": -len(p.entries), "end": len(p.entries),
	}[key]
	p.at = max(0, min(p.at+step, len(p.entries)-1))
}

// Toggle shows or hides the details of the entry at the cursor.
func (p *Page) Toggle() {
	if p.at < len(p.entries) {
		id := p.entries[p.at].id
		p.open[id] = !p.open[id]
	}
}

// Pressed is a click on an entry of the history; its owner gives it to Click.
type Pressed struct{ at int }

// Click goes to the entry that was clicked, and opens or closes it.
func (p *Page) Click(press Pressed) {
	if press.at < len(p.entries) {
		p.at = press.at
		p.Toggle()
	}
}

// Render draws who she is, whether she can get it and why not, and her history. What is too long scrolls
// with the cursor, which is drawn where the page has the keys.
func (p *Page) Render(size view.Size, keys bool) view.Frame {
	th := p.words.env.Theme
	lines := append(p.head(size.W), "  "+th.Paint(theme.Muted, p.words.env.Say.T("History")))
	first, last := 0, 0
	zones := make([]view.Zone, 0, len(p.entries))
	for i, e := range p.entries {
		drawn := p.draw(e, keys && i == p.at, size.W)
		if i == p.at {
			first, last = len(lines), len(lines)+len(drawn)-1
		}
		zones = append(zones, view.Zone{Area: image.Rect(0, len(lines), size.W, len(lines)+len(drawn)), Msg: Pressed{i}})
		lines = append(lines, drawn...)
	}
	p.top = max(min(p.top, first), min(last-size.H+1, first))
	if p.at == 0 && last < size.H {
		p.top = 0
	}
	p.top = max(0, min(p.top, len(lines)-size.H))
	for i := range zones {
		zones[i].Area = zones[i].Area.Sub(image.Pt(0, p.top))
	}
	return place.Crop(th, view.Frame{Content: strings.Join(lines[p.top:], "\n"), Zones: zones}, size)
}

func (p *Page) head(width int) []string {
	c, th, say := p.Contact, p.words.env.Theme, p.words.env.Say
	parts := []string{p.words.Number(c).String(), theme.Safe(c.Language).String(), theme.Safe(strings.Join(c.Tags, " ")).String()}
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	about := strings.Join(parts, " "+th.Glyph.Separator+" ")
	lines := p.wrapped([]string{"  " + th.Paint(theme.Strong, p.words.Name(c).String())}, theme.Muted, about, width)
	if c.Verdict.Sendable() {
		_, since := p.words.Verdict(c)
		return append(lines, "  "+th.Mark(theme.Good, say.T("She can get broadcasts, %s.", since)))
	}
	lines = append(lines, "  "+say.T("Why can she not get it?"))
	for _, code := range c.Verdict.Why {
		role, _, long := p.words.why(code, c)
		lines = p.wrapped(lines, role, th.Sign(role)+" "+long, width)
	}
	if p.words.Mendable(c) {
		return append(lines, "  "+th.Glyph.Arrow+" "+th.Paint(theme.Key, "a")+" "+say.T("mends it at the counter"))
	}
	return append(lines, "  "+th.Glyph.Arrow+" "+th.Paint(theme.Muted, say.T("nothing you can do here")))
}

// draw draws one entry of the history, with its details where they are open.
func (p *Page) draw(e entry, here bool, width int) []string {
	th := p.words.env.Theme
	lead, date, text := "  ", p.words.env.Say.Exact(e.at), e.words
	if here {
		lead = th.Paint(theme.Accent, th.Glyph.Pointer) + " "
	}
	if sign := th.Sign(e.role); sign != "" {
		text = sign + " " + text
	}
	indent := theme.Width(date) + 4
	lead += th.Paint(theme.Muted, date) + "  "
	var lines []string
	add := func(role theme.Role, text string) {
		for _, line := range theme.Wrap(text, width-indent-1) {
			lines = append(lines, lead+th.Paint(role, line))
			lead = strings.Repeat(" ", indent)
		}
	}
	add(e.role, text)
	if p.open[e.id] {
		for _, detail := range e.details {
			add(theme.Muted, detail)
		}
	}
	return lines
}

func (p *Page) wrapped(lines []string, role theme.Role, text string, width int) []string {
	for _, line := range theme.Wrap(text, width-3) {
		lines = append(lines, "  "+p.words.env.Theme.Paint(role, line))
	}
	return lines
}
