//go:build unix

package sender_test

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pregon/store"
)

// TestFullDiskInTheMiddleSendsNobodyTwice lets the disk fill up in one process
// after another, a little later each time, and then gives it room. What was
// called and could not be written down is unknown afterwards, never called again.
func TestFullDiskInTheMiddleSendsNobodyTwice(t *testing.T) {
	t.Parallel()
	for seed, begun := range []bool{false, true} {
		t.Run(fmt.Sprintf("begun %v", begun), func(t *testing.T) {
			t.Parallel()
			h := newHunt(t, uint64(1000+seed))
			h.longWords(t)
			if err := h.sandbox.SetCallback(""); err != nil { // statuses would take the room with the feed's process
				t.Fatal(err)
			}
			if begun {
				h.send(t, "after start", 0, nil)
			}
			h.pack(t)
			full := 0
			for _, room := range []int{0, 2} {
				h.faults(t, "")
				killed, said := h.sendAs(t, victim{Room: room}, nil)
				if killed {
					t.Fatal("it died")
				}
				if said.Full {
					full++
				} else if said.Err != "" {
					t.Errorf("with room for %d pages it says %s, want the disk full or nothing", room, said.Err)
				}
				h.look(t, fmt.Sprintf("room for %d pages", room))
			}
			if full == 0 {
				t.Error("the disk was never full")
			}
			h.untilOver(t)
		})
	}
}

// longWords makes the broadcast one that needs room for every person.
func (h *hunt) longWords(t *testing.T) {
	t.Helper()
	b, err := h.CreateBroadcast(t.Context(), store.Draft{
		Name: "Half price", Template: "offer", Language: "en", Audience: "added:<30d",
		Bindings: store.Bindings{"1": {Value: strings.Repeat("neighbour ", 60)}},
	}, "Ana")
	if err != nil {
		t.Fatal(err)
	}
	h.id = b.ID
}

// pack leaves no page of the file unused, so that the next one needed is a new one.
func (h *hunt) pack(t *testing.T) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+h.File+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), "VACUUM")
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestReadOnlyFileSendsNobody finds the shop file sealed when it wants to claim.
func TestReadOnlyFileSendsNobody(t *testing.T) {
	t.Parallel()
	h := newHunt(t, 2000)
	for _, begun := range []bool{false, true} {
		if begun {
			h.send(t, "after start", 0, nil)
		}
		before := len(h.sandbox.Calls())
		h.faults(t, "")
		_, said := h.sendAs(t, victim{Room: -1, ReadOnly: true}, nil)
		if !said.Sealed || said.Full || said.Watched {
			t.Errorf("begun %v: %+v, want it to say that the file cannot be written", begun, said)
		}
		if calls := len(h.sandbox.Calls()) - before; calls != 0 {
			t.Errorf("begun %v: %d calls", begun, calls)
		}
		h.look(t, "read only")
	}
	h.untilOver(t)
}

// TestSecondProcessWatchesWithoutACall starts one while another stands still in
// the middle of a call.
func TestSecondProcessWatchesWithoutACall(t *testing.T) {
	t.Parallel()
	h := newHunt(t, 3000)
	h.faults(t, "")
	for _, point := range []string{"after claim", "after acquire", "before settle"} {
		killed, said := h.send(t, point, 0, func() {
			before := len(h.sandbox.Calls())
			h.second(t, point)
			if calls := len(h.sandbox.Calls()) - before; calls > 4 { // those of the first, under way
				t.Errorf("%s: %d calls while the second watched", point, calls)
			}
		})
		if !killed {
			t.Errorf("%s: it ended by itself: %+v", point, said)
		}
		h.look(t, point)
	}
	h.untilOver(t)
	if counts := h.Counts(t.Context(), t, h.id); counts[store.DeliveryQueued] != 0 || h.beside != 3 {
		t.Errorf("%d watched, counts %v", h.beside, counts)
	}
}

// TestWhoWatchesGoesOnWhenTheSenderIsKilled has a second process watch while the
// first stands between a claim and its call, and kills the first.
func TestWhoWatchesGoesOnWhenTheSenderIsKilled(t *testing.T) {
	t.Parallel()
	h := newHunt(t, 4000)
	h.faults(t, "")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	second, from, to, complaints := h.process(ctx, t, victim{Room: -1, Watch: true})
	defer func() { _ = from.Close() }()
	lines := bufio.NewReader(from)
	killed, said := h.send(t, "after claim", 1, func() {
		if err := second.Start(); err != nil {
			t.Fatal(err)
		}
		_ = to.Close()
		if line, err := lines.ReadString('\n'); err != nil || strings.TrimSpace(line) != watches {
			t.Errorf("the second says %q, %v\n%s", line, err, complaints)
		}
	})
	if !killed {
		t.Fatalf("the first ended by itself: %+v", said)
	}
	line, _ := lines.ReadString('\n')
	if err := errors.Join(second.Wait(), json.Unmarshal([]byte(line), &said)); err != nil {
		t.Fatalf("%v, %q\n%s", err, line, complaints)
	}
	if said.State == store.BroadcastSending || said.Watched || said.Err != "" {
		t.Errorf("the second ended as %+v", said)
	}
	h.look(t, "after the second")
	if counts := h.Counts(t.Context(), t, h.id); counts[store.DeliveryUnknown] == 0 {
		t.Errorf("nothing is unknown of the killed one's calls: %v", counts)
	}
	h.untilOver(t)
}
