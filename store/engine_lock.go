package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/uuid"
)

// ErrLockLost says that another engine took over; this one must stop.
var ErrLockLost = errors.New("another engine holds the lock")

// LockedError says who sends from this shop file already.
type LockedError struct {
	PID    int
	Host   string
	Since  time.Time
	BeatAt time.Time // when it last showed that it lives
}

func (e *LockedError) Error() string {
	return fmt.Sprintf("process %d on %s sends from this shop file", e.PID, e.Host)
}

// Silent says that the process, though it may live, has not shown that for so
// long that it is stopped or stuck. Nobody takes the lock from it: it may wake
// and go on with the calls it was at, so only its end, which a person brings
// about, frees the lock.
func (e *LockedError) Silent(now time.Time) bool {
	// Either way: a living engine beats by the clock as it is, also after that went back.
	return now.Sub(e.BeatAt).Abs() > 3*BeatEvery
}

// BeatEvery is how often a running engine shows that it lives.
const BeatEvery = 5 * time.Second

const (
	insertEngine = `INSERT INTO engines (run, pid, host, started_at, beat_at) VALUES (?, ?, ?, ?, ?)`
	newestEngine = `SELECT id, pid, host, started_at, beat_at, ended_at FROM engines ORDER BY id DESC LIMIT 1`
	beatEngine   = `UPDATE engines SET beat_at = ? WHERE id = ?`
	endEngine    = `UPDATE engines SET ended_at = ? WHERE id = ?`
	orphanRows   = `UPDATE deliveries SET state = 'unknown', reason = 'killed', ended_at = ? WHERE id IN (
		SELECT delivery_id FROM outbox WHERE settled_at = 0) AND state = 'sending'`
	orphanAttempts = `UPDATE outbox SET settled_at = ?, outcome = 'unknown' WHERE settled_at = 0`
)

// Acquire takes the one lock of the shop file for this process and turns what a
// dead engine left in the middle of a call into unknown, which is returned as a
// count. The lock is the operating system's and is freed when a process dies;
// the row in engines fences off one that only seemed dead. Fails with
// *LockedError. Acquiring twice is once.
func (o *Outbox) Acquire(ctx context.Context) (orphans int, err error) {
	if o.engine != 0 {
		return 0, nil
	}
	if o.lock == nil {
		o.lock = flock.New(o.path+".lock", flock.SetPermissions(0o600))
	}
	taken, err := o.lock.TryLock()
	if err != nil {
		return 0, fmt.Errorf("lock the engine: %w", err)
	}
	if !taken {
		return 0, o.holder(ctx)
	}
	host, err := os.Hostname()
	if err != nil {
		host = "" // only shown to people
	}
	err = o.write(ctx, func(t *tx) error {
		id, err := t.insert(insertEngine, uuid.NewString(), os.Getpid(), host, t.now.UnixMilli(), t.now.UnixMilli())
		if err != nil {
			return err
		}
		changed, err := t.exec(orphanRows, t.now.UnixMilli())
		if err != nil {
			return err
		}
		if _, err := t.exec(orphanAttempts, t.now.UnixMilli()); err != nil {
			return err
		}
		o.engine, orphans = id, int(changed)
		return nil
	})
	if err != nil {
		o.engine = 0
		return 0, errors.Join(fmt.Errorf("take over the outbox: %w", err), o.lock.Unlock())
	}
	return orphans, nil
}

// Holder says which process sends from this shop file now, as far as its
// heartbeat tells; nil when none does.
func (s *Store) Holder(ctx context.Context) (*LockedError, error) {
	held, err := s.newestHolder(ctx)
	if err != nil || held == nil || held.Silent(s.now()) { // it died, as far as anybody can tell who does not ask for the lock
		return nil, err
	}
	return held, nil
}

// newestHolder is who had the lock last and did not give it back; nil when nobody.
func (f *file) newestHolder(ctx context.Context) (*LockedError, error) {
	var held LockedError
	var id, since, beat, ended int64
	err := f.scan(ctx, newestEngine, nil, &id, &held.PID, &held.Host, &since, &beat, &ended)
	if errors.Is(err, ErrNotFound) || (err == nil && ended != 0) {
		return nil, nil //nolint:nilnil // nobody
	}
	if err != nil {
		return nil, fmt.Errorf("read the engine's heartbeat: %w", err)
	}
	held.Since, held.BeatAt = moment(since), moment(beat)
	return &held, nil
}

// holder is who has the lock that was refused, also one that is silent.
func (o *Outbox) holder(ctx context.Context) error {
	held, err := o.newestHolder(ctx)
	if err != nil {
		return err
	}
	if held == nil {
		held = &LockedError{}
	}
	return held
}

// Beat shows that the engine lives. Fails with ErrLockLost.
func (o *Outbox) Beat(ctx context.Context) error {
	return o.write(ctx, func(t *tx) error {
		if err := o.held(t); err != nil {
			return err
		}
		_, err := t.exec(beatEngine, t.now.UnixMilli(), o.engine)
		return err
	})
}

// Release gives the lock back; releasing what is not held does nothing.
func (o *Outbox) Release(ctx context.Context) error {
	if o.engine == 0 {
		return nil
	}
	err := o.write(ctx, func(t *tx) error {
		_, err := t.exec(endEngine, t.now.UnixMilli(), o.engine)
		return err
	})
	o.engine = 0
	return errors.Join(err, o.lock.Unlock())
}

// held fails unless this engine is the newest.
func (o *Outbox) held(t *tx) error {
	var newest, pid, since, beat, ended int64
	var host string
	err := t.scan(newestEngine, nil, &newest, &pid, &host, &since, &beat, &ended)
	if err != nil || o.engine == 0 || newest != o.engine {
		return errors.Join(ErrLockLost, ignoreNotFound(err))
	}
	return nil
}

func ignoreNotFound(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}
