package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/google/uuid"
)

// BroadcastID is a broadcast's row in this shop file.
type BroadcastID int64

// BroadcastState is where a broadcast stands; it moves only forward, but for
// pausing and resuming.
type BroadcastState string

// The states of a broadcast.
const (
	BroadcastDraft     BroadcastState = "draft"
	BroadcastScheduled BroadcastState = "scheduled"
	BroadcastSending   BroadcastState = "sending"
	BroadcastPaused    BroadcastState = "paused"
	BroadcastDone      BroadcastState = "done"
	BroadcastCancelled BroadcastState = "cancelled"
)

// Broadcast is one template to one frozen audience.
type Broadcast struct {
	ID       BroadcastID
	PublicID string // UUIDv7
	Draft
	Category string // of the template when it started
	State    BroadcastState
	// Reason is why it is paused, a code: owner, platform_…; or, of a scheduled
	// one, its Question. Code is the platform's number behind it, 0 where none.
	Reason      string
	Code        int
	WithoutFeed bool
	Confirmed   Confirmation // of a scheduled one
	CreatedBy   string
	StartedBy   string
	CreatedAt   time.Time
	StartedAt   time.Time
	FinishedAt  time.Time
	Counts      Counts
}

// Draft is what the owner composes.
type Draft struct {
	Name     string
	Template string
	Language string
	Audience string // in the audience language; empty is nobody
	Bindings Bindings
	SendAt   time.Time // zero: when the owner says so
	// Media is what stands at its head, without the bytes; SetMedia alone changes it.
	Media Media
}

// same reports whether two drafts send the same words to the same people.
func (d *Draft) same(other Draft) bool {
	return d.Template == other.Template && d.Language == other.Language && d.Audience == other.Audience &&
		maps.Equal(d.Bindings, other.Bindings) && d.Media.Kind == other.Media.Kind && d.Media.SHA256 == other.Media.SHA256 &&
		d.Media.Link == other.Media.Link
}

// Bindings say what goes into each parameter of the template, by parameter key.
type Bindings map[string]Binding

// Binding is a fixed word, or a contact's field with a word for where it is empty.
type Binding struct {
	Value    string `json:"value,omitempty"`
	Field    string `json:"field,omitempty"` // name, first_name, language, phone, or the name of a free field
	Fallback string `json:"fallback,omitempty"`
}

const (
	broadcastColumns = `SELECT id, public_id, name, template, language, category, audience, bindings, state, reason, code,
		send_at, without_feed, created_by, started_by, created_at, started_at, finished_at,
		confirmed_by, confirmed_at, confirmed_people, coalesce((SELECT json_group_object(state, n) FROM broadcast_counts WHERE broadcast_id = b.id), '{}'),
		coalesce((SELECT json_object('kind', kind, 'name', name, 'mime', mime, 'sha256', sha256, 'link', link,
			'size', coalesce(length(data), 0)) FROM broadcast_media WHERE broadcast_id = b.id), '{}')
		FROM broadcasts b`
	selectBroadcast  = broadcastColumns + ` WHERE id = ?`
	selectBroadcasts = broadcastColumns + ` WHERE discarded_at = 0 ORDER BY id DESC`
	discardBroadcast = `UPDATE broadcasts SET discarded_at = ? WHERE id = ?`
	insertBroadcast  = `INSERT INTO broadcasts (public_id, name, template, language, audience, bindings, send_at, created_by,
		created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
	updateDraft = `UPDATE broadcasts SET name = ?, template = ?, language = ?, audience = ?, bindings = ?, send_at = ?
		WHERE id = ?`
	updateState = `UPDATE broadcasts SET state = ?2, reason = ?3, code = ?4,
		finished_at = CASE WHEN ?2 IN ('done', 'cancelled') THEN ?5 ELSE 0 END WHERE id = ?1`
	insertBroadcastEvent = `INSERT INTO broadcast_events (broadcast_id, at, type, reason, code, until, staff)
		VALUES (?, ?, ?, ?, ?, ?, ?)`
	cancelQueued = `UPDATE deliveries SET state = 'cancelled', ended_at = ?2 WHERE id IN (
		SELECT id FROM deliveries WHERE broadcast_id = ?1 AND state = 'queued' LIMIT 2000)`
)

// CreateBroadcast saves a new draft. Refuses with *InvalidError, or with
// *audience.SyntaxError for an audience that does not parse.
func (s *Store) CreateBroadcast(ctx context.Context, draft Draft, by string) (Broadcast, error) {
	bindings, err := s.checkDraft(ctx, &draft)
	if err != nil {
		return Broadcast{}, err
	}
	public, err := uuid.NewV7()
	if err != nil {
		return Broadcast{}, fmt.Errorf("make a public id: %w", err)
	}
	var id int64
	err = s.write(ctx, func(t *tx) (err error) {
		id, err = t.insert(insertBroadcast, public.String(), draft.Name, draft.Template, draft.Language, draft.Audience,
			bindings, millis(draft.SendAt), by, t.now.UnixMilli())
		return err
	})
	if err != nil {
		return Broadcast{}, fmt.Errorf("create the broadcast: %w", err)
	}
	return s.Broadcast(ctx, BroadcastID(id))
}

// SaveDraft changes a broadcast that has not started. Other words or other
// people take back the time at which it was to start: whoever confirmed that had
// seen something else. Refuses with *InvalidError, *audience.SyntaxError,
// ErrNotFound, or *MoveError once it started.
func (s *Store) SaveDraft(ctx context.Context, id BroadcastID, draft Draft) error {
	bindings, err := s.checkDraft(ctx, &draft)
	if err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		b, err := t.broadcast(id)
		if err != nil {
			return err
		}
		if b.State != BroadcastDraft && b.State != BroadcastScheduled {
			return &MoveError{Of: "broadcast", From: string(b.State), To: string(BroadcastDraft)}
		}
		planned := b.State == BroadcastScheduled
		if planned && !b.same(draft) {
			draft.SendAt, planned = time.Time{}, false
		}
		_, err = t.exec(updateDraft, draft.Name, draft.Template, draft.Language, draft.Audience, bindings,
			millis(draft.SendAt), id)
		if err != nil || planned {
			return err
		}
		return t.move(b, BroadcastDraft, BroadcastEvent{Reason: "edited"})
	})
}

// DiscardDraft throws a broadcast away that has not started: it is in no list any
// more and can never start. The row stays, so that its id is never given to
// another. Refuses with *MoveError once it started, and with ErrNotFound.
func (s *Store) DiscardDraft(ctx context.Context, id BroadcastID, staff string) error {
	err := s.write(ctx, func(t *tx) error {
		b, err := t.broadcast(id)
		if err != nil {
			return err
		}
		if b.State != BroadcastDraft && b.State != BroadcastScheduled {
			return &MoveError{Of: "broadcast", From: string(b.State), To: string(BroadcastCancelled)}
		}
		if err := t.move(b, BroadcastCancelled, BroadcastEvent{Reason: "discarded", Staff: staff}); err != nil {
			return err
		}
		if _, err := t.exec(discardBroadcast, t.now.UnixMilli(), id); err != nil {
			return fmt.Errorf("discard the draft: %w", err)
		}
		return t.audit(AuditEvent{Type: "draft_discarded", Staff: staff, Subject: b.PublicID, Detail: b.Name})
	})
	if err != nil {
		return err
	}
	return s.unfreeze(ctx, id, func(*tx) error { return nil })
}

// checkDraft validates the draft and returns its bindings as kept.
func (s *Store) checkDraft(ctx context.Context, d *Draft) (string, error) {
	d.Name = strings.TrimSpace(d.Name)
	switch {
	case d.Name == "":
		return "", &InvalidError{Field: "name", Reason: "empty"}
	case len(d.Name) > maxName:
		return "", &InvalidError{Field: "name", Reason: "too_long"}
	}
	if _, err := s.audience(ctx, d.Audience); err != nil {
		return "", err
	}
	if d.Bindings == nil {
		d.Bindings = Bindings{}
	}
	text, err := json.Marshal(d.Bindings)
	if err != nil {
		return "", fmt.Errorf("encode the bindings: %w", err)
	}
	return string(text), nil
}

// Broadcast returns one broadcast with its counts, or ErrNotFound.
func (s *Store) Broadcast(ctx context.Context, id BroadcastID) (Broadcast, error) {
	return scanBroadcast(func(into ...any) error { return s.scan(ctx, selectBroadcast, []any{id}, into...) })
}

// Broadcasts lists all broadcasts, the newest first.
func (s *Store) Broadcasts(ctx context.Context) ([]Broadcast, error) {
	var list []Broadcast
	err := s.each(ctx, selectBroadcasts, nil, func(scan func(...any) error) error {
		b, err := scanBroadcast(scan)
		list = append(list, b)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the broadcasts: %w", err)
	}
	return list, nil
}

func (t *tx) broadcast(id BroadcastID) (Broadcast, error) {
	return scanBroadcast(func(into ...any) error { return t.scan(selectBroadcast, []any{id}, into...) })
}

func scanBroadcast(scan func(...any) error) (Broadcast, error) {
	var b Broadcast
	var bindings, counts, media string
	var sendAt, created, started, finished, confirmed int64
	err := scan(&b.ID, &b.PublicID, &b.Name, &b.Template, &b.Language, &b.Category, &b.Audience, &bindings, &b.State,
		&b.Reason, &b.Code, &sendAt, &b.WithoutFeed, &b.CreatedBy, &b.StartedBy, &created, &started, &finished,
		&b.Confirmed.By, &confirmed, &b.Confirmed.People, &counts, &media)
	if err != nil {
		return Broadcast{}, err
	}
	if err := json.Unmarshal([]byte(bindings), &b.Bindings); err != nil {
		return Broadcast{}, fmt.Errorf("decode the bindings of broadcast %d: %w", b.ID, err)
	}
	if err := json.Unmarshal([]byte(counts), &b.Counts); err != nil {
		return Broadcast{}, fmt.Errorf("decode the counts of broadcast %d: %w", b.ID, err)
	}
	if b.Media, err = decodeMedia(media); err != nil {
		return Broadcast{}, fmt.Errorf("broadcast %d: %w", b.ID, err)
	}
	b.Confirmed.At = moment(confirmed)
	b.SendAt, b.CreatedAt, b.StartedAt, b.FinishedAt = moment(sendAt), moment(created), moment(started), moment(finished)
	return b, nil
}

// move changes a broadcast's state and notes it for the broadcast's own record.
func (t *tx) move(b Broadcast, to BroadcastState, event BroadcastEvent) error {
	if b.State == to {
		return nil // asked twice is asked once
	}
	if _, err := t.exec(updateState, b.ID, to, event.Reason, event.Code, t.now.UnixMilli()); err != nil {
		if raised(err, "broadcast_move") {
			return &MoveError{Of: "broadcast", From: string(b.State), To: string(to)}
		}
		return fmt.Errorf("move the broadcast to %s: %w", to, err)
	}
	event.Type = string(to)
	return t.broadcastEvent(b.ID, event)
}

func (t *tx) broadcastEvent(id BroadcastID, event BroadcastEvent) error {
	_, err := t.exec(insertBroadcastEvent, id, t.now.UnixMilli(), event.Type, event.Reason, event.Code,
		millis(event.Until), event.Staff)
	return err
}

// PauseBroadcast stops further claims; calls under way finish. Whoever runs the
// engine, in this process or another, sees it at its next claim.
func (s *Store) PauseBroadcast(ctx context.Context, id BroadcastID, staff string) error {
	return s.write(ctx, func(t *tx) error {
		b, err := t.broadcast(id)
		if err != nil {
			return err
		}
		return t.move(b, BroadcastPaused, BroadcastEvent{Reason: "owner", Staff: staff})
	})
}

// CancelBroadcast ends a broadcast for good: who waits will not get it. Calls
// under way finish and are counted.
func (s *Store) CancelBroadcast(ctx context.Context, id BroadcastID, staff string) error {
	err := s.write(ctx, func(t *tx) error {
		b, err := t.broadcast(id)
		if err != nil {
			return err
		}
		return t.move(b, BroadcastCancelled, BroadcastEvent{Reason: "owner", Staff: staff})
	})
	if err != nil {
		return err
	}
	return s.clearQueue(ctx, id)
}

// clearQueue marks the rest of a cancelled broadcast, some at a time, so that
// the counter never waits for it.
func (f *file) clearQueue(ctx context.Context, id BroadcastID) error {
	for {
		var changed int64
		err := f.write(ctx, func(t *tx) (err error) {
			changed, err = t.exec(cancelQueued, id, t.now.UnixMilli())
			return err
		})
		if err != nil || changed == 0 {
			return err
		}
	}
}
