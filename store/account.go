package store

import (
	"context"
	"fmt"
	"time"
)

// Account is what the platform says of the number and its account.
type Account struct {
	// PhoneNumberID is whose answer it is: [Store.SaveAccount] takes its word for which number the shop calls from, unless
	// it is empty. It is not read back.
	PhoneNumberID string
	DisplayNumber string
	VerifiedName  string
	Quality       string // GREEN, YELLOW, RED, UNKNOWN
	// MessagingLimit is how many distinct people may be messaged in a rolling
	// 24 hours; 0 means without limit.
	MessagingLimit int
	Throughput     int // messages a second the number may send
	Status         string
	Currency       string
	ReadAt         time.Time
	// FeedSince is when a feed was first heard, FeedHeardAt when last; zero
	// when there never was one.
	FeedSince, FeedHeardAt time.Time
	// Stopped is why the platform lets nothing go out (AccountDisabled, …), ""
	// when it does; StoppedUntil when that ends by itself, zero when it does not.
	Stopped      string
	StoppedUntil time.Time
}

const (
	selectAccount = `SELECT display_number, verified_name, quality, messaging_limit, throughput, status, currency,
		read_at, feed_since, feed_heard_at, stopped, stopped_until FROM account WHERE id = 1`
	updateAccount = `UPDATE account SET display_number = ?, verified_name = ?, quality = ?, messaging_limit = ?,
		throughput = ?, status = ?, currency = ?, read_at = ?`
	// A moment to come was written by a clock that has gone back since.
	updateFeed = `UPDATE account SET feed_heard_at = CASE WHEN feed_heard_at > ?1 + 300000 THEN ?1 ELSE max(feed_heard_at, ?1) END,
		feed_since = CASE feed_since WHEN 0 THEN ?1 ELSE feed_since END`
)

// Account returns what was last read from the platform.
func (s *Store) Account(ctx context.Context) (Account, error) {
	return scanAccount(func(into ...any) error { return s.scan(ctx, selectAccount, nil, into...) })
}

func scanAccount(scan func(...any) error) (Account, error) {
	var a Account
	var read, since, heard, until int64
	err := scan(&a.DisplayNumber, &a.VerifiedName, &a.Quality, &a.MessagingLimit, &a.Throughput, &a.Status, &a.Currency,
		&read, &since, &heard, &a.Stopped, &until)
	if err != nil {
		return Account{}, fmt.Errorf("read the account: %w", err)
	}
	a.ReadAt, a.FeedSince, a.FeedHeardAt = moment(read), moment(since), moment(heard)
	a.StoppedUntil = moment(until)
	return a, nil
}

// Stops reports whether the platform lets nothing go out now.
func (a Account) Stops(now time.Time) bool {
	return a.Stopped != "" && (a.StoppedUntil.IsZero() || now.Before(a.StoppedUntil))
}

// ReleaseAccount lets broadcasts start again on the owner's word, where the
// platform never said that its stop has ended.
func (s *Store) ReleaseAccount(ctx context.Context, staff string) error {
	return s.write(ctx, func(t *tx) error {
		if _, err := t.exec(stopAccount, "", 0, t.now.UnixMilli()); err != nil {
			return fmt.Errorf("release the account: %w", err)
		}
		return t.audit(AuditEvent{Type: "account_released", Staff: staff, Subject: "account"})
	})
}

// SaveAccount keeps what the platform just said; the feed's times and its stop stay.
func (s *Store) SaveAccount(ctx context.Context, a Account) error {
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec(updateAccount, a.DisplayNumber, a.VerifiedName, a.Quality, a.MessagingLimit, a.Throughput,
			a.Status, a.Currency, t.now.UnixMilli())
		if err != nil {
			return fmt.Errorf("save the account: %w", err)
		}
		return t.numberSaid(a)
	})
}

// FeedStaleAfter is how long a connected feed may be silent before no
// broadcast may start.
const FeedStaleAfter = 24 * time.Hour

// FeedConnected reports whether a feed was ever heard.
func (a Account) FeedConnected() bool { return !a.FeedSince.IsZero() }

// FeedFresh reports whether the feed was heard within FeedStaleAfter. What a
// clock that was ahead wrote down proves nothing.
func (a Account) FeedFresh(now time.Time) bool {
	silent := now.Sub(a.FeedHeardAt)
	return a.FeedConnected() && silent <= FeedStaleAfter && silent >= -clockSlack
}

// clockSlack is how far ahead a moment may lie that was written down before.
const clockSlack = 5 * time.Minute
