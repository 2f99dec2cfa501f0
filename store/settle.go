package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Settle's statements move a row only forward: a status that came before the
// answer was stored has already moved it further.
const (
	// A call whose answer came much later was made by a clock that is behind.
	redateAttempts   = `UPDATE outbox SET claimed_at = ?2 WHERE id IN (SELECT value FROM json_each(?1)) AND settled_at = 0`
	redateDeliveries = `UPDATE deliveries SET attempted_at = ?2 WHERE id IN (SELECT value FROM json_each(?1)) AND attempted_at < ?2`
	settleAttempt    = `UPDATE outbox SET settled_at = ?, outcome = ? WHERE id = ? AND settled_at = 0`
	settleAccept     = `UPDATE deliveries SET state = 'accepted', wamid = coalesce(nullif(?2, ''), wamid), held = ?3, accepted_at = ?4
		WHERE id = ?1 AND state IN ('sending', 'unknown')`
	// Not the state: a row never moves from a state to itself.
	settleOvertaken = `UPDATE deliveries SET wamid = coalesce(wamid, nullif(?2, '')),
		accepted_at = CASE accepted_at WHEN 0 THEN ?3 ELSE accepted_at END WHERE id = ?1`
	settleLater = `UPDATE deliveries SET state = 'queued', not_before = ?2, code = ?3 WHERE id = ?1 AND state = 'sending'`
	// Nobody was called, so it does not count as a call.
	settleUnspent = `UPDATE deliveries SET state = 'queued', not_before = 0, code = 0, attempted_at = 0
		WHERE id = ?1 AND state = 'sending'`
	settleFail = `UPDATE deliveries SET state = 'failed', reason = ?2, code = ?3, ended_at = ?4
		WHERE id = ?1 AND state = 'sending'`
	settleUnknown = `UPDATE deliveries SET state = 'unknown', reason = ?2, ended_at = ?3
		WHERE id = ?1 AND state = 'sending'`
	unreachableBefore = `SELECT count(*) FROM (SELECT state, code FROM deliveries
		WHERE contact_id = ? AND attempted_at > 0 ORDER BY id DESC LIMIT 2) WHERE state = 'failed' AND code = 131026`
)

// codeUndeliverable is the platform's "not on WhatsApp, or not reachable".
const codeUndeliverable = 131026

// Settle writes what became of claims, all in one durable transaction.
// Settling a claim twice does nothing the second time. An opt-out told by the
// platform becomes a withdrawal in the same transaction.
func (o *Outbox) Settle(ctx context.Context, results []Result) error {
	if len(results) == 0 {
		return nil
	}
	if slices.ContainsFunc(results, func(r Result) bool { return r.Claim.grant == nil }) {
		return fmt.Errorf("settle: %w", ErrNoClaim)
	}
	err := o.write(ctx, func(t *tx) error {
		if err := t.redate(results); err != nil {
			return err
		}
		rest, err := t.acceptMany(results)
		if err != nil {
			return err
		}
		for _, result := range rest {
			if err := t.settle(result); err != nil {
				return fmt.Errorf("delivery %d: %w", result.Claim.grant.delivery, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	return nil
}

// redate moves calls to the time of their answers where these tell that they
// were made later than this machine's clock had it: it was behind. Else nobody
// would be left alone for as long as is promised. Never the other way, since
// what comes late may be dated by what was known before.
func (t *tx) redate(results []Result) error {
	var attempts, deliveries rows
	var at time.Time
	for _, r := range results {
		g := r.Claim.grant
		late := r.At.Round(0).Sub(g.deadline.Round(0).Add(-SpendWithin)) // on the wall, as it is written down
		if _, unspent := r.Outcome.(Unspent); unspent || late <= clockSlack {
			continue
		}
		attempts.add(g.attempt)
		deliveries.add(int64(g.delivery))
		if r.At.After(at) {
			at = r.At
		}
	}
	if attempts.n == 0 {
		return nil
	}
	if _, err := t.exec(redateAttempts, attempts.list(), at.UnixMilli()); err != nil {
		return fmt.Errorf("date the attempts: %w", err)
	}
	if _, err := t.exec(redateDeliveries, deliveries.list(), at.UnixMilli()); err != nil {
		return fmt.Errorf("date the calls: %w", err)
	}
	return nil
}

func (t *tx) settle(r Result) error {
	g, at := r.Claim.grant, t.now
	if !r.At.IsZero() {
		at = r.At
	}
	outcome := outcomeName(r.Outcome)
	changed, err := t.exec(settleAttempt, t.now.UnixMilli(), outcome, g.attempt)
	if err != nil || changed == 0 {
		return err // settled before, or given up by an engine that took over
	}
	switch out := r.Outcome.(type) {
	case Accepted:
		err = t.accept(g.delivery, out, at)
	case Later:
		_, err = t.exec(settleLater, g.delivery, millis(out.At), out.Code)
	case Unspent:
		_, err = t.exec(settleUnspent, g.delivery)
	case Refused:
		if _, err = t.exec(settleFail, g.delivery, "refused", out.Code, at.UnixMilli()); err == nil {
			err = t.unreachable(g.contact, out.Code, at)
		}
	case OptedOut:
		if _, err = t.exec(settleFail, g.delivery, "opted_out", out.Code, at.UnixMilli()); err == nil {
			err = t.platformStop(g.contact, out.Code, at, g.public)
		}
	case Unknown:
		_, err = t.exec(settleUnknown, g.delivery, out.Why, at.UnixMilli())
	}
	return err
}

// accept moves the row on, unless a status that came before the answer has
// moved it further already.
func (t *tx) accept(id DeliveryID, out Accepted, at time.Time) error {
	changed, err := t.exec(settleAccept, id, out.Wamid, out.Held, at.UnixMilli())
	if err == nil && changed == 0 {
		_, err = t.exec(settleOvertaken, id, out.Wamid, at.UnixMilli())
	}
	if err != nil {
		return err
	}
	return t.rematch(out.Wamid)
}

func outcomeName(outcome Outcome) string {
	switch outcome.(type) {
	case Accepted:
		return "accepted"
	case Later:
		return "later"
	case Refused:
		return "refused"
	case OptedOut:
		return "opted_out"
	case Unspent:
		return "unspent"
	case Unknown:
	}
	return "unknown"
}

// platformStop records the customer's stop at WhatsApp and, since the stop is
// about this business, a withdrawal.
func (t *tx) platformStop(id ContactID, code int, at time.Time, evidence string) error {
	id, err := t.living(id)
	if err != nil {
		return err
	}
	now, err := t.position(id)
	if err != nil || now.erased {
		return err
	}
	event := PlatformEvent{Contact: id, Type: "stopped", At: at, Code: code, Evidence: evidence}
	if err := t.platform(event); err != nil {
		return err
	}
	out := LedgerEvent{Contact: id, At: at, Method: "platform", Reason: "stopped at WhatsApp", Evidence: evidence}
	_, err = t.stopped(now, out, true)
	return err
}

// unreachable rests a contact after the second undeliverable message in a row.
func (t *tx) unreachable(id ContactID, code int, at time.Time) error {
	if code != codeUndeliverable {
		return nil
	}
	var failures int
	if err := t.scan(unreachableBefore, []any{id}, &failures); err != nil {
		return err
	}
	if failures < 2 {
		return nil
	}
	id, err := t.living(id)
	if err != nil {
		return err
	}
	return ignoreErased(t.platform(PlatformEvent{Contact: id, Type: "unreachable", At: at, Code: code}))
}

func ignoreErased(err error) error {
	if errors.Is(err, ErrErased) {
		return nil
	}
	return err
}
