package handout

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"pregon/store"
	"pregon/ui/say"
	"pregon/ui/theme"
)

// Receipt is the customer's own copy of her yes.
type Receipt struct {
	proof store.Proof
	yes   store.LedgerEvent
	say   *say.Printer
}

// NewReceipt makes the receipt of the yes that stands, in the language p speaks; false where none stands.
func NewReceipt(proof store.Proof, p *say.Printer) (Receipt, bool) {
	yes, found := proof.Yes()
	return Receipt{proof, yes, p.In(proof.Shop.Location())}, found
}

// Title is the shop and its number.
func (r Receipt) Title() string {
	return theme.Safe(r.proof.Shop.Name).String() + " · " + r.proof.Shop.Number.International()
}

// Facts says what was agreed to, when, and by whom it was recorded.
func (r Receipt) Facts() string {
	return r.say.T("On %s you agreed to get messages on WhatsApp at %s.", r.say.Exact(r.yes.At), theme.Safe(r.proof.Contact.Address(r.say.T("erased"))))
}

// WordsTitle names the wording shown.
func (r Receipt) WordsTitle() string {
	return r.say.T("These words were shown to you (%s):", noticeName(r.yes.Notice))
}

// Words are the exact words shown.
func (r Receipt) Words() string { return theme.Safe(r.yes.Notice.Text).String() }

// Record names who recorded it, where, and under which id.
func (r Receipt) Record() string {
	return r.say.T("Recorded by %s, %s. Record %s.", theme.Safe(r.yes.Staff), theme.Safe(r.yes.Place), r.yes.ID)
}

// WayOut says how to stop.
func (r Receipt) WayOut() string {
	return r.say.T("You can stop this at any time: tell us, or write STOP.")
}

// Rights says what else the customer may ask for.
func (r Receipt) Rights() string {
	return r.say.T("You can ask the shop to see, correct or erase what it keeps about you, and complain to your data protection authority.")
}

// Privacy is the address of the shop's privacy page, "" where it has none.
func (r Receipt) Privacy() string { return theme.Safe(r.proof.Shop.PrivacyURL).String() }

// Seal is the end of the ledger when the receipt was made. Whoever keeps it can show later that nothing recorded
// before was changed.
func (r Receipt) Seal() string {
	return r.say.T("Seal of the record on %s: %s", r.say.Exact(r.proof.At), r.proof.Head)
}

// Language is that of the receipt, for the page's own mark.
func (r Receipt) Language() string { return r.say.Language() }

// Text is the receipt as plain lines.
func (r Receipt) Text() string {
	lines := []string{r.Title(), r.Facts(), r.WordsTitle(), r.Words(), r.Record(), r.WayOut(), r.Rights()}
	if r.Privacy() != "" {
		lines = append(lines, r.Privacy())
	}
	return strings.Join(append(lines, r.Seal()), "\n")
}

//go:embed receipt.html
var receiptPage string

// Page writes the receipt as one page of HTML without any script or link to elsewhere, to be printed or saved as PDF
// from a browser.
func (r Receipt) Page(w io.Writer) error {
	page, err := template.New("receipt").Parse(receiptPage)
	if err != nil {
		return fmt.Errorf("read the receipt's page: %w", err)
	}
	if err := page.Execute(w, r); err != nil {
		return fmt.Errorf("write the receipt's page: %w", err)
	}
	return nil
}

func noticeName(n store.Notice) string {
	if n.ID == "" {
		return ""
	}
	return fmt.Sprintf("%s v%d", n.ID, n.Version)
}
