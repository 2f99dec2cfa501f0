package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Start says who starts a broadcast and what they accepted.
type Start struct {
	Staff string
	// WithoutFeed puts on the record that the owner knows that replies such as
	// STOP are then only seen in the phone app.
	WithoutFeed bool
}

// BlockedError says what keeps a broadcast from starting.
type BlockedError struct{ Blockers []Blocker }

func (e *BlockedError) Error() string {
	return fmt.Sprintf("the broadcast cannot start: %v", e.Blockers)
}

// freezeChunk is how many deliveries one transaction makes: about 50 ms, so
// that the counter never waits long.
const freezeChunk = 2000

const (
	deleteUnfrozen   = `DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE broadcast_id = ? LIMIT 2000)`
	insertDelivery   = `INSERT INTO deliveries (broadcast_id, contact_id, params, zone) VALUES (?, ?, ?, ?)`
	keepTemplate     = `UPDATE broadcasts SET components = ?, category = ? WHERE id = ?`
	beginFreezing    = `UPDATE broadcasts SET freezing = ? WHERE id = ? AND state IN ('draft', 'scheduled')`
	whoFreezes       = `SELECT freezing FROM broadcasts WHERE id = ?`
	startBroadcast   = `UPDATE broadcasts SET frozen_at = ?2, started_at = ?2, started_by = ?3, without_feed = ?4 WHERE id = ?1`
	selectComponents = `SELECT template, language, components FROM broadcasts WHERE id = ?`
)

// Start freezes the audience into deliveries and lets the broadcast send; who
// holds the lock takes it up from there. A start that was killed half way is
// begun again from nothing; of two at once, one fails with ErrDraftChanged.
// Fails with *BlockedError, *MoveError, ErrDraftChanged or ErrNotFound.
func (o *Outbox) Start(ctx context.Context, id BroadcastID, start Start) error {
	s := &Store{o.file}
	b, err := s.Broadcast(ctx, id)
	if err != nil {
		return err
	}
	if b.State != BroadcastDraft && b.State != BroadcastScheduled {
		return &MoveError{Of: "broadcast", From: string(b.State), To: string(BroadcastSending)}
	}
	check, err := s.Check(ctx, id)
	if err != nil {
		return err
	}
	if blockers := check.blocking(start.WithoutFeed); len(blockers) > 0 {
		return &BlockedError{blockers}
	}
	return o.start(ctx, b, check.Audience, start)
}

// start freezes and lets go what was checked: this draft, and no other.
func (o *Outbox) start(ctx context.Context, b Broadcast, audience int, start Start) error {
	id := b.ID
	people, err := o.audience(ctx, b.Audience)
	if err != nil {
		return err
	}
	mine := freezing{id, uuid.NewString()}
	if err := o.freeze(ctx, b, mine); err != nil {
		return fmt.Errorf("freeze the audience: %w", err)
	}
	return o.write(ctx, func(t *tx) error {
		if err := mine.held(t); err != nil {
			return err
		}
		if now, err := t.broadcast(id); err != nil || !now.same(b.Draft) {
			return errors.Join(err, ErrDraftChanged)
		}
		if now, err := t.audience(b.Audience); err != nil || now.String() != people.String() {
			return errors.Join(err, ErrDraftChanged) // a saved audience is another by now
		}
		if _, err := t.exec(startBroadcast, id, t.now.UnixMilli(), start.Staff, start.WithoutFeed); err != nil {
			return fmt.Errorf("start the broadcast: %w", err)
		}
		if err := t.move(b, BroadcastSending, BroadcastEvent{Staff: start.Staff}); err != nil {
			return err
		}
		detail := fmt.Sprintf("%d people", audience)
		if start.WithoutFeed {
			detail += ", without a feed"
		}
		return t.audit(AuditEvent{Type: "broadcast_started", Staff: start.Staff, Subject: b.PublicID, Detail: detail})
	})
}

// freezing is one start at its work: another process may start the same
// broadcast meanwhile, and each takes away what it finds.
type freezing struct {
	id   BroadcastID
	mark string
}

// begin makes this start the one that counts.
func (f freezing) begin(t *tx) error {
	changed, err := t.exec(beginFreezing, f.mark, f.id)
	if err != nil || changed > 0 {
		return err
	}
	b, err := t.broadcast(f.id)
	if err == nil {
		err = &MoveError{Of: "broadcast", From: string(b.State), To: string(BroadcastSending)}
	}
	return err
}

// held fails with ErrDraftChanged once another start took its place.
func (f freezing) held(t *tx) error {
	var mark string
	if err := t.scan(whoFreezes, []any{f.id}, &mark); err != nil {
		return err
	}
	if mark != f.mark {
		return ErrDraftChanged
	}
	return nil
}

// freeze makes one queued delivery for every contact of the audience, with the
// words it will get, some at a time.
func (o *Outbox) freeze(ctx context.Context, b Broadcast, mine freezing) error {
	s := &Store{o.file}
	if err := o.write(ctx, mine.begin); err != nil {
		return err
	}
	if err := o.unfreeze(ctx, b.ID, mine.held); err != nil {
		return err
	}
	template, err := s.Template(ctx, b.Template, b.Language)
	if err != nil {
		return err
	}
	message, err := template.Message()
	if err != nil {
		return err
	}
	err = o.write(ctx, func(t *tx) error {
		if err := mine.held(t); err != nil {
			return err
		}
		_, err := t.exec(keepTemplate, template.Components, template.Category, b.ID)
		return err
	})
	if err != nil {
		return err
	}
	shop, err := s.Shop(ctx)
	if err != nil {
		return err
	}
	zone := shop.elsewhere()
	ids, err := s.ContactIDs(ctx, b.Audience, SortID)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(ids, freezeChunk) {
		if err := o.freezeChunk(ctx, b, mine, message, zone, chunk); err != nil {
			return err
		}
	}
	return nil
}

// unfreeze takes away what a start that never ended left behind.
func (f *file) unfreeze(ctx context.Context, id BroadcastID, may func(*tx) error) error {
	for gone := int64(1); gone > 0; {
		err := f.write(ctx, func(t *tx) error {
			err := may(t)
			if err != nil {
				return err
			}
			gone, err = t.exec(deleteUnfrozen, id)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (o *Outbox) freezeChunk(ctx context.Context, b Broadcast, mine freezing, message *Message, zone func(string) string, ids []ContactID) error {
	contacts, err := (&Store{o.file}).ContactsByID(ctx, ids)
	if err != nil {
		return err
	}
	return o.write(ctx, func(t *tx) error {
		if err := mine.held(t); err != nil {
			return err
		}
		for _, c := range contacts {
			var words any // NULL: a word is missing, the gate excludes
			if params, whole := b.Bindings.Params(message, c); whole {
				text, err := json.Marshal(params)
				if err != nil {
					return fmt.Errorf("encode the words: %w", err)
				}
				words = string(text)
			}
			if _, err := t.exec(insertDelivery, b.ID, c.ID, words, zone(c.Phone.Zone())); err != nil {
				return err
			}
		}
		return nil
	})
}

// Resume lets a paused broadcast send again. Fails with *MoveError, ErrNotFound
// or ErrRestored, and with *BlockedError while the platform has stopped the
// account, the number or the template, or while a connected feed is silent.
func (o *Outbox) Resume(ctx context.Context, id BroadcastID, staff string) error {
	return o.write(ctx, func(t *tx) error {
		if err := t.reviewed(); err != nil {
			return err
		}
		b, err := t.broadcast(id)
		if err != nil {
			return err
		}
		if b.State != BroadcastPaused && b.State != BroadcastSending {
			return &MoveError{Of: "broadcast", From: string(b.State), To: string(BroadcastSending)}
		}
		if err := t.mayGoOut(b); err != nil {
			return err
		}
		return t.move(b, BroadcastSending, BroadcastEvent{Reason: "resumed", Staff: staff})
	})
}

// Pause stops a broadcast for a reason a person must see; code is the
// platform's, 0 where none.
func (o *Outbox) Pause(ctx context.Context, id BroadcastID, reason string, code int) error {
	return o.write(ctx, func(t *tx) error {
		b, err := t.broadcast(id)
		if err != nil || b.State != BroadcastSending {
			return err
		}
		return t.move(b, BroadcastPaused, BroadcastEvent{Reason: reason, Code: code})
	})
}

// Note puts a wait or a change of pace on the broadcast's own record.
func (o *Outbox) Note(ctx context.Context, id BroadcastID, event BroadcastEvent) error {
	return o.write(ctx, func(t *tx) error { return t.broadcastEvent(id, event) })
}

// Finish ends the broadcast if nobody waits and no call is under way, and
// reports whether it did. A cancelled broadcast loses the rest of its queue.
func (o *Outbox) Finish(ctx context.Context, id BroadcastID) (bool, error) {
	b, err := (&Store{o.file}).Broadcast(ctx, id)
	if err != nil {
		return false, err
	}
	if b.State == BroadcastCancelled {
		return true, o.clearQueue(ctx, id)
	}
	if b.Counts[DeliveryQueued]+b.Counts[DeliverySending] > 0 {
		return false, nil
	}
	err = o.write(ctx, func(t *tx) error {
		b, err := t.broadcast(id)
		if err != nil {
			return err
		}
		return t.move(b, BroadcastDone, BroadcastEvent{})
	})
	if _, refused := errors.AsType[*MoveError](err); refused {
		return false, nil // paused meanwhile, or a call came back to the queue
	}
	return err == nil, err
}

// message reads the template as it was when the broadcast started.
func (t *tx) message(id BroadcastID) (*Message, error) {
	var name, language, components string
	if err := t.scan(selectComponents, []any{id}, &name, &language, &components); err != nil {
		return nil, err
	}
	return decodeMessage(name, language, components)
}

// PeopleSince counts the distinct people called since then, over all
// broadcasts, and says when the first of these calls was. since is a day ago;
// what lies more than a day ahead was written by a clock that has gone back, and
// would otherwise use the limit up for as long as that was wrong.
func (o *Outbox) PeopleSince(ctx context.Context, since time.Time) (int, time.Time, error) {
	var people int
	var first int64
	err := o.scan(ctx, `SELECT count(DISTINCT contact_id), coalesce(min(claimed_at), 0) FROM outbox
		WHERE claimed_at > ? AND claimed_at <= ? AND outcome NOT IN ('unspent', 'refused')`,
		[]any{since.UnixMilli(), since.Add(48 * time.Hour).UnixMilli()}, &people, &first)
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("count the people of the last day: %w", err)
	}
	return people, moment(first), nil
}

const (
	selectCalls = `SELECT coalesce(max(id), 0) - (SELECT coalesce(max(calls_before), 0) FROM shop) FROM outbox`
	selectTaken = `SELECT coalesce(sum(n), 0) FROM broadcast_counts WHERE state IN ('accepted', 'sent', 'delivered', 'read')
		AND broadcast_id IN (SELECT id FROM broadcasts WHERE template = ? AND language = ?)`
)

// Experience is how many calls were made from the shop's number as it is now,
// and how many messages of a template were taken.
func (o *Outbox) Experience(ctx context.Context, template, language string) (calls, taken int, err error) {
	if err := o.scan(ctx, selectCalls, nil, &calls); err != nil {
		return 0, 0, fmt.Errorf("count the calls so far: %w", err)
	}
	if err := o.scan(ctx, selectTaken, []any{template, language}, &taken); err != nil {
		return 0, 0, fmt.Errorf("count the messages of a template: %w", err)
	}
	return calls, taken, nil
}
