package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/pressly/goose/v3"

	"pregon/store/audience"
	"pregon/store/phone"
)

// QueueSQL is the gate's query, for the test of its plan.
func QueueSQL() string { return queueSQL() }

// LimitPages lets the writing connection grow the file to n pages, as a full disk would.
func (s *Store) LimitPages(ctx context.Context, n int) error {
	_, err := s.writer.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", n))
	return err
}

// Undeliverable are the countries of undeliverableSQL.
func Undeliverable() ([]string, string) { return undeliverable, undeliverableSQL }

// SpellingMAC is the keyed hash of a number in one spelling, for a list that was kept when others were not on it.
func (s *Store) SpellingMAC(number phone.E164) []byte {
	mac, _ := s.identityMAC(kindPhone, string(number))
	bytes, _ := mac.([]byte)
	return bytes
}

// OpenReview holds a contact until somebody judged its words, as the feed does.
func (s *Store) OpenReview(ctx context.Context, id ContactID) error {
	return s.write(ctx, func(t *tx) error {
		_, err := t.openReview(reviewEvent{contact: id, kind: ReviewRefusal, at: t.now, evidence: "wamid"})
		return err
	})
}

// CrowdSQL is the aggregate function that only readers know.
const CrowdSQL = crowdSQL

// CountSQL are the statements that a count may make, by name, for the test of their plans; with SQLite's own functions for
// Pregón's, which only a reader knows.
func CountSQL(now time.Time) map[string]string {
	places := audience.And{Terms: []audience.Expr{
		audience.Language{Code: "es"}, audience.Country{Code: "CA"}, audience.Added{Age: audience.Age{Count: 3, Unit: audience.Days}},
	}}
	led := parted([]audience.Expr{audience.LastNever{}, audience.Tag{Name: "vip"}})
	led.move(byLast)
	led.lead()
	statements := map[string]string{
		"led": walking(audience.And{Terms: led.inRows}, now, condition{}).sql,
		"all": countAll, "eligible": eligibleIDs, "undeliverable": undeliverableIDs, "unseen": unseenIDs, "tagged": taggedIDs,
		"places": walking(places, now, condition{}).sql,
		"words":  walking(audience.Word{Text: "wagner"}, now, condition{sql: inGrams}).sql,
		"gram":   containingIDs, "contacted": contactedIDs,
		"field": walking(audience.Field{Name: "city", Value: "Vigo"}, now, condition{}).sql,
	}
	for name, statement := range statements {
		statements[name] = strings.NewReplacer(crowdSQL, "group_concat", lowerSQL, "lower").Replace(statement)
	}
	return statements
}

// CountAround is CountContacts in which something happens between the two looks it takes at the file.
func (s *Store) CountAround(ctx context.Context, query string, between func()) (ContactCounts, error) {
	tree, err := s.audience(ctx, query)
	if err != nil {
		return ContactCounts{}, err
	}
	first, err := s.snapshot(ctx)
	if err != nil {
		return ContactCounts{}, err
	}
	sendable, err := first.maySendTo(ctx)
	if err := first.end(err); err != nil {
		return ContactCounts{}, err
	}
	between()
	second, err := s.snapshot(ctx)
	if err != nil {
		return ContactCounts{}, err
	}
	second.sendable = func() (crowd, error) { return sendable, nil }
	counts, err := second.count(ctx, tree)
	return counts, second.end(err)
}

// Ask puts n questions for a consent on the ledger, in few transactions, to so many contacts: to every other one.
func (s *Store) Ask(ctx context.Context, n, contacts int) error {
	for from := 0; from < n; from += 10_000 {
		err := s.write(ctx, func(t *tx) error {
			for i := from; i < min(n, from+10_000); i++ {
				if _, err := t.consent(LedgerEvent{Contact: ContactID(2*(i%contacts) + 1), Type: string(EventAsked), Staff: "Ana"}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// RandomLife puts n lawful events of random people on the ledgers, in few transactions.
func (s *Store) RandomLife(ctx context.Context, n, people int, random *rand.Rand) error {
	consents := []string{"asked", "given", "given", "confirmed", "refused", "withdrawn", "expired"}
	grades := []string{"told", "says_saved", "seen_by_staff", "self_written", "unknown"}
	for done := 0; done < n; {
		err := s.write(ctx, func(t *tx) error {
			notice, err := t.notice("optin-en", 0)
			for began := done; err == nil && done < min(n, began+2500); {
				id := ContactID(1 + random.IntN(people))
				switch random.IntN(6) {
				case 0:
					err = t.platform(PlatformEvent{Contact: id, Type: []string{"stopped", "resumed", "unreachable"}[random.IntN(3)], At: t.now})
				case 1, 2:
					_, err = t.savedNumber(SavedNumber{Contact: id, Grade: Grade(grades[random.IntN(len(grades))]), Staff: "Marta", Evidence: "wamid"}, "")
				default:
					e := LedgerEvent{Contact: id, Type: consents[random.IntN(len(consents))], Staff: "Marta", Evidence: "card"}
					if e.Type == "given" || e.Type == "confirmed" {
						e.Method, e.Place, e.Notice, e.BusinessNumber = MethodInbound, "counter", notice, "+16045550199"
					}
					_, err = t.consent(e)
				}
				if _, unlawful := errors.AsType[*MoveError](err); unlawful {
					err = nil
					continue
				}
				done++
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// OnStep is told of each step of a restore, and of clearing one that was broken off.
func OnStep(passed func(step string)) Option { return func(f *file) { f.passed = passed } }

// FirstPageSQL are the statements that a search's first page may come from, for the test of their plans.
func (s *Store) FirstPageSQL(ctx context.Context, query string) ([]string, error) {
	tree, err := s.audience(ctx, query)
	if err != nil {
		return nil, err
	}
	rare, err := s.rare(ctx, tree)
	texts := []string{countGrams, listGrams}
	statements := s.glances(tree)
	if rare.sql != "" {
		statements = append(statements, s.byName(tree, rare)...)
	}
	for _, statement := range statements {
		texts = append(texts, statement.sql)
	}
	return texts, err
}

// TempStore is where the staging tables of an import lie: 1 is a file, 2 is memory.
func (g *StagedImport) TempStore(ctx context.Context) (where int, err error) {
	err = g.on.conn.QueryRowContext(ctx, "PRAGMA temp_store").Scan(&where)
	return where, err
}

// Turns has an import write for so long at a time; 0 is one chunk.
func (s *Store) Turns(length time.Duration) { s.turns = length }

// MigrateTo brings an empty file to the schema of an earlier version.
func MigrateTo(ctx context.Context, db *sql.DB, version int64) error {
	steps, err := steps()
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, nil, goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true))
	if err == nil {
		_, err = provider.UpTo(ctx, version)
	}
	return err
}
