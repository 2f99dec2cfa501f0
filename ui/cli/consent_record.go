package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pregon/assets"
	"pregon/store"
	"pregon/store/intake"
	"pregon/ui/contract"
	"pregon/ui/say"
)

// inLanguage is the same line speaking another language.
func (l *line) inLanguage(language string) (*line, error) {
	printer, err := say.New(language, assets.Locales())
	if err != nil {
		return nil, fmt.Errorf("speak %q: %w", language, err)
	}
	other := *l
	other.say = printer
	return &other, nil
}

// recorded prints what was put on a ledger and where the contact stands now.
func (l *line) recorded(ctx context.Context, s *store.Store, id store.ContactID, e store.LedgerEvent) error {
	c, err := s.Contact(ctx, id)
	if err != nil {
		return err
	}
	return l.print(historyDocument{documentOf(c), []contract.Event{contract.EventOf(e)}}, func(p *paper) {
		p.line(l.say.T("Recorded: %s is now “%s”.", l.called(c), l.standingWords(c)))
	})
}

func (l *line) grantCommand() *cobra.Command {
	var in store.OptIn
	var method, notice, at string
	cmd := &cobra.Command{
		Use: "grant PHONE", Short: l.say.T("record that one person agreed"), Args: cobra.ExactArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			c, err := l.contact(ctx, shop.Store, args[0])
			if err != nil {
				return err
			}
			in.Contact, in.Method = c.ID, store.Method(method)
			in.Notice, in.Version = store.ParseNotice(notice)
			if in.At, err = l.moment(ctx, shop.Store, at); err != nil {
				return err
			}
			e, err := shop.Store.RecordOptIn(ctx, in)
			if err != nil {
				return err
			}
			if no := c.Standing.ConsentAt; saidNo(c) && in.Method.Asked() && e.At.Before(no.Add(store.AskAgainAfter)) {
				l.tell(l.say.T("She said no on %s, and should not be asked again within 90 days. That she was is on the record.", l.zoned(ctx, shop.Store).Date(no)))
			}
			if c.Phone.Signed() {
				l.tell(l.say.Register())
			}
			return l.recorded(ctx, shop.Store, c.ID, e)
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&method, "method", "", l.say.T("counter_screen, spoken, paper, qr_inbound, inbound or web"))
	flags.StringVar(&notice, "notice", "", l.say.T("the wording shown, such as optin-es or optin-es@2"))
	flags.StringVar(&in.Staff, "staff", "", l.say.T("who heard it"))
	flags.StringVar(&in.Place, "place", "", l.say.T("where; the shop unless given"))
	flags.StringVar(&in.Evidence, "evidence", "", l.say.T("number of the card, id of the message"))
	flags.StringVar(&at, "at", "", l.say.T("when, if not now"))
	return cmd
}

func saidNo(c store.Contact) bool {
	return c.Standing.Consent == store.ConsentRefused || c.Standing.Consent == store.ConsentWithdrawn
}

func (l *line) revokeCommand() *cobra.Command {
	var out store.OptOut
	cmd := &cobra.Command{
		Use: "revoke PHONE", Short: l.say.T("opt a person out, at once"), Args: cobra.ExactArgs(1),
		RunE: l.openAnyhow(func(ctx context.Context, shop *Shop, args []string) error {
			if out.Reason == "" {
				return &store.InvalidError{Field: "reason", Reason: "empty"}
			}
			c, err := l.whoever(ctx, shop.Store, args[0])
			if err != nil {
				return err
			}
			out.Contact = c.ID
			e, err := shop.Store.RecordOptOut(ctx, out)
			if err != nil {
				return err
			}
			return l.recorded(ctx, shop.Store, c.ID, e)
		}),
	}
	cmd.Flags().StringVar(&out.Reason, "reason", "", l.say.T("what the person said"))
	cmd.Flags().StringVar(&out.Staff, "staff", "", l.say.T("who heard it"))
	return cmd
}

// whoever finds who said stop, and adds somebody who is not known yet: she is heard all the same.
func (l *line) whoever(ctx context.Context, s *store.Store, text string) (store.Contact, error) {
	c, err := l.known(ctx, s, text)
	if !isNotFound(err) || strings.HasPrefix(text, "id:") {
		return c, err
	}
	if intake.IsScopedID(text) {
		return s.AddContact(ctx, store.NewContact{UserID: text, Source: "opt-out"})
	}
	number, err := l.number(ctx, s, text)
	if err != nil {
		return c, err
	}
	return s.AddContact(ctx, store.NewContact{Phone: number, Source: "opt-out"})
}

func (l *line) refuseCommand() *cobra.Command {
	var staff string
	var young bool
	cmd := &cobra.Command{
		Use: "refuse PHONE", Short: l.say.T("record that a person said no to the question"), Args: cobra.ExactArgs(1),
		RunE: l.openAnyhow(func(ctx context.Context, shop *Shop, args []string) error {
			if young {
				return l.tooYoung(ctx, shop.Store, args[0], staff)
			}
			return l.onContact(ctx, shop, args[0], func(id store.ContactID) (store.LedgerEvent, error) {
				return shop.Store.RecordRefusal(ctx, id, staff, "")
			})
		}),
	}
	cmd.Flags().StringVar(&staff, "staff", "", l.say.T("who heard it"))
	cmd.Flags().BoolVar(&young, "under-18", false, l.say.T("she is under 18: nothing new is kept, and she gets nothing"))
	return cmd
}

// tooYoung ends it for somebody under 18, as at the counter: nobody new is kept, who is known gets nothing more.
func (l *line) tooYoung(ctx context.Context, s *store.Store, text, staff string) error {
	c, err := l.known(ctx, s, text)
	if isNotFound(err) {
		return l.refuse(l.say.T("Nobody under 18 gets broadcasts. Nothing was saved."))
	}
	if err != nil {
		return err
	}
	e, err := s.RecordOptOut(ctx, store.OptOut{Contact: c.ID, Reason: "under 18", Method: store.MethodSpoken, Staff: staff})
	if err != nil {
		return err
	}
	return l.recorded(ctx, s, c.ID, e)
}

func (l *line) onContact(ctx context.Context, shop *Shop, number string, record func(store.ContactID) (store.LedgerEvent, error)) error {
	c, err := l.contact(ctx, shop.Store, number)
	if err != nil {
		return err
	}
	e, err := record(c.ID)
	if err != nil {
		return err
	}
	return l.recorded(ctx, shop.Store, c.ID, e)
}

func (l *line) savedCommand() *cobra.Command {
	var grade, staff string
	cmd := &cobra.Command{
		Use: "saved PHONE", Short: l.say.T("record that a customer saved the shop's number"), Args: cobra.ExactArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			return l.onContact(ctx, shop, args[0], func(id store.ContactID) (store.LedgerEvent, error) {
				return shop.Store.RecordSavedNumber(ctx, store.SavedNumber{Contact: id, Grade: store.Grade(grade), Staff: staff})
			})
		}),
	}
	cmd.Flags().StringVar(&grade, "grade", "", l.say.T("says_saved, seen_by_staff, self_written or told"))
	cmd.Flags().StringVar(&staff, "staff", "", l.say.T("who heard or saw it"))
	return cmd
}

func (l *line) unsavedCommand() *cobra.Command {
	var staff, reason string
	cmd := &cobra.Command{
		Use: "unsaved PHONE", Short: l.say.T("record that a customer has not saved the number"), Args: cobra.ExactArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			return l.onContact(ctx, shop, args[0], func(id store.ContactID) (store.LedgerEvent, error) {
				return shop.Store.RevokeSavedNumber(ctx, id, l.staff(ctx, shop.Store, staff), reason)
			})
		}),
	}
	cmd.Flags().StringVar(&staff, "staff", "", l.say.T("who heard or saw it"))
	cmd.Flags().StringVar(&reason, "reason", "", l.say.T("what the person said"))
	return cmd
}

// moment reads a time; one without a zone is the shop's. "" is the zero time.
func (l *line) moment(ctx context.Context, s *store.Store, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	settings, err := s.Shop(ctx)
	if err != nil && !errors.Is(err, store.ErrNotSetUp) {
		return time.Time{}, err
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, settings.Location()); err == nil {
			return at, nil
		}
	}
	return time.Time{}, &store.InvalidError{Field: "at", Reason: "unknown"}
}
