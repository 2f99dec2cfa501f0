package store

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// Kept lists the files that restores replaced and kept beside the shop file, by their paths. Such a file is a whole shop,
// so what time and erasures do to this one is done to that one: whoever leaves this file leaves it too, and after
// PurgeAfter it goes itself.
func (s *Store) Kept() ([]string, error) {
	return s.beside(func(rest string) bool {
		_, err := keptAt(rest)
		return err == nil
	})
}

// keptAt reads from a file's name when it was kept.
func keptAt(name string) (time.Time, error) {
	_, at, found := strings.Cut(name, beforeMark)
	if !found {
		return time.Time{}, ErrNotFound
	}
	kept, err := time.Parse(beforeTime, at)
	if err != nil {
		return time.Time{}, fmt.Errorf("read when a file was kept: %w", err)
	}
	return kept, nil
}

// selectGone are those whom this file does not know any more by number or id.
const selectGone = `SELECT mac, reason, since FROM suppressions s WHERE NOT EXISTS (SELECT 1 FROM contacts WHERE phone_mac = s.mac)
	AND NOT EXISTS (SELECT 1 FROM contacts WHERE user_mac = s.mac)`

// countLeft are those who left this file after a moment, on a day that was still to come then.
const countLeft = `SELECT count(*) FROM erasures WHERE purged_at <> 0 AND purge_at >= ?`

// forgetInKept brings the kept files up to what is known here, and returns how many of them went.
func (s *Store) forgetInKept(ctx context.Context) (gone int, err error) {
	kept, err := s.Kept()
	if err != nil {
		return 0, err
	}
	for _, path := range kept {
		at, err := keptAt(filepath.Base(path))
		if err != nil {
			return gone, err
		}
		usable := s.moment().Before(at.Add(PurgeAfter))
		if usable {
			if usable, err = s.forgetIn(ctx, path, at); err != nil {
				return gone, fmt.Errorf("forget people in %s: %w", path, err)
			}
		}
		if !usable {
			if err := dropKept(path); err != nil {
				return gone, err
			}
			gone++
		}
	}
	return gone, nil
}

// forgetIn does it in one of them. It reports false for one that must go because somebody left since whom nobody can take
// out of it.
func (s *Store) forgetIn(ctx context.Context, path string, at time.Time) (usable bool, err error) {
	everybody, err1 := s.suppressed(ctx, selectSuppressions)
	forgotten, err2 := s.suppressed(ctx, selectGone)
	if err := errors.Join(err1, err2); err != nil {
		return true, err
	}
	f := newFile(path, []Option{WithClock(s.now)})
	defer func() { err = errors.Join(err, f.close()) }()
	err = f.open(ctx, false)
	if errors.Is(err, ErrDamaged) || errors.Is(err, ErrForeignFile) || (err == nil && f.key == nil) {
		var left int
		err := s.scan(ctx, countLeft, []any{at.UnixMilli()}, &left)
		return left == 0, err
	}
	if err != nil || !hmac.Equal(f.key, s.key) {
		return true, err // what is not this shop's held nobody when it was replaced
	}
	err = f.write(ctx, func(t *tx) error {
		if err := t.endCalls(); err != nil {
			return err
		}
		if _, err := t.carryOver(&present{suppressed: everybody}, retentionStaff); err != nil {
			return err
		}
		for _, person := range forgotten {
			ids, err := t.contactIDs(idsByMAC, person.mac)
			if err != nil {
				return err
			}
			for _, id := range ids {
				if _, err := t.exec(purgeDue, t.now.UnixMilli(), id); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return true, err
	}
	_, err = (&Store{f}).Retain(ctx)
	return true, err
}

// dropKept removes a kept file with all that belongs to it.
func dropKept(path string) error {
	copies, err := (&Store{newFile(path, nil)}).Copies()
	if err != nil {
		return err
	}
	for _, belongs := range append(copies, path+"-wal", path+"-shm", path+"-journal", path+keyName, path) {
		if err := removed(belongs); err != nil {
			return err
		}
	}
	return nil
}
