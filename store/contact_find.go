package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pregon/store/audience"
)

// Up to so many contacts are looked at one by one: counted for what their own rows tell, where the index of words names
// them, and lookedUp for their last messages, where a tag does.
const (
	counted  = 200_000
	lookedUp = 20_000
)

const (
	containingIDs = `SELECT ` + crowdSQL + `(rowid) FROM contacts_grams WHERE contacts_grams MATCH ?`
	taggedIDs     = `SELECT ` + crowdSQL + `(contact_id) FROM contact_tags WHERE tag = ?`
	countTagged   = `SELECT count(*) FROM (SELECT 1 FROM contact_tags WHERE tag = ? LIMIT ?)`
	// Deliveries are made when their broadcast's audience is frozen, so those of later broadcasts have later ids.
	contactedIDs = `SELECT ` + crowdSQL + `(contact_id) FROM deliveries WHERE state IN ` + reachedStates + ` AND attempted_at >= ?
		AND id >= (SELECT min((SELECT min(d.id) FROM deliveries d WHERE d.broadcast_id = b.id)) FROM broadcasts b
			WHERE b.frozen_at > 0 AND (b.finished_at = 0 OR b.finished_at >= ?))`
)

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
		if slices.ContainsFunc(parts.alone, byLast) {
			few, err := t.few(ctx, parts.alone)
			if err != nil {
				return crowd{}, err
			}
			if few { // their last messages are looked up one by one
				parts.move(byLast)
			}
		}
		parts.lead()
		return t.each(ctx, parts, crowd.and, func(terms []audience.Expr) audience.Expr { return audience.And{Terms: terms} })
	case audience.Or:
		return t.each(ctx, parted(e.Terms), crowd.or, func(terms []audience.Expr) audience.Expr { return audience.Or{Terms: terms} })
	case audience.Sendable:
		sendable, err := t.sendable()
		if e.Want {
			return sendable, err
		}
		return sendable.not(), err
	case audience.Word:
		if match, exact := oneGram(e.Text); exact {
			return t.ids(ctx, containingIDs, match)
		}
	case audience.Tag:
		if tag, err := CleanTag(e.Name); err == nil { // else no contact can have it
			return t.ids(ctx, taggedIDs, tag)
		}
	case audience.LastNever:
		ever, err := t.contacted(ctx, time.Time{})
		return ever.not(), err
	case audience.Last:
		return t.last(ctx, e.Age)
	}
	return t.inRows(ctx, tree)
}

// last finds those whose last message is so old.
func (t *tally) last(ctx context.Context, age audience.Age) (crowd, error) {
	recent, err := t.contacted(ctx, age.Since(t.file.now()))
	if err != nil || !age.Older {
		return recent, err
	}
	ever, err := t.contacted(ctx, time.Time{})
	return ever.and(recent.not()), err
}

// contacted finds those who had a message since a time. To walk over the deliveries, from the first that can be so new, takes
// a tenth of looking each contact's up.
func (t *tally) contacted(ctx context.Context, since time.Time) (crowd, error) {
	return t.ids(ctx, contactedIDs, since.UnixMilli(), since.UnixMilli())
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
	p.move(func(term audience.Expr) bool {
		switch term := term.(type) { //nolint:gochecksumtype // all else is met by too many
		case audience.Tag, audience.Word:
			return true
		case audience.Sendable:
			return term.Want
		}
		return false
	})
	p.inRows, p.placed = append(p.inRows, p.placed...), nil
}

// move has some of what is looked for by itself looked for in the rows.
func (p *parts) move(which func(audience.Expr) bool) {
	rest := p.alone
	p.alone = nil
	for _, term := range rest {
		if which(term) {
			p.inRows = append(p.inRows, term)
		} else {
			p.alone = append(p.alone, term)
		}
	}
}

func byLast(term audience.Expr) bool {
	switch term.(type) { //nolint:gochecksumtype // all else asks for something else
	case audience.Last, audience.LastNever:
		return true
	}
	return false
}

// few reports whether one of the terms is a tag that few have.
func (t *tally) few(ctx context.Context, terms []audience.Expr) (bool, error) {
	for _, term := range terms {
		asked, isTag := term.(audience.Tag)
		tag, err := CleanTag(asked.Name)
		if !isTag || err != nil {
			continue
		}
		var found int
		if err := t.view.QueryRowContext(ctx, countTagged, tag, lookedUp+1).Scan(&found); err != nil {
			return false, translate(err)
		}
		if found <= lookedUp {
			return true, nil
		}
	}
	return false, nil
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
	case audience.All, audience.Tag, audience.Sendable, audience.Last, audience.LastNever:
		return true
	case audience.Word:
		_, exact := oneGram(e.Text)
		return exact
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
		return condition{"SELECT " + crowdSQL + "(c.id) FROM contacts c WHERE " + sql, args}
	}
	if alone := strings.ReplaceAll(sql, "c.id", "s.contact_id"); !strings.Contains(alone, "c.") {
		return condition{"SELECT " + crowdSQL + "(s.contact_id) FROM standings s WHERE " + alone, args}
	}
	return condition{"SELECT " + crowdSQL + "(c.id) FROM contacts c JOIN standings s ON s.contact_id = c.id WHERE " + sql, args}
}

func (t *tally) ids(ctx context.Context, statement string, args ...any) (crowd, error) {
	var words []byte
	if err := t.view.QueryRowContext(ctx, statement, args...).Scan(&words); err != nil {
		return crowd{}, translate(err)
	}
	return crowdOf(words), nil
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
