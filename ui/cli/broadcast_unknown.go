package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"pregon/store"
)

type unknownFlags struct{ resend, giveUp, staff string }

type unknownDocument struct {
	Phone       string `json:"phone"`
	UserID      string `json:"user_id,omitempty"` // WhatsApp's id, where it is known
	Name        string `json:"name"`
	Reason      string `json:"reason"`
	AttemptedAt string `json:"attempted_at"`
	DecideFrom  string `json:"decide_from"` // "" is now
}

// unknownCommand lists those of whom nobody knows whether the message arrived, and takes a person's decision.
func (l *line) unknownCommand() *cobra.Command {
	var f unknownFlags
	cmd := &cobra.Command{
		Use: "unknown ID", Short: l.say.T("those of whom nobody knows whether it arrived; decide about one"), Args: cobra.ExactArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			b, err := l.broadcast(ctx, shop.Store, args[0])
			switch {
			case err != nil:
				return err
			case f.resend != "" && f.giveUp != "":
				return l.refuse(l.say.T("One decision at a time: %s or %s. Nothing was changed.", "--resend", "--give-up"))
			case f.resend == "" && f.giveUp == "":
				return l.listUnknown(ctx, shop.Store, b)
			}
			return l.decideUnknown(ctx, shop.Store, b.ID, f)
		}),
	}
	cmd.Flags().StringVar(&f.resend, "resend", "", l.say.T("send it to this number again, though it may come twice"))
	cmd.Flags().StringVar(&f.giveUp, "give-up", "", l.say.T("leave this number at that, for good"))
	cmd.Flags().StringVar(&f.staff, "staff", "", l.say.T("who does it"))
	return cmd
}

func (l *line) listUnknown(ctx context.Context, s *store.Store, b store.Broadcast) error {
	list, err := s.Unknowns(ctx, b.ID)
	if err != nil {
		return err
	}
	if err := l.recordListing(ctx, s, b.PublicID, len(list), false); err != nil {
		return err
	}
	zoned := l.zoned(ctx, s)
	documents := make([]unknownDocument, 0, len(list))
	rows := make([][]string, 0, len(list))
	for _, u := range list {
		documents = append(documents, unknownDocument{string(u.Phone), u.UserID, u.Name, u.Reason, stamp(u.AttemptedAt), stamp(u.DecideFrom)})
		from := l.say.T("now")
		if !u.DecideFrom.IsZero() {
			from = zoned.Exact(u.DecideFrom)
		}
		rows = append(rows, []string{l.called(u), zoned.Exact(u.AttemptedAt), l.say.Lost(u.Reason), from, safe(u.Name).String()})
	}
	return l.print(map[string]any{"id": b.ID, "unknown": documents}, func(p *paper) {
		if len(rows) == 0 {
			p.line(l.say.T("Of everybody it is known what became of the message."))
			return
		}
		p.line(l.say.T("The call went out and no answer came back. The message may have arrived; it is never sent again by itself."))
		p.table([]string{l.say.T("Number"), l.say.T("Called"), l.say.T("Why"), l.say.T("Decide from"), l.say.T("Name")}, rows)
		p.line(l.say.T("Ask them, or decide: %s or %s.", "--resend PHONE", "--give-up PHONE"))
	})
}

func (l *line) decideUnknown(ctx context.Context, s *store.Store, id store.BroadcastID, f unknownFlags) error {
	number := f.giveUp
	if f.resend != "" {
		number = f.resend
	}
	contact, err := l.contact(ctx, s, number)
	if err != nil {
		return err
	}
	list, err := s.Unknowns(ctx, id)
	if err != nil {
		return err
	}
	for _, u := range list {
		if u.Contact != contact.ID {
			continue
		}
		err := s.DecideUnknown(ctx, store.UnknownDecision{Delivery: u.ID, Resend: f.resend != "", Staff: l.staff(ctx, s, f.staff)})
		if early, ok := errors.AsType[*store.EarlyError](err); ok {
			return l.tooEarly(ctx, s, early)
		}
		if err != nil {
			return err
		}
		if f.resend != "" {
			l.tell(l.say.T("%s waits again and passes every check anew. It goes out with: %s", l.called(contact), "pregon broadcast send "+itoa(id)+" --yes"))
		}
		return l.printOutcome(ctx, s, id, "")
	}
	return l.refuse(l.say.T("%s is not unknown in this broadcast. Nothing was changed.", l.called(contact)),
		l.say.T("See who is: %s", "pregon broadcast unknown "+itoa(id)))
}

func (l *line) tooEarly(ctx context.Context, s *store.Store, early *store.EarlyError) error {
	if early.From.IsZero() {
		return l.refuse(l.say.T("The feed is silent, so what became of it may still come to light. Nothing was changed."),
			l.say.T("Bring the feed back first, then decide."))
	}
	return l.refuse(l.say.T("The feed may still tell what became of it. Nothing was changed."),
		l.say.T("Decide from %s on.", l.zoned(ctx, s).Exact(early.From)))
}
