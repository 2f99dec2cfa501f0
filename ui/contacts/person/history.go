package person

import (
	"slices"
	"strconv"
	"time"

	"pregon/store"
	"pregon/ui/theme"
)

// entry is one dated line of a history.
type entry struct {
	id      string
	at      time.Time
	role    theme.Role
	words   string
	details []string
}

// history joins the ledgers and the broadcasts into one list, the newest first.
func (w *Words) history(f File) []entry {
	added := w.env.Say.T("added, from: %s", theme.Safe(f.contact.Source))
	entries := []entry{{id: "added", at: f.contact.AddedAt, words: added}}
	for _, e := range f.events {
		entries = append(entries, w.event(e))
	}
	for _, d := range slices.Backward(f.broadcasts) { // the oldest first, as the ledgers are
		entries = append(entries, w.broadcast(d))
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return a.at.Compare(b.at) })
	slices.Reverse(entries)
	return entries
}

// event is an entry of a ledger; its details are how it was taken, the proof, and the exact words.
func (w *Words) event(e store.LedgerEvent) entry {
	say := w.env.Say
	words := theme.Safe(say.Act(e.Ledger, e.Type)).String()
	if e.Staff != "" {
		words += " " + w.env.Theme.Glyph.Separator + " " + theme.Safe(e.Staff).String()
	}
	line := entry{id: e.ID, at: e.At, role: look(e), words: words}
	for _, part := range []string{say.Method(string(e.Method)), e.Place, e.Evidence, e.Reason} {
		if part != "" {
			line.details = append(line.details, theme.Safe(part).String())
		}
	}
	if e.Notice.ID != "" {
		name := theme.Safe(e.Notice.ID + " v" + strconv.Itoa(e.Notice.Version))
		line.details = append(line.details, say.T("The words, %s:", name), theme.SafeLines(e.Notice.Text).String())
	}
	return line
}

// broadcast is what became of one broadcast to her, dated by the last thing that happened.
func (w *Words) broadcast(d store.PastDelivery) entry {
	state, ended := func(s store.DeliveryState) string { return w.env.Say.Delivery(string(s)) }, w.ending(d.Delivery)
	e := entry{id: "delivery" + strconv.FormatInt(int64(d.ID), 10), at: d.AttemptedAt}
	for _, step := range []struct {
		at    time.Time
		words string
	}{
		{d.AcceptedAt, state(store.DeliveryAccepted)},
		{d.SentAt, state(store.DeliverySent)},
		{d.DeliveredAt, state(store.DeliveryDelivered)},
		{d.ReadAt, state(store.DeliveryRead)},
		{d.EndedAt, ended},
	} {
		if !step.at.IsZero() {
			e.at = step.at
			e.details = append(e.details, w.env.Say.Exact(step.at)+"  "+step.words)
		}
	}
	if e.at.IsZero() {
		e.at = w.env.Now() // it waits, which is now
	}
	if d.State == store.DeliveryFailed || d.State == store.DeliveryUnknown || d.State == store.DeliveryExcluded {
		e.role = theme.Warn
	}
	e.words = w.env.Say.T("broadcast %s: %s", theme.Safe(d.Name), ended)
	return e
}

// ending is where a delivery stands: the shop's words first, WhatsApp's number after.
func (w *Words) ending(d store.Delivery) string {
	text := w.env.Say.Delivery(string(d.State))
	if d.State == store.DeliveryExcluded {
		words, _ := w.env.Say.LeftOut(d.Reason)
		text += ": " + words
	}
	if d.Code == 0 {
		return text
	}
	return w.env.Say.Failure(d.Code) + " (" + strconv.Itoa(d.Code) + ")"
}
