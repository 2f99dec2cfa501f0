package storetest

import (
	"fmt"
	"io"
	"testing"

	"pregon/store"
	"pregon/store/intake"
)

// Crowd brings so many customers in, from the n-th on, through the import: each
// with a yes that is proved and a number that was seen saved. It takes a
// hundredth of the time of as many Customers.
func (s *Shop) Crowd(tb testing.TB, from, people int) {
	tb.Helper()
	file, rows := io.Pipe()
	go func() {
		_, err := fmt.Fprintln(rows, "name,phone,consent_at,consent_method,consent_notice,consent_evidence,saved_grade,saved_at")
		for n := from; n < from+people && err == nil; n++ {
			_, err = fmt.Fprintf(rows, "Customer %d,%s,2026-11-01T10:00:00Z,paper,optin-es@1,card %d,seen_by_staff,2026-11-02T10:00:00Z\n",
				n, Phone(n), n)
		}
		_ = rows.CloseWithError(err) // of the reader, which then says so itself
	}()
	reader, err := intake.Open(file, intake.Options{})
	must(tb, err)
	got, err := s.Import(tb.Context(), reader, store.Import{File: "cards.csv", Source: "cards", Staff: "Ana"})
	must(tb, err)
	if got.Attested != people {
		tb.Fatalf("brought in %+v, want %d people", got, people)
	}
}
