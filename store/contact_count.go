package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"pregon/store/audience"
)

// ContactCounts are the numbers above a list.
type ContactCounts struct{ Total, Sendable int }

// counted is up to how many contacts the index may name to be counted one by one.
const counted = 200_000

// CountContacts counts a query's contacts and those of them that may be sent to.
func (s *Store) CountContacts(ctx context.Context, query string) (ContactCounts, error) {
	tree, err := s.audience(ctx, query)
	if err != nil {
		return ContactCounts{}, err
	}
	view, err := s.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return ContactCounts{}, fmt.Errorf("count the contacts: %w", translate(err))
	}
	counts, err := s.count(ctx, view, tree)
	if ended := view.Rollback(); err == nil && ended != nil {
		err = translate(ended)
	}
	if err != nil {
		return ContactCounts{}, fmt.Errorf("count the contacts: %w", err)
	}
	return counts, nil
}

// count counts one snapshot. Whoever has a tag stands in an index, whoever has it not is in none: so those who have it
// are taken away from all.
func (s *Store) count(ctx context.Context, view *sql.Tx, tree audience.Expr) (ContactCounts, error) {
	if rest, tagged, ok := withoutTag(tree); ok {
		all, err := s.count(ctx, view, rest)
		if err != nil {
			return ContactCounts{}, err
		}
		less, err := s.count(ctx, view, tagged)
		return ContactCounts{all.Total - less.Total, all.Sendable - less.Sendable}, err
	}
	var confirmed bool
	if err := view.QueryRowContext(ctx, mustConfirm).Scan(&confirmed); err != nil {
		return ContactCounts{}, translate(err)
	}
	if _, ok := tree.(audience.All); ok {
		counts, err := s.count(ctx, view, audience.Sendable{Want: true})
		if err == nil {
			err = translate(view.QueryRowContext(ctx, countAll).Scan(&counts.Total))
		}
		return counts, err
	}
	narrow, err := s.narrow(ctx, tree)
	if err != nil {
		return ContactCounts{}, err
	}
	statement := s.counting(tree, narrow, confirmed)
	var counts ContactCounts
	err = view.QueryRowContext(ctx, statement.sql, statement.args...).Scan(&counts.Total, &counts.Sendable)
	return counts, translate(err)
}

const (
	mustConfirm = `SELECT coalesce((SELECT require_confirmed FROM shop), 0)`
	countAll    = `SELECT (SELECT count(*) FROM standings) - (SELECT count(*) FROM standings WHERE erased = 1)
		- (SELECT count(*) FROM standings WHERE contact_id BETWEEN (SELECT first FROM arriving) AND (SELECT last FROM arriving))`
)

// withoutTag splits a query that says "-tag:x" once into the others it asks for, and these with "tag:x".
func withoutTag(tree audience.Expr) (rest, tagged audience.Expr, ok bool) {
	terms := []audience.Expr{tree}
	if and, isAnd := tree.(audience.And); isAnd {
		terms = and.Terms
	}
	at := -1
	for n, term := range terms {
		not, isNot := term.(audience.Not)
		if !isNot {
			continue
		}
		if _, isTag := not.Term.(audience.Tag); !isTag || at >= 0 {
			return nil, nil, false
		}
		at, tagged = n, not.Term
	}
	if at < 0 {
		return nil, nil, false
	}
	others := slices.Delete(slices.Clone(terms), at, at+1)
	if len(others) == 0 {
		return audience.All{}, tagged, true
	}
	return audience.And{Terms: others}, audience.And{Terms: append([]audience.Expr{tagged}, others...)}, true
}

// narrow is a condition that the index answers and that holds for all who may fit, where they are not most.
func (s *Store) narrow(ctx context.Context, tree audience.Expr) (condition, error) {
	match, ok := matchAll(tree)
	if !ok {
		return condition{}, nil
	}
	var found int
	if err := s.scan(ctx, countGrams, []any{match, counted + 1}, &found); err != nil {
		return condition{}, fmt.Errorf("look into the index: %w", err)
	}
	if found > counted {
		return condition{}, nil
	}
	return condition{inGrams, []any{match}}, nil
}

// matchAll is the search of the index for all who may fit a query; false where the index cannot tell.
func matchAll(tree audience.Expr) (match string, ok bool) {
	switch e := tree.(type) { //nolint:gochecksumtype // of all else the index knows nothing
	case audience.Word:
		return longMatch(e.Text)
	case audience.And:
		var every []string
		for _, term := range e.Terms {
			if match, ok := matchAll(term); ok {
				every = append(every, "("+match+")")
			}
		}
		return strings.Join(every, " AND "), len(every) > 0
	case audience.Or:
		var either []string
		for _, term := range e.Terms {
			match, ok := matchAll(term)
			if !ok {
				return "", false
			}
			either = append(either, "("+match+")")
		}
		return strings.Join(either, " OR "), len(either) > 0
	}
	return "", false
}

// undeliverableIDs are the few whose country gets no marketing: they stand in an index of their own, so that nobody's
// row of contacts is read for it.
const undeliverableIDs = `(SELECT id FROM contacts WHERE country IN ` + undeliverableSQL + `)`

// counting counts a query's contacts. Contacts are joined only where the query asks for more of them than who they are,
// and where it asks for those who may be sent to, only these are walked through.
func (f *file) counting(tree audience.Expr, narrow condition, confirmed bool) condition {
	c := where(tree, f.now())
	all := narrow.and(c.sql)
	if !asksSendable(tree) { // who is on the way in may not be sent to
		all = "c.id" + arrived + " AND " + all
	}
	kept := ""
	if confirmed {
		kept = " AND s.consent = 'confirmed'"
	}
	from, sendable := "standings s", "s.eligible = 1 AND s.contact_id NOT IN "+undeliverableIDs+kept
	sql := strings.NewReplacer(sendableSQL, "("+sendable+")", "c.id", "s.contact_id").Replace(all)
	if strings.Contains(sql, "c.") {
		from, sendable = "contacts c JOIN standings s ON s.contact_id = c.id", "s.eligible = 1 AND c.country NOT IN "+undeliverableSQL+kept
		sql = strings.ReplaceAll(all, sendableSQL, "("+sendable+")")
	}
	args := slices.Concat(narrow.args, c.args)
	if asksSendable(tree) {
		return condition{"SELECT count(*), count(*) FROM " + from + " WHERE " + sql, args}
	}
	return condition{"SELECT count(*), coalesce(sum(CASE WHEN " + sendable + " THEN 1 END), 0) FROM " + from + " WHERE s.erased = 0 AND " + sql, args}
}

// asksSendable reports whether only who may be sent to can fit a query.
func asksSendable(tree audience.Expr) bool {
	switch e := tree.(type) { //nolint:gochecksumtype // all else asks for something else
	case audience.Sendable:
		return e.Want
	case audience.And:
		return slices.ContainsFunc(e.Terms, asksSendable)
	}
	return false
}
