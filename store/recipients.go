package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Recipients returns those who would get a draft if it went out now, in the
// order of their names: limit of them, after the first offset. It asks the gate's
// own question, so nobody is shown as a reader who would be left out. A place of
// the template that has no binding yet leaves nobody out.
// Refuses with *audience.SyntaxError and ErrNotSetUp.
func (s *Store) Recipients(ctx context.Context, draft Draft, offset, limit int) ([]Contact, error) {
	if strings.TrimSpace(draft.Audience) == "" {
		return nil, nil
	}
	shop, err := s.Shop(ctx)
	if err != nil {
		return nil, err
	}
	tree, err := s.audience(ctx, draft.Audience)
	if err != nil {
		return nil, err
	}
	missing := condition{sql: "0"}
	template, err := s.Template(ctx, draft.Template, draft.Language)
	if err := ignoreNotFound(err); err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	if err == nil {
		message, err := template.Message()
		if err != nil {
			return nil, err
		}
		missing = draft.Bindings.bound(message).missing(message)
	}
	people := where(tree, s.now())
	query := `SELECT c.id FROM contacts c JOIN standings s ON s.contact_id = c.id, shop WHERE s.erased = 0 AND ` + arrived + ` AND ` + people.sql +
		` AND ` + fmt.Sprintf(reasonSQL, missing.sql) + ` = '' ORDER BY c.folded, c.phone, c.id LIMIT ? OFFSET ?`
	var first BroadcastID
	if err := s.scan(ctx, firstRecent, recent(s.now()), &first); err != nil {
		return nil, fmt.Errorf("find the last month's broadcasts: %w", err)
	}
	args := slices.Concat(people.args, reasonArgs(shop, 0, first, s.now()), missing.args, []any{limit, offset})
	var ids []ContactID
	err = s.each(ctx, query, args, func(scan func(...any) error) error {
		var id ContactID
		err := scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find who gets it: %w", err)
	}
	return s.ContactsByID(ctx, ids)
}

// unbound says that nobody chose yet what goes into a place.
func (b Binding) unbound() bool {
	return clean(b.Value) == "" && b.Field == "" && clean(b.Fallback) == ""
}

// bound returns the bindings with a word in every place that has none yet.
func (b Bindings) bound(m *Message) Bindings {
	all := Bindings{}
	for _, parameter := range m.Parameters() {
		binding := b[parameter.Key]
		if binding.unbound() {
			binding = Binding{Value: "?"}
		}
		all[parameter.Key] = binding
	}
	return all
}
