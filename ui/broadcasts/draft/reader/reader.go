// Package reader shows a message as those will see it who get it, one after the other.
package reader

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/bubble"
	"pregon/ui/widget/place"
)

// Store finds those who get a draft.
type Store interface {
	Recipients(ctx context.Context, draft store.Draft, offset, limit int) ([]store.Contact, error)
}

// Pane is the preview. The zero value is not ready.
type Pane struct {
	env   *view.Env
	store Store
	draft store.Draft
	loose bool // also who lacks a word
	of    int  // readers there are
	nth   int  // of them, from 0
	who   store.Contact
	asked view.Latest
	skip  int // lines of the text above those shown
	most  int // that can be skipped; noted while drawing
}

// New returns a pane without readers. Its answers go to the tab of broadcasts.
func New(env *view.Env, s Store) *Pane { return &Pane{env: env, store: s} }

// Meet shows the message to the readers of a draft, of whom there are so many. While the words are still being
// chosen, loose shows it also to those who lack one, who will be left out.
func (r *Pane) Meet(draft store.Draft, of int, loose bool) tea.Cmd {
	draft.Bindings = maps.Clone(draft.Bindings)
	if draft.Audience != r.draft.Audience {
		r.nth = 0
	}
	r.draft, r.of, r.loose = draft, of, loose
	r.nth = min(r.nth, max(0, of-1))
	return r.ask()
}

// Leaf goes to another reader; behind the last comes the first.
func (r *Pane) Leaf(by int) tea.Cmd {
	if r.of == 0 {
		return nil
	}
	r.nth = (r.nth + by + r.of) % r.of
	return r.ask()
}

// Scroll moves a message that is too tall for its room.
func (r *Pane) Scroll(by int) { r.skip = min(max(0, r.skip+by), r.most) }

func (r *Pane) ask() tea.Cmd {
	if r.of == 0 {
		r.asked.Drop()
		r.who = store.Contact{}
		return nil
	}
	draft, nth := r.draft, r.nth
	if r.loose {
		draft.Bindings = nil
	}
	return view.Do(r.env, view.Broadcasts, &r.asked, func(ctx context.Context) ([]store.Contact, error) {
		list, err := r.store.Recipients(ctx, draft, nth, 1)
		if err != nil {
			return nil, fmt.Errorf("find a reader: %w", err)
		}
		return list, nil
	})
}

// Update takes the answer; without one the reader before stays.
func (r *Pane) Update(msg tea.Msg) {
	if answer, ok := msg.(view.Result[[]store.Contact]); ok && answer.Of(&r.asked) && answer.Err == nil {
		r.who = store.Contact{}
		if len(answer.Value) == 1 {
			r.who = answer.Value[0]
		}
	}
}

// Render draws a message as the reader sees it, or as it is written. nil is no message.
func (r *Pane) Render(m *store.Message, written bool, size view.Size) view.Frame {
	if m == nil || size.W < 14 || size.H < 3 {
		return view.Frame{}
	}
	p, th := r.env.Say, r.env.Theme
	head, params, whole := p.T("As it is written"), store.Params{}, true
	if !written && r.who.ID != 0 {
		params, whole = r.draft.Bindings.Params(m, r.who)
		head = r.head(size.W)
	}
	lines := []string{th.Paint(theme.Muted, head)}
	if !whole && r.loose && !r.unbound(m) {
		lines = append(lines, th.Mark(theme.Warn, th.Truncate(p.T("has no word for a place: left out"), size.W-2, theme.Right)))
	}
	drawn, hidden := bubble.Render(th, p, r.drawn(m, params), view.Size{W: size.W, H: size.H - len(lines)}, r.skip)
	r.most = hidden
	r.skip = min(r.skip, hidden)
	return place.Crop(th, place.Text(append(lines, drawn)...), size)
}

// unbound says that some place has no words for anybody yet, which is not the reader's fault.
func (r *Pane) unbound(m *store.Message) bool {
	return slices.ContainsFunc(m.Parameters(), func(place store.Parameter) bool {
		b := r.draft.Bindings[place.Key]
		return b.Value == "" && b.Field == ""
	})
}

// head says who the reader is, and that there are others.
func (r *Pane) head(width int) string {
	p, th := r.env.Say, r.env.Theme
	counter := th.Glyph.LeftKey + " " + p.T("%d of %d", r.nth+1, r.of) + " " + th.Glyph.RightKey
	name := r.who.Name
	if strings.TrimSpace(name) == "" {
		name = r.who.Address(p.T("erased"))
	}
	head := counter + "  " + p.T("as %s sees it", theme.Safe(name))
	if theme.Width(head) > width {
		head = th.Truncate(counter+"  "+theme.Safe(name).String(), width, theme.Right)
	}
	return head
}

func (r *Pane) drawn(m *store.Message, params store.Params) bubble.Message {
	file := ""
	if r.draft.Media.Kind == m.MediaHeader() {
		file = r.draft.Media.Name
	}
	out := bubble.Message{
		Media: m.MediaHeader(), File: file, Header: m.Part("HEADER").Fill(params), Body: m.Part("BODY").Fill(params), Footer: m.Part("FOOTER").Text,
		Clock: r.env.Say.Clock(r.env.Now()), Ticks: 2,
	}
	for _, b := range m.Part("BUTTONS").Buttons {
		out.Buttons = append(out.Buttons, bubble.Button{Type: b.Type, Label: b.Text})
	}
	return out
}
