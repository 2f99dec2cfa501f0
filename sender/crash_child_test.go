//go:build unix

package sender_test

import (
	"cmp"
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"pregon/sender"
	"pregon/store"
)

// victimVariable makes this test binary a sending process that is to be killed.
const victimVariable = "PREGON_CRASH_VICTIM"

// victim is what such a process is told.
type victim struct {
	File      string            `json:"file"`
	URL       string            `json:"url"`
	Broadcast store.BroadcastID `json:"broadcast"`
	Begun     time.Time         `json:"begun"` // of the desk's clock
	InFlight  int               `json:"in_flight"`
	Point     string            `json:"point"` // where it stops and waits for its end; "": nowhere
	Skip      int               `json:"skip"`  // how often it passes there before

	// Room is how many pages the disk still has for the shop file, below 0
	// without end; ReadOnly says that nobody may write to it.
	Room     int  `json:"room"`
	ReadOnly bool `json:"read_only"`

	// Watch has it say when it watches what another process sends; Leave has it
	// go away then, as by Ctrl+C.
	Watch bool `json:"watch"`
	Leave bool `json:"leave"`

	Speed float64 `json:"speed"` // of its clock; crashSpeed when 0
}

// last is what a process says that came to its end by itself.
type last struct {
	State   store.BroadcastState `json:"state"`
	Wait    sender.WaitReason    `json:"wait"`
	Watched bool                 `json:"watched"` // another process sent, to the end or until it was left
	Full    bool                 `json:"full"`
	Sealed  bool                 `json:"sealed"` // the file cannot be written
	Err     string               `json:"err"`
	Peak    int                  `json:"peak"` // the most memory it held, in kB, where the system tells
}

// watches is what a process says when it watches another one.
const watches = "watches"

// atPoint is what a process says when it stands still where it was told to.
const atPoint = "at the point"

func TestMain(m *testing.M) {
	if told := os.Getenv(victimVariable); told != "" {
		pipe := os.NewFile(3, "pipe")
		if err := live(told, pipe); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
		}
		return
	}
	m.Run()
}

// live sends a broadcast as the program does, until it is done or killed.
func live(told string, pipe io.Writer) error {
	var v victim
	if err := json.Unmarshal([]byte(told), &v); err != nil {
		return err
	}
	ctx := context.Background()
	w := &witness{point: v.Point, skip: v.Skip, pipe: pipe}
	sqlite.RegisterConnectionHook(w.watch)
	sqlite.RegisterConnectionHook(v.cramp)
	clock := &fastClock{begun: v.Begun, speed: cmp.Or(v.Speed, crashSpeed)}
	s, outbox, err := store.Open(ctx, v.File, store.WithClock(func() time.Time {
		w.asked()
		return clock.Now()
	}))
	if err != nil {
		return err
	}
	uncapped := 0
	e := sender.New(outbox, s, sender.Config{
		BaseURL: v.URL, Rate: &uncapped, InFlight: v.InFlight, Now: clock.Now, Timeout: 10 * time.Second,
		Token: func(context.Context) (string, error) { return "practice", nil },
	})
	ended, err := e.Run(v.beside(ctx, e, pipe), v.Broadcast, asAna)
	said := last{State: ended.State, Wait: ended.Wait.Reason, Watched: ended.Elsewhere, Peak: peakMemory()}
	if err != nil {
		said.Err = err.Error()
		said.Full, said.Sealed = errors.Is(err, store.ErrDiskFull), errors.Is(err, store.ErrReadOnly)
	}
	err = errors.Join(e.Close(ctx), s.Close())
	return errors.Join(err, json.NewEncoder(pipe).Encode(said))
}

// peakMemory is what Linux tells of this program alone; what wait tells counts the program that started it as well.
func peakMemory() (kilobytes int) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	if _, after, found := strings.Cut(string(status), "VmHWM:"); found {
		_, _ = fmt.Sscan(after, &kilobytes)
	}
	return kilobytes
}

// beside returns the life of a process that looks out for another one that sends.
func (v *victim) beside(ctx context.Context, e *sender.Engine, pipe io.Writer) context.Context {
	if !v.Watch {
		return ctx
	}
	ctx, leave := context.WithCancel(ctx)
	changed := e.Watch(ctx)
	go func() {
		for range changed {
			if p, _ := e.Snapshot(v.Broadcast); !p.Elsewhere {
				continue
			}
			if v.Leave {
				leave()
			} else {
				_, _ = fmt.Fprintln(pipe, watches)
			}
			return
		}
	}()
	return ctx
}

// cramp makes a connection find the disk full, or the file read only.
func (v *victim) cramp(conn sqlite.ExecQuerierContext, _ string) error {
	ctx := context.Background()
	if v.ReadOnly {
		_, err := conn.ExecContext(ctx, "PRAGMA query_only(1)", nil)
		return err
	}
	if v.Room < 0 {
		return nil
	}
	rows, err := conn.QueryContext(ctx, "PRAGMA page_count", nil)
	if err != nil {
		return err
	}
	pages := make([]driver.Value, 1)
	err = errors.Join(rows.Next(pages), rows.Close())
	if err != nil {
		return err
	}
	count, _ := pages[0].(int64)
	_, err = conn.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count(%d)", int(count)+v.Room), nil)
	return err
}

// witness names the moments of a process's life by what it does to the shop
// file, without the program knowing: SQLite itself tells of every row before it
// is written and of every commit before it is made. A commit is over when the
// next row is written, or when its claims are spent: nothing outside the
// process can tell any moment between from that one.
type witness struct {
	mu    sync.Mutex
	point string
	skip  int
	pipe  io.Writer
	done  string // the newest commit, while nothing came after it
}

// watch is called for every connection.
func (w *witness) watch(conn sqlite.ExecQuerierContext, _ string) error {
	hooks, ok := conn.(sqlite.HookRegisterer)
	if !ok {
		return errors.New("this driver tells nothing")
	}
	kind := ""
	hooks.RegisterPreUpdateHook(func(row sqlite.SQLitePreUpdateData) {
		if kind == "" {
			w.passed("")
		}
		kind = weightier(kind, kindOf(&row))
	})
	hooks.RegisterCommitHook(func() int32 {
		if kind != "" {
			w.reach("before " + kind)
			w.passed(kind)
		}
		kind = ""
		return 0
	})
	hooks.RegisterRollbackHook(func() { kind = "" })
	return nil
}

// passed notes a commit, and that the one before is over.
func (w *witness) passed(kind string) {
	w.mu.Lock()
	before := w.done
	w.done = kind
	w.mu.Unlock()
	if before != "" {
		w.reach("after " + before)
	}
}

// asked is called when the store wants the time: for a claim that is spent, and
// when a transaction begins.
func (w *witness) asked() {
	w.mu.Lock()
	claimed := w.done == "claim"
	w.mu.Unlock()
	if claimed {
		w.passed("")
	}
}

// reach stands still for ever if this is the point.
func (w *witness) reach(point string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if point != w.point {
		return
	}
	if w.skip--; w.skip >= 0 {
		return
	}
	_, _ = fmt.Fprintln(w.pipe, atPoint)
	<-time.After(time.Minute)
	panic("nobody came to kill")
}

// kinds of transactions; the first that a row speaks for names it.
var kinds = []string{"acquire", "release", "claim", "settle", "start", "resume", "pause", "finish", "freeze", "keep", "note"}

func weightier(a, b string) string {
	for _, kind := range kinds {
		if kind == a || kind == b {
			return kind
		}
	}
	return a
}

func kindOf(row *sqlite.SQLitePreUpdateData) string {
	insert := row.Op == sqlite3.SQLITE_INSERT
	switch {
	case row.TableName == "engines" && insert:
		return "acquire"
	case row.TableName == "engines":
		return "release" // or a heartbeat
	case row.TableName == "outbox" && insert:
		return "claim"
	case row.TableName == "outbox":
		return "settle"
	case row.TableName == "deliveries" && insert:
		return "freeze"
	case row.TableName == "broadcasts" && !insert:
		return moveOf(row)
	}
	return "note"
}

// moveOf names a change of a broadcast by its new state.
func moveOf(row *sqlite.SQLitePreUpdateData) string {
	const state = 9 // the column
	before, after := make([]any, state+1), make([]any, state+1)
	if err := errors.Join(row.Old(before...), row.New(after...)); err != nil {
		panic(err)
	}
	switch {
	case before[state] == after[state]:
		return "keep" // the template, with the broadcast
	case before[state] == string(store.BroadcastPaused):
		return "resume"
	case after[state] == string(store.BroadcastSending):
		return "start"
	case after[state] == string(store.BroadcastPaused):
		return "pause"
	}
	return "finish"
}
