package store

import (
	"context"
	"database/sql"
	"fmt"

	"pregon/store/audience"
)

// ContactCounts are the numbers above a list.
type ContactCounts struct{ Total, Sendable int }

// CountContacts counts a query's contacts and those of them that may be sent to. What a query asks for is looked up by
// parts, each where an index tells it without a contact's row, and the sets of ids are counted together: to join the rows
// of a million contacts takes much longer.
func (s *Store) CountContacts(ctx context.Context, query string) (ContactCounts, error) {
	tree, err := s.audience(ctx, query)
	if err != nil {
		return ContactCounts{}, err
	}
	counts, err := s.count(ctx, tree)
	if err != nil {
		return ContactCounts{}, fmt.Errorf("count the contacts: %w", err)
	}
	return counts, nil
}

// count walks twice, side by side, since the one takes about as long as the other: for who may be sent to at all, and for
// those who are asked for. The first has its reader before the second waits for one, so that counts never wait for each
// other. What changes between their two snapshots is counted again, as every change is.
func (s *Store) count(ctx context.Context, tree audience.Expr) (counts ContactCounts, err error) {
	ctx, stop := context.WithCancel(ctx)
	first, err := s.snapshot(ctx)
	if err != nil {
		stop()
		return ContactCounts{}, err
	}
	sendable := meanwhile(func() (crowd, error) {
		found, err := first.maySendTo(ctx)
		return found, first.end(err)
	})
	defer func() {
		stop()
		_, _ = sendable()
	}()
	second, err := s.snapshot(ctx)
	if err != nil {
		return ContactCounts{}, err
	}
	second.sendable = sendable
	counts, err = second.count(ctx, tree)
	return counts, second.end(err)
}

// meanwhile runs beside what follows, and returns what waits for its result.
func meanwhile[T any](run func() (T, error)) (wait func() (T, error)) {
	var result T
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		result, err = run()
	}()
	return func() (T, error) {
		<-done
		return result, err
	}
}

// tally counts one snapshot.
type tally struct {
	file     *file
	view     *sql.Tx
	sendable func() (crowd, error) // of another snapshot
}

func (s *Store) snapshot(ctx context.Context) (*tally, error) {
	view, err := s.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	return &tally{file: s.file, view: view}, translate(err)
}

// end lets the snapshot go; err is what came of it.
func (t *tally) end(err error) error {
	if ended := t.view.Rollback(); err == nil && ended != nil {
		return translate(ended)
	}
	return err
}

const (
	mustConfirm = `SELECT coalesce((SELECT require_confirmed FROM shop), 0)`
	countAll    = `SELECT count(*) FROM standings` // with those whom nobody sees

	eligibleIDs      = `SELECT ` + crowdSQL + `(contact_id) FROM standings WHERE eligible = 1`
	undeliverableIDs = `SELECT ` + crowdSQL + `(id) FROM contacts WHERE country IN ` + undeliverableSQL
	unseenIDs        = `SELECT ` + crowdSQL + `(contact_id) FROM (SELECT contact_id FROM standings WHERE erased = 1 UNION ALL
		SELECT contact_id FROM standings WHERE contact_id` + hiddenIDs + ` AND NOT contact_id` + amongStaying + `)`
)

func (t *tally) count(ctx context.Context, tree audience.Expr) (ContactCounts, error) {
	asked, err := t.find(ctx, tree)
	if err != nil {
		return ContactCounts{}, err
	}
	sendable, err := t.sendable()
	if err != nil {
		return ContactCounts{}, err
	}
	// Of the same snapshot as those who are asked for: between two of them an import may have brought some in.
	unseen, err := t.ids(ctx, unseenIDs)
	if err != nil {
		return ContactCounts{}, err
	}
	counts := ContactCounts{Sendable: asked.and(sendable).size()}
	if !asked.all {
		counts.Total = asked.and(unseen.not()).size()
		return counts, nil
	}
	err = t.view.QueryRowContext(ctx, countAll).Scan(&counts.Total)
	counts.Total -= asked.not().or(unseen).size()
	return counts, translate(err)
}

// maySendTo are those who may be sent to: the part of the verdict that depends on the contact alone, as sendableSQL says it.
func (t *tally) maySendTo(ctx context.Context) (crowd, error) {
	var confirmed bool
	if err := t.view.QueryRowContext(ctx, mustConfirm).Scan(&confirmed); err != nil {
		return crowd{}, translate(err)
	}
	statement := eligibleIDs
	if confirmed {
		statement += " AND consent = 'confirmed'"
	}
	eligible, err := t.ids(ctx, statement)
	if err != nil {
		return crowd{}, err
	}
	unseen, err := t.ids(ctx, unseenIDs)
	if err != nil {
		return crowd{}, err
	}
	undeliverable, err := t.ids(ctx, undeliverableIDs)
	return eligible.and(undeliverable.not()).and(unseen.not()), err
}
