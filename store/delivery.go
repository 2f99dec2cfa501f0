package store

import (
	"context"
	"fmt"
	"time"

	"pregon/store/phone"
)

// DeliveryID is a delivery's row in this shop file.
type DeliveryID int64

// DeliveryState is what became of one broadcast to one contact.
type DeliveryState string

// The states of a delivery; each is in exactly one, and moves only forward.
const (
	DeliveryQueued    DeliveryState = "queued"
	DeliveryExcluded  DeliveryState = "excluded"
	DeliverySending   DeliveryState = "sending"
	DeliveryAccepted  DeliveryState = "accepted"
	DeliverySent      DeliveryState = "sent"
	DeliveryDelivered DeliveryState = "delivered"
	DeliveryRead      DeliveryState = "read"
	DeliveryFailed    DeliveryState = "failed"
	DeliveryUnknown   DeliveryState = "unknown"
	DeliveryCancelled DeliveryState = "cancelled"
)

// Counts say how many deliveries of a broadcast are in each state.
type Counts map[DeliveryState]int

// Audience is all of them together.
func (c Counts) Audience() int {
	sum := 0
	for _, n := range c {
		sum += n
	}
	return sum
}

// Delivery is one broadcast to one contact.
type Delivery struct {
	ID      DeliveryID
	Contact ContactID
	Phone   phone.E164
	UserID  string
	Name    string // from outside
	State   DeliveryState
	// Reason is a Reason for excluded, else a word such as killed or timeout.
	Reason      string
	Code        int // the platform's error code, 0 where none
	Wamid       string
	Params      string // JSON, as sent
	AttemptedAt time.Time
	AcceptedAt  time.Time
	SentAt      time.Time
	DeliveredAt time.Time
	ReadAt      time.Time
	EndedAt     time.Time // excluded, failed, cancelled, unknown since
}

// DeliveryFilter narrows a list. The zero value is the whole broadcast.
type DeliveryFilter struct {
	States []DeliveryState
	Code   int    // 0: any
	Reason string // "": any
	// Answered and Stopped let only those through whom Effects counts.
	Answered, Stopped bool
	After             DeliveryID
	Limit             int // 0: no limit
}

const (
	selectDeliveries = `SELECT d.id, d.contact_id, coalesce(c.phone, ''), coalesce(c.user_id, ''), c.name, d.state,
		d.reason, d.code, coalesce(d.wamid, ''), coalesce(d.params, '{}'), d.attempted_at, d.accepted_at, d.sent_at,
		d.delivered_at, d.read_at, d.ended_at
		FROM deliveries d JOIN contacts c ON c.id = d.contact_id` + filteredSQL
	selectDeliveryIDs = `SELECT d.id FROM deliveries d` + filteredSQL

	// filteredSQL has the arguments of DeliveryFilter.args.
	filteredSQL = `
	WHERE d.broadcast_id = ?1 AND (?2 = '[]' OR d.state IN (SELECT value FROM json_each(?2)))
	AND (?3 = 0 OR d.code = ?3) AND (?4 = '' OR d.reason = ?4) AND d.id > ?5
	AND (?7 = 0 OR ` + answeredSQL + `) AND (?8 = 0 OR ` + stoppedSQL + `) ORDER BY d.id LIMIT ?6`
)

func (f DeliveryFilter) args(id BroadcastID) []any {
	limit := f.Limit
	if limit == 0 {
		limit = -1 // SQLite's word for no limit
	}
	return []any{id, jsonList(f.States), f.Code, f.Reason, f.After, limit, f.Answered, f.Stopped}
}

// DeliveryIDs are those of Deliveries: the spine of its table.
func (s *Store) DeliveryIDs(ctx context.Context, id BroadcastID, filter DeliveryFilter) (*IDs[DeliveryID], error) {
	list := &IDs[DeliveryID]{}
	if err := readIDs(ctx, s.file, list, condition{selectDeliveryIDs, filter.args(id)}, 0); err != nil {
		return nil, fmt.Errorf("list the deliveries: %w", err)
	}
	return list, nil
}

// Deliveries lists the people of a broadcast in the order of its queue.
func (s *Store) Deliveries(ctx context.Context, id BroadcastID, filter DeliveryFilter) ([]Delivery, error) {
	var list []Delivery
	err := s.EachDelivery(ctx, id, filter, func(d Delivery) error {
		list = append(list, d)
		return nil
	})
	return list, err
}

// EachDelivery calls row for every delivery of the list, holding one at a time.
func (s *Store) EachDelivery(ctx context.Context, id BroadcastID, filter DeliveryFilter, row func(Delivery) error) error {
	return s.each(ctx, selectDeliveries, filter.args(id), func(scan func(...any) error) error {
		d, err := scanDelivery(scan)
		if err != nil {
			return fmt.Errorf("read a delivery: %w", err)
		}
		return row(d)
	})
}

func scanDelivery(scan func(...any) error) (Delivery, error) {
	var d Delivery
	var attempted, accepted, sent, delivered, read, ended int64
	err := scan(&d.ID, &d.Contact, &d.Phone, &d.UserID, &d.Name, &d.State, &d.Reason, &d.Code, &d.Wamid, &d.Params,
		&attempted, &accepted, &sent, &delivered, &read, &ended)
	d.AttemptedAt, d.AcceptedAt, d.SentAt = moment(attempted), moment(accepted), moment(sent)
	d.DeliveredAt, d.ReadAt, d.EndedAt = moment(delivered), moment(read), moment(ended)
	return d, err
}

// Tally counts one kind of end within a broadcast.
type Tally struct {
	Code   int
	Reason string
	Count  int
}

const (
	tallyFailures = `SELECT code, iif(reason = 'given_up', reason, ''), count(*) FROM deliveries
		WHERE broadcast_id = ? AND state = 'failed' AND ended_at > 0 GROUP BY 1, 2 ORDER BY 3 DESC, 1`
	tallyExcluded = `SELECT 0, reason, count(*) FROM deliveries
		WHERE broadcast_id = ? AND state = 'excluded' AND ended_at > 0 GROUP BY reason ORDER BY 3 DESC, 2`
)

// Failures counts a broadcast's failures by the platform's code; those that a
// person gave up stand apart, with ReasonGivenUp.
func (s *Store) Failures(ctx context.Context, id BroadcastID) ([]Tally, error) {
	return s.tally(ctx, tallyFailures, id)
}

// Excluded counts who was left out of a broadcast, by reason.
func (s *Store) Excluded(ctx context.Context, id BroadcastID) ([]Tally, error) {
	return s.tally(ctx, tallyExcluded, id)
}

func (s *Store) tally(ctx context.Context, query string, id BroadcastID) ([]Tally, error) {
	var list []Tally
	err := s.each(ctx, query, []any{id}, func(scan func(...any) error) error {
		var t Tally
		err := scan(&t.Code, &t.Reason, &t.Count)
		list = append(list, t)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count the deliveries: %w", err)
	}
	return list, nil
}

// BroadcastEvent is something that happened to a broadcast as a whole.
type BroadcastEvent struct {
	At     time.Time
	Type   string // a BroadcastState, started, resumed, slowed, …
	Reason string
	Code   int
	Until  time.Time
	Staff  string
}

const selectBroadcastEvents = `SELECT at, type, reason, code, until, staff FROM broadcast_events
	WHERE broadcast_id = ? ORDER BY id DESC LIMIT ?`

// BroadcastEvents lists the newest events of a broadcast, the newest first.
func (s *Store) BroadcastEvents(ctx context.Context, id BroadcastID, limit int) ([]BroadcastEvent, error) {
	var list []BroadcastEvent
	err := s.each(ctx, selectBroadcastEvents, []any{id, limit}, func(scan func(...any) error) error {
		var e BroadcastEvent
		var at, until int64
		err := scan(&at, &e.Type, &e.Reason, &e.Code, &until, &e.Staff)
		e.At, e.Until = moment(at), moment(until)
		list = append(list, e)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the broadcast's events: %w", err)
	}
	return list, nil
}

const recentDeliveries = `SELECT d.id, d.contact_id, coalesce(c.phone, ''), coalesce(c.user_id, ''), c.name, d.state,
	d.reason, d.code, coalesce(d.wamid, ''), '{}', d.attempted_at, d.accepted_at, d.sent_at, d.delivered_at, d.read_at,
	d.ended_at FROM deliveries d JOIN contacts c ON c.id = d.contact_id
	WHERE d.broadcast_id = ? AND d.state IN ('excluded', 'failed', 'unknown') AND d.ended_at > 0 ORDER BY d.ended_at DESC, d.id DESC LIMIT ?`

// Noteworthy lists the newest deliveries that did not go well: excluded,
// failed and unknown.
func (s *Store) Noteworthy(ctx context.Context, id BroadcastID, limit int) ([]Delivery, error) {
	var list []Delivery
	err := s.each(ctx, recentDeliveries, []any{id, limit}, func(scan func(...any) error) error {
		d, err := scanDelivery(scan)
		list = append(list, d)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the deliveries: %w", err)
	}
	return list, nil
}

// PastDelivery is one broadcast in a contact's history.
type PastDelivery struct {
	Broadcast BroadcastID
	Name      string // of the broadcast
	Delivery
}

const contactDeliveries = `SELECT b.id, b.name, d.id, d.contact_id, '', '', '', d.state, d.reason, d.code,
	coalesce(d.wamid, ''), coalesce(d.params, '{}'), d.attempted_at, d.accepted_at, d.sent_at, d.delivered_at, d.read_at,
	d.ended_at FROM deliveries d JOIN broadcasts b ON b.id = d.broadcast_id
	WHERE d.contact_id IN ` + withMerged + ` ORDER BY d.id DESC`

// ContactDeliveries lists every broadcast a contact was in, the newest first.
func (s *Store) ContactDeliveries(ctx context.Context, id ContactID) ([]PastDelivery, error) {
	var list []PastDelivery
	err := s.each(ctx, contactDeliveries, []any{id}, func(scan func(...any) error) error {
		var p PastDelivery
		var err error
		p.Delivery, err = scanDelivery(func(into ...any) error {
			return scan(append([]any{&p.Broadcast, &p.Name}, into...)...)
		})
		list = append(list, p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the contact's broadcasts: %w", err)
	}
	return list, nil
}
