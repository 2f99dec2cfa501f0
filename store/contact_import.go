package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"pregon/store/intake"
)

// Import says what is known of a file of contacts besides its rows.
type Import struct {
	File   string // its name, for the record
	Source string // where the shop has the numbers from
	Staff  string // who brings it
	Vouch  string // the owner's written answer where the file looks bought
	Region string // completes national numbers; "" takes the shop's
	Tags   []string
	// Phones says what becomes of a person with several mobiles; "" sends the row back to be asked about.
	Phones PhoneChoice
	// DryRun does everything but keep it.
	DryRun bool
	// Rejected hears of each row that is not taken, in their order, while the file is read; may be nil.
	Rejected func(row intake.Row, reject Reject) error
	// Progress hears how far it is, some hundred rows apart; may be nil. It must not block.
	Progress func(ImportProgress)
}

// PhoneChoice is the owner's answer where a person has several mobiles.
type PhoneChoice string

// The answers.
const (
	AskPhone   PhoneChoice = ""
	FirstPhone PhoneChoice = "first" // the one that stands first
	AllPhones  PhoneChoice = "all"   // each is a contact of its own
)

// ImportStep is what an import is doing.
type ImportStep string

// The steps, in their order.
const (
	ImportReading   ImportStep = "reading"   // the file; bytes tell how far
	ImportComparing ImportStep = "comparing" // with the contacts there are
	ImportKeeping   ImportStep = "keeping"   // in one go; nobody sees any of it before the end
	ImportWriting   ImportStep = "writing"   // what the file says of people, once they are in
	ImportLooking   ImportStep = "looking"   // who has a history by now, before it is taken back
	ImportLeaving   ImportStep = "leaving"   // taken back: they are seen no more
)

// ImportProgress is a picture of an import that runs.
type ImportProgress struct {
	Step  ImportStep
	Rows  int   // done in this step
	Of    int   // rows in this step; 0 while the file is read
	Bytes int64 // of the file, read so far
}

// Reject says why one row of a file was not taken.
type Reject struct {
	Line   int
	Reason string // invalid_number, no_number, needs_country, several_numbers, spoiled_number, name_too_long, or an intake.Defect
	Value  string // what was refused, as it stands in the file
}

// Imported counts what became of the rows of a file. Each row is one of added,
// updated, unchanged, duplicate, suppressed and rejected.
type Imported struct {
	ID         int64 // of the import; 0 for a dry run
	Rows       int
	Added      int
	Updated    int
	Unchanged  int
	Duplicates int // the same number stood further up
	Suppressed int // on the suppression list: not touched
	Rejected   int
	OptedIn    int // opt-ins put on the ledger
	Attested   int // saved numbers put on the ledger
	Twins      int // rows that name two contacts as one person; see [Store.Duplicates]
	Signed     int // numbers of countries where a yes needs a signature and a register; see [phone.SignedIn]
	Unproven   int // said yes without a whole proof, or after the customer said no
	Signs      []intake.Sign
}

// BoughtError: the file looks like a bought list, and nobody vouched for it.
type BoughtError struct{ Signs []intake.Sign }

func (e *BoughtError) Error() string { return fmt.Sprintf("the file looks bought: %v", e.Signs) }

// Import brings the rows of a file in: all of them in one go, or none when it
// fails or ctx ends, whatever happens to the machine. Who is known by number is
// updated, never doubled; nobody who said no is revived; only a whole proof opts
// a person in, through the same ledger as at the counter.
//
// Refuses with *InvalidError (source, staff, tag, region, phones), *BoughtError,
// ErrNotSetUp or ErrKeyMissing, and returns the errors of reading the file.
func (s *Store) Import(ctx context.Context, rows *intake.Reader, in Import) (Imported, error) {
	staged, err := s.StageImport(ctx, rows, in)
	if err != nil {
		return Imported{}, err
	}
	report := staged.Preview()
	if !in.DryRun {
		report, err = staged.Commit(ctx)
	}
	return report, errors.Join(err, staged.Close())
}

// importing is one file on its way into the shop.
type importing struct {
	Import
	store   *Store
	shop    Shop
	notices map[string]bool // wordings there are, as id@version, and id@0 for any
	now     time.Time
	// of the rows that are to be written on people
	wrote, toWrite int
}

const selectNoticeIDs = `SELECT id, version FROM notices`

func (s *Store) newImport(ctx context.Context, in Import) (*importing, error) {
	in.Source = clean(in.Source)
	switch {
	case in.Source == "":
		return nil, &InvalidError{Field: "source", Reason: "empty"}
	case len(in.Source) > maxName:
		return nil, &InvalidError{Field: "source", Reason: "too_long"}
	case strings.TrimSpace(in.Staff) == "":
		return nil, &InvalidError{Field: "staff", Reason: "empty"}
	case in.Phones != AskPhone && in.Phones != FirstPhone && in.Phones != AllPhones:
		return nil, &InvalidError{Field: "phones", Reason: "unknown"}
	case s.KeyMissing():
		return nil, ErrKeyMissing
	}
	shop, err := s.Shop(ctx)
	if err != nil {
		return nil, err
	}
	if in.Region == "" {
		in.Region = shop.Region
	}
	tags := make([]string, 0, len(in.Tags))
	for _, tag := range in.Tags {
		clean, err := CleanTag(tag)
		if err != nil {
			return nil, err
		}
		tags = append(tags, clean)
	}
	in.Tags = tags
	i := &importing{Import: in, store: s, shop: shop, notices: map[string]bool{}, now: s.moment()}
	return i, s.each(ctx, selectNoticeIDs, nil, func(scan func(...any) error) error {
		var id string
		var version int
		err := scan(&id, &version)
		i.notices[fmt.Sprintf("%s@%d", id, version)], i.notices[id+"@0"] = true, true
		return err
	})
}

func (i *importing) tell(step ImportStep, rows, of int, bytes int64) {
	if i.Progress != nil {
		i.Progress(ImportProgress{Step: step, Rows: rows, Of: of, Bytes: bytes})
	}
}

// auditDetail is the line that the audit record has of an import.
func auditDetail(r Imported, in Import, sum string) (string, error) {
	detail, err := json.Marshal(map[string]any{
		"file": in.File, "sha256": sum, "source": in.Source, "rows": r.Rows, "added": r.Added, "updated": r.Updated,
		"opted_in": r.OptedIn, "rejected": r.Rejected, "signs": r.Signs, "vouch": in.Vouch,
	})
	if err != nil {
		return "", fmt.Errorf("encode the counts: %w", err)
	}
	return string(detail), nil
}
