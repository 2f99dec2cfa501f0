package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Spans of retention. A consent nobody used for ExpireAfter is no consent any
// more (consent.md, requirement 20); how long its proof is kept then is the
// shop's KeepYears.
const (
	expireMonths = 24
	// keepUnread is how long a status that fits no message is kept: the
	// platform repeats itself for seven days.
	keepUnread  = 30 * 24 * time.Hour
	retainEvery = 24 * time.Hour
	// retentionStaff signs what nobody did.
	retentionStaff = "retention"
)

const (
	selectRetention = `SELECT ran_at FROM retention WHERE id = 1`
	updateRetention = `UPDATE retention SET ran_at = ? WHERE id = 1`
	// A broadcast that was accepted is a use of the consent, as is an attestation;
	// who writes to the shop has not forgotten it.
	lastUse = `max(s.saved_at, coalesce((SELECT max(occurred_at) FROM consent_events WHERE contact_id = s.contact_id
		AND type <> 'expired'), 0), coalesce((SELECT max(accepted_at) FROM deliveries WHERE contact_id = s.contact_id), 0),
		(SELECT last_inbound_at FROM contacts WHERE id = s.contact_id))`

	consentedSQL = `s.consent IN ('given', 'confirmed')`
	// expiringSQL holds where a consent was last used before a moment, given three
	// times. The cheap halves come first: the ledgers are asked about few.
	expiringSQL = `(` + consentedSQL + ` AND s.consent_at < ? AND s.saved_at < ? AND ` + lastUse + ` < ?)`

	selectExpiring = `SELECT s.contact_id FROM standings s WHERE s.erased = 0 AND ` + expiringSQL + ` LIMIT 500`
	selectOutdated = `SELECT s.contact_id, s.consent = 'withdrawn' FROM standings s WHERE s.erased = 0
		AND s.consent IN ('withdrawn', 'refused', 'expired') AND ` + lastUse + ` < ?1 LIMIT 500`
	dropUnread = `DELETE FROM events WHERE received_at < ?`
)

// Retained is what one run of Retain did.
type Retained struct {
	Expired int // consents that nobody used for two years
	Erased  int // people whose proof was kept as long as the shop keeps it
	Purged  int // people whose last traces left the file
	Copies  int // of the file, made before a migration
	Kept    int // files that a restore replaced
}

// Nothing is true when there was nothing to do.
func (r Retained) Nothing() bool { return r == Retained{} }

// RetainIfDue runs Retain when it did not run for a day.
func (s *Store) RetainIfDue(ctx context.Context) (Retained, error) {
	var ran int64
	if err := s.scan(ctx, selectRetention, nil, &ran); err != nil {
		return Retained{}, fmt.Errorf("read the retention: %w", err)
	}
	if age := s.moment().Sub(moment(ran)); age >= 0 && age < retainEvery {
		return Retained{}, nil
	}
	return s.Retain(ctx)
}

// Retain does what time asks for: consents nobody used expire, proofs kept
// long enough are erased, and what erased people left behind leaves the file,
// with the copies from before a migration that are older than that. The files
// that restores kept are treated alike, see [Store.Kept].
// What it did is on the audit record. A shop that is not set up has nothing to
// retain.
func (s *Store) Retain(ctx context.Context) (Retained, error) {
	shop, err := s.Shop(ctx)
	if errors.Is(err, ErrNotSetUp) {
		return Retained{}, nil
	}
	if err != nil {
		return Retained{}, err
	}
	now := s.moment()
	var done Retained
	if done.Expired, err = s.inBatches(ctx, func(t *tx) (int, error) { return t.expire(now) }); err != nil {
		return done, fmt.Errorf("let consents expire: %w", err)
	}
	if done.Erased, err = s.inBatches(ctx, func(t *tx) (int, error) { return t.outdated(now.AddDate(-shop.KeepYears, 0, 0)) }); err != nil {
		return done, fmt.Errorf("erase what was kept long enough: %w", err)
	}
	before, err := s.Copies()
	if err != nil {
		return done, err
	}
	if done.Purged, err = s.purgeDue(ctx, retentionStaff); err != nil && !errors.Is(err, ErrNotEmptied) {
		return done, err
	}
	if err := s.dropCopies(now.Add(-PurgeAfter)); err != nil {
		return done, err
	}
	after, err := s.Copies()
	if err != nil {
		return done, err
	}
	done.Copies = len(before) - len(after)
	if done.Kept, err = s.forgetInKept(ctx); err != nil {
		return done, err
	}
	return done, s.write(ctx, func(t *tx) error { return t.retained(done) })
}

// inBatches repeats one transaction until it finds nothing, so that nobody
// waits long behind it.
func (s *Store) inBatches(ctx context.Context, batch func(*tx) (int, error)) (int, error) {
	total := 0
	for {
		n := 0
		err := s.write(ctx, func(t *tx) (err error) {
			n, err = batch(t)
			return err
		})
		if err != nil || n == 0 {
			return total, err
		}
		total += n
	}
}

// ExpireSoonQuery lists those whose consent ends within the time that
// Board.ExpireSoon looks ahead: the renewal list.
const ExpireSoonQuery = "expires:<60d"

const soonDays = 60

// expiringBy holds for those whose consent has ended by a moment, unless it is
// used again before.
func expiringBy(moment time.Time) condition {
	before := moment.AddDate(0, -expireMonths, 0).UnixMilli()
	return condition{expiringSQL, []any{before, before, before}}
}

func (t *tx) expire(now time.Time) (int, error) {
	var due []ContactID
	err := t.each(selectExpiring, expiringBy(now).args, func(scan func(...any) error) error {
		var id ContactID
		err := scan(&id)
		due = append(due, id)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, id := range due {
		if _, err := t.consent(LedgerEvent{Contact: id, Type: string(EventExpired), Staff: retentionStaff}); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

// outdated erases those whose proof was kept long enough. Who withdrew stays
// on the suppression list; who only let it lapse may be asked again one day.
func (t *tx) outdated(before time.Time) (int, error) {
	var due []ContactID
	withdrew := make(map[ContactID]bool)
	err := t.each(selectOutdated, []any{before.UnixMilli()}, func(scan func(...any) error) error {
		var id ContactID
		var said bool
		err := scan(&id, &said)
		due, withdrew[id] = append(due, id), said
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, id := range due {
		if withdrew[id] {
			if err := t.suppress(id); err != nil {
				return 0, err
			}
		}
		if err := t.erase(id, retentionStaff, t.now); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

func (t *tx) retained(done Retained) error {
	if _, err := t.exec(dropUnread, t.now.Add(-keepUnread).UnixMilli()); err != nil {
		return fmt.Errorf("drop old statuses: %w", err)
	}
	if _, err := t.exec(updateRetention, t.now.UnixMilli()); err != nil {
		return fmt.Errorf("note the day: %w", err)
	}
	if done.Nothing() {
		return nil
	}
	return t.audit(AuditEvent{
		Type: "retention", Staff: retentionStaff,
		Detail: fmt.Sprintf("expired %d, erased %d, purged %d", done.Expired, done.Erased, done.Purged),
	})
}
