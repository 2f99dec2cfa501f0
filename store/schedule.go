package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// MissedAfter is how late a scheduled broadcast may still start by itself.
const MissedAfter = 30 * time.Minute

// Question is why a scheduled broadcast asks its owner instead of starting.
type Question string

// The questions.
const (
	QuestionMissed      Question = "missed"      // its time passed while nothing ran
	QuestionGrew        Question = "grew"        // many more people would get it than were confirmed
	QuestionUnconfirmed Question = "unconfirmed" // nobody confirmed it
	QuestionBlocked     Question = "blocked"     // Check names what kept it from starting
	QuestionReworded    Question = "reworded"    // its template says something else than was confirmed
)

// AskError says that a scheduled broadcast did not start and asks its owner.
type AskError struct{ Question Question }

func (e *AskError) Error() string {
	return "the scheduled broadcast asks its owner: " + string(e.Question)
}

// ErrNotDue says that a scheduled broadcast has to wait for its time.
var ErrNotDue = errors.New("the broadcast is not due")

// Schedule is when a broadcast is to start and what a person accepted for it.
type Schedule struct {
	At    time.Time // zero takes it back to a draft
	Staff string
	// People is how many were to get it, as the person confirmed; 0: nobody
	// confirmed yet, and at its time it asks instead of starting.
	People int
	// WithoutFeed as in Start.
	WithoutFeed bool
}

// Confirmation is who confirmed a scheduled broadcast; zero when nobody has.
type Confirmation struct {
	By     string
	At     time.Time
	People int
}

// Given reports whether somebody confirmed.
func (c Confirmation) Given() bool { return c.People > 0 }

// Asks is the question a scheduled broadcast waits with, "" for none.
func (b Broadcast) Asks() Question {
	if b.State != BroadcastScheduled {
		return ""
	}
	return Question(b.Reason)
}

const (
	setSendAt       = `UPDATE broadcasts SET send_at = ?2, reason = '' WHERE id = ?1`
	confirmSchedule = `UPDATE broadcasts SET confirmed_by = ?, confirmed_at = ?, confirmed_people = ?, without_feed = ?
		WHERE id = ?`
	askOwner     = `UPDATE broadcasts SET reason = ? WHERE id = ? AND state = 'scheduled'`
	dueSchedules = `SELECT id FROM broadcasts WHERE state = 'scheduled' AND reason = '' AND send_at <= ? AND send_at > 0
		ORDER BY send_at, id`
	sendingBroadcasts = `SELECT id FROM broadcasts WHERE state = 'sending' ORDER BY id`
)

// grewBeyond reports whether more than a tenth more people would get a
// broadcast than were confirmed.
func grewBeyond(confirmed, now int) bool { return 10*now > 11*confirmed }

// ScheduleBroadcast sets or, with a zero time, takes back when a broadcast is
// to start. With Schedule.People it is confirmed, for these words and people at
// this time: an edit takes that back. Fails with *BlockedError where it could
// not start, *AskError where many more would get it than were confirmed,
// *MoveError once it started, or ErrNotFound.
func (s *Store) ScheduleBroadcast(ctx context.Context, id BroadcastID, plan Schedule) error {
	b, err := s.Broadcast(ctx, id)
	if err != nil {
		return err
	}
	to := BroadcastScheduled
	if plan.At.IsZero() {
		to = BroadcastDraft
	}
	if b.State != BroadcastDraft && b.State != BroadcastScheduled {
		return &MoveError{Of: "broadcast", From: string(b.State), To: string(to)}
	}
	confirmed := plan.People > 0 && !plan.At.IsZero()
	if confirmed {
		if err := s.mayConfirm(ctx, id, plan); err != nil {
			return err
		}
	}
	return s.write(ctx, func(t *tx) error {
		now, err := t.broadcast(id)
		if err != nil || !now.same(b.Draft) {
			return errors.Join(err, ErrDraftChanged)
		}
		event := BroadcastEvent{Type: string(to), Until: plan.At, Staff: plan.Staff}
		if now.State == to {
			err = t.broadcastEvent(id, event)
		} else {
			err = t.move(now, to, event)
		}
		if err != nil {
			return err
		}
		if _, err := t.exec(setSendAt, id, millis(plan.At)); err != nil {
			return fmt.Errorf("schedule the broadcast: %w", err)
		}
		if !confirmed {
			return nil
		}
		if _, err := t.exec(confirmSchedule, plan.Staff, t.now.UnixMilli(), plan.People, plan.WithoutFeed, id); err != nil {
			return fmt.Errorf("confirm the broadcast: %w", err)
		}
		detail := fmt.Sprintf("%d people at %s", plan.People, plan.At.UTC().Format(time.RFC3339))
		if plan.WithoutFeed {
			detail += ", without a feed"
		}
		return t.audit(AuditEvent{Type: "broadcast_scheduled", Staff: plan.Staff, Subject: b.PublicID, Detail: detail})
	})
}

// mayConfirm refuses what could not start now: the owner is here to mend it.
func (s *Store) mayConfirm(ctx context.Context, id BroadcastID, plan Schedule) error {
	check, err := s.Check(ctx, id)
	if err != nil {
		return err
	}
	if blockers := check.blocking(plan.WithoutFeed); len(blockers) > 0 {
		return &BlockedError{blockers}
	}
	if grewBeyond(plan.People, check.Sendable) {
		return &AskError{QuestionGrew}
	}
	return nil
}

// blocking are the blockers that the owner did not accept.
func (c *Check) blocking(withoutFeed bool) []Blocker {
	return slices.DeleteFunc(slices.Clone(c.Blockers), func(b Blocker) bool { return b == BlockerNoFeed && withoutFeed })
}

// DueBroadcasts lists the scheduled broadcasts whose time has come and that ask
// nothing, the earliest first.
func (s *Store) DueBroadcasts(ctx context.Context) ([]BroadcastID, error) {
	return s.broadcastIDs(ctx, dueSchedules, s.moment().UnixMilli())
}

func (s *Store) broadcastIDs(ctx context.Context, query string, args ...any) ([]BroadcastID, error) {
	var ids []BroadcastID
	err := s.each(ctx, query, args, func(scan func(...any) error) error {
		var id BroadcastID
		err := scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list broadcasts: %w", err)
	}
	return ids, nil
}

// StartDue starts a scheduled broadcast at its time, on its owner's
// confirmation. What nobody confirmed, what is later than MissedAfter and what
// would reach many more people stays scheduled and asks: *AskError. Fails with
// ErrNotDue before its time, and else as Start does; a *BlockedError may be
// tried again until it is too late.
func (o *Outbox) StartDue(ctx context.Context, id BroadcastID) error {
	s := &Store{o.file}
	b, err := s.Broadcast(ctx, id)
	if err != nil {
		return err
	}
	if b.State != BroadcastScheduled {
		return &MoveError{Of: "broadcast", From: string(b.State), To: string(BroadcastSending)}
	}
	if b.SendAt.IsZero() || o.moment().Before(b.SendAt) {
		return ErrNotDue
	}
	check, err := s.Check(ctx, id)
	if err != nil {
		return err
	}
	blockers := check.blocking(b.WithoutFeed)
	if question := b.question(check, len(blockers) > 0, o.moment()); question != "" {
		return o.ask(ctx, b, question)
	}
	if len(blockers) > 0 {
		return &BlockedError{blockers}
	}
	return o.start(ctx, b, check.Audience, Start{Staff: b.Confirmed.By, WithoutFeed: b.WithoutFeed})
}

// question is what must be asked before a broadcast that is due may start.
func (b Broadcast) question(check Check, blocked bool, now time.Time) Question {
	late := now.Sub(b.SendAt) > MissedAfter
	switch {
	case b.Asks() != "":
		return b.Asks()
	case !b.Confirmed.Given():
		return QuestionUnconfirmed
	case late && blocked:
		return QuestionBlocked
	case late:
		return QuestionMissed
	case grewBeyond(b.Confirmed.People, check.Sendable):
		return QuestionGrew
	}
	return ""
}

// ask puts the question on the broadcast and on its record, once.
func (o *Outbox) ask(ctx context.Context, b Broadcast, question Question) error {
	if b.Asks() == question {
		return &AskError{question}
	}
	if err := o.write(ctx, func(t *tx) error { return t.ask(b, question) }); err != nil {
		return fmt.Errorf("ask about the scheduled broadcast: %w", err)
	}
	return &AskError{question}
}

func (t *tx) ask(b Broadcast, question Question) error {
	if changed, err := t.exec(askOwner, question, b.ID); err != nil || changed == 0 {
		return err
	}
	return t.broadcastEvent(b.ID, BroadcastEvent{Type: "asked", Reason: string(question), Until: b.SendAt})
}

// SendingBroadcasts lists the broadcasts that are being sent, or were when
// their process ended.
func (s *Store) SendingBroadcasts(ctx context.Context) ([]BroadcastID, error) {
	return s.broadcastIDs(ctx, sendingBroadcasts)
}
