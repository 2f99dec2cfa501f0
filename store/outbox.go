package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/gofrs/flock"

	"pregon/store/phone"
)

// Outbox is the gate: the only thing that issues claims. Open returns it beside
// the Store, and only the engine is given it.
type Outbox struct {
	*file
	lock   *flock.Flock
	engine int64  // row of engines, 0 while the lock is not held
	places places // guarded by the turn to write
}

// Claimed is what one Claim brought.
type Claimed struct {
	Claims   []Claim
	Excluded int            // settled as excluded on the way
	State    BroadcastState // other than sending: no claims, ask again after Resume
	// Examined is how many rows were looked at: fewer than asked for means the
	// queue has nothing more to give now.
	Examined int
	// NextAt is when the next row that waits for its time may be claimed; zero
	// when none waits. NextWhy is WaitsHours, WaitsNoHours, WaitsPair, or "" for
	// one that is tried again.
	NextAt  time.Time
	NextWhy string
}

// ClaimOption changes a rule of Claim.
type ClaimOption func(*queue)

// AtAllHours calls people whatever time it is where they live: for a practice
// shop and its sandbox only.
func AtAllHours() ClaimOption { return func(q *queue) { q.allHours = true } }

// examine is how many ineligible rows one transaction may settle on the way.
const examine = 1000

const (
	// The order is that of the index: those who wait for nothing first.
	// When another broadcast last called somebody matters only while that can be seconds ago. Of a bare LIMIT ? SQLite
	// would look at the value, and plan anew whenever it is bound.
	selectQueue = `SELECT d.id, d.contact_id, coalesce(c.phone, ''), coalesce(c.user_id, ''), d.params, d.attempts, d.zone,
		CASE WHEN ? THEN coalesce((SELECT max(p.attempted_at) FROM deliveries p WHERE p.contact_id = c.id
			AND p.broadcast_id >= ? AND p.id <> d.id), 0) ELSE 0 END, %s
		FROM deliveries d JOIN contacts c ON c.id = d.contact_id JOIN standings s ON s.contact_id = d.contact_id
		WHERE d.broadcast_id = ? AND d.state = 'queued' AND d.not_before <= ? ORDER BY d.not_before, d.id LIMIT ? + 0`
	anotherSends = `SELECT EXISTS (SELECT 1 FROM broadcasts WHERE id >= ? AND id <> ? AND frozen_at > 0
		AND (finished_at = 0 OR finished_at > ?))`
	// Nobody is ever put off for longer: who waits for a moment beyond that was put
	// off by a clock that has gone back since.
	forgetPutOff = `UPDATE deliveries SET not_before = ?2, reason = '' WHERE broadcast_id = ?1 AND state = 'queued'
		AND not_before > CASE reason WHEN '' THEN ?3 ELSE ?4 END`
	selectNext = `SELECT not_before, reason FROM deliveries WHERE broadcast_id = ? AND state = 'queued' AND not_before > ?
		ORDER BY not_before LIMIT 1`
	// The rows come as a list, so that a batch is one statement each.
	excludeDeliveries = `UPDATE deliveries SET state = 'excluded', reason = j.value ->> 1, ended_at = ?2
		FROM json_each(?1) j WHERE deliveries.id = j.value ->> 0`
	postponeDeliveries = `UPDATE deliveries SET not_before = j.value ->> 1, reason = j.value ->> 2
		FROM json_each(?1) j WHERE deliveries.id = j.value ->> 0 AND state = 'queued'`
	claimDeliveries = `UPDATE deliveries SET state = 'sending', attempts = attempts + 1, attempted_at = ?2, reason = '',
		code = 0 WHERE id IN (SELECT value FROM json_each(?1))`
	lastAttempt    = `SELECT coalesce(max(id), 0) FROM outbox`
	insertAttempts = `INSERT INTO outbox (id, engine_id, delivery_id, contact_id, claimed_at)
		SELECT ?2 + j.key + 1, ?3, d.id, d.contact_id, ?4 FROM json_each(?1) j CROSS JOIN deliveries d ON d.id = j.value`
)

// Claim takes up to n people off the head of a broadcast's queue, in one
// transaction that is durable before it returns: who may be called is marked as
// sending and comes back as a claim, who may not is settled as excluded with
// the reason, and who may not now, because it is night there or because of a
// call seconds ago, goes back to the queue until then. Fails with ErrLockLost
// when this engine no longer holds the lock, with ErrKeyMissing, and with ErrRestored.
func (o *Outbox) Claim(ctx context.Context, id BroadcastID, n int, options ...ClaimOption) (Claimed, error) {
	if o.key == nil {
		return Claimed{}, ErrKeyMissing
	}
	var claimed Claimed
	err := o.write(ctx, func(t *tx) error {
		claimed = Claimed{}
		if err := errors.Join(o.held(t), t.reviewed()); err != nil {
			return err
		}
		b, err := t.broadcast(id)
		if err != nil {
			return err
		}
		if claimed.State = b.State; b.State != BroadcastSending {
			return nil
		}
		q := &queue{tx: t, broadcast: b, places: o.places, zones: map[string]Waiting{}}
		for _, option := range options {
			option(q)
		}
		return o.claim(q, n, &claimed)
	})
	if err != nil {
		return Claimed{}, fmt.Errorf("claim: %w", err)
	}
	return claimed, nil
}

// queue is what one Claim knows of the rows it looks at.
type queue struct {
	*tx
	broadcast Broadcast
	shop      Shop
	message   *Message
	first     BroadcastID // of firstRecent
	another   bool        // may have called somebody seconds ago
	allHours  bool
	places    places
	zones     map[string]Waiting // for the night of a zone
}

func (q *queue) open() (err error) {
	if q.shop, err = q.tx.shop(); err != nil {
		return err
	}
	if q.message, err = q.tx.message(q.broadcast.ID); err != nil {
		return err
	}
	if err := q.scan(firstRecent, recent(q.now), &q.first); err != nil {
		return err
	}
	// Calls that were under way when a broadcast was cancelled were claimed before that.
	justNow := q.now.Add(-PairEvery - time.Minute).UnixMilli()
	return q.scan(anotherSends, []any{q.first, q.broadcast.ID, justNow}, &q.another)
}

func (o *Outbox) claim(q *queue, n int, claimed *Claimed) error {
	if err := q.open(); err != nil {
		return err
	}
	for len(claimed.Claims) < n && claimed.Examined < n+examine {
		wanted := n - len(claimed.Claims)
		if claimed.Examined > len(claimed.Claims) {
			wanted = max(wanted, 100) // a stretch of people who cannot get it
		}
		heads, err := q.heads(wanted)
		if err != nil {
			return err
		}
		used := upTo(heads, n-len(claimed.Claims))
		claimed.Examined += used
		if err := o.take(q, heads[:used], claimed); err != nil {
			return err
		}
		if len(heads) < wanted {
			return q.next(claimed)
		}
	}
	return nil
}

// head is one row of the queue with the verdict on it.
type head struct {
	delivery DeliveryID
	contact  ContactID
	to       Address
	params   *string
	attempts int
	zone     string
	calledAt time.Time // when another broadcast last called the person
	reason   Reason
	waits    string // why not yet
	until    time.Time
}

func (h head) goes() bool { return h.reason == "" && h.waits == "" }

func (q *queue) heads(limit int) ([]head, error) {
	args := slices.Concat([]any{q.another, q.first}, reasonArgs(q.shop, q.broadcast.ID, q.first, q.now),
		[]any{q.broadcast.ID, q.now.UnixMilli(), limit})
	heads := make([]head, 0, limit)
	err := q.each(queueSQL(), args, func(scan func(...any) error) error {
		var h head
		var number string
		var called int64
		err := scan(&h.delivery, &h.contact, &number, &h.to.UserID, &h.params, &h.attempts, &h.zone, &called, &h.reason)
		h.to.Phone, h.calledAt = phone.E164(number), moment(called)
		if h.reason == "" {
			h.waits, h.until = q.waiting(h)
		}
		heads = append(heads, h)
		return err
	})
	return heads, err
}

// queueSQL is selectQueue with the verdict; the words were frozen, so a missing
// one shows as NULL.
func queueSQL() string { return fmt.Sprintf(selectQueue, fmt.Sprintf(reasonSQL, "d.params IS NULL")) }

// upTo is how many heads it takes to have so many claims.
func upTo(heads []head, claims int) int {
	for i, h := range heads {
		if h.goes() {
			claims--
		}
		if claims == 0 {
			return i + 1
		}
	}
	return len(heads)
}

// take settles heads of the queue: each is a claim, or excluded, or waits.
func (o *Outbox) take(q *queue, heads []head, claimed *Claimed) error {
	t := q.tx
	var left, later, taken rows
	for _, h := range heads {
		switch {
		case h.reason != "":
			left.add(int64(h.delivery), string(h.reason))
		case h.waits != "":
			later.add(int64(h.delivery), h.until.UnixMilli(), h.waits)
		default:
			taken.add(int64(h.delivery))
		}
	}
	if claimed.Excluded += left.n; left.n > 0 {
		if _, err := t.exec(excludeDeliveries, left.list(), t.now.UnixMilli()); err != nil {
			return err
		}
	}
	if later.n > 0 {
		if _, err := t.exec(postponeDeliveries, later.list()); err != nil {
			return err
		}
	}
	if taken.n == 0 {
		return nil
	}
	var last int64
	if err := t.scan(lastAttempt, nil, &last); err != nil {
		return err
	}
	if _, err := t.exec(claimDeliveries, taken.list(), t.now.UnixMilli()); err != nil {
		return err
	}
	if _, err := t.exec(insertAttempts, taken.list(), last, o.engine, t.now.UnixMilli()); err != nil {
		return err
	}
	return o.issue(q, heads, last, claimed)
}

// issue makes the claims of those heads that were marked as being called; their attempts follow on the last one.
func (o *Outbox) issue(q *queue, heads []head, last int64, claimed *Claimed) error {
	deadline := o.now().Add(SpendWithin)
	for _, h := range heads {
		if !h.goes() {
			continue
		}
		params := Params{}
		if err := json.Unmarshal([]byte(*h.params), &params); err != nil {
			return fmt.Errorf("decode the words of delivery %d: %w", h.delivery, err)
		}
		last++
		claimed.Claims = append(claimed.Claims, Claim{&grant{
			delivery: h.delivery, attempt: last, contact: h.contact, public: publicID(q.broadcast, h.delivery),
			message: q.message, params: params, to: h.to, attempts: h.attempts + 1, deadline: deadline, now: o.now,
		}})
	}
	return nil
}

// LongestPutOff is how long a person waits at most for the next try.
const LongestPutOff = 2 * time.Hour

// next notes when the first of those who wait for their time may go.
func (q *queue) next(claimed *Claimed) error {
	var at int64
	err := q.scan(selectNext, []any{q.broadcast.ID, q.now.UnixMilli()}, &at, &claimed.NextWhy)
	if err != nil {
		return ignoreNotFound(err)
	}
	claimed.NextAt = moment(at)
	again, morning := q.now.Add(LongestPutOff), q.now.AddDate(0, 0, searchDays+1)
	latest := again
	if claimed.NextWhy != "" {
		latest = morning
	}
	if claimed.NextAt.After(latest) {
		claimed.NextAt, claimed.NextWhy = q.now, ""
		if _, err := q.exec(forgetPutOff, q.broadcast.ID, q.now.UnixMilli(), again.UnixMilli(), morning.UnixMilli()); err != nil {
			return fmt.Errorf("forget a time that a wrong clock gave: %w", err)
		}
	}
	return nil
}

// publicID names a delivery to the platform: the broadcast's UUID and the row.
func publicID(b Broadcast, id DeliveryID) string {
	return b.PublicID + "." + strconv.FormatInt(int64(id), 10)
}
