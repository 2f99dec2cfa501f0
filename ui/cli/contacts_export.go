package cli

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pregon/store"
	"pregon/store/intake"
)

func (l *line) exportCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "export FILE [QUERY]", Short: l.say.T("write contacts with their proofs to a CSV file, or cards to a .vcf"), Args: cobra.MinimumNArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			kind := intake.Format(format)
			if kind == "" {
				kind = intake.FormatCSV
				if strings.EqualFold(filepath.Ext(args[0]), ".vcf") {
					kind = intake.FormatVCard
				}
			}
			if kind != intake.FormatCSV && kind != intake.FormatVCard {
				return &store.InvalidError{Field: "format", Reason: "unknown"}
			}
			return l.exportContacts(ctx, shop.Store, args[0], queryOf(args[1:]), kind)
		}),
	}
	cmd.Flags().StringVar(&format, "format", "", l.say.T("csv or vcard; told by the file's name otherwise"))
	return cmd
}

// exportContacts writes what an import reads back: the same contacts, and the proof of each consent that stands.
func (l *line) exportContacts(ctx context.Context, s *store.Store, path, query string, kind intake.Format) error {
	ids, err := s.ContactIDs(ctx, query, store.SortID)
	if err != nil {
		return &queryError{query, err}
	}
	fields, err := s.FieldNames(ctx)
	if err != nil {
		return err
	}
	slices.Sort(fields)
	out, done, err := l.output(path)
	if err != nil {
		return err
	}
	if err := l.recordExport(ctx, s, "contacts", itoa(len(ids))+" "+string(kind)); err != nil {
		return errors.Join(err, done())
	}
	write := func() error { return writeContacts(ctx, s, out, ids, fields) }
	if kind == intake.FormatVCard {
		write = func() error { return writeCards(ctx, s, out, ids) }
	}
	if err := errors.Join(write(), done()); err != nil {
		return err
	}
	if path == "-" {
		return nil
	}
	return l.print(map[string]any{"contacts": len(ids), "file": path}, func(p *paper) {
		p.line(l.say.T("%d contacts", len(ids)) + " → " + safe(path).String())
	})
}

// recordExport puts on the record that something about people leaves the shop file, before the first byte of it does: an
// export that breaks off may have been read.
func (l *line) recordExport(ctx context.Context, s *store.Store, subject, detail string) error {
	return s.RecordAudit(ctx, store.AuditEvent{Type: "export", Staff: l.staff(ctx, s, ""), Subject: subject, Detail: detail})
}

// screenful is how much a list shows unless told otherwise.
const screenful = 100

// recordListing puts a list of people that goes beyond a screenful on the record: it is an export to stdout. So is what
// goes further, screenful by screenful.
func (l *line) recordListing(ctx context.Context, s *store.Store, subject string, entries int, further bool) error {
	if entries <= screenful && !further {
		return nil
	}
	return l.recordExport(ctx, s, subject, itoa(entries)+" list")
}

// writeCards writes who has a number. Proofs of consent are no part of a card: the CSV has them.
func writeCards(ctx context.Context, s *store.Store, w io.Writer, ids []store.ContactID) error {
	out := bufio.NewWriter(w)
	for chunk := range slices.Chunk(ids, 500) {
		contacts, err := s.ContactsByID(ctx, chunk)
		if err != nil {
			return err
		}
		for _, c := range contacts {
			if c.Phone == "" {
				continue
			}
			card := intake.Card{Name: c.Name, Phone: string(c.Phone), Language: c.Language, Tags: c.Tags, Fields: c.Fields}
			if err := intake.WriteCard(out, card); err != nil {
				return err
			}
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the cards: %w", err)
	}
	return nil
}

// output makes a file that only its owner can read, or takes stdout for "-".
func (l *line) output(path string) (io.Writer, func() error, error) {
	if path == "-" {
		return l.Out, func() error { return nil }, nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("make the file: %w", err)
	}
	return file, file.Close, nil
}

func writeContacts(ctx context.Context, s *store.Store, w io.Writer, ids []store.ContactID, fields []string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil { // so that Excel sees UTF-8
		return fmt.Errorf("write the contacts: %w", err)
	}
	out := csv.NewWriter(w)
	head := []string{
		"phone", "user_id", "country", "name", "language", "tags", "consent_at", "consent_method", "consent_notice", "consent_evidence",
		"saved_grade", "saved_at",
	}
	for _, field := range fields {
		head = append(head, "field."+field)
	}
	if err := writeCells(out, head); err != nil {
		return err
	}
	for chunk := range slices.Chunk(ids, 500) {
		contacts, err := s.ContactsByID(ctx, chunk)
		if err != nil {
			return err
		}
		for _, c := range contacts {
			proof, err := proofOf(ctx, s, c)
			if err != nil {
				return err
			}
			cells := append([]string{c.Phone.Digits(), c.UserID, c.Country, c.Name, c.Language, intake.JoinTags(c.Tags)}, proof[:]...)
			for _, field := range fields {
				cells = append(cells, c.Fields[field])
			}
			if err := writeCells(out, cells); err != nil {
				return err
			}
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write the contacts: %w", err)
	}
	return nil
}

// proofOf is the proof of a consent that stands, as an import wants it.
func proofOf(ctx context.Context, s *store.Store, c store.Contact) (proof [6]string, err error) {
	if c.Standing.Consent != store.ConsentGiven && c.Standing.Consent != store.ConsentConfirmed {
		return proof, nil
	}
	history, err := s.History(ctx, c.ID)
	if err != nil {
		return proof, err
	}
	for _, e := range history {
		switch {
		case e.Ledger == "consent" && e.Type == string(c.Standing.Consent):
			proof = [6]string{stamp(e.At), string(e.Method), e.Notice.ID + "@" + itoa(e.Notice.Version), e.Evidence, proof[4], proof[5]}
		case e.Ledger == "saved_number" && e.Type == string(c.Standing.Saved):
			proof[4], proof[5] = e.Type, stamp(e.At)
		}
	}
	return proof, nil
}

func writeCells(out *csv.Writer, cells []string) error {
	for i := range cells {
		cells[i] = intake.SafeCell(cells[i])
	}
	if err := out.Write(cells); err != nil {
		return fmt.Errorf("write a row: %w", err)
	}
	return nil
}
