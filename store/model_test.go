package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"pregon/store"
	"pregon/store/phone"
	"pregon/store/storetest"
)

// oracle is the whole rule in a few lines: who may be called, and who was.
type oracle struct {
	agreed, withdrawn, saved, stopped, erased map[store.ContactID]bool
	held                                      map[store.ContactID]bool
	unsure                                    map[store.ContactID]string // the review that can take the last withdrawal back
	called                                    map[string]bool            // broadcast and person, until somebody decides to send again
}

func (o *oracle) may(id store.ContactID) bool {
	return o.agreed[id] && o.saved[id] && !o.stopped[id] && !o.erased[id] && !o.held[id]
}

// world is a shop under random acts, with the oracle beside it.
type world struct {
	*testing.T
	shop       *storetest.Shop
	random     *rand.Rand
	oracle     oracle
	contacts   []store.ContactID
	byPhone    map[phone.E164]store.ContactID
	broadcasts []store.BroadcastID
	claims     []store.Claim
	resent     int // by a decision
	told       int // messages so far
	merged     int
}

// TestNobodyWithoutConsentIsEverClaimed drives 20,000 random acts against the
// oracle: grants, withdrawals, saves, unsaves, stops, erasures, starts, claims,
// crashes and second processes, and all that the feed tells of people.
func TestNobodyWithoutConsentIsEverClaimed(t *testing.T) {
	t.Parallel()
	w := &world{
		T: t, shop: storetest.New(t), random: rand.New(rand.NewPCG(1, 2)), byPhone: map[phone.E164]store.ContactID{},
		oracle: oracle{
			agreed: map[store.ContactID]bool{}, withdrawn: map[store.ContactID]bool{}, saved: map[store.ContactID]bool{},
			stopped: map[store.ContactID]bool{}, erased: map[store.ContactID]bool{}, called: map[string]bool{},
			held: map[store.ContactID]bool{}, unsure: map[store.ContactID]string{},
		},
	}
	for n := range 60 {
		id := w.shop.Contact(t, n)
		w.contacts = append(w.contacts, id)
		w.byPhone[storetest.Phone(n)] = id
	}
	w.start()
	acts := []func(){
		w.grant, w.grant, w.grant, w.withdraw, w.save, w.save, w.save, w.unsave, w.stop, w.resume, w.erase, w.start,
		w.claim, w.claim, w.claim, w.settle, w.settle, w.crash, w.second, w.pause, w.decide,
		w.hearStop, w.hearStop, w.hearMaybe, w.hearRefusal, w.hearJoin, w.hearJoin, w.hearJoin, w.hearSaved, w.hearSaved,
		w.hearTalk, w.preferStop, w.preferResume, w.preferResume, w.judge, w.judge, w.judge, w.renumber, w.merge,
	}
	poster(t, w.shop, "luna")
	for range tries() {
		acts[w.random.IntN(len(acts))]()
		if t.Failed() {
			return
		}
	}
	if len(w.oracle.called) < tries()/100 || w.resent < tries()/2_000 {
		t.Errorf("only %d calls and %d decisions: the acts do not try the gate", len(w.oracle.called), w.resent)
	}
	if w.merged < tries()/4_000 {
		t.Errorf("only %d were merged", w.merged)
	}
	if v, err := w.shop.VerifyLedger(t.Context()); err != nil || !v.OK {
		t.Errorf("VerifyLedger = %+v, %v", v, err)
	}
	replayed(t, w.shop)
}

func (w *world) one() store.ContactID { return w.contacts[w.random.IntN(len(w.contacts))] }

func (w *world) some() store.BroadcastID { return w.broadcasts[w.random.IntN(len(w.broadcasts))] }

func (w *world) check(err error, lawful bool) bool {
	w.Helper()
	if (err == nil) != lawful {
		w.Errorf("err = %v, lawful %v", err, lawful)
	}
	return err == nil
}

func (w *world) grant() {
	id := w.one()
	in := storetest.OptIn(id)
	if act := w.random.IntN(4) == 0; act {
		in.Method, in.Evidence = store.MethodPaper, "card 7"
		w.shop.Clock.Advance(1e6)
	}
	_, err := w.shop.RecordOptIn(w.Context(), in)
	if w.check(err, !w.oracle.erased[id] && (!w.oracle.withdrawn[id] || in.Evidence != "")) {
		w.oracle.agreed[id], w.oracle.withdrawn[id] = true, false
		delete(w.oracle.unsure, id)
	}
}

func (w *world) withdraw() {
	id := w.one()
	_, err := w.shop.RecordOptOut(w.Context(), store.OptOut{Contact: id, Staff: "Marta"})
	if w.check(err, !w.oracle.erased[id]) {
		w.gone(id)
	}
}

func (w *world) save() {
	id := w.one()
	_, err := w.shop.RecordSavedNumber(w.Context(), store.SavedNumber{Contact: id, Grade: store.GradeSaysSaved, Staff: "Marta"})
	if w.check(err, !w.oracle.erased[id]) {
		w.oracle.saved[id] = true
	}
}

func (w *world) unsave() {
	id := w.one()
	_, err := w.shop.RevokeSavedNumber(w.Context(), id, "Marta", "lost")
	if w.check(err, !w.oracle.erased[id]) {
		w.oracle.saved[id] = false
	}
}

func (w *world) platform(kind string, stopped bool) {
	id := w.one()
	w.shop.Clock.Advance(1e6)
	err := w.shop.RecordPlatform(w.Context(), store.PlatformEvent{Contact: id, Type: kind})
	if w.check(err, !w.oracle.erased[id]) {
		w.oracle.stopped[id] = stopped
	}
}

func (w *world) stop()   { w.platform("stopped", true) }
func (w *world) resume() { w.platform("resumed", false) }

func (w *world) erase() {
	id := w.one()
	if w.random.IntN(40) != 0 {
		return
	}
	if w.check(w.shop.Erase(w.Context(), id, "Ana"), !w.oracle.erased[id]) {
		w.oracle.erased[id] = true
	}
}

func (w *world) start() {
	if len(w.broadcasts) > 0 && w.random.IntN(10) != 0 {
		return
	}
	w.shop.Clock.Advance(31 * 24 * 3600e9) // past the caps on frequency
	id := w.shop.Broadcast(w.T, "customer")
	if _, err := w.shop.Outbox.Acquire(w.Context()); err != nil {
		w.Fatal(err)
	}
	err := w.shop.Outbox.Start(w.Context(), id, store.Start{Staff: "Ana", WithoutFeed: true})
	var blocked *store.BlockedError
	if err != nil && !errors.As(err, &blocked) {
		w.Fatal(err)
	}
	if err == nil || len(w.broadcasts) == 0 {
		w.broadcasts = append(w.broadcasts, id)
	}
}

func (w *world) claim() {
	if _, err := w.shop.Outbox.Acquire(w.Context()); err != nil {
		w.Fatal(err)
	}
	id := w.some()
	claimed, err := w.shop.Outbox.Claim(w.Context(), id, 1+w.random.IntN(4))
	if err != nil {
		w.Fatal(err)
	}
	for _, claim := range claimed.Claims {
		address, err := claim.Spend()
		if err != nil {
			w.Fatal(err)
		}
		person := w.byPhone[address.Phone]
		if !w.oracle.may(person) {
			w.Errorf("contact %d was claimed without the right to it", person)
		}
		key := fmt.Sprint(id, person)
		if w.oracle.called[key] {
			w.Errorf("contact %d was claimed twice for broadcast %d", person, id)
		}
		w.oracle.called[key] = true
		w.claims = append(w.claims, claim)
	}
}

func (w *world) settle() {
	var results []store.Result
	for _, claim := range w.claims {
		outcomes := []store.Outcome{store.Accepted{Wamid: "wamid." + claim.PublicID()}, store.Refused{Code: 131026}, store.Unknown{Why: "timeout"}}
		results = append(results, store.Result{Claim: claim, Outcome: outcomes[w.random.IntN(3)]})
	}
	w.claims = nil
	if err := w.shop.Outbox.Settle(w.Context(), results); err != nil {
		w.Fatal(err)
	}
	w.learn()
}

// learn takes over what the store derived by itself: two undeliverable
// messages in a row make a contact unreachable.
func (w *world) learn() {
	contacts, err := w.shop.ContactsByID(w.Context(), w.contacts)
	if err != nil {
		w.Fatal(err)
	}
	for _, c := range contacts {
		if c.Standing.Platform == store.PlatformUnreachable {
			w.oracle.stopped[c.ID] = true
		}
	}
}

// decide works an unknown delivery off: only who is to get it again may be
// claimed once more.
func (w *world) decide() {
	id := w.some()
	list, err := w.shop.Unknowns(w.Context(), id)
	if err != nil {
		w.Fatal(err)
	}
	if len(list) == 0 || w.random.IntN(4) != 0 {
		return
	}
	d := store.UnknownDecision{Delivery: list[0].ID, Resend: w.random.IntN(2) == 0, Staff: "Ana"}
	if err := w.shop.DecideUnknown(w.Context(), d); err != nil {
		w.Fatal(err)
	}
	if d.Resend {
		delete(w.oracle.called, fmt.Sprint(id, list[0].Contact))
		w.resent++
	}
}

// crash forgets what this process knew and opens the file again.
func (w *world) crash() {
	if w.random.IntN(20) != 0 {
		return
	}
	w.claims = nil
	if err := w.shop.Outbox.Release(w.Context()); err != nil {
		w.Fatal(err)
	}
	w.shop = storetest.Open(w.T, w.shop.File, w.shop.Clock)
}

// second tries to send from another process while this one holds the lock.
func (w *world) second() {
	if w.random.IntN(20) != 0 {
		return
	}
	if _, err := w.shop.Outbox.Acquire(w.Context()); err != nil {
		w.Fatal(err)
	}
	other := storetest.Open(w.T, w.shop.File, w.shop.Clock)
	if _, err := other.Outbox.Acquire(w.Context()); err == nil {
		w.Error("a second process got the lock")
	}
	if _, err := other.Outbox.Claim(w.Context(), w.some(), 1); !errors.Is(err, store.ErrLockLost) {
		w.Errorf("a second process claimed: %v", err)
	}
}

func (w *world) pause() {
	id := w.some()
	b, err := w.shop.Store.Broadcast(w.Context(), id)
	if err != nil {
		w.Fatal(err)
	}
	switch b.State {
	case store.BroadcastSending:
		err = w.shop.PauseBroadcast(w.Context(), id, "Ana")
	case store.BroadcastPaused:
		err = w.shop.Outbox.Resume(w.Context(), id, "Ana")
	case store.BroadcastDraft, store.BroadcastScheduled, store.BroadcastDone, store.BroadcastCancelled:
	}
	if err != nil {
		w.Fatal(err)
	}
}

// tries is how many acts are tried: 20,000, or fewer under the race detector,
// which looks for other faults and takes ten times as long.
func tries() int {
	if testing.Short() {
		return 3_000
	}
	return 20_000
}
