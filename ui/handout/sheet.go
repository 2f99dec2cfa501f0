package handout

import (
	"strings"
	"time"

	"pregon/store"
	"pregon/ui/say"
	"pregon/ui/theme"
)

// PaperWidth keeps the sheet readable on paper.
const PaperWidth = 76

// Sheet is the proof of one person in words that somebody can read who never saw Pregón: who agreed to what, when,
// where, shown which words, recorded by whom, and everything that happened since, in lines of at most width cells.
func Sheet(proof store.Proof, p *say.Printer, width int) string {
	w := &writer{say: p.In(proof.Shop.Location()), width: width}
	w.head(proof)
	for i, e := range proof.Events {
		w.event(i+1, e)
	}
	w.broadcasts(proof.Deliveries)
	w.seal(proof)
	return strings.TrimRight(w.String(), "\n")
}

// lateAfter is how much later than it happened an event may be entered without a word about it.
const lateAfter = time.Hour

type writer struct {
	strings.Builder
	say   *say.Printer
	width int
}

// paragraph wraps text under an indent.
func (w *writer) paragraph(indent, text string) {
	for _, line := range theme.Wrap(text, w.width-len(indent)) {
		_, _ = w.WriteString(strings.TrimRight(indent+line, " ") + "\n") // a strings.Builder takes everything
	}
}

func (w *writer) fact(label, value string) {
	if value != "" {
		w.paragraph("   ", label+": "+theme.Safe(value).String())
	}
}

func (w *writer) head(proof store.Proof) {
	c := proof.Contact
	w.paragraph("", w.say.T("Proof of consent, made on %s", w.say.Exact(proof.At)))
	w.paragraph("", w.say.T("Shop: %s, %s", theme.Safe(proof.Shop.Name), proof.Shop.Number.International()))
	w.paragraph("", w.say.T("Person: %s, %s", theme.Safe(c.Name), theme.Safe(c.Address(w.say.T("erased")))))
	w.paragraph("", w.say.T("The shop has the number from: %s, since %s", theme.Safe(c.Source), w.say.Exact(c.AddedAt)))
	w.paragraph("", w.say.T("Today: %s, %s", w.say.Act("consent", string(c.Standing.Consent)), w.say.Act("saved_number", string(c.Standing.Saved))))
	w.paragraph("", "\n")
}

func (w *writer) event(n int, e store.LedgerEvent) {
	w.paragraph("", w.say.Number(n)+". "+w.say.Exact(e.At)+"  "+w.say.Act(e.Ledger, e.Type))
	w.fact(w.say.T("how"), w.say.Method(string(e.Method)))
	w.fact(w.say.T("where"), e.Place)
	w.fact(w.say.T("recorded by"), e.Staff)
	w.fact(w.say.T("for the number"), e.BusinessNumber)
	w.fact(w.say.T("evidence"), e.Evidence)
	w.fact(w.say.T("reason"), e.Reason)
	if e.RecordedAt.Sub(e.At).Abs() > lateAfter {
		w.fact(w.say.T("entered later, on"), w.say.Exact(e.RecordedAt))
	}
	if e.Notice.ID != "" {
		w.fact(w.say.T("words shown"), noticeName(e.Notice)+", "+e.Notice.Language)
		w.paragraph("     ", theme.Safe(e.Notice.Text).String())
		w.fact("SHA-256", e.Notice.SHA256)
	}
	w.fact(w.say.T("record"), e.ID)
}

func (w *writer) broadcasts(list []store.PastDelivery) {
	w.paragraph("", "\n"+w.say.T("Broadcasts to this person: %d", len(list)))
	for _, d := range list {
		at := d.AttemptedAt
		if at.IsZero() {
			at = d.EndedAt
		}
		when := ""
		if !at.IsZero() {
			when = w.say.Exact(at) + "  "
		}
		w.paragraph("   ", when+theme.Safe(d.Name).String()+": "+w.say.Delivery(string(d.State)))
	}
}

func (w *writer) seal(proof store.Proof) {
	w.paragraph("", "\n"+w.say.T("How to check this: every record above is part of one chain of hashes over the whole ledger. “pregon consent verify” reads it from end to end."))
	if !proof.Whole {
		w.paragraph("", w.say.T("WARNING: the records above do not fit their hashes. Somebody changed them by hand."))
	}
	w.paragraph("", w.say.T("End of the chain when this was made (record %s): %s", w.say.Number(int(proof.Total)), proof.Head))
}
