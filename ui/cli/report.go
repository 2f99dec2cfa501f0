package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"pregon/sender"
	"pregon/store"
	"pregon/ui/say"
)

type failureDocument struct {
	Code  int    `json:"code"`
	Title string `json:"title"`
	Count int    `json:"count"`
}

type reportDocument struct {
	ID         store.BroadcastID    `json:"id"`
	Name       string               `json:"name"`
	Template   string               `json:"template"`
	Language   string               `json:"language"`
	State      store.BroadcastState `json:"state"`
	Reason     string               `json:"reason"`
	CreatedBy  string               `json:"created_by"`
	StartedAt  string               `json:"started_at"`
	FinishedAt string               `json:"finished_at"`
	Counts     countsDocument       `json:"counts"`
	Failures   []failureDocument    `json:"failures"`
	Excluded   map[string]int       `json:"excluded"`
	// Answered and StopsCaused count within three days of the arrival; a list leaves them out.
	Answered    *int   `json:"answered,omitempty"`
	StopsCaused *int   `json:"stops_caused,omitempty"`
	SendAt      string `json:"send_at"` // of a scheduled one
	// Waiting says who waits, why and until when; of a broadcast that goes on.
	Waiting []waitingDocument `json:"waiting"`
	// Plan says on which days those go out who are left of a broadcast that goes on; a list leaves it out.
	Plan []dayDocument `json:"plan,omitempty"`
}

// waitingDocument are people of a broadcast who wait for their time; an empty until is not known.
type waitingDocument struct {
	Reason sender.WaitReason `json:"reason"`
	Until  string            `json:"until"`
	Count  int               `json:"count"`
	until  time.Time
}

// waiting lists who waits for something of their own, and what the rest waits for as long as that lasts.
func (l *line) waiting(ctx context.Context, s *store.Store, b store.Broadcast) ([]waitingDocument, error) {
	documents := []waitingDocument{}
	left := b.Counts[store.DeliveryQueued]
	if b.State != store.BroadcastSending || left == 0 {
		return documents, nil
	}
	waits, err := s.Waits(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	for _, w := range waits {
		documents = append(documents, waitingDocument{sender.WaitOf(w.Reason), stamp(w.Until), w.People, w.Until})
		left -= w.People
	}
	events, err := s.BroadcastEvents(ctx, b.ID, 1)
	if err != nil || left == 0 || len(events) == 0 || events[0].Type != "waiting" || !events[0].Until.After(l.Now()) {
		return documents, err
	}
	all := waitingDocument{sender.WaitReason(events[0].Reason), stamp(events[0].Until), left, events[0].Until}
	return append(documents, all), nil
}

// remaining is how those go out who are left of a broadcast that goes on.
func (l *line) remaining(ctx context.Context, s *store.Store, b store.Broadcast) (store.Outlook, error) {
	if b.State != store.BroadcastSending || b.Counts[store.DeliveryQueued] == 0 {
		return store.Outlook{}, nil
	}
	return s.Remaining(ctx, b.ID)
}

func (l *line) reportCommand() *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use: "report ID", Short: l.say.T("what became of it, person by person with --csv"), Args: cobra.ExactArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			b, err := l.broadcast(ctx, shop.Store, args[0])
			if err != nil {
				return err
			}
			if path != "" {
				if err := l.reportCSV(ctx, shop.Store, b, path); err != nil || path == "-" {
					return err
				}
			}
			document, err := l.reportOf(ctx, shop.Store, b)
			if err != nil {
				return err
			}
			effects, err := shop.Store.Effects(ctx, b.ID)
			if err != nil {
				return err
			}
			document.Answered, document.StopsCaused = &effects.Answered, &effects.Stopped
			ahead, err := l.remaining(ctx, shop.Store, b)
			if err != nil {
				return err
			}
			document.Plan = planOf(ahead)
			return l.print(document, func(p *paper) {
				zoned := l.zoned(ctx, shop.Store)
				l.reportLines(p, zoned, b, document)
				l.planLines(p, zoned, ahead, l.say.T("What is left takes %d days.", ahead.Days))
			})
		}),
	}
	cmd.Flags().StringVar(&path, "csv", "", l.say.T("write one row for every person to this file"))
	return cmd
}

func (l *line) reportOf(ctx context.Context, s *store.Store, b store.Broadcast) (reportDocument, error) {
	failures, err := s.Failures(ctx, b.ID)
	if err != nil {
		return reportDocument{}, err
	}
	excluded, err := s.Excluded(ctx, b.ID)
	if err != nil {
		return reportDocument{}, err
	}
	document := reportDocument{
		ID: b.ID, Name: b.Name, Template: b.Template, Language: b.Language, State: b.State, Reason: b.Reason,
		CreatedBy: b.CreatedBy, StartedAt: stamp(b.StartedAt), FinishedAt: stamp(b.FinishedAt), Counts: countsOf(b.Counts),
		Failures: []failureDocument{}, Excluded: map[string]int{}, SendAt: stamp(b.SendAt),
	}
	for _, f := range failures {
		title := l.say.Failure(f.Code)
		if f.Reason == store.ReasonGivenUp {
			title = l.say.T("given up: nobody knows whether it arrived")
		}
		document.Failures = append(document.Failures, failureDocument{f.Code, title, f.Count})
	}
	for _, e := range excluded {
		document.Excluded[e.Reason] += e.Count
	}
	document.Waiting, err = l.waiting(ctx, s, b)
	return document, err
}

func (l *line) reportLines(p *paper, zoned *say.Printer, b store.Broadcast, document reportDocument) {
	p.line(safe(b.Name).String() + "  " + l.say.Broadcast(string(b.State)))
	rows := [][2]string{{l.say.T("Template"), safe(b.Template + " " + b.Language).String()}, {l.say.T("Composed by"), safe(b.CreatedBy).String()}}
	if !b.StartedAt.IsZero() {
		rows = append(rows, [2]string{l.say.T("Started"), zoned.Exact(b.StartedAt)})
	}
	if !b.FinishedAt.IsZero() {
		rows = append(rows, [2]string{l.say.T("Ended"), zoned.Exact(b.FinishedAt)})
	}
	p.pairs(rows...)
	if lines := l.scheduleLines(b, zoned); lines != nil {
		for _, text := range lines {
			p.line(text)
		}
		return
	}
	p.line(l.countLine(b.Counts))
	for _, reason := range sortedKeys(document.Excluded) {
		p.line("  " + l.say.T("left out, %s: %d", l.leftOut(store.Reason(reason)), document.Excluded[reason]))
	}
	for _, w := range document.Waiting {
		p.line("  " + l.say.T("for %d of them: %s", w.Count, zoned.Waits(string(w.Reason), w.until, l.Now())))
	}
	for _, f := range document.Failures {
		p.line("  " + l.say.T("failed, %s (%s): %d", f.Title, itoa(f.Code), f.Count))
	}
	if answered, stopped := document.Answered, document.StopsCaused; answered != nil && stopped != nil && *answered+*stopped > 0 {
		p.line(l.say.T("answered within three days: %d, stopped because of it: %d", *answered, *stopped))
	}
	if document.Counts.Unknown > 0 {
		p.line(l.say.T("Nobody knows what became of the unknown ones; they are never sent again by themselves."))
		p.line(l.say.T("Work them off: %s", "pregon broadcast unknown "+itoa(b.ID)))
	}
}

func (l *line) reportCSV(ctx context.Context, s *store.Store, b store.Broadcast, path string) error {
	w, done, err := l.output(path)
	if err != nil {
		return err
	}
	if err := l.recordExport(ctx, s, b.PublicID, itoa(b.Counts.Audience())+" report"); err != nil {
		return errors.Join(err, done())
	}
	out := csv.NewWriter(w)
	err = writeCells(out, []string{"phone", "name", "state", "reason", "code", "wamid", "attempted_at", "accepted_at", "delivered_at", "read_at", "user_id"})
	if err == nil {
		err = s.EachDelivery(ctx, b.ID, store.DeliveryFilter{}, func(d store.Delivery) error {
			code := ""
			if d.Code != 0 {
				code = itoa(d.Code)
			}
			return writeCells(out, []string{
				d.Phone.Digits(), d.Name, string(d.State), d.Reason, code, d.Wamid, stamp(d.AttemptedAt), stamp(d.AcceptedAt),
				stamp(d.DeliveredAt), stamp(d.ReadAt), d.UserID,
			})
		})
	}
	out.Flush()
	return errors.Join(err, out.Error(), done())
}

// leftOut says why people were left out, in a few words.
func (l *line) leftOut(reason store.Reason) string {
	words, _ := l.say.LeftOut(string(reason))
	return words
}
