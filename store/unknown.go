package store

import (
	"context"
	"fmt"
	"time"
)

// DecideAfter is how long after the call a connected feed is given to tell what
// became of it, before a person may decide.
const DecideAfter = 24 * time.Hour

// Undecided is a delivery of which nobody knows what became.
type Undecided struct {
	Delivery
	// DecideFrom is when a person may decide; the zero time is now.
	DecideFrom time.Time
}

// UnknownDecision is what a person decided of one unknown delivery.
type UnknownDecision struct {
	Delivery DeliveryID
	// Resend puts the person back into the queue, where the whole gate is passed
	// again; else it is given up for good.
	Resend bool
	Staff  string
}

// EarlyError says that the feed may still tell what became of a delivery, so
// that nobody decides yet.
type EarlyError struct {
	From time.Time // when a decision can be made; zero: once the feed is heard again
}

func (e *EarlyError) Error() string { return "the feed may still tell what became of it" }

const (
	selectUndecided = `SELECT d.broadcast_id, d.state, d.attempts, d.attempted_at FROM deliveries d WHERE d.id = ?`
	insertDecision  = `INSERT INTO unknown_decisions (delivery_id, attempt, decision, staff, at) VALUES (?, ?, ?, ?, ?)`
	requeueUnknown  = `UPDATE deliveries SET state = 'queued', not_before = 0, reason = '', code = 0, ended_at = 0 WHERE id = ?`
	giveUpUnknown   = `UPDATE deliveries SET state = 'failed', reason = 'given_up', code = 0, ended_at = ?2 WHERE id = ?1`
)

// ReasonGivenUp is the Reason of a failed delivery that a person gave up.
const ReasonGivenUp = "given_up"

// Unknowns lists the deliveries of a broadcast of which nobody knows what
// became, each with when and why, and from when on a person may decide.
func (s *Store) Unknowns(ctx context.Context, id BroadcastID) ([]Undecided, error) {
	account, err := s.Account(ctx)
	if err != nil {
		return nil, err
	}
	deliveries, err := s.Deliveries(ctx, id, DeliveryFilter{States: []DeliveryState{DeliveryUnknown}})
	if err != nil {
		return nil, fmt.Errorf("list the unknown: %w", err)
	}
	list := make([]Undecided, len(deliveries))
	for i, d := range deliveries {
		list[i].Delivery = d
		if from := decideFrom(account, d.AttemptedAt); from.After(s.now()) {
			list[i].DecideFrom = from
		}
	}
	return list, nil
}

// decideFrom is when the feed has had its time; the zero time without a feed,
// which will never tell.
func decideFrom(account Account, attempted time.Time) time.Time {
	if !account.FeedConnected() {
		return time.Time{}
	}
	return attempted.Add(DecideAfter)
}

// DecideUnknown puts a person's decision about one unknown delivery on the
// record and does it. Who is to get it again waits in the queue of the
// broadcast, and where that is done it is opened again, paused: nobody is called
// before somebody resumes it. Refuses with *EarlyError, with *MoveError for a
// delivery that is not unknown and for one to be sent again in a cancelled
// broadcast, with *InvalidError without staff, and with ErrNotFound.
func (s *Store) DecideUnknown(ctx context.Context, d UnknownDecision) error {
	if clean(d.Staff) == "" {
		return &InvalidError{Field: "staff", Reason: "empty"}
	}
	return s.write(ctx, func(t *tx) error {
		var id BroadcastID
		var state DeliveryState
		var attempts, attempted int64
		if err := t.scan(selectUndecided, []any{d.Delivery}, &id, &state, &attempts, &attempted); err != nil {
			return err
		}
		b, err := t.broadcast(id)
		if err != nil {
			return err
		}
		if err := t.mayDecide(state, moment(attempted)); err != nil {
			return err
		}
		decision := "give_up"
		if d.Resend {
			decision = "resend"
		}
		if _, err := t.exec(insertDecision, d.Delivery, attempts, decision, d.Staff, t.now.UnixMilli()); err != nil {
			return fmt.Errorf("record the decision: %w", err)
		}
		if d.Resend {
			err = t.resend(b, d)
		} else {
			_, err = t.exec(giveUpUnknown, d.Delivery, t.now.UnixMilli())
		}
		if err != nil {
			return err
		}
		if err := t.broadcastEvent(b.ID, BroadcastEvent{Type: "unknown_" + decision, Staff: d.Staff}); err != nil {
			return err
		}
		return t.audit(AuditEvent{
			Type: "unknown_" + decision, Staff: d.Staff, Subject: publicID(b, d.Delivery), Detail: fmt.Sprintf("attempt %d", attempts),
		})
	})
}

func (t *tx) mayDecide(state DeliveryState, attempted time.Time) error {
	if state != DeliveryUnknown {
		return &MoveError{Of: "delivery", From: string(state), To: "decided"}
	}
	account, err := scanAccount(func(into ...any) error { return t.scan(selectAccount, nil, into...) })
	if err != nil {
		return err
	}
	from := decideFrom(account, attempted)
	switch {
	case from.After(t.now):
		return &EarlyError{From: from}
	case account.FeedConnected() && !account.FeedFresh(t.now):
		return &EarlyError{}
	}
	return nil
}

// resend puts the person back into the queue, and opens the broadcast.
func (t *tx) resend(b Broadcast, d UnknownDecision) error {
	if b.State == BroadcastCancelled {
		return &MoveError{Of: "broadcast", From: string(b.State), To: string(BroadcastSending)}
	}
	if _, err := t.exec(requeueUnknown, d.Delivery); err != nil {
		return fmt.Errorf("queue it again: %w", err)
	}
	if b.State != BroadcastDone {
		return nil
	}
	return t.move(b, BroadcastPaused, BroadcastEvent{Reason: "resend", Staff: d.Staff})
}
