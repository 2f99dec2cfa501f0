package cli

import (
	"context"
	"errors"
	"strconv"

	"github.com/spf13/cobra"

	"pregon/store"
	"pregon/store/intake"
)

type undoneDocument struct {
	ImportID int64 `json:"import_id"`
	Removed  int   `json:"removed"`
	Kept     int   `json:"kept"`
	Restored int   `json:"restored"`
	Voided   int   `json:"voided"`
}

// originDocument says where a contact, or a change of hers, comes from.
type originDocument struct {
	ImportID int64  `json:"import_id"`
	File     string `json:"file"`
	SHA256   string `json:"sha256"`
	Row      int    `json:"row"`
	At       string `json:"at"`
	Staff    string `json:"staff"`
	Source   string `json:"source"`
	Vouch    string `json:"vouch,omitempty"`
	UndoneAt string `json:"undone_at,omitempty"`
}

func originsOf(from []store.Provenance) []originDocument {
	documents := make([]originDocument, 0, len(from))
	for _, p := range from {
		i := p.Import
		documents = append(documents, originDocument{
			i.ID, i.File, i.SHA256, p.Row, stamp(i.At), i.Staff, i.Source, i.Vouch, stamp(i.UndoneAt),
		})
	}
	return documents
}

func (l *line) undoImportCommand() *cobra.Command {
	var staff string
	cmd := &cobra.Command{
		Use: "undo-import ID", Short: l.say.T("take an import back as a whole"), Args: cobra.ExactArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			return l.undoImport(ctx, shop.Store, args[0], staff)
		}),
	}
	cmd.Flags().StringVar(&staff, "staff", "", l.say.T("who does it"))
	return cmd
}

func (l *line) undoImport(ctx context.Context, s *store.Store, number, staff string) error {
	id, err := strconv.ParseInt(number, 10, 64)
	var undone store.Undone
	if err == nil {
		meter := l.meter("")
		undone, err = s.UndoImport(ctx, id, l.staff(ctx, s, staff), meter.show)
		meter.end()
	}
	switch {
	case errors.Is(err, strconv.ErrSyntax) || errors.Is(err, strconv.ErrRange) || isNotFound(err):
		return l.noSuch(l.say.T("There is no import %s. Nothing was changed.", safe(number)), "pregon contacts imports")
	case errors.Is(err, context.Canceled):
		return l.undoInterrupted(err)
	case err != nil:
		return err
	}
	return l.print(undoneDocument{undone.ID, undone.Removed, undone.Kept, undone.Restored, undone.Voided}, func(p *paper) { l.undoneWords(p, undone) })
}

// undoInterrupted says on which side of its one moment an undo was stopped.
func (l *line) undoInterrupted(err error) error {
	if errors.Is(err, store.ErrHalfUndone) {
		return &failure{codeInterrupted, []string{l.say.T("Interrupted."), l.say.Trouble("half_undone")}}
	}
	return &failure{codeInterrupted, []string{l.say.T("Interrupted. Nothing was taken back."), l.say.T("The same command starts again.")}}
}

func (l *line) undoneWords(p *paper, u store.Undone) {
	n := l.say.Number
	p.line(l.say.T("Import %s is taken back.", itoa(u.ID)))
	p.pairs([2]string{l.say.T("removed"), n(u.Removed)}, [2]string{l.say.T("as before the import"), n(u.Restored)},
		[2]string{l.say.T("opt-ins of the file voided"), n(u.Voided)}, [2]string{l.say.T("kept, because something happened since"), n(u.Kept)})
}

func (l *line) importsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "imports", Short: l.say.T("the files that were brought, the newest first"), Args: cobra.NoArgs,
		RunE: l.open(func(ctx context.Context, shop *Shop, _ []string) error {
			const most = 100
			list, err := shop.Store.Imports(ctx, most)
			if err != nil {
				return err
			}
			from := make([]store.Provenance, len(list))
			rows := make([][]string, 0, len(list))
			zoned := l.zoned(ctx, shop.Store)
			for n, i := range list {
				from[n].Import = i
				state := l.say.T("%d added", i.Added)
				if !i.UndoneAt.IsZero() {
					state = l.say.T("taken back")
				}
				rows = append(rows, []string{itoa(i.ID), zoned.Exact(i.At), state, safe(i.Staff).String(), safe(i.File + " · " + i.Source).String()})
			}
			return l.print(map[string]any{"imports": originsOf(from)}, func(p *paper) {
				p.table([]string{l.say.T("Number"), l.say.T("When"), "", l.say.T("Who"), l.say.T("File and source")}, rows)
			})
		}),
	}
}

// signWords says what makes a file look bought.
func (l *line) signWords(sign intake.Sign) string {
	if words := l.say.Sign(string(sign)); words != "" {
		return words
	}
	return safe(string(sign)).String()
}
