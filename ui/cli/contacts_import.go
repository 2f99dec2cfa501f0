package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"pregon/store"
	"pregon/store/intake"
	"pregon/store/phone"
)

// shownRejects is how many rejects the JSON holds; --rejects gets all.
const shownRejects = 100

type importFlags struct {
	source, format, sheet, phones, rejects, vouch string
	mapped, tags                                  []string
	dryRun                                        bool
}

type rejectDocument struct {
	Line   int    `json:"line"`
	Reason string `json:"reason"`
	Value  string `json:"value"`
}

type importDocument struct {
	Rows       int              `json:"rows"`
	Added      int              `json:"added"`
	Updated    int              `json:"updated"`
	Unchanged  int              `json:"unchanged"`
	Duplicates int              `json:"duplicates"`
	Suppressed int              `json:"suppressed"`
	Twins      int              `json:"meets_two,omitempty"` // rows that name two contacts as one person
	OptedIn    int              `json:"opted_in"`
	Unproven   int              `json:"unproven"`
	Rejected   int              `json:"rejected"`
	ImportID   int64            `json:"import_id"`
	Rejects    []rejectDocument `json:"rejects"`
	Signs      []intake.Sign    `json:"signs,omitempty"`
}

func (l *line) importCommand() *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use: "import FILE", Short: l.say.T("bring contacts from a file"), Args: cobra.ExactArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			return l.importFile(ctx, shop.Store, args[0], f)
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.source, "source", "", l.say.T("where the numbers come from"))
	flags.StringVar(&f.format, "format", "", l.say.T("csv, google, outlook, vcard, xlsx; found out otherwise"))
	flags.StringVar(&f.sheet, "sheet", "", l.say.T("the sheet of a workbook, by name"))
	flags.StringVar(&f.phones, "phones", "", l.say.T("first or all: what to do with several mobiles of one person"))
	flags.StringArrayVar(&f.mapped, "map", nil, l.say.T("field=Header for a column that is not recognised"))
	flags.StringArrayVar(&f.tags, "tag", nil, l.say.T("a tag for everyone in the file"))
	flags.StringVar(&f.rejects, "rejects", "", l.say.T("write the rows that were not taken to this file"))
	flags.BoolVar(&f.dryRun, "dry-run", false, l.say.T("tell what would happen and change nothing"))
	flags.StringVar(&f.vouch, "vouch", "", l.say.T("the owner's written answer where a file looks bought"))
	return cmd
}

func (l *line) importFile(ctx context.Context, s *store.Store, path string, f importFlags) (err error) {
	if strings.TrimSpace(f.source) == "" {
		return l.refuse(l.say.T("Where did these numbers come from? Nothing was imported."), l.say.T("Say so, for the record: %s", "--source …"))
	}
	in := store.Import{
		File: filepath.Base(path), Source: f.source, Staff: l.staff(ctx, s, ""), Vouch: f.vouch, Tags: f.tags, DryRun: f.dryRun,
		Phones: store.PhoneChoice(f.phones),
	}
	if l.region != "" {
		region, ok := phone.Region(l.region)
		if !ok {
			return &store.InvalidError{Field: "region", Reason: "unknown"}
		}
		in.Region = region
	}
	options := intake.Options{Format: intake.Format(f.format), Sheet: f.sheet, Map: map[string]string{}}
	for _, one := range f.mapped {
		field, header, found := strings.Cut(one, "=")
		if !found {
			return &store.InvalidError{Field: "map", Reason: "unknown"}
		}
		options.Map[field] = header
	}
	input, err := l.input(path)
	if err != nil {
		return err
	}
	defer func() { _ = input.Close() }() // only read
	rows, err := intake.Open(input, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	collected, finish, err := l.collectRejects(&in, rows, f.rejects)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, finish()) }()
	fresh, err := newTags(ctx, s, f.tags)
	if err != nil {
		return err
	}
	meter := l.meter(path)
	in.Progress = meter.show
	imported, err := s.Import(ctx, rows, in)
	meter.end()
	if errors.Is(err, context.Canceled) {
		return l.importInterrupted(err)
	}
	if err != nil {
		return err
	}
	l.warnOfTags(fresh...)
	return l.printImport(imported, *collected, f.dryRun)
}

// importInterrupted says what is left of an import that was stopped: nothing, or those who stand on the record by now.
func (l *line) importInterrupted(err error) error {
	lines := []string{l.say.T("Interrupted. Nothing of the file was taken in.")}
	if late, ok := errors.AsType[*store.StoppedError](err); ok {
		lines[0] = l.say.T("Interrupted. They had been in for a moment; the import is taken back.")
		if late.Undone.Kept > 0 {
			lines = append(lines, l.say.T("%d contacts stay, because something happened to them since.", late.Undone.Kept))
		}
		if late.Undone.Voided > 0 {
			lines = append(lines, l.say.T("Opt-ins of the file that were on the record are voided there: %s.", l.say.Number(late.Undone.Voided)))
		}
	}
	return &failure{codeInterrupted, append(lines, l.say.T("The same command starts again."))}
}

// input opens a file, or takes stdin for "-".
func (l *line) input(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(l.In), nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the file: %w", err)
	}
	return file, nil
}

// collectRejects keeps the first rejects for the result, and all of them in a file where one is named.
func (l *line) collectRejects(in *store.Import, rows *intake.Reader, path string) (*[]rejectDocument, func() error, error) {
	collected := &[]rejectDocument{}
	note := func(reject store.Reject) {
		if len(*collected) < shownRejects {
			*collected = append(*collected, rejectDocument(reject))
		}
	}
	if path == "" {
		in.Rejected = func(_ intake.Row, reject store.Reject) error {
			note(reject)
			return nil
		}
		return collected, func() error { return nil }, nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open the rejects: %w", err)
	}
	out, err := intake.NewRejectsWriter(file, rows)
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	in.Rejected = func(row intake.Row, reject store.Reject) error {
		note(reject)
		return out.Write(row, reject.Reason)
	}
	return collected, func() error { return errors.Join(out.Flush(), file.Close()) }, nil
}

func (l *line) printImport(r store.Imported, rejects []rejectDocument, dryRun bool) error {
	return l.print(importDocument{
		r.Rows, r.Added, r.Updated, r.Unchanged, r.Duplicates, r.Suppressed, r.Twins, r.OptedIn, r.Unproven, r.Rejected, r.ID, rejects, r.Signs,
	}, func(p *paper) {
		if dryRun {
			p.line(l.say.T("Nothing was changed; this is what would happen."))
		}
		p.line(l.say.T("%d rows", r.Rows))
		n := l.say.Number
		p.pairs([2]string{l.say.T("added"), n(r.Added)}, [2]string{l.say.T("updated"), n(r.Updated)}, [2]string{l.say.T("unchanged"), n(r.Unchanged)},
			[2]string{l.say.T("twice in the file"), n(r.Duplicates)}, [2]string{l.say.T("on the suppression list"), n(r.Suppressed)},
			[2]string{l.say.T("opted in with proof"), n(r.OptedIn)}, [2]string{l.say.T("said yes without proof"), n(r.Unproven)},
			[2]string{l.say.T("not taken"), n(r.Rejected)})
		for i, reject := range rejects {
			if i == 10 {
				p.line(l.say.T("… and more; %s writes them all to a file", "--rejects FILE"))
				break
			}
			p.line("  " + l.say.T("line %s: %s", itoa(reject.Line), l.rejectWords(reject.Reason)) + " " + safe(reject.Value).String())
		}
		for _, sign := range r.Signs {
			p.line("! " + l.signWords(sign))
		}
		if r.Signed > 0 {
			p.line("! " + l.say.InTurkey(r.Signed))
		}
		if r.Twins > 0 {
			p.line("! " + l.say.T("%d rows name two contacts as one person: %s", r.Twins, "pregon contacts duplicates"))
		}
		if r.ID != 0 {
			p.line(l.say.T("This can be taken back: %s", "pregon contacts undo-import "+itoa(r.ID)))
		}
	})
}

func (l *line) rejectWords(reason string) string {
	if words := l.say.Reject(reason); words != "" {
		return words
	}
	return safe(reason).String()
}
