package cli

import (
	"context"
	"time"

	"pregon/store"
	"pregon/ui/say"
)

// atOnce is the time of --at that means without waiting.
const atOnce = "now"

// sendTime is when a broadcast that has not started is to go out: as --at says, else at the time it was composed
// for; zero is at once.
func (l *line) sendTime(ctx context.Context, s *store.Store, b store.Broadcast, at string) (time.Time, error) {
	switch {
	case at == atOnce, at == "" && !b.SendAt.After(l.Now()):
		return time.Time{}, nil
	case at == "":
		return b.SendAt, nil
	}
	when, err := l.moment(ctx, s, at)
	if err != nil {
		return time.Time{}, err
	}
	return when, l.ahead(ctx, s, when)
}

// ahead refuses a time that is over: the next start of a service would otherwise decide when it goes out.
func (l *line) ahead(ctx context.Context, s *store.Store, at time.Time) error {
	if at.IsZero() || at.After(l.Now()) {
		return nil
	}
	return l.refuse(l.say.T("%s is over. Nothing was changed.", l.zoned(ctx, s).Exact(at)),
		l.say.T("Name a time to come, or leave %s out.", "--at"))
}

// confirm puts on the record that a broadcast goes out at its time, and to how many.
func (l *line) confirm(ctx context.Context, shop *Shop, b store.Broadcast, at time.Time, f sendFlags) error {
	if err := l.prepare(ctx, shop, b); err != nil {
		return err
	}
	check, err := shop.Store.Check(ctx, b.ID)
	if err != nil {
		return err
	}
	if check.Sendable == 0 {
		return &store.BlockedError{Blockers: check.Blockers}
	}
	plan := store.Schedule{
		At: at, Staff: l.staff(ctx, shop.Store, f.staff), People: check.Sendable, WithoutFeed: f.withoutFeed,
	}
	if err := shop.Store.ScheduleBroadcast(ctx, b.ID, plan); err != nil {
		return err
	}
	b, err = shop.Store.Broadcast(ctx, b.ID)
	if err != nil {
		return err
	}
	l.tell(l.say.T("%s has to be running then. If it is not, nothing is sent and you are asked.", "pregon serve"))
	return l.print(outcomeDocument{b.ID, b.State, countsOf(b.Counts), b.Reason}, func(p *paper) {
		p.line(l.say.T("Confirmed: it goes out to %d people on %s.", check.Sendable, l.zoned(ctx, shop.Store).Exact(at)))
	})
}

// scheduleLines say when a broadcast is to go out, who confirmed it, and what has to be decided.
func (l *line) scheduleLines(b store.Broadcast, zoned *say.Printer) []string {
	if b.State != store.BroadcastScheduled {
		return nil
	}
	send := "pregon broadcast send " + itoa(b.ID) + " --yes"
	lines := []string{l.say.T("To go out on %s.", zoned.Exact(b.SendAt))}
	if b.Confirmed.Given() {
		lines = append(lines, l.say.T("Confirmed by %s for %d people.", safe(b.Confirmed.By), b.Confirmed.People))
	} else if b.Asks() == "" {
		lines = append(lines, l.say.T("Nobody has confirmed it, so it does not go out by itself. Confirm it: %s", send))
	}
	if b.Asks() == "" {
		return lines
	}
	lines = append(lines, l.say.T("It did not go out. %s Nothing was sent.", l.say.Asks(string(b.Asks()))))
	if b.Asks() == store.QuestionBlocked {
		lines = append(lines, l.say.T("See what keeps it: %s", "pregon broadcast check "+itoa(b.ID)))
	}
	return append(lines, l.say.T("Send it now with %s, later with %s, or end it with %s.", send, "--at", "pregon broadcast cancel "+itoa(b.ID)))
}

// stateCell is a broadcast's state in a list, with its time where it is scheduled.
func (l *line) stateCell(b store.Broadcast, zoned *say.Printer) string {
	switch {
	case b.State != store.BroadcastScheduled:
		return l.say.Broadcast(string(b.State))
	case b.Asks() != "" || !b.Confirmed.Given():
		return l.say.T("to be decided, %s", zoned.Exact(b.SendAt))
	}
	return l.say.T("scheduled, %s", zoned.Exact(b.SendAt))
}
