package store

import (
	"context"
	"fmt"
	"math"
	"time"
)

// Nobody is shown whom an import is still bringing in, or who leaves with one that is taken back: every list and every
// search asks for it. Idle, it costs one comparison. Each of these holds for who is there, by the column of her id.
const (
	hiddenIDs     = ` BETWEEN (SELECT first FROM arriving WHERE id = 1) AND (SELECT last FROM arriving WHERE id = 1)`
	amongStaying  = ` IN (SELECT contact_id FROM staying)`
	arrived       = `(c.id NOT` + hiddenIDs + ` OR c.id` + amongStaying + `)`
	arrivedID     = `(contact_id NOT` + hiddenIDs + ` OR contact_id` + amongStaying + `)`
	arrivedTagged = `(t.contact_id NOT` + hiddenIDs + ` OR t.contact_id` + amongStaying + `)`
	arrivedFirst  = `(first NOT` + hiddenIDs + ` OR first` + amongStaying + `)`
	arrivedSecond = `(second NOT` + hiddenIDs + ` OR second` + amongStaying + `)`
)

const (
	selectArriving = `SELECT import_id, first, last FROM arriving`
	beginArriving  = `UPDATE arriving SET import_id = ?, first = ?, last = ? WHERE import_id = 0`
	showArrived    = `UPDATE arriving SET first = 9223372036854775807, last = 0`
	endArriving    = `UPDATE arriving SET import_id = 0`
)

// arrival is the import that is on its way in.
type arrival struct {
	id          int64 // of the import; 0 for none
	first, last int64 // ids of those whom nobody sees yet
}

// hidden: nothing of it can be seen, so it can still be taken back.
func (a arrival) hidden() bool { return a.first != math.MaxInt64 }

func (t *tx) arrival() (a arrival, err error) {
	err = t.scan(selectArriving, nil, &a.id, &a.first, &a.last)
	return a, err
}

const (
	// turnLength is about how long an import writes before it lets others write, and turnPause how long these then have
	// to notice: several times what one that waits leaves between two looks.
	turnLength = 200 * time.Millisecond
	turnPause  = 15 * time.Millisecond
)

// inTurns repeats step until it is done, in short transactions with room for other writers between them. Between is
// called there, outside any transaction.
func (f *file) inTurns(ctx context.Context, on *session, between func(context.Context) error, step func(*tx) (done bool, err error)) error {
	for {
		if err := between(ctx); err != nil {
			return err
		}
		done := false
		err := f.writeOn(ctx, on, func(t *tx) (err error) {
			for end := time.Now().Add(f.turns); ; {
				if err := ctx.Err(); err != nil {
					return fmt.Errorf("import: %w", err)
				}
				if done, err = step(t); err != nil || done || !time.Now().Before(end) {
					return err
				}
			}
		})
		if err != nil || done {
			return err
		}
		pause := time.NewTimer(turnPause)
		select {
		case <-ctx.Done():
			pause.Stop()
			return fmt.Errorf("import: %w", ctx.Err())
		case <-pause.C:
		}
	}
}
