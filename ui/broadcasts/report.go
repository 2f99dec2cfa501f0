package broadcasts

import (
	"image"
	"strings"
	"time"

	"pregon/store"
	"pregon/ui/broadcasts/people"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/meter"
	"pregon/ui/widget/place"
	"pregon/ui/widget/rows"
)

// Render draws how far it is, and below it what is new or, at the end, the report.
func (w *watcher) Render(size view.Size) view.Frame {
	th := w.env.Theme
	lines := w.head(size.W)
	if w.asks != "" {
		lines = append(lines, theme.Wrap(th.Mark(theme.Warn, w.asks), size.W)...)
	}
	lines = append(lines, "")
	if w.over() {
		tail := w.overTime(size.W)
		head := place.Text(lines...)
		bars := w.bars(view.Size{W: size.W, H: size.H - len(lines) - len(tail)})
		return place.Crop(th, place.Column(head, bars, place.Text(tail...)), size)
	}
	return place.Crop(th, place.Column(place.Text(lines...), w.counts(size.W), place.Text(" "), place.Text(w.feed(size.W)...)), size)
}

// head is the name, the state in words, the bar, and why nobody is called now.
func (w *watcher) head(width int) []string {
	p, th, b := w.env.Say, w.env.Theme, w.now.b
	words := state(p, b.State)
	dot := " " + th.Glyph.Separator + " "
	running := w.goes() && b.State == store.BroadcastSending
	if running && w.now.progress.Elsewhere {
		words += dot + p.T("from another Pregón")
	}
	if running && w.now.progress.Rate >= 1 {
		words += dot + p.T("%d a second", int(w.now.progress.Rate))
	}
	if running && w.now.progress.Left > 0 {
		words += dot + p.T("%s left", p.Duration(w.now.progress.Left))
	}
	total := b.Counts.Audience()
	if w.over() {
		words += " " + p.Ago(b.StartedAt, w.env.Now()) + dot + p.T("by %s", theme.Safe(b.StartedBy)) + dot + p.T("%d people", total)
	}
	look := th.Paint(stateRole(b.State), words)
	lines := []string{th.Fit(th.Paint(theme.Strong, theme.Safe(b.Name).String()), width-theme.Width(look)-2) + "  " + look}
	if !w.over() {
		done := total - w.waiting()
		tail := "  " + p.Percent(done, total) + "  " + p.T("%d of %d", done, total)
		c := b.Counts
		lines = append(lines, meter.Stack(th, max(4, width-theme.Width(tail)), total,
			meter.Part{Count: accepted(c), Role: theme.Good}, meter.Part{Count: c[store.DeliveryFailed], Role: theme.Bad},
			meter.Part{Count: c[store.DeliveryExcluded] + c[store.DeliveryUnknown] + c[store.DeliveryCancelled], Role: theme.Warn})+tail)
	}
	if why := w.why(); why != "" {
		lines = append(lines, theme.Wrap(th.Mark(theme.Warn, why), width)...)
	}
	return lines
}

// why says what it waits for, or why it stopped; a wait is never silent.
func (w *watcher) why() string {
	p, b, progress := w.env.Say, w.now.b, w.now.progress
	switch {
	case b.State == store.BroadcastPaused:
		return p.Stopped(b.Reason)
	case b.State != store.BroadcastSending:
		return ""
	case progress.Err != nil:
		return p.T("Pregón had to stop sending; nothing was lost. Press r to go on.")
	case progress.Hung != nil:
		hung := progress.Hung
		return p.Hung(hung.PID, theme.Safe(hung.Host).String(), hung.BeatAt)
	case !w.goes() && w.now.b.Counts[store.DeliveryQueued] > 0:
		return p.T("Nobody sends it now. Press r to go on here.")
	}
	return p.Waits(string(progress.Wait.Reason), progress.Wait.Until, w.env.Now())
}

// counts are all states on as few lines as they need; each can be clicked as in the report.
func (w *watcher) counts(width int) view.Frame {
	th, lines := w.env.Theme, []view.Frame{{}}
	for n, l := range w.lines() {
		if l.detail {
			continue
		}
		role, pointer := l.role, ""
		if l.count == 0 {
			role = theme.Muted
		}
		if n == w.at {
			pointer = th.Paint(theme.Accent, th.Glyph.Pointer)
		}
		words := pointer + th.Paint(theme.Muted, l.label) + " " + th.Paint(role, w.env.Say.Number(l.count))
		item := place.Text(words)
		item.Zones = []view.Zone{{Area: image.Rect(0, 0, theme.Width(words), 1), Msg: rows.Pick{Of: w, At: n}}}
		last := len(lines) - 1
		switch used := theme.Width(lines[last].Content); {
		case used == 0:
			lines[last] = item
		case used+3+theme.Width(words) <= width:
			lines[last] = place.Beside(lines[last], used, 3, item)
		default:
			lines = append(lines, item)
		}
	}
	return place.Column(lines...)
}

// feed is what is new of persons and of the broadcast, the newest first.
func (w *watcher) feed(width int) []string {
	p, th := w.env.Say, w.env.Theme
	var lines []string
	put := func(at time.Time, text string) {
		for i, part := range theme.Wrap(text, max(1, width-7)) {
			when := []string{p.Clock(at), "     "}[min(i, 1)]
			lines = append(lines, th.Paint(theme.Muted, when)+"  "+part)
		}
	}
	events := w.now.events
	for _, d := range w.now.news {
		for len(events) > 0 && events[0].At.After(people.Moment(d)) {
			put(events[0].At, "  "+w.event(events[0]))
			events = events[1:]
		}
		words, role := people.Fate(p, d)
		if d.State == store.DeliveryExcluded {
			words = p.T("%s: not sent", words)
		}
		put(people.Moment(d), th.Mark(role, theme.Safe(people.Called(p, d)).String()+": "+words))
	}
	for _, e := range events {
		put(e.At, "  "+w.event(e))
	}
	return lines
}

func (w *watcher) event(e store.BroadcastEvent) string {
	p := w.env.Say
	switch e.Type {
	case "waiting":
		return p.Waits(e.Reason, e.Until, w.env.Now())
	case "unknown_resend":
		return p.T("%s decided: one of the unknown is sent again", theme.Safe(e.Staff))
	case "unknown_give_up":
		return p.T("%s decided: one of the unknown is given up", theme.Safe(e.Staff))
	case "asked":
		return p.Asks(e.Reason)
	case "slowed":
		return p.T("Meta asked to go slower")
	case string(store.BroadcastPaused):
		return p.Stopped(e.Reason)
	case string(store.BroadcastSending):
		return p.T("goes, by %s", theme.Safe(e.Staff))
	}
	return state(p, store.BroadcastState(e.Type))
}

// bars are the report: each line with its count and its share of all.
func (w *watcher) bars(size view.Size) view.Frame {
	p, th := w.env.Say, w.env.Theme
	list, total := w.lines(), w.now.b.Counts.Audience()
	const label = 14
	shown := make([]view.Frame, 0, len(list))
	for _, l := range list {
		count := theme.PadLeft(p.Number(l.count), 7)
		if l.detail {
			text := th.Truncate(count+"  "+th.Paint(theme.Muted, l.label), size.W-label-rows.Indent, theme.Right)
			shown = append(shown, place.Text(strings.Repeat(" ", label)+text))
			continue
		}
		bar := meter.Length(th, l.role, max(4, size.W-label-11), l.count, max(total, 1))
		shown = append(shown, place.Text(th.Fit(l.label, label)+count+"  "+bar))
	}
	return rows.Render(th, w, shown, w.at, size)
}

// overTime is when it was read, once somebody did.
func (w *watcher) overTime(width int) []string {
	p, th := w.env.Say, w.env.Theme
	if w.now.b.Counts[store.DeliveryRead] == 0 || width < 50 {
		return nil
	}
	span := p.T("%d h", int(readStep.Hours())*readSteps)
	return []string{"", " " + th.Paint(theme.Muted, p.T("Read over time")) + "  " + meter.Spark(th, theme.Good, w.now.reads) + "  " + th.Paint(theme.Muted, span)}
}
