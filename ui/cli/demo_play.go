package cli

import (
	"context"
	"strings"
	"time"

	"pregon/assets"
	"pregon/sender"
	"pregon/store"
	"pregon/ui/theme"
)

// playWithin is how long the run through may take at most.
const playWithin = 25 * time.Second

// play plays the main job through once, in plain lines.
func (l *line) play(ctx context.Context, p *practice) error {
	ctx, cancel := context.WithTimeout(ctx, playWithin)
	defer cancel()
	n := l.say.Number
	l.step(l.say.T("A practice shop, %s. Nothing leaves this machine.", practiceName))
	l.step(safe(p.Store.Path()).String())
	if l.sample.Rows > 0 {
		l.step(l.say.T("Import: %s rows, %s added, %s opted in with proof, %s without proof, %s not taken.", n(l.sample.Rows),
			n(l.sample.Added), n(l.sample.OptedIn), n(l.sample.Unproven), n(l.sample.Rejected)))
	}
	if err := l.playCounter(ctx, p.Store); err != nil {
		return err
	}
	id, err := l.playCompose(ctx, p.Store)
	if err != nil {
		return err
	}
	check, err := p.Store.Check(ctx, id)
	if err != nil {
		return err
	}
	prices, err := store.ReadPrices(assets.Rates())
	if err != nil {
		return err
	}
	lines := &paper{}
	l.checkLines(lines, l.say, check, prices.Cost(check, l.Now()))
	l.step(l.say.T("Check:") + "\n" + strings.TrimSuffix(lines.String(), "\n"))
	ended, err := p.Engine.Run(ctx, id, sender.RunOptions{Start: store.Start{Staff: practiceStaff}})
	if err != nil {
		return err
	}
	if ended.State != store.BroadcastDone {
		return l.finished(ctx, p.Store, id, ended, nil)
	}
	l.step(l.say.T("Sent. Now the feed tells what became of each message."))
	if err := p.sandbox.Drain(ctx); err != nil {
		return err
	}
	b, err := p.Store.Broadcast(ctx, id)
	if err != nil {
		return err
	}
	document, err := l.reportOf(ctx, p.Store, b)
	if err != nil {
		return err
	}
	return l.print(document, func(w *paper) {
		l.reportLines(w, l.zoned(ctx, p.Store), b, document)
		w.line(l.say.T("To see the app, give the same command in a terminal: %s", "pregon demo"))
	})
}

// step tells a stage of the play: a part of the result for people, and no part of the JSON.
func (l *line) step(text string) {
	if l.json {
		l.tell(text)
		return
	}
	_, _ = l.Out.Write([]byte(text + "\n")) // a reader who left early misses the rest
}

// playCounter is a morning at the counter: a yes, a no, and somebody who has had enough.
func (l *line) playCounter(ctx context.Context, s *store.Store) error {
	ids, err := s.ContactIDs(ctx, "consent:none "+l.playAudience(), store.SortID)
	if err != nil {
		return err
	}
	if len(ids) > 1 {
		in := store.OptIn{Contact: ids[0], Method: store.MethodSpoken, Notice: "optin-" + l.playLanguage(), Staff: practiceStaff}
		if _, err := s.RecordOptIn(ctx, in); err != nil {
			return err
		}
		saved := store.SavedNumber{Contact: ids[0], Grade: store.GradeSeenByStaff, Staff: practiceStaff}
		if _, err := s.RecordSavedNumber(ctx, saved); err != nil {
			return err
		}
		if err := l.playTold(ctx, s, ids[0], func(name theme.Text) string {
			return l.say.T("At the counter: %s agrees and shows the saved number.", name)
		}); err != nil {
			return err
		}
		if _, err := s.RecordRefusal(ctx, ids[1], practiceStaff, ""); err != nil {
			return err
		}
		if err := l.playTold(ctx, s, ids[1], func(name theme.Text) string { return l.say.T("At the counter: %s says no, and is left alone.", name) }); err != nil {
			return err
		}
	}
	ids, err = s.ContactIDs(ctx, "sendable:yes "+l.playAudience(), store.SortID)
	if err != nil || len(ids) < 2 {
		return err
	}
	if _, err := s.RecordOptOut(ctx, store.OptOut{Contact: ids[0], Reason: "STOP", Staff: practiceStaff}); err != nil {
		return err
	}
	return l.playTold(ctx, s, ids[0], func(name theme.Text) string { return l.say.T("%s has had enough, and is out at once.", name) })
}

func (l *line) playTold(ctx context.Context, s *store.Store, id store.ContactID, words func(name theme.Text) string) error {
	c, err := s.Contact(ctx, id)
	if err == nil {
		l.step(words(safe(c.Name)))
	}
	return err
}

func (l *line) playLanguage() string { return l.say.Language()[:2] }

func (l *line) playAudience() string { return "lang:" + l.playLanguage() }

// playCompose composes the practice broadcast in the reader's language.
func (l *line) playCompose(ctx context.Context, s *store.Store) (store.BroadcastID, error) {
	language := l.playLanguage()
	if language == "pt" {
		language = "pt_BR"
	}
	b, err := s.CreateBroadcast(ctx, store.Draft{
		Name: l.say.T("Bread on Saturday"), Template: "fresh_bread", Language: language, Audience: l.playAudience(),
		Bindings: store.Bindings{
			"1": {Field: "first_name", Fallback: l.say.T("neighbour")}, "2": {Value: l.say.T("Saturday")}, "3": {Value: l.say.T("sourdough")},
			"4": {Value: "9:00"},
		},
	}, practiceStaff)
	if err == nil {
		l.step(l.say.T("Composed: “%s” to %s.", b.Name, l.playAudience()))
	}
	return b.ID, err
}
