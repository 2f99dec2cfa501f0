package cli

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"pregon/store"
	"pregon/store/phone"
	"pregon/ui/contract"
)

// contactDocument is the contract's CONTACT.
type contactDocument struct {
	contract.Contact
	Imports []originDocument `json:"imports,omitempty"` // of one contact only
}

// called is how a contact is named to people: by number, else by WhatsApp's id.
func (l *line) called(c interface{ Address(erased string) string }) string {
	return safe(c.Address(l.say.T("erased"))).String()
}

func documentOf(c store.Contact) contactDocument {
	return contactDocument{Contact: contract.ContactOf(c)}
}

func (l *line) contactsCommand() *cobra.Command {
	return noun("contacts", l.say.T("people and their numbers"), l.importCommand(), l.contactsListCommand(),
		&cobra.Command{
			Use: "show PHONE", Short: l.say.T("one contact"), Args: cobra.ExactArgs(1),
			RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
				c, err := l.contact(ctx, shop.Store, args[0])
				if err != nil {
					return err
				}
				return l.showContact(ctx, shop.Store, c)
			}),
		}, l.undoImportCommand(), l.importsCommand(), l.contactsAddCommand(), l.contactsTagCommand(), l.exportCommand(), l.eraseCommand(),
		l.duplicatesCommand(), l.mergeCommand(), l.undoMergeCommand())
}

func (l *line) contactsListCommand() *cobra.Command {
	var limit int
	var after string
	cmd := &cobra.Command{
		Use: "list [QUERY]", Short: l.say.T("contacts, all or those of an audience"), Args: cobra.ArbitraryArgs,
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			return l.listContacts(ctx, shop.Store, queryOf(args), limit, after)
		}),
	}
	cmd.Flags().IntVar(&limit, "limit", screenful, l.say.T("how many at most; 0 is all"))
	cmd.Flags().StringVar(&after, "after", "", l.say.T("go on after this cursor"))
	return cmd
}

func (l *line) listContacts(ctx context.Context, s *store.Store, query string, limit int, after string) error {
	if limit < 0 {
		return &store.InvalidError{Field: "limit", Reason: "unknown"}
	}
	ids, err := s.ContactIDs(ctx, query, store.SortID)
	if err != nil {
		return &queryError{query, err}
	}
	total, next := len(ids), ""
	if after != "" {
		cursor, err := strconv.ParseInt(after, 10, 64)
		if err != nil {
			return &store.InvalidError{Field: "after", Reason: "unknown"}
		}
		start, found := slices.BinarySearch(ids, store.ContactID(cursor))
		if found {
			start++
		}
		ids = ids[start:]
	}
	if limit > 0 && len(ids) > limit {
		ids = ids[:limit]
		next = itoa(ids[limit-1])
	}
	if err := l.recordListing(ctx, s, "contacts", len(ids), after != "" && len(ids) > 0); err != nil {
		return err
	}
	contacts, err := s.ContactsByID(ctx, ids)
	if err != nil {
		return err
	}
	documents := make([]contactDocument, 0, len(contacts))
	rows := make([][]string, 0, len(contacts))
	for _, c := range contacts {
		documents = append(documents, documentOf(c))
		rows = append(rows, []string{l.called(c), l.verdictWords(c), tagText(c.Tags), safe(c.Name).String()})
	}
	return l.print(struct {
		Contacts []contactDocument `json:"contacts"`
		Next     string            `json:"next"`
		Total    int               `json:"total"`
	}{documents, next, total}, func(p *paper) {
		if total == 0 {
			p.line(l.say.T("No contacts here. Bring some: %s", "pregon contacts import FILE --source …"))
			return
		}
		p.table([]string{l.say.T("Number"), l.say.T("Standing"), l.say.T("Tags"), l.say.T("Name")}, rows)
		p.line(l.say.T("%d contacts", total))
		if next != "" {
			p.line(l.say.T("More: %s", "--after "+next))
		}
	})
}

func tagText(tags []string) string { return safe(strings.Join(tags, " ")).String() }

// verdictWords says in a few words whether a contact may be sent to, and the first reason why not.
func (l *line) verdictWords(c store.Contact) string {
	if c.Verdict.Sendable() {
		return l.say.T("may be sent to")
	}
	return l.whyNot(c, c.Verdict.Why[0])
}

// showContact prints one contact with where the shop has her from.
func (l *line) showContact(ctx context.Context, s *store.Store, c store.Contact) error {
	from, err := s.Provenance(ctx, c.ID)
	if err != nil {
		return err
	}
	return l.printContact(c, from...)
}

// whyNot says a reason of one contact in a few words.
func (l *line) whyNot(c store.Contact, reason store.Reason) string {
	if reason == store.ReasonTooSoon && !c.RestsUntil.IsZero() {
		short, _ := l.say.Rests(l.say.Day(c.RestsUntil, l.Now()))
		return short
	}
	short, _ := l.say.Why(string(reason), string(c.Standing.Consent))
	return short
}

func (l *line) printContact(c store.Contact, from ...store.Provenance) error {
	document := documentOf(c)
	document.Imports = originsOf(from)
	return l.print(document, func(p *paper) {
		why := make([]string, 0, len(c.Verdict.Why))
		for _, reason := range c.Verdict.Why {
			why = append(why, l.whyNot(c, reason))
		}
		standing := l.say.T("may be sent to")
		if len(why) > 0 {
			standing = l.say.T("not sent to: %s", strings.Join(why, ", "))
		}
		rows := append(make([][2]string, 0, 8+len(c.Fields)), [][2]string{
			{l.say.T("Number"), l.called(c)},
			{l.say.T("Name"), safe(c.Name).String()},
			{l.say.T("Language"), safe(c.Language).String()},
			{l.say.T("Tags"), tagText(c.Tags)},
			{l.say.T("Source"), safe(c.Source).String()},
			{l.say.T("Consent"), l.say.Act("consent", string(c.Standing.Consent))},
			{l.say.T("Saved number"), l.say.Act("saved_number", string(c.Standing.Saved))},
			{l.say.T("Standing"), standing},
		}...)
		for _, key := range sortedKeys(c.Fields) {
			rows = append(rows, [2]string{safe(key).String(), safe(c.Fields[key]).String()})
		}
		for _, origin := range from {
			i := origin.Import
			text := l.say.T("%s, row %s, %s, by %s: %s", safe(i.File), itoa(origin.Row), l.say.Exact(i.At), safe(i.Staff), safe(i.Source))
			rows = append(rows, [2]string{l.say.T("Import %s", itoa(i.ID)), text})
		}
		p.pairs(rows...)
	})
}

func sortedKeys[K ~string, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func (l *line) contactsAddCommand() *cobra.Command {
	var c store.NewContact
	cmd := &cobra.Command{
		Use: "add PHONE", Short: l.say.T("add one contact, without consent"), Args: cobra.ExactArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			number, err := l.number(ctx, shop.Store, args[0])
			if err != nil {
				return err
			}
			if _, err := shop.Store.ContactByPhone(ctx, number); err == nil {
				return store.ErrConflict // also under the other spelling of its country
			}
			c.Phone = number
			fresh, err := newTags(ctx, shop.Store, c.Tags)
			if err != nil {
				return err
			}
			added, err := shop.Store.AddContact(ctx, c)
			if err != nil {
				return err
			}
			l.warnOfTags(fresh...)
			return l.printContact(added)
		}),
	}
	cmd.Flags().StringVar(&c.Name, "name", "", l.say.T("name of the customer"))
	cmd.Flags().StringVar(&c.Source, "source", "", l.say.T("where the number comes from"))
	cmd.Flags().StringVar(&c.Language, "language", "", l.say.T("language of the customer: en, es, pt"))
	cmd.Flags().StringArrayVar(&c.Tags, "tag", nil, l.say.T("a tag; may be given several times"))
	return cmd
}

// minusWord stands before a word that begins with a minus while the arguments are read: -old takes a tag off and
// -tag:vip negates, and both would be flags.
const minusWord = "\x00"

// keepMinusWords keeps such words of the commands that take a query from being read as flags.
func keepMinusWords(args []string) []string {
	at := slices.IndexFunc(args, func(arg string) bool {
		return slices.Contains([]string{"tag", "list", "export", "save"}, arg)
	})
	if at < 1 || args[at-1] != "contacts" && (args[at-1] != "audience" || args[at] != "save") {
		return args
	}
	kept := slices.Clone(args)
	for i := at + 1; i < len(kept); i++ {
		word := len(kept[i]) > 1 && kept[i][0] == '-' && kept[i][1] != '-' && kept[i] != "-h"
		if word && !slices.Contains([]string{"--limit", "--after", "--staff", "--db", "--region", "--secrets"}, args[i-1]) {
			kept[i] = minusWord + kept[i]
		}
	}
	return kept
}

// queryOf joins the words of a query.
func queryOf(args []string) string { return strings.ReplaceAll(strings.Join(args, " "), minusWord, "") }

func (l *line) contactsTagCommand() *cobra.Command {
	return &cobra.Command{
		Use: "tag PHONE… +TAG -TAG", Short: l.say.T("put tags on contacts and take them off"), Args: cobra.MinimumNArgs(2),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			return l.tagContacts(ctx, shop.Store, args)
		}),
	}
}

func (l *line) tagContacts(ctx context.Context, s *store.Store, args []string) error {
	var ids []store.ContactID
	var add, remove []string
	for _, arg := range args {
		if tag, found := strings.CutPrefix(arg, minusWord+"-"); found {
			remove = append(remove, tag)
			continue
		}
		if tag, found := strings.CutPrefix(arg, "+"); found {
			if _, err := phone.Parse(arg, ""); err != nil {
				add = append(add, tag)
				continue
			}
		}
		c, err := l.contact(ctx, s, arg)
		if err != nil {
			return err
		}
		ids = append(ids, c.ID)
	}
	switch {
	case len(ids) == 0:
		return &store.InvalidError{Field: "phone", Reason: "empty"}
	case len(add)+len(remove) == 0:
		return &store.InvalidError{Field: "tag", Reason: "empty"}
	}
	fresh, err := newTags(ctx, s, add)
	if err != nil {
		return err
	}
	if err := s.TagContacts(ctx, ids, add, remove); err != nil {
		return err
	}
	l.warnOfTags(fresh...)
	contacts, err := s.ContactsByID(ctx, ids)
	if err != nil {
		return err
	}
	documents := make([]contactDocument, 0, len(contacts))
	for _, c := range contacts {
		documents = append(documents, documentOf(c))
	}
	return l.print(map[string]any{"contacts": documents}, func(p *paper) {
		for _, c := range contacts {
			p.line(l.called(c) + "  " + tagText(c.Tags))
		}
	})
}
