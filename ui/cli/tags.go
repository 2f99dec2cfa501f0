package cli

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"pregon/store"
)

// tagChangeDocument is what a change of tags did, and what undoes it.
type tagChangeDocument struct {
	ID     int64    `json:"id"` // 0 where nothing had to be changed
	Tags   []string `json:"tags"`
	Became string   `json:"became"`
	People int      `json:"people"`
}

func (l *line) tagsCommand() *cobra.Command {
	return noun("tags", l.say.T("tags, on everybody who has them"),
		&cobra.Command{
			Use: "list", Short: l.say.T("all tags and how many have each"), Args: cobra.NoArgs,
			RunE: l.open(func(ctx context.Context, shop *Shop, _ []string) error { return l.listTags(ctx, shop.Store) }),
		},
		l.tagChangeCommand("rename FROM TO", l.say.T("give a tag another name"), cobra.ExactArgs(2), l.renameTag),
		l.tagChangeCommand("merge TAG… INTO", l.say.T("make several tags one, the last"), cobra.MinimumNArgs(2), l.mergeTags),
		l.tagChangeCommand("remove TAG", l.say.T("take a tag from everybody"), cobra.ExactArgs(1),
			func(ctx context.Context, s *store.Store, args []string, staff string) (store.TagChange, error) {
				return s.RemoveTag(ctx, args[0], staff)
			}),
		l.tagsUndoCommand())
}

// changeTags is one change of tags.
type changeTags func(ctx context.Context, s *store.Store, args []string, staff string) (store.TagChange, error)

func (l *line) tagChangeCommand(use, short string, args cobra.PositionalArgs, change changeTags) *cobra.Command {
	var staff string
	cmd := &cobra.Command{
		Use: use, Short: short, Args: args,
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			done, err := change(ctx, shop.Store, args, l.staff(ctx, shop.Store, staff))
			if isNotFound(err) {
				err = l.noSuchTag(ctx, shop.Store, args)
			}
			if err != nil {
				return err
			}
			return l.tagsChanged(ctx, shop.Store, done)
		}),
	}
	cmd.Flags().StringVar(&staff, "staff", "", l.say.T("who does it"))
	return cmd
}

// noSuchTag names the first of the tags that nobody has.
func (l *line) noSuchTag(ctx context.Context, s *store.Store, tags []string) error {
	fresh, err := newTags(ctx, s, tags)
	if err != nil || len(fresh) == 0 {
		return errors.Join(err, store.ErrNotFound)
	}
	return l.noSuch(l.say.T("Nobody has the tag %s. Nothing was changed.", safe(fresh[0])), "pregon tags list")
}

func (l *line) renameTag(ctx context.Context, s *store.Store, args []string, staff string) (store.TagChange, error) {
	from, to := args[0], args[1]
	used, err := s.TagInUse(ctx, to)
	if err != nil {
		return store.TagChange{}, err
	}
	same, err := sameTag(from, to)
	if err != nil {
		return store.TagChange{}, err
	}
	if used && !same {
		return store.TagChange{}, l.refuse(l.say.T("Somebody has the tag %s already. Nothing was changed.", safe(to)),
			l.say.T("To make both one: %s", "pregon tags merge "+inShell(from)+" "+inShell(to)))
	}
	done, err := s.RenameTag(ctx, from, to, staff)
	if err == nil && !used {
		l.warnOfTags(to)
	}
	return done, err
}

func sameTag(a, b string) (bool, error) {
	a, err := store.CleanTag(a)
	if err != nil {
		return false, err
	}
	b, err = store.CleanTag(b)
	return a == b, err
}

func (l *line) mergeTags(ctx context.Context, s *store.Store, args []string, staff string) (store.TagChange, error) {
	into := args[len(args)-1]
	used, err := s.TagInUse(ctx, into)
	if err != nil {
		return store.TagChange{}, err
	}
	done, err := s.MergeTags(ctx, args[:len(args)-1], into, staff)
	if err == nil && !used {
		l.warnOfTags(into)
	}
	return done, err
}

// newTags are those that nobody has yet: a shop is warned of a tag once.
func newTags(ctx context.Context, s *store.Store, tags []string) ([]string, error) {
	var fresh []string
	for _, tag := range tags {
		used, err := s.TagInUse(ctx, tag)
		if err != nil {
			return nil, err
		}
		if !used {
			fresh = append(fresh, tag)
		}
	}
	return fresh, nil
}

// warnOfTags says which of new tags seem to name what the law protects; they are kept all the same.
func (l *line) warnOfTags(tags ...string) {
	if tag, kind := store.FirstSensitive(tags); kind != store.NotSensitive {
		l.tell(l.say.Protected(string(kind), safe(tag).String()))
	}
}

// tagsChanged prints a change and how to take it back.
func (l *line) tagsChanged(ctx context.Context, s *store.Store, done store.TagChange) error {
	document := tagChangeDocument{People: done.Contacts(), Tags: []string{}}
	kept, err := s.TagChanges(ctx)
	if err != nil {
		return err
	}
	for _, one := range kept {
		if one.ID == done.ID() {
			document.ID, document.Tags, document.Became = one.ID, one.Tags, one.Became
		}
	}
	return l.print(document, func(p *paper) {
		p.line(l.say.T("%d contacts have other tags now.", document.People))
		if document.ID != 0 {
			p.line(l.say.T("To take it back: %s", "pregon tags undo "+itoa(document.ID)))
		}
	})
}

func (l *line) tagsUndoCommand() *cobra.Command {
	var staff string
	cmd := &cobra.Command{
		Use: "undo [ID]", Short: l.say.T("take a change of tags back, the last one without an ID"), Args: cobra.MaximumNArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			var id int64
			if len(args) > 0 {
				var err error
				if id, err = strconv.ParseInt(args[0], 10, 64); err != nil || id <= 0 {
					return &store.InvalidError{Field: "ID", Reason: "unknown"}
				}
			}
			kept, err := shop.Store.UndoTagChange(ctx, id, l.staff(ctx, shop.Store, staff))
			if isNotFound(err) {
				return l.refuse(l.say.T("There is no such change of tags to take back. Nothing was changed."))
			}
			if err != nil {
				return err
			}
			return l.print(tagChangeDocument{ID: kept.ID, Tags: kept.Tags, Became: kept.Became, People: kept.People}, func(p *paper) {
				p.line(l.say.T("Taken back: %s is on its contacts again.", safe(strings.Join(kept.Tags, " "))))
			})
		}),
	}
	cmd.Flags().StringVar(&staff, "staff", "", l.say.T("who does it"))
	return cmd
}

func (l *line) listTags(ctx context.Context, s *store.Store) error {
	tags, err := s.Tags(ctx)
	if err != nil {
		return err
	}
	type tagDocument struct {
		Tag   string `json:"tag"`
		Count int    `json:"count"`
	}
	documents := make([]tagDocument, 0, len(tags))
	rows := make([][]string, 0, len(tags))
	for _, t := range tags {
		documents = append(documents, tagDocument{t.Tag, t.Count})
		rows = append(rows, []string{l.say.Number(t.Count), safe(t.Tag).String()})
	}
	return l.print(map[string]any{"tags": documents}, func(p *paper) {
		if len(rows) == 0 {
			p.line(l.say.T("Nobody has a tag yet: %s", "pregon contacts tag PHONE +TAG"))
			return
		}
		p.table([]string{l.say.T("Contacts"), l.say.T("Tag")}, rows)
	})
}
