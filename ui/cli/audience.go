package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"pregon/store"
)

// audienceDocument is a saved audience; the counts are those of this moment.
type audienceDocument struct {
	Name     string `json:"name"`
	Query    string `json:"query"`
	By       string `json:"by"`
	At       string `json:"at"`
	Total    *int   `json:"total,omitempty"`
	Sendable *int   `json:"sendable,omitempty"`
}

func documentOfAudience(a store.SavedAudience) audienceDocument {
	return audienceDocument{Name: a.Name, Query: a.Query, By: a.By, At: stamp(a.At)}
}

func (l *line) audienceCommand() *cobra.Command {
	return noun("audience", l.say.T("audiences kept under a name"), l.audienceSaveCommand(),
		&cobra.Command{
			Use: "list", Short: l.say.T("the saved audiences"), Args: cobra.NoArgs,
			RunE: l.open(func(ctx context.Context, shop *Shop, _ []string) error { return l.listAudiences(ctx, shop.Store) }),
		},
		&cobra.Command{
			Use: "show NAME", Short: l.say.T("one saved audience, with how many are in it now"), Args: cobra.ExactArgs(1),
			RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
				a, err := shop.Store.SavedAudience(ctx, args[0])
				if err != nil {
					return l.orNoAudience(err, args[0])
				}
				return l.showAudience(ctx, shop.Store, a)
			}),
		},
		l.audienceRenameCommand(), l.audienceDeleteCommand())
}

func (l *line) audienceSaveCommand() *cobra.Command {
	var replace bool
	var staff string
	cmd := &cobra.Command{
		Use: "save NAME QUERY", Short: l.say.T("keep an audience under a name"), Args: cobra.MinimumNArgs(2),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			name, query := queryOf(args[:1]), queryOf(args[1:])
			save := shop.Store.SaveAudience
			if _, err := shop.Store.SavedAudience(ctx, name); err == nil && replace {
				save = shop.Store.ChangeAudience
			}
			a, err := save(ctx, name, query, l.staff(ctx, shop.Store, staff))
			if errors.Is(err, store.ErrConflict) {
				return l.audienceTaken(name)
			}
			if err != nil {
				return &queryError{query, err}
			}
			return l.showAudience(ctx, shop.Store, a)
		}),
	}
	cmd.Flags().BoolVar(&replace, "replace", false, l.say.T("change the audience that has this name; drafts that name it follow"))
	cmd.Flags().StringVar(&staff, "staff", "", l.say.T("who does it"))
	return cmd
}

func (l *line) audienceTaken(name string) error {
	return l.refuse(l.say.T("There is an audience %s already. Nothing was changed.", safe(name)),
		l.say.T("See it with %s; %s changes it.", "pregon audience show", "--replace"))
}

// orNoAudience is err, in words of its own where nothing is saved under the name.
func (l *line) orNoAudience(err error, name string) error {
	if isNotFound(err) {
		return l.noSuch(l.say.T("There is no audience %s. Nothing was changed.", safe(name)), "pregon audience list")
	}
	return err
}

func (l *line) audienceRenameCommand() *cobra.Command {
	var staff string
	cmd := &cobra.Command{
		Use: "rename NAME TO", Short: l.say.T("give a saved audience another name"), Args: cobra.ExactArgs(2),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			a, err := shop.Store.RenameAudience(ctx, args[0], args[1], l.staff(ctx, shop.Store, staff))
			if errors.Is(err, store.ErrConflict) {
				return l.audienceTaken(args[1])
			}
			if err != nil {
				return l.orNoAudience(err, args[0])
			}
			return l.showAudience(ctx, shop.Store, a)
		}),
	}
	cmd.Flags().StringVar(&staff, "staff", "", l.say.T("who does it"))
	return cmd
}

func (l *line) audienceDeleteCommand() *cobra.Command {
	var staff string
	cmd := &cobra.Command{
		Use: "delete NAME", Short: l.say.T("forget a saved audience; nobody in it is touched"), Args: cobra.ExactArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			gone, err := shop.Store.DeleteAudience(ctx, args[0], l.staff(ctx, shop.Store, staff))
			if err != nil {
				return l.orNoAudience(err, args[0])
			}
			return l.print(documentOfAudience(gone), func(p *paper) {
				p.line(l.say.T("%s is deleted. Nobody in it was touched.", safe(gone.Name)))
				p.line(l.say.T("To bring it back: %s", "pregon audience save "+inShell(gone.Name)+" "+inShell(gone.Query)))
			})
		}),
	}
	cmd.Flags().StringVar(&staff, "staff", "", l.say.T("who does it"))
	return cmd
}

// inShell is a text as one word of a shell's line.
func inShell(text string) string {
	return "'" + strings.ReplaceAll(safe(text).String(), "'", `'\''`) + "'"
}

func (l *line) listAudiences(ctx context.Context, s *store.Store) error {
	all, err := s.SavedAudiences(ctx)
	if err != nil {
		return err
	}
	documents := make([]audienceDocument, 0, len(all))
	rows := make([][]string, 0, len(all))
	for _, a := range all {
		documents = append(documents, documentOfAudience(a))
		rows = append(rows, []string{safe(a.Name).String(), safe(a.Query).String()})
	}
	return l.print(map[string]any{"audiences": documents}, func(p *paper) {
		if len(rows) == 0 {
			p.line(l.say.T("No audiences are saved. Save one: %s", "pregon audience save NAME QUERY"))
			return
		}
		p.table([]string{l.say.T("Name"), l.say.T("Audience")}, rows)
	})
}

// showAudience prints an audience with the counts of this moment.
func (l *line) showAudience(ctx context.Context, s *store.Store, a store.SavedAudience) error {
	counts, err := s.CountContacts(ctx, a.Query)
	if err != nil {
		return &queryError{a.Query, err}
	}
	document := documentOfAudience(a)
	document.Total, document.Sendable = &counts.Total, &counts.Sendable
	return l.print(document, func(p *paper) {
		p.pairs([2]string{l.say.T("Name"), safe(a.Name).String()}, [2]string{l.say.T("Audience"), safe(a.Query).String()},
			[2]string{l.say.T("People now"), l.say.T("%d in the audience, %d get it", counts.Total, counts.Sendable)},
			[2]string{l.say.T("Saved by"), safe(a.By).String() + ", " + l.say.Exact(a.At)})
	})
}

// inUseWords says what keeps a name or a tag from going.
func (l *line) inUseWords(e *store.InUseError) []string {
	lines := []string{l.say.T("It is still used. Nothing was changed.")}
	for _, name := range e.Broadcasts {
		lines = append(lines, l.say.T("The broadcast “%s”, which has not started, asks for it.", safe(name)))
	}
	for _, name := range e.Audiences {
		lines = append(lines, l.say.T("The saved audience “%s” asks for it.", safe(name)))
	}
	return append(lines, l.say.T("Change or discard these first, then give the command again."))
}
