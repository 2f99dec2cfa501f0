package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrRestored says that the file was put back from a backup and that nobody has
// reviewed yet what it believes to be pending. Nothing was sent.
var ErrRestored = errors.New("the shop file was restored and not reviewed")

// Restored is a file that was put back and waits for its review.
type Restored struct {
	BackupAt time.Time // when the backup was made: what was sent later is not in the file
	At       time.Time // when it was put back
	Staff    string
	Kept     string // where the file lies that was there before; "" when there was none
	Carried  int    // opt-outs that were taken over from that file
	Unread   bool   // that file could not be read, so later opt-outs are missing
}

const (
	selectRestored = `SELECT id, backup_at, restored_at, staff, kept, carried, unread FROM restores
		WHERE reviewed_at = 0 ORDER BY id DESC LIMIT 1`
	acceptRestored = `UPDATE restores SET reviewed_at = ?, reviewed_by = ? WHERE reviewed_at = 0`
	selectPending  = broadcastColumns + ` WHERE state IN ('draft', 'scheduled', 'sending', 'paused') ORDER BY id`
)

// Restored returns the restore that waits for its review, nil when none does.
func (s *Store) Restored(ctx context.Context) (*Restored, error) {
	return scanRestored(func(into ...any) error { return s.scan(ctx, selectRestored, nil, into...) })
}

func scanRestored(scan func(into ...any) error) (*Restored, error) {
	var r Restored
	var id, backup, at int64
	err := scan(&id, &backup, &at, &r.Staff, &r.Kept, &r.Carried, &r.Unread)
	if errors.Is(err, ErrNotFound) {
		return nil, nil //nolint:nilnil // none
	}
	if err != nil {
		return nil, fmt.Errorf("read the restore: %w", err)
	}
	r.BackupAt, r.At = moment(backup), moment(at)
	return &r, nil
}

// reviewed fails with ErrRestored while a restore waits for its review.
func (t *tx) reviewed() error {
	waiting, err := scanRestored(func(into ...any) error { return t.scan(selectRestored, nil, into...) })
	if err == nil && waiting != nil {
		err = ErrRestored
	}
	return err
}

// Pending lists the broadcasts that are not over, as this file knows them. In a
// restored file some of them may have been sent since.
func (s *Store) Pending(ctx context.Context) ([]Broadcast, error) {
	var list []Broadcast
	err := s.each(ctx, selectPending, nil, func(scan func(...any) error) error {
		b, err := scanBroadcast(scan)
		list = append(list, b)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what is pending: %w", err)
	}
	return list, nil
}

// RestoreReview is the owner's word on a restored file.
type RestoreReview struct {
	Staff string
	// GoOn are the begun and planned broadcasts of which the owner knows that
	// nobody got them after the backup was made. The others end here: a begun one
	// is cancelled, a planned one is a draft again.
	GoOn []BroadcastID
}

// AcceptRestored ends the wait for the review and puts it on the record.
// Accepting a file that waits for none changes nothing. Fails with ErrNotFound
// for a broadcast that is not pending.
func (s *Store) AcceptRestored(ctx context.Context, review RestoreReview) error {
	waiting, err := s.Restored(ctx)
	if err != nil || waiting == nil {
		return err
	}
	pending, err := s.Pending(ctx)
	if err != nil {
		return err
	}
	for _, id := range review.GoOn {
		if !slices.ContainsFunc(pending, func(b Broadcast) bool { return b.ID == id }) {
			return fmt.Errorf("broadcast %d: %w", id, ErrNotFound)
		}
	}
	// First the ends, then the word: a kill between leaves the file locked.
	for _, b := range pending {
		if slices.Contains(review.GoOn, b.ID) {
			continue
		}
		if err := s.endRestored(ctx, b, review.Staff); err != nil {
			return fmt.Errorf("end broadcast %d: %w", b.ID, err)
		}
	}
	return s.write(ctx, func(t *tx) error {
		if _, err := t.exec(acceptRestored, t.now.UnixMilli(), review.Staff); err != nil {
			return fmt.Errorf("accept the restored file: %w", err)
		}
		return t.audit(AuditEvent{
			Type: "restore_reviewed", Staff: review.Staff, Subject: "shop", Detail: fmt.Sprintf("going on: %v", review.GoOn),
		})
	})
}

// endRestored ends what may have been sent already.
func (s *Store) endRestored(ctx context.Context, b Broadcast, staff string) error {
	to := map[BroadcastState]BroadcastState{
		BroadcastScheduled: BroadcastDraft, BroadcastSending: BroadcastCancelled, BroadcastPaused: BroadcastCancelled,
	}[b.State]
	if to == "" {
		return nil // a draft does nothing by itself
	}
	err := s.write(ctx, func(t *tx) error {
		return t.move(b, to, BroadcastEvent{Reason: reasonRestored, Staff: staff})
	})
	if err != nil || to != BroadcastCancelled {
		return err
	}
	return s.clearQueue(ctx, b.ID)
}

// reasonRestored is why a broadcast stands still after a restore, or ended by it.
const reasonRestored = "restored"
