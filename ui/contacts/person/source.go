package person

import (
	"context"

	"pregon/store"
	"pregon/ui/widget/table"
)

// opening is how many rows the largest screen shows at once.
const opening = 200

// Source is one query of the list of people, for its table.
type Source struct {
	Store Lister
	Query string
}

// Lister is what a list asks of the shop file.
type Lister interface {
	ContactList(ctx context.Context, query string, sort store.ContactSort) (*store.IDs[store.ContactID], error)
	FirstContactIDs(ctx context.Context, query string, n int) ([]store.ContactID, error)
	ContactsByID(ctx context.Context, ids []store.ContactID) ([]store.Contact, error)
}

// Keys are the contacts of the query by name.
func (s Source) Keys(ctx context.Context) (table.Spine[store.ContactID], error) {
	return s.Store.ContactList(ctx, s.Query, store.SortName)
}

// Opening is the beginning of Keys, at once among millions.
func (s Source) Opening(ctx context.Context) (table.Spine[store.ContactID], error) {
	list, err := s.Store.FirstContactIDs(ctx, s.Query, opening)
	return table.Keys[store.ContactID](list), err
}

// Rows are the contacts near the screen.
func (s Source) Rows(ctx context.Context, ids []store.ContactID) ([]store.Contact, error) {
	return s.Store.ContactsByID(ctx, ids)
}
