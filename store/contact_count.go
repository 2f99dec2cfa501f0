package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"pregon/store/audience"
)

// ContactCounts are the numbers above a list.
type ContactCounts struct{ Total, Sendable int }

// counted is up to how many contacts the index of words may name to be looked at one by one.
const counted = 200_000

// CountContacts counts a query's contacts and those of them that may be sent to. What a query asks for is looked up by
// parts, each where an index tells it without a contact's row, and the sets of ids are counted together: to join the rows
// of a million contacts takes much longer.
func (s *Store) CountContacts(ctx context.Context, query string) (ContactCounts, error) {
	tree, err := s.audience(ctx, query)
	if err != nil {
		return ContactCounts{}, err
	}
	view, err := s.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return ContactCounts{}, fmt.Errorf("count the contacts: %w", translate(err))
	}
	counts, err := (&tally{file: s.file, view: view}).count(ctx, tree)
	if ended := view.Rollback(); err == nil && ended != nil {
		err = translate(ended)
	}
	if err != nil {
		return ContactCounts{}, fmt.Errorf("count the contacts: %w", err)
	}
	return counts, nil
}

// tally counts one snapshot.
type tally struct {
	file     *file
	view     *sql.Tx
	sendable crowd
}

const (
	mustConfirm = `SELECT coalesce((SELECT require_confirmed FROM shop), 0)`
	countAll    = `SELECT count(*) FROM standings` // with those whom nobody sees

	eligibleIDs      = `SELECT group_concat(contact_id) FROM standings WHERE eligible = 1`
	undeliverableIDs = `SELECT group_concat(id) FROM contacts WHERE country IN ` + undeliverableSQL
	unseenIDs        = `SELECT group_concat(contact_id) FROM (SELECT contact_id FROM standings WHERE erased = 1 UNION ALL
		SELECT contact_id FROM standings WHERE contact_id` + hiddenIDs + ` AND NOT contact_id` + amongStaying + `)`
	taggedIDs = `SELECT group_concat(contact_id) FROM contact_tags WHERE tag = ?`
)

func (t *tally) count(ctx context.Context, tree audience.Expr) (ContactCounts, error) {
	unseen, err := t.ids(ctx, unseenIDs)
	if err == nil {
		t.sendable, err = t.maySendTo(ctx, unseen)
	}
	if err != nil {
		return ContactCounts{}, err
	}
	asked, err := t.find(ctx, tree)
	if err != nil {
		return ContactCounts{}, err
	}
	counts := ContactCounts{Sendable: asked.and(t.sendable).size()}
	if !asked.all {
		counts.Total = asked.and(unseen.not()).size()
		return counts, nil
	}
	err = t.view.QueryRowContext(ctx, countAll).Scan(&counts.Total)
	counts.Total -= asked.not().or(unseen).size()
	return counts, translate(err)
}

// maySendTo are those who may be sent to: the part of the verdict that depends on the contact alone, as sendableSQL says it.
func (t *tally) maySendTo(ctx context.Context, unseen crowd) (crowd, error) {
	var confirmed bool
	if err := t.view.QueryRowContext(ctx, mustConfirm).Scan(&confirmed); err != nil {
		return crowd{}, translate(err)
	}
	statement := eligibleIDs
	if confirmed {
		statement += " AND consent = 'confirmed'"
	}
	eligible, err := t.ids(ctx, statement)
	if err != nil {
		return crowd{}, err
	}
	undeliverable, err := t.ids(ctx, undeliverableIDs)
	return eligible.and(undeliverable.not()).and(unseen.not()), err
}

// find finds those a query asks for, whether they may be seen or not.
func (t *tally) find(ctx context.Context, tree audience.Expr) (crowd, error) {
	switch e := tree.(type) { //nolint:gochecksumtype // all else is looked for in the rows
	case audience.All:
		return crowd{all: true}, nil
	case audience.Not:
		inner, err := t.find(ctx, e.Term)
		return inner.not(), err
	case audience.And:
		parts := parted(e.Terms)
		parts.lead()
		return t.each(ctx, parts, crowd.and, func(terms []audience.Expr) audience.Expr { return audience.And{Terms: terms} })
	case audience.Or:
		return t.each(ctx, parted(e.Terms), crowd.or, func(terms []audience.Expr) audience.Expr { return audience.Or{Terms: terms} })
	case audience.Sendable:
		if e.Want {
			return t.sendable, nil
		}
		return t.sendable.not(), nil
	case audience.Tag:
		if tag, err := CleanTag(e.Name); err == nil { // else no contact can have it
			return t.ids(ctx, taggedIDs, tag)
		}
	}
	return t.inRows(ctx, tree)
}

// parts are the terms of a query by where they are looked for: each by itself in an index of its own, together in the index
// of places, together in the rows.
type parts struct{ alone, placed, inRows []audience.Expr }

func parted(terms []audience.Expr) (p parts) {
	for _, term := range terms {
		switch {
		case inPlaces(term):
			p.placed = append(p.placed, term)
		case answered(term):
			p.alone = append(p.alone, term)
		default:
			p.inRows = append(p.inRows, term)
		}
	}
	return p
}

// lead has what must hold too, and what an index tells, lead to the rows that are looked at, so that it is not all of them.
func (p *parts) lead() {
	if len(p.inRows) == 0 {
		return
	}
	others := slices.Clone(p.alone)
	p.alone = nil
	for _, term := range others {
		_, tag := term.(audience.Tag)
		if tag || term == (audience.Sendable{Want: true}) {
			p.inRows = append(p.inRows, term)
		} else {
			p.alone = append(p.alone, term)
		}
	}
	p.inRows, p.placed = append(p.inRows, p.placed...), nil
}

// each finds the parts and puts them together; join makes one query of several terms.
func (t *tally) each(ctx context.Context, p parts, put func(a, b crowd) crowd, join func([]audience.Expr) audience.Expr) (crowd, error) {
	var found []crowd
	for _, term := range p.alone {
		one, err := t.find(ctx, term)
		if err != nil {
			return crowd{}, err
		}
		found = append(found, one)
	}
	for _, walk := range [][]audience.Expr{p.placed, p.inRows} {
		if len(walk) == 0 {
			continue
		}
		one, err := t.inRows(ctx, join(walk))
		if err != nil {
			return crowd{}, err
		}
		found = append(found, one)
	}
	sum := found[0]
	for _, one := range found[1:] {
		sum = put(sum, one)
	}
	return sum, nil
}

// inPlaces reports whether the index of places, contacts_places, holds all that a term asks for.
func inPlaces(term audience.Expr) bool {
	switch e := term.(type) { //nolint:gochecksumtype // all else asks for more
	case audience.Language, audience.Country, audience.Added:
		return true
	case audience.Not:
		return inPlaces(e.Term)
	}
	return false
}

// answered reports whether there is more to find of a term than a walk over the rows.
func answered(term audience.Expr) bool {
	switch e := term.(type) { //nolint:gochecksumtype // all else asks for something in the rows
	case audience.All, audience.Tag, audience.Sendable:
		return true
	case audience.Not:
		return answered(e.Term)
	case audience.And:
		return slices.ContainsFunc(e.Terms, apart)
	case audience.Or:
		return slices.ContainsFunc(e.Terms, apart)
	}
	return false
}

func apart(term audience.Expr) bool { return answered(term) || inPlaces(term) }

// inRows walks over the rows of contacts, of standings, or of both, as the query needs.
func (t *tally) inRows(ctx context.Context, tree audience.Expr) (crowd, error) {
	narrow, err := t.narrow(ctx, tree)
	if err != nil {
		return crowd{}, err
	}
	statement := walking(tree, t.file.now(), narrow)
	return t.ids(ctx, statement.sql, statement.args...)
}

func walking(tree audience.Expr, now time.Time, narrow condition) condition {
	c := where(tree, now)
	sql, args := narrow.and(c.sql), slices.Concat(narrow.args, c.args)
	if !strings.Contains(sql, "s.") {
		return condition{"SELECT group_concat(c.id) FROM contacts c WHERE " + sql, args}
	}
	if alone := strings.ReplaceAll(sql, "c.id", "s.contact_id"); !strings.Contains(alone, "c.") {
		return condition{"SELECT group_concat(s.contact_id) FROM standings s WHERE " + alone, args}
	}
	return condition{"SELECT group_concat(c.id) FROM contacts c JOIN standings s ON s.contact_id = c.id WHERE " + sql, args}
}

func (t *tally) ids(ctx context.Context, statement string, args ...any) (crowd, error) {
	var ids sql.NullString // NULL is nobody
	if err := t.view.QueryRowContext(ctx, statement, args...).Scan(&ids); err != nil {
		return crowd{}, translate(err)
	}
	return crowdOf(ids.String)
}

// narrow is a condition that the index of words answers and that holds for all who may fit, where they are not most.
func (t *tally) narrow(ctx context.Context, tree audience.Expr) (condition, error) {
	match, ok := matchAll(tree)
	if !ok {
		return condition{}, nil
	}
	var found int
	if err := t.view.QueryRowContext(ctx, countGrams, match, counted+1).Scan(&found); err != nil {
		return condition{}, fmt.Errorf("look into the index: %w", translate(err))
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
