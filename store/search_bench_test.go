package store_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/phone"
	"pregon/store/storetest"
)

// multitudeEnv makes the benchmarks of the contact list run among that many
// contacts; the figures of the README are at 1000000.
const multitudeEnv = "PREGON_BENCH_CONTACTS"

func multitudeSize(tb testing.TB) int {
	tb.Helper()
	if n, err := strconv.Atoi(os.Getenv(multitudeEnv)); err == nil {
		return n
	}
	if testing.Short() {
		return 2_000
	}
	return 20_000
}

var (
	givenNames  = strings.Fields("Ana Lucía María José Antonio Carmen Pedro Luis Juan Sofía Isabel Teresa Javier Miguel Rosa Elena Pablo Marta Irene Diego Sara Laura Raúl Iván Óscar Nuria Olga Hugo Emma Noa Zoe Xavier Wendy Quim Yago Kiko Uxía")
	familyNames = strings.Fields("García López Martín Sánchez Pérez Gómez Ruiz Díaz Moreno Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco Molina Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín Zabala Ybarra Quintana Wagner Xirau Ibáñez Núñez")
)

// multitude is a shop with many contacts: half agreed, most of these saved the
// number, a tenth has a tag. They are made in SQL, since a benchmark of reading
// should not take the time of writing; no gate is asked.
func multitude(tb testing.TB, n int) *storetest.Shop {
	tb.Helper()
	shop := storetest.New(tb)
	random := rand.New(rand.NewPCG(1, 2))
	ctx := tb.Context()
	db, err := sql.Open("sqlite", "file:"+shop.File+"?_pragma=busy_timeout(5000)&_pragma=synchronous(OFF)&_pragma=cache_size(-131072)")
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = db.Close() }() // its cache is as large as what is to be measured
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		tb.Fatal(err)
	}
	exec := func(sql string, args ...any) {
		if _, err := tx.ExecContext(ctx, sql, args...); err != nil {
			tb.Fatalf("%v: %s", err, sql)
		}
	}
	add, err := tx.PrepareContext(ctx, `INSERT INTO contacts (id, phone, phone_mac, name, folded, language, country, source, added_at, updated_at)
		VALUES (?, ?, randomblob(32), ?, ?, ?, 'CA', 'till', ?, ?)`)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = add.Close() }()
	pick := func(from []string) string { return from[random.IntN(len(from))] }
	now := shop.Clock.Now().UnixMilli()
	for i := 1; i <= n; i++ {
		name := pick(givenNames) + " " + pick(familyNames) + " " + pick(familyNames)
		language := []string{"es", "en", "pt"}[i%3]
		if _, err := add.ExecContext(ctx, i, string(spreadPhone(i)), name, store.Fold(name), language, now-int64(i), now); err != nil {
			tb.Fatal(err)
		}
	}
	exec(`UPDATE standings SET consent = 'given', consent_at = ? WHERE contact_id % 2 = 0`, now)
	exec(`UPDATE standings SET grade = 'says_saved', grade_for = '+16045550199', saved = 'says_saved' WHERE contact_id % 8 <> 0`)
	exec(`INSERT INTO contact_tags (tag, contact_id) SELECT 'vip', id FROM contacts WHERE id % 10 = 0`)
	exec(`INSERT INTO contact_tags (tag, contact_id) SELECT 'staff', id FROM contacts WHERE id % 1000 = 0`)
	exec(`ANALYZE`)
	if err := tx.Commit(); err != nil {
		tb.Fatal(err)
	}
	return shop
}

// spreadPhone is a number that is spread over the whole range.
func spreadPhone(i int) phone.E164 { return phone.E164(fmt.Sprintf("+1604%07d", (i*7_919)%10_000_000)) }

// typed is what is in the search box after each key of some searches: names
// from their beginning, family names, parts, numbers as people begin them.
func typed() []string {
	var all []string
	for _, search := range []string{
		"ana garc", "lucía ma", "zoe xira", "quintana", "wagner i", "óscar nú", "marín", "avier", "zab", "xyz", "qq", "ñez",
		"604", "60455501", "5550", "916 12", "+1604791", "00000000", "vip", "uxía ybar",
	} {
		for at := range search {
			if at > 0 {
				all = append(all, search[:at])
			}
		}
		all = append(all, search)
	}
	return all
}

// writtenTo gives the shop one broadcast of three weeks ago that reached every other contact. It is made in SQL without the
// triggers, which would not have it.
func writtenTo(tb testing.TB, shop *storetest.Shop) {
	tb.Helper()
	db, err := sql.Open("sqlite", "file:"+shop.File+"?_pragma=busy_timeout(5000)&_pragma=synchronous(OFF)")
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	var triggers, names string
	err = db.QueryRowContext(tb.Context(), `SELECT group_concat(sql, ';' || char(10)), group_concat('DROP TRIGGER ' || name, ';') FROM sqlite_master
		WHERE type = 'trigger' AND tbl_name IN ('broadcasts', 'deliveries')`).Scan(&triggers, &names)
	if err != nil {
		tb.Fatal(err)
	}
	at := shop.Clock.Now().AddDate(0, 0, -21).UnixMilli()
	for _, statement := range []string{
		`BEGIN`, names,
		fmt.Sprintf(`INSERT INTO broadcasts (id, public_id, name, template, language, audience, state, created_at, frozen_at, started_at, finished_at)
			VALUES (1, 'past', 'Bread', 'offer', 'en', '', 'done', %[1]d, %[1]d, %[1]d, %[1]d)`, at),
		fmt.Sprintf(`INSERT INTO deliveries (broadcast_id, contact_id, state, params, attempts, wamid, attempted_at, accepted_at, delivered_at)
			SELECT 1, id, 'delivered', '{"1":"Ana"}', 1, 'wamid.HBgLMTYwNDU1NTAx' || id, %[1]d, %[1]d, %[1]d FROM contacts WHERE id %% 2 = 0`, at),
		triggers, `COMMIT`,
	} {
		if _, err := db.ExecContext(tb.Context(), statement); err != nil {
			tb.Fatalf("%v: %s", err, statement)
		}
	}
}

// BenchmarkAmongMany prints how long each of these takes in a shop with many contacts; PREGON_BENCH_CONTACTS says with
// how many.
func BenchmarkAmongMany(b *testing.B) {
	shop := multitude(b, multitudeSize(b))
	writtenTo(b, shop)
	for _, one := range []struct {
		name    string
		queries []string
		run     func(query string) error
	}{
		{"search", typed(), func(query string) error { // from a key to the first page of rows
			ids, err := shop.FirstContactIDs(b.Context(), query, 100)
			if err == nil {
				_, err = shop.ContactsByID(b.Context(), ids[:min(len(ids), 40)])
			}
			return err
		}},
		{"count", []string{ // off the key path
			"sendable:yes", "tag:vip -tag:staff", "tag:vip -tag:staff lang:es sendable:yes", "ana OR marta", "ana tag:vip",
			"consent:given saved:yes", "-tag:vip sendable:yes", "added:<30d sendable:yes", "tag:vip OR tag:staff",
			"(tag:vip OR lang:pt) -tag:staff sendable:yes", "lang:es -tag:vip", "last:>14d sendable:yes", "last:<30d tag:vip",
			"last:never lang:es", "field.city:Vigo OR tag:staff", "expires:<60d",
		}, func(query string) error {
			_, err := shop.CountContacts(b.Context(), query)
			return err
		}},
		{"list", []string{"", "ana", "zoe", "a", "604", "sendable:yes", "tag:vip"}, func(query string) error { // in the background
			_, err := shop.ContactIDs(b.Context(), query, store.SortName)
			return err
		}},
	} {
		b.Run(one.name, func(b *testing.B) {
			var times []timed
			for b.Loop() {
				for _, query := range one.queries {
					began := time.Now()
					if err := one.run(query); err != nil {
						b.Fatalf("%q: %v", query, err)
					}
					times = append(times, timed{query, time.Since(began)})
				}
			}
			report(b, times)
		})
	}
}

type timed struct {
	query string
	took  time.Duration
}

// report prints the median, the 99th percentile and the slowest.
func report(b *testing.B, times []timed) {
	b.Helper()
	slices.SortFunc(times, func(a, b timed) int { return int(a.took - b.took) })
	ms := func(t timed) float64 { return float64(t.took.Microseconds()) / 1000 }
	b.ReportMetric(ms(times[len(times)/2]), "ms/median")
	b.ReportMetric(ms(times[min(len(times)-1, len(times)*99/100)]), "ms/p99")
	b.ReportMetric(0, "ns/op")
	for _, slow := range times[max(0, len(times)-6):] {
		b.Logf("%q: %.1f ms", slow.query, ms(slow))
	}
}
