package query

import (
	"context"

	"pregon/store"
	"pregon/ui/say"
)

// Counter is the part of the shop file that is counted.
type Counter interface {
	CountContacts(ctx context.Context, query string) (store.ContactCounts, error)
	Erased(ctx context.Context) ([]store.Erased, error)
}

// Tally are the numbers beside the search.
type Tally struct {
	Found, All store.ContactCounts
	Erased     bool // somebody is who has not left the file yet, where nobody was found
}

// Count counts who fits a query, and everybody.
func Count(ctx context.Context, s Counter, query string) (Tally, error) {
	all, err := s.CountContacts(ctx, "")
	if err != nil || query == "" {
		return Tally{Found: all, All: all}, err
	}
	found, err := s.CountContacts(ctx, query)
	if err != nil || found.Total > 0 {
		return Tally{Found: found, All: all}, err
	}
	erased, err := s.Erased(ctx)
	return Tally{found, all, len(erased) > 0}, err
}

// Nobody says that the list of a query is empty, and what to do about it.
func (t Tally) Nobody(p *say.Printer, query string) (title string, next []string) {
	if query == "" {
		return p.T("Nobody here yet."), []string{p.T("i brings them from a file: Excel, CSV, the cards of a phone. n adds one by hand. Who agrees is recorded at the counter.")}
	}
	next = []string{p.T("esc shows everybody again, / changes the search.")}
	if t.Erased {
		next = append(next, p.T("Who was erased is in no search: E lists who has not left the file yet."))
	}
	return p.T("Nobody fits this search."), next
}
