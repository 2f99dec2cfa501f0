// Package medium is the picture, video or document at the head of a draft: what stands there, what is missing, and the
// page on which a file is chosen. What WhatsApp would refuse is refused there, and nothing is changed by it.
package medium

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
)

// Store is the part of the shop file that keeps what stands at the head of broadcasts.
type Store interface {
	Broadcasts(ctx context.Context) ([]store.Broadcast, error)
	Media(ctx context.Context, id store.BroadcastID) (store.Media, error)
	SetMedia(ctx context.Context, id store.BroadcastID, m store.Media) error
}

// Head is what a draft has at its head.
type Head struct {
	Env     *view.Env
	Store   Store
	Of      store.BroadcastID // 0: the draft is not saved yet
	Message *store.Message    // nil without a template
	Media   store.Media
	Planned bool // a time is confirmed for what stands there now
}

// kind is what the template wants there, "" for nothing that is a file.
func (h Head) kind() string {
	if h.Message == nil {
		return ""
	}
	if kind := h.Message.MediaHeader(); kind != "LOCATION" {
		return kind
	}
	return ""
}

// Missing says that the template wants what the draft does not have; "" where nothing is missing.
func (h Head) Missing() string {
	if h.kind() == "" || h.kind() == h.Media.Kind {
		return ""
	}
	return h.Env.Say.T("no %s yet", h.Env.Say.Media(h.kind()))
}

// Render draws what stands at the head, or that it is missing. Without one there is nothing to draw.
func (h Head) Render(width int) view.Frame {
	th, p := h.Env.Theme, h.Env.Say
	if h.kind() == "" {
		return view.Frame{}
	}
	if h.Missing() != "" {
		lines := theme.Wrap(th.Mark(theme.Warn, p.T("The template has %s at its head: it is not sent without. ctrl+o chooses the file.", p.Head(h.kind()))), width)
		return place.Text(append(lines, " ")...)
	}
	return place.Text(th.Fit(th.Paint(theme.Strong, p.Media(h.kind()))+" "+th.Mark(theme.Good, Called(p, h.Media)), width), " ")
}

// Called is what a medium is called, and how large it is.
func Called(p *say.Printer, m store.Media) string {
	if m.Link != "" {
		return theme.Safe(m.Link).String()
	}
	return theme.Safe(m.Name).String() + " · " + size(p, m.Size)
}

// size is how large a file is, as people say it.
func size(p *say.Printer, bytes int) string {
	const kilo, mega = 1 << 10, 1 << 20
	switch {
	case bytes < 10*kilo:
		return p.T("%s KB", p.Tenths(float64(bytes)/kilo))
	case bytes < mega:
		return p.T("%s KB", p.Number(bytes/kilo))
	}
	return p.T("%s MB", p.Tenths(float64(bytes)/mega))
}

// Actions is the key that chooses the file, where the template wants one.
func (h Head) Actions() []view.Action {
	p := h.Env.Say
	if h.kind() == "" {
		return nil
	}
	return []view.Action{{Keys: []string{"ctrl+o"}, Label: p.Media(h.kind()), Help: p.T("Choose the file that stands at the head of the message."), Run: func() tea.Cmd {
		return view.Send(view.Ask{Owner: view.Broadcasts, Dialog: New(h.Env, h.Store, h.Of, h.kind())})
	}, Off: func() string {
		switch {
		case h.Planned:
			return p.T("It is planned as it is. Take the plan back in step 5 first.")
		case h.Of == 0:
			return p.T("One moment: it is being saved.")
		}
		return ""
	}}}
}
