//go:build unix

package sender_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pregon/sender/sandbox"
	"pregon/sender/webhook"
	"pregon/store"
	"pregon/store/storetest"
)

// killsVariable says how many processes are killed; without it a few dozen.
const killsVariable = "PREGON_CRASH_KILLS"

// crashSpeed is that of newDesk's clock.
const crashSpeed = 40

// Where a process is killed: at the beginning of a broadcast, in the middle,
// when it pauses, and at its end.
var (
	startPoints = []string{
		"before acquire", "after acquire", "before freeze", "after freeze", "before keep", "after keep",
		"before start", "after start",
	}
	runPoints = []string{
		"before claim", "after claim", firstByte, wholeRequest, taken, halfAnswer, answered, "before settle",
		"after settle", "before acquire", "after acquire",
	}
	pausePoints = []string{"before pause", "after pause", "before resume", "after resume"}
	endPoints   = []string{"before finish", "after finish", "before release"}
)

// The people of one hunt.
const (
	huntPeople    = 36
	huntStrangers = 6 // never said yes, or never saved the number
)

// hunt is one broadcast that is killed again and again.
type hunt struct {
	*desk
	front  *front
	id     store.BroadcastID
	random *rand.Rand
	seed   uint64
	kills  map[string]int // by point
	beside int            // second processes that only watched
	raw    *sql.DB        // the file, read only

	mu       sync.Mutex
	never    map[store.ContactID]string // who must not be called from now on, and why
	withdraw int                        // calls until somebody withdraws in the middle of a run
}

func newHunt(t *testing.T, seed uint64) *hunt {
	t.Helper()
	h := &hunt{
		desk: newDesk(t, huntPeople, sandbox.Options{Seed: seed}), random: rand.New(rand.NewPCG(seed, 1)),
		seed: seed, kills: map[string]int{}, never: map[store.ContactID]string{},
	}
	for n := range huntStrangers {
		id := h.Contact(t, huntPeople+n)
		h.never[id] = "never agreed or never saved the number"
		switch n % 3 {
		case 0:
			h.OptIn(t, id)
		case 1:
			h.Saved(t, id)
		}
	}
	var err error
	if h.raw, err = sql.Open("sqlite", "file:"+h.File+"?mode=ro"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.raw.Close() })
	h.front = newFront(t, h.sandbox)
	h.front.during = func() { h.sometimesWithdraw(t) }
	feed := httptest.NewServer(webhook.New(h.Store, webhook.Config{
		AppSecret: sandbox.DefaultAppSecret, VerifyToken: "v", Shop: webhook.Shop{PhoneNumberID: storetest.Settings().PhoneNumberID},
	}))
	t.Cleanup(feed.Close)
	if err := h.sandbox.Subscribe(t.Context(), feed.URL+"?hub.mode=subscribe", "v"); err != nil {
		t.Fatal(err)
	}
	h.id = h.Broadcast(t, "added:<30d")
	return h
}

// faults are scripted anew for every process; extra stand before them.
func (h *hunt) faults(t *testing.T, extra string) {
	t.Helper()
	h.seed += 101
	script, err := sandbox.ParseScript(fmt.Appendf(nil, `{"seed":%d,"webhooks":{"double":0.2,"reverse":0.2},
		"shares":{"undeliverable":0.05,"offline":0.1,"unread":0.3},
		"delays":{"sent":"1ms..30ms","delivered":"1ms..40ms","read":"1ms..50ms","failed":"5ms"},
		"rules":[%s{"share":0.03,"do":"reset_after"},{"share":0.03,"do":"reset_before"},{"share":0.02,"do":"half"},
		{"share":0.03,"http":500},{"share":0.02,"http":500,"accepted":true},{"share":0.03,"code":131026},
		{"share":0.02,"code":131050},{"every":7,"code":130429,"times":1},{"every":11,"code":131000},
		{"share":0.04,"http":429},{"share":0.03,"do":"early"}]}`, h.seed, extra))
	if err == nil {
		err = h.sandbox.SetScript(script)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// send lets a process send. It is killed at the point, if it comes there; else
// it says how it ended. beside is run while it stands at a point of its own.
func (h *hunt) send(t *testing.T, point string, skip int, beside func()) (killed bool, said last) {
	t.Helper()
	return h.sendAs(t, victim{Point: point, Skip: skip, Room: -1}, beside)
}

// process is one that sends, with the pipe through which it speaks.
func (h *hunt) process(ctx context.Context, t *testing.T, v victim) (command *exec.Cmd, from, to *os.File, complaints *bytes.Buffer) {
	t.Helper()
	v.File, v.URL, v.Broadcast, v.Begun, v.InFlight = h.File, h.front.url, h.id, h.clock.begun, 1+h.random.IntN(4)
	told, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if from, to, err = os.Pipe(); err != nil {
		t.Fatal(err)
	}
	complaints = &bytes.Buffer{}
	command = exec.CommandContext(ctx, os.Args[0]) // this test binary
	command.Env = append(os.Environ(), victimVariable+"="+string(told))
	command.ExtraFiles, command.Stderr = []*os.File{to}, complaints
	return command, from, to, complaints
}

func (h *hunt) sendAs(t *testing.T, v victim, beside func()) (killed bool, said last) {
	t.Helper()
	point, skip := v.Point, v.Skip
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command, from, to, complaints := h.process(ctx, t, v)
	defer func() { _ = from.Close() }()
	running, dead := make(chan struct{}), make(chan struct{})
	h.front.arm(point, skip, func() {
		<-running
		if err := command.Process.Kill(); err != nil {
			t.Error(err)
		}
		<-dead
	})
	defer h.front.arm("", 0, nil)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	close(running)
	_ = to.Close()
	line, _ := bufio.NewReader(from).ReadString('\n')
	if strings.TrimSpace(line) == atPoint {
		if beside != nil {
			beside()
		}
		if err := command.Process.Kill(); err != nil {
			t.Error(err)
		}
	}
	err := command.Wait()
	close(dead)
	if ctx.Err() != nil {
		t.Fatalf("%s: the process hung\n%s", point, complaints.String())
	}
	if err != nil && command.ProcessState.ExitCode() == -1 {
		h.kills[point]++
		return true, last{}
	}
	if err != nil || json.Unmarshal([]byte(line), &said) != nil {
		t.Fatalf("%s: %v, %q\n%s", point, err, line, complaints.String())
	}
	return false, said
}

// kill kills one process and looks at what it left.
func (h *hunt) kill(t *testing.T, point string, skip int, extra string) last {
	t.Helper()
	h.faults(t, extra)
	h.mu.Lock()
	h.withdraw = h.random.IntN(12)
	h.mu.Unlock()
	var beside func()
	if h.random.IntN(5) == 0 && !slices.Contains(endPoints, point) { // then there is nothing left to watch
		beside = func() { h.second(t, point) }
	}
	_, said := h.send(t, point, skip, beside)
	if said.Err != "" {
		t.Errorf("%s: a process failed: %s", point, said.Err)
	}
	h.look(t, point)
	return said
}

// second starts another process while one is alive and stands still. It watches
// what that one sends, and goes away.
func (h *hunt) second(t *testing.T, point string) {
	t.Helper()
	b, err := h.Store.Broadcast(t.Context(), h.id)
	if err != nil {
		t.Fatal(err)
	}
	if b.State != store.BroadcastSending { // the first may stand in the middle of writing, so nobody else can
		return
	}
	killed, said := h.sendAs(t, victim{Room: -1, Watch: true, Leave: true}, nil)
	if killed || !said.Watched || said.State != store.BroadcastSending {
		t.Errorf("%s: a second process did not only watch: %+v", point, said)
		return
	}
	h.beside++
}

// sometimesWithdraw lets a customer say stop while the server answers a call.
func (h *hunt) sometimesWithdraw(t *testing.T) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.withdraw--; h.withdraw != 0 || len(h.never) > huntStrangers+6 {
		return
	}
	n := int(h.seed) % len(h.people)
	_, err := h.RecordOptOut(context.WithoutCancel(t.Context()), store.OptOut{Contact: h.people[n], Staff: "Marta"})
	if err != nil {
		t.Errorf("opt out: %v", err)
		return
	}
	past, err := h.ContactDeliveries(context.WithoutCancel(t.Context()), h.people[n])
	if err != nil {
		t.Errorf("read the deliveries of who opted out: %v", err)
		return
	}
	if len(past) == 0 || past[0].State == store.DeliveryQueued && past[0].AttemptedAt.IsZero() || past[0].State == store.DeliveryExcluded {
		h.never[h.people[n]] = "withdrew before any call"
	}
}

// look holds the shop file against the server's own log.
func (h *hunt) look(t *testing.T, point string) {
	t.Helper()
	b, err := h.Store.Broadcast(t.Context(), h.id)
	if err != nil {
		t.Fatal(err)
	}
	list, err := h.Deliveries(t.Context(), h.id, store.DeliveryFilter{})
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]int{}
	for _, call := range h.sandbox.Calls() {
		calls[strings.TrimPrefix(call.To, "+")]++
	}
	h.addUp(t, point, b.State)
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, d := range list {
		n := calls[strings.TrimPrefix(string(d.Phone), "+")]
		if !slices.Contains(lawful(d.State), n) {
			t.Errorf("%s: %s is %s (%s) and was called %d times", point, d.Name, d.State, d.Reason, n)
		}
		if why := h.never[d.Contact]; why != "" && n > 0 {
			t.Errorf("%s: %s was called and %s", point, d.Name, why)
		}
	}
}

// addUp wants the counts that are shown to be those of the rows, and all of
// them together to be the audience, from one snapshot of the file: statuses
// arrive while it is read.
func (h *hunt) addUp(t *testing.T, point string, state store.BroadcastState) {
	t.Helper()
	rows, err := h.raw.QueryContext(t.Context(), `SELECT state, n, (SELECT count(*) FROM deliveries d
		WHERE d.broadcast_id = c.broadcast_id AND d.state = c.state) FROM broadcast_counts c WHERE broadcast_id = ?`, h.id)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	all := 0
	for rows.Next() {
		var name string
		var shown, counted int
		if err := rows.Scan(&name, &shown, &counted); err != nil {
			t.Fatal(err)
		}
		if all += counted; shown != counted {
			t.Errorf("%s: %d are counted as %s, and %d are", point, shown, name, counted)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if want := huntPeople + huntStrangers; state != store.BroadcastDraft && all != want {
		t.Errorf("%s: %d deliveries for an audience of %d", point, all, want)
	}
}

// lawful is how often the API may have taken a message in this state.
func lawful(state store.DeliveryState) []int {
	switch state {
	case store.DeliveryQueued, store.DeliveryExcluded, store.DeliveryCancelled:
		return []int{0}
	case store.DeliveryAccepted, store.DeliverySent, store.DeliveryDelivered, store.DeliveryRead:
		return []int{1}
	case store.DeliverySending, store.DeliveryUnknown, store.DeliveryFailed:
	}
	return []int{0, 1}
}

// untilOver sends without further kills and looks at the end.
func (h *hunt) untilOver(t *testing.T) {
	t.Helper()
	for range 60 {
		h.faults(t, "")
		if _, said := h.send(t, "", 0, nil); said.State == store.BroadcastDone {
			h.over(t)
			return
		}
	}
	t.Fatal("the broadcast never ended")
}

// over says that nobody was forgotten.
func (h *hunt) over(t *testing.T) {
	t.Helper()
	h.look(t, "at the end")
	list, err := h.Deliveries(t.Context(), h.id, store.DeliveryFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		c, err := h.Store.Contact(t.Context(), d.Contact)
		if err != nil {
			t.Fatal(err)
		}
		switch d.State {
		case store.DeliveryQueued, store.DeliverySending, store.DeliveryCancelled:
			t.Errorf("%s was forgotten: %s", d.Name, d.State)
		case store.DeliveryExcluded:
			if c.Verdict.Sendable() {
				t.Errorf("%s could have got it and was left out: %s", d.Name, d.Reason)
			}
		default:
		}
	}
	if repeats := h.sandbox.Stats().Repeats; repeats != 0 {
		t.Errorf("the server saw %d repeats", repeats)
	}
	if v, err := h.VerifyLedger(t.Context()); err != nil || !v.OK {
		t.Errorf("the ledger after the kills: %+v, %v", v, err)
	}
}

// TestKilledAnywhereNobodyTwiceAndNobodyForgotten kills the sending process with
// SIGKILL at every point of its life, with faults, withdrawals and statuses all
// the while, and starts it again. After every kill the file is held against the
// server's log.
func TestKilledAnywhereNobodyTwiceAndNobodyForgotten(t *testing.T) {
	t.Parallel()
	want := 60
	if testing.Short() {
		want = 30
	}
	if text := os.Getenv(killsVariable); text != "" {
		var err error
		if want, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	kills, beside, unknown, seed := map[string]int{}, 0, 0, uint64(1)
	for sum(kills) < want {
		h := newHunt(t, seed)
		h.play(t, int(seed))
		for point, n := range h.kills {
			kills[point] += n
		}
		beside += h.beside
		unknown += h.Counts(t.Context(), t, h.id)[store.DeliveryUnknown]
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
		seed++
	}
	t.Logf("%d kills in %d broadcasts, %d second processes watched, %d people unknown: %v", sum(kills), seed-1, beside, unknown, kills)
	for _, point := range slices.Concat(startPoints, runPoints, pausePoints, endPoints) {
		if kills[point] == 0 && want >= 60 {
			t.Errorf("nothing was killed %s", point)
		}
	}
}

// play kills one broadcast from its start to its end; turn makes the hunts differ.
func (h *hunt) play(t *testing.T, turn int) {
	t.Helper()
	for i := range 4 {
		h.kill(t, startPoints[(turn*4+i)%len(startPoints)], 0, "")
	}
	const refused = `{"nth":[2],"code":190},`
	switch point := pausePoints[turn%len(pausePoints)]; point {
	case "before pause", "after pause":
		h.kill(t, point, 0, refused)
	default:
		h.kill(t, "", 0, refused)
		h.kill(t, point, 0, "")
	}
	for i := range 9 {
		point := runPoints[(turn*9+i)%len(runPoints)]
		skip := h.random.IntN(3)
		if strings.HasSuffix(point, "acquire") {
			skip = 0 // once in a life
		}
		if h.kill(t, point, skip, "").State == store.BroadcastDone {
			break
		}
	}
	h.kill(t, "before finish", 0, "")
	h.kill(t, endPoints[1+turn%2], 0, "")
	h.untilOver(t)
}

func sum(counts map[string]int) int {
	all := 0
	for _, n := range counts {
		all += n
	}
	return all
}
