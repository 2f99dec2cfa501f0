package cli

import (
	"context"

	"github.com/spf13/cobra"

	"pregon/store"
	"pregon/ui/contract"
	"pregon/ui/theme"
)

type historyDocument struct {
	Contact contactDocument  `json:"contact"`
	Events  []contract.Event `json:"events"`
}

func (l *line) consentCommand() *cobra.Command {
	return noun("consent", l.say.T("who agreed to what, when and how"), l.grantCommand(), l.revokeCommand(), l.refuseCommand(),
		l.savedCommand(), l.unsavedCommand(),
		&cobra.Command{
			Use: "show PHONE", Short: l.say.T("the history of one contact with the exact words shown"), Args: cobra.ExactArgs(1),
			RunE: l.open(l.showConsent),
		},
		&cobra.Command{
			Use: "verify", Short: l.say.T("check the chain of the whole ledger"), Args: cobra.NoArgs,
			RunE: l.open(l.verifyConsent),
		},
		&cobra.Command{
			Use: "notices", Short: l.say.T("the wordings shown to customers"), Args: cobra.NoArgs,
			RunE: l.open(l.listNotices),
		},
		l.receiptCommand(), l.proofCommand(), l.reviewsCommand())
}

func (l *line) showConsent(ctx context.Context, shop *Shop, args []string) error {
	c, err := l.contact(ctx, shop.Store, args[0])
	if err != nil {
		return err
	}
	history, err := shop.Store.History(ctx, c.ID)
	if err != nil {
		return err
	}
	events := make([]contract.Event, 0, len(history))
	for _, e := range history {
		events = append(events, contract.EventOf(e))
	}
	settings, err := shop.Store.Shop(ctx)
	if err != nil {
		return err
	}
	zoned := l.say.In(settings.Location())
	return l.print(historyDocument{documentOf(c), events}, func(p *paper) {
		p.line(l.called(c) + "  " + l.standingWords(c) +
			"  " + safe(c.Name).String())
		for _, e := range history {
			p.line("")
			p.line(zoned.Exact(e.At) + "  " + l.eventWords(e))
			for _, pair := range [][2]string{
				{l.say.T("how"), string(e.Method)},
				{l.say.T("where"), e.Place},
				{l.say.T("recorded by"), e.Staff},
				{l.say.T("evidence"), e.Evidence},
				{l.say.T("reason"), e.Reason},
				{l.say.T("words"), noticeName(e.Notice)},
			} {
				if pair[1] != "" {
					p.line("  " + pair[0] + ": " + safe(pair[1]).String())
				}
			}
			for _, text := range theme.Wrap(safe(e.Notice.Text).String(), 76) {
				if text != "" {
					p.line("    " + text)
				}
			}
		}
	})
}

func noticeName(n store.Notice) string {
	if n.ID == "" {
		return ""
	}
	return n.ID + " v" + itoa(n.Version)
}

// eventWords says what an event of any ledger was.
func (l *line) eventWords(e store.LedgerEvent) string {
	ledger := e.Ledger
	if ledger == "" {
		ledger = "consent"
	}
	return safe(l.say.Act(ledger, e.Type)).String()
}

// standingWords say where a contact stands with consent and saved number.
func (l *line) standingWords(c store.Contact) string {
	return l.say.Act("consent", string(c.Standing.Consent)) + ", " + l.say.Act("saved_number", string(c.Standing.Saved))
}

func (l *line) verifyConsent(ctx context.Context, shop *Shop, _ []string) error {
	v, err := shop.Store.VerifyLedger(ctx)
	if err != nil {
		return err
	}
	err = l.print(struct {
		Events   int64  `json:"events"`
		OK       bool   `json:"ok"`
		Head     string `json:"head"`
		FirstBad string `json:"first_bad"`
	}{v.Events, v.OK, v.Head, v.FirstBad}, func(p *paper) {
		if v.OK {
			p.line(l.say.T("%d events, and the chain holds.", int(v.Events)))
			p.line(l.say.T("Its end, worth keeping elsewhere: %s", v.Head))
		}
	})
	if err != nil || v.OK {
		return err
	}
	return &failure{codeFailed, []string{
		l.say.T("The ledger was changed by hand: %s (%s).", safe(v.FirstBad), safe(v.Fault)),
		l.say.T("Do not send. Compare the file with the last backup."),
	}}
}

func (l *line) listNotices(ctx context.Context, shop *Shop, _ []string) error {
	notices, err := shop.Store.Notices(ctx)
	if err != nil {
		return err
	}
	documents := make([]contract.Notice, 0, len(notices))
	for _, n := range notices {
		documents = append(documents, contract.Notice(n))
	}
	return l.print(map[string]any{"notices": documents}, func(p *paper) {
		for _, n := range notices {
			p.line(noticeName(n))
			for _, text := range theme.Wrap(safe(n.Text).String(), 76) {
				p.line("  " + text)
			}
		}
	})
}
