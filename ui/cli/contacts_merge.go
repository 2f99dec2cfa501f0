package cli

import (
	"context"
	"errors"
	"regexp"
	"strconv"

	"github.com/spf13/cobra"

	"pregon/store"
	"pregon/store/phone"
)

// twinsDocument is a pair that seems to be one person.
type twinsDocument struct {
	Why      store.Likeness    `json:"why"`
	Contacts []contactDocument `json:"contacts"`
}

func (l *line) duplicatesCommand() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use: "duplicates", Short: l.say.T("contacts that seem to be one person"), Args: cobra.NoArgs,
		RunE: l.open(func(ctx context.Context, shop *Shop, _ []string) error {
			return l.listDuplicates(ctx, shop.Store, limit)
		}),
	}
	cmd.Flags().IntVar(&limit, "limit", screenful, l.say.T("how many at most; 0 is all"))
	return cmd
}

func (l *line) listDuplicates(ctx context.Context, s *store.Store, limit int) error {
	switch {
	case limit < 0:
		return &store.InvalidError{Field: "limit", Reason: "unknown"}
	case limit == 0:
		limit = -1
	}
	pairs, total, err := s.Duplicates(ctx, limit)
	if err != nil {
		return err
	}
	if err := l.recordListing(ctx, s, "duplicates", len(pairs), false); err != nil {
		return err
	}
	documents := make([]twinsDocument, 0, len(pairs))
	rows := make([][]string, 0, 2*len(pairs))
	for _, pair := range pairs {
		both, err := s.ContactsByID(ctx, []store.ContactID{pair.One, pair.Other})
		if err != nil {
			return err
		}
		document := twinsDocument{Why: pair.Why}
		why := l.say.Likeness(string(pair.Why))
		for _, c := range both {
			document.Contacts = append(document.Contacts, documentOf(c))
			rows = append(rows, []string{addressOf(c), l.verdictWords(c), why, safe(c.Name).String()})
			why = ""
		}
		documents = append(documents, document)
	}
	return l.print(struct {
		Duplicates []twinsDocument `json:"duplicates"`
		Total      int             `json:"total"`
	}{documents, total}, func(p *paper) {
		if total == 0 {
			p.line(l.say.T("No two contacts seem to be one person."))
			return
		}
		p.table([]string{l.say.T("Contact"), l.say.T("Standing"), l.say.T("Why"), l.say.T("Name")}, rows)
		p.line(l.say.T("%d pairs. To make one of two: %s", total, "pregon contacts merge PHONE INTO"))
	})
}

// addressOf is how a contact of a pair is named to the command: the two may differ in nothing that a number typed by
// hand would keep apart.
func addressOf(c store.Contact) string {
	if c.Phone != "" {
		return string(c.Phone)
	}
	return "id:" + itoa(c.ID)
}

var plainNumber = regexp.MustCompile(`^\+[1-9]\d{6,14}$`)

// oneOfTwo finds a contact by a number exactly as it stands, or as [line.contact] does.
func (l *line) oneOfTwo(ctx context.Context, s *store.Store, text string) (store.Contact, error) {
	if plainNumber.MatchString(text) {
		if c, err := s.ContactByPhone(ctx, phone.E164(text)); err == nil {
			return c, nil
		}
	}
	return l.contact(ctx, s, text)
}

// mergeDocument is what each had and what holds after.
type mergeDocument struct {
	ID      int64           `json:"merge_id"` // 0 for a dry run
	Merged  contactDocument `json:"merged"`
	Into    contactDocument `json:"into"`
	Contact contactDocument `json:"contact"`
}

func (l *line) mergeCommand() *cobra.Command {
	var staff string
	var dry bool
	cmd := &cobra.Command{
		Use: "merge PHONE INTO", Short: l.say.T("make one contact of two that are one person; an opt-out of either holds"), Args: cobra.ExactArgs(2),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			return l.mergeContacts(ctx, shop.Store, args, staff, dry)
		}),
	}
	cmd.Flags().StringVar(&staff, "staff", "", l.say.T("who does it"))
	cmd.Flags().BoolVar(&dry, "dry-run", false, l.say.T("tell what would happen and change nothing"))
	return cmd
}

func (l *line) mergeContacts(ctx context.Context, s *store.Store, args []string, staff string, dry bool) error {
	gone, err := l.oneOfTwo(ctx, s, args[0])
	if err != nil {
		return err
	}
	into, err := l.oneOfTwo(ctx, s, args[1])
	if err != nil {
		return err
	}
	document := mergeDocument{Merged: documentOf(gone), Into: documentOf(into)}
	var after store.Contact
	if dry {
		after, err = s.PreviewMerge(ctx, into.ID, gone.ID)
	} else if err = s.Merge(ctx, into.ID, gone.ID, l.staff(ctx, s, staff)); err == nil {
		after, err = s.Contact(ctx, into.ID)
	}
	if err != nil {
		return err
	}
	made, err := s.Merges(ctx, 1)
	if err != nil {
		return err
	}
	if !dry && len(made) == 1 && made[0].Kept == into.ID && made[0].Gone == gone.ID {
		document.ID = made[0].ID
	}
	document.Contact = documentOf(after)
	return l.print(document, func(p *paper) {
		if dry {
			p.line(l.say.T("Nothing was changed; this is what would happen."))
		}
		rows := make([][]string, 0, 3)
		for _, one := range []struct {
			label string
			c     store.Contact
		}{{l.say.T("this one"), gone}, {l.say.T("and this one"), into}, {l.say.T("become one"), after}} {
			rows = append(rows, []string{
				one.label, addressOf(one.c), l.say.Act("consent", string(one.c.Standing.Consent)), l.say.Act("saved_number", string(one.c.Standing.Saved)),
				l.verdictWords(one.c), tagText(one.c.Tags), safe(one.c.Name).String(),
			})
		}
		p.table([]string{
			"", l.say.T("Contact"), l.say.T("Consent"), l.say.T("Saved number"), l.say.T("Standing"), l.say.T("Tags"), l.say.T("Name"),
		}, rows)
		if document.ID != 0 {
			p.line(l.say.T("This can be taken back: %s", "pregon contacts undo-merge "+itoa(document.ID)))
		}
	})
}

func (l *line) undoMergeCommand() *cobra.Command {
	var staff string
	cmd := &cobra.Command{
		Use: "undo-merge [ID]", Short: l.say.T("make two contacts of one again, of the last merge without an ID"), Args: cobra.MaximumNArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			var id int64
			if len(args) > 0 {
				var err error
				if id, err = strconv.ParseInt(args[0], 10, 64); err != nil || id <= 0 {
					return &store.InvalidError{Field: "ID", Reason: "unknown"}
				}
			}
			return l.undoMerge(ctx, shop.Store, id, staff)
		}),
	}
	cmd.Flags().StringVar(&staff, "staff", "", l.say.T("who does it"))
	return cmd
}

func (l *line) undoMerge(ctx context.Context, s *store.Store, id int64, staff string) error {
	undone, err := s.UndoMerge(ctx, id, l.staff(ctx, s, staff))
	if isNotFound(err) && !errors.Is(err, store.ErrErased) {
		return l.refuse(l.say.T("There is no such merge to take back. Nothing was changed."))
	}
	if err != nil {
		return err
	}
	both, err := s.ContactsByID(ctx, []store.ContactID{undone.Gone, undone.Kept})
	if err != nil {
		return err
	}
	documents := make([]contactDocument, 0, len(both))
	for _, c := range both {
		documents = append(documents, documentOf(c))
	}
	return l.print(map[string]any{"merge_id": undone.ID, "contacts": documents}, func(p *paper) {
		p.line(l.say.T("They are two contacts again. An opt-out that came since holds for both."))
		for _, c := range both {
			p.line("  " + addressOf(c) + "  " + l.verdictWords(c) + "  " + safe(c.Name).String())
		}
	})
}
