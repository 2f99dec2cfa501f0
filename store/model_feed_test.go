package store_test

import (
	"fmt"

	"pregon/store"
	"pregon/store/storetest"
)

// gone notes a withdrawal: what was still to be judged is settled by it.
func (w *world) gone(id store.ContactID) {
	w.oracle.agreed[id], w.oracle.withdrawn[id], w.oracle.held[id] = false, true, false
	delete(w.oracle.unsure, id)
}

// hear lets somebody write, in one feed with other things now and then, and
// sometimes more than once.
func (w *world) hear(text string) store.ContactID {
	w.Helper()
	id := w.one()
	w.shop.Clock.Advance(2e9)
	c, err := w.shop.Store.Contact(w.Context(), id)
	if err != nil {
		w.Fatal(err)
	}
	w.told++
	m := store.Inbound{Wamid: fmt.Sprint("wamid.told", w.told), Phone: c.Phone, Kind: "text", Text: text, At: w.shop.Clock.Now()}
	for range 1 + w.random.IntN(2) {
		w.tell(store.Feed{Inbound: []store.Inbound{m}})
	}
	if c.MergedInto != 0 {
		return c.MergedInto // what comes under its number is the other's
	}
	return id
}

func (w *world) tell(feed store.Feed) {
	w.Helper()
	feed.FromFile = true // a feed that lives asks to be heard every day
	if err := w.shop.RecordFeed(w.Context(), feed); err != nil {
		w.Fatal(err)
	}
}

func (w *world) hearStop() {
	if id := w.hear("Stop!"); !w.oracle.erased[id] {
		w.gone(id)
	}
}

// hearMaybe is a stop that a person may take back, where it ended a yes.
func (w *world) hearMaybe() {
	id := w.hear("cancelar")
	if w.oracle.erased[id] {
		return
	}
	agreed := w.oracle.agreed[id]
	w.gone(id)
	if !agreed {
		return
	}
	reviews, err := w.shop.Reviews(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	for _, r := range reviews {
		if r.Contact == id {
			w.oracle.unsure[id] = r.ID // the newest is the last
		}
	}
}

func (w *world) hearRefusal() {
	if id := w.hear("please no more"); !w.oracle.erased[id] {
		w.oracle.held[id] = true
	}
}

func (w *world) hearJoin() {
	id := w.hear("JOIN luna")
	if w.oracle.erased[id] {
		return
	}
	if w.oracle.withdrawn[id] {
		w.oracle.saved[id] = false
	}
	if !w.oracle.agreed[id] {
		delete(w.oracle.unsure, id)
	}
	w.oracle.agreed[id], w.oracle.withdrawn[id] = true, false
}

func (w *world) hearSaved() {
	if id := w.hear("GUARDADO"); w.oracle.agreed[id] && !w.oracle.erased[id] {
		w.oracle.saved[id] = true
	}
}

// hearTalk changes nothing.
func (w *world) hearTalk() { w.hear("Sí, dos barras por favor") }

func (w *world) prefer(value string) (id store.ContactID, known bool) {
	w.Helper()
	id = w.one()
	w.shop.Clock.Advance(2e9)
	c, err := w.shop.Store.Contact(w.Context(), id)
	if err != nil {
		w.Fatal(err)
	}
	w.tell(store.Feed{Preferences: []store.Preference{{Phone: c.Phone, Value: value, At: w.shop.Clock.Now()}}})
	if c.MergedInto != 0 {
		id = c.MergedInto
	}
	return id, !w.oracle.erased[id]
}

func (w *world) preferStop() {
	if id, known := w.prefer(store.PreferenceStop); known {
		w.gone(id)
		w.oracle.stopped[id] = true
	}
}

func (w *world) preferResume() {
	if id, known := w.prefer(store.PreferenceResume); known {
		w.oracle.stopped[id] = false
	}
}

// judge lets a person decide one open review.
func (w *world) judge() {
	reviews, err := w.shop.Reviews(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	if len(reviews) == 0 {
		return
	}
	r := reviews[w.random.IntN(len(reviews))]
	decision := store.ReviewNotARefusal
	if w.random.IntN(3) == 0 {
		decision = store.ReviewWithdraw
	}
	if err := w.shop.ResolveReview(w.Context(), r.ID, decision, "Marta"); err != nil {
		w.Fatal(err)
	}
	switch {
	case !r.Withdrawn && decision == store.ReviewWithdraw:
		w.gone(r.Contact)
	case !r.Withdrawn:
		w.oracle.held[r.Contact] = false
	case decision == store.ReviewNotARefusal && w.oracle.unsure[r.Contact] == r.ID:
		w.oracle.agreed[r.Contact], w.oracle.withdrawn[r.Contact] = true, false
		delete(w.oracle.unsure, r.Contact)
	}
}

// renumber gives somebody another number: it has to be saved anew.
func (w *world) renumber() {
	if w.random.IntN(10) != 0 {
		return
	}
	id := w.one()
	c, err := w.shop.Store.Contact(w.Context(), id)
	if err != nil {
		w.Fatal(err)
	}
	if c.MergedInto != 0 || w.oracle.erased[id] {
		return
	}
	w.told++
	number := storetest.Phone(10_000 + w.told)
	w.tell(store.Feed{Identities: []store.Identity{{OldPhone: c.Phone, Phone: number, At: w.shop.Clock.Now()}}})
	w.byPhone[number] = id
	w.oracle.saved[id] = false
}

// merge makes one contact of two, as a person or the feed does.
func (w *world) merge() {
	if w.merged >= 12 || w.random.IntN(50) != 0 {
		return
	}
	keep, drop := w.one(), w.one()
	if keep == drop {
		return
	}
	pair, err := w.shop.ContactsByID(w.Context(), []store.ContactID{keep, drop})
	if err != nil || len(pair) != 2 {
		w.Fatal(pair, err)
	}
	kept, dropped := pair[0], pair[1]
	o := &w.oracle
	if !w.check(w.shop.Merge(w.Context(), keep, drop, "Marta"), !o.erased[keep] && !o.erased[drop]) {
		return
	}
	w.merged++
	o.saved[keep] = false
	o.held[keep] = o.held[keep] || o.held[drop]
	o.stopped[keep] = o.stopped[keep] || dropped.Standing.Platform == store.PlatformStopped
	switch {
	case o.withdrawn[drop] && (!o.withdrawn[keep] || dropped.Standing.ConsentAt.After(kept.Standing.ConsentAt)):
		w.gone(keep)
	case o.agreed[drop] && !o.withdrawn[keep]:
		o.agreed[keep] = true
	}
	o.erased[drop] = true
	for _, b := range w.broadcasts {
		if o.called[fmt.Sprint(b, drop)] {
			o.called[fmt.Sprint(b, keep)] = true
		}
	}
}
