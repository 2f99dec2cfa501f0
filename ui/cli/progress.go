package cli

import (
	"context"
	"fmt"
	"strings"

	"pregon/sender"
	"pregon/store"
	"pregon/ui/say"
	"pregon/ui/theme"
)

// countsDocument is the contract's COUNTS: each recipient is in exactly one.
type countsDocument struct {
	Audience  int `json:"audience"`
	Queued    int `json:"queued"`
	Excluded  int `json:"excluded"`
	Sending   int `json:"sending"`
	Accepted  int `json:"accepted"`
	Sent      int `json:"sent"`
	Delivered int `json:"delivered"`
	Read      int `json:"read"`
	Failed    int `json:"failed"`
	Unknown   int `json:"unknown"`
	Cancelled int `json:"cancelled"`
}

func countsOf(c store.Counts) countsDocument {
	return countsDocument{
		c.Audience(), c[store.DeliveryQueued], c[store.DeliveryExcluded], c[store.DeliverySending], c[store.DeliveryAccepted],
		c[store.DeliverySent], c[store.DeliveryDelivered], c[store.DeliveryRead], c[store.DeliveryFailed],
		c[store.DeliveryUnknown], c[store.DeliveryCancelled],
	}
}

// countLine is the counts in words, those that are not zero.
func (l *line) countLine(c store.Counts) string {
	parts := []string{l.say.T("%d in the audience", c.Audience())}
	for _, state := range []store.DeliveryState{
		store.DeliveryQueued, store.DeliverySending, store.DeliveryAccepted, store.DeliverySent, store.DeliveryDelivered,
		store.DeliveryRead, store.DeliveryFailed, store.DeliveryUnknown, store.DeliveryExcluded, store.DeliveryCancelled,
	} {
		if c[state] > 0 {
			parts = append(parts, l.say.Number(c[state])+" "+l.say.Tally(string(state)))
		}
	}
	return strings.Join(parts, ", ")
}

// barWidth is the bar's cells.
const barWidth = 24

// progressLine is one picture of a run: with a bar for a terminal.
func (l *line) progressLine(p sender.Progress, bar bool) string {
	total := p.Counts.Audience()
	done := total - p.Counts[store.DeliveryQueued] - p.Counts[store.DeliverySending]
	text := l.say.T("%d of %d", done, total)
	if bar {
		glyphs := theme.Unicode()
		if theme.WantsASCII(l.Env) {
			glyphs = theme.ASCII()
		}
		filled := barWidth
		if total > 0 {
			filled = done * barWidth / total
		}
		text = strings.Repeat(glyphs.Bar, filled) + strings.Repeat(glyphs.Track, barWidth-filled) + " " + text
	}
	if p.Rate > 0 {
		text += "  " + l.say.T("%s a second", fmt.Sprintf("%.0f", p.Rate))
	}
	switch {
	case p.Hung != nil:
		text += "  " + l.say.Hung(p.Hung.PID, safe(p.Hung.Host).String(), p.Hung.BeatAt)
	case p.Wait.Reason != "":
		text += "  " + l.say.Waits(string(p.Wait.Reason), p.Wait.Until, l.Now())
	case p.Slower != "":
		text += "  " + l.say.Slower(string(p.Slower))
	case p.Left > 0:
		text += "  " + l.say.T("about %s left", l.say.Duration(p.Left))
	}
	return text
}

func (l *line) showProgress(text string, live bool) {
	if live {
		_, _ = fmt.Fprint(l.Err, "\r\x1b[2K"+text)
		return
	}
	l.tell(text)
}

// zoned speaks in the shop's time.
func (l *line) zoned(ctx context.Context, s *store.Store) *say.Printer {
	settings, err := s.Shop(ctx)
	if err != nil {
		return l.say // the machine's time will do
	}
	return l.say.In(settings.Location())
}
