package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"pregon/store/audience"
)

// ContactSort is the order of a list of contacts.
type ContactSort string

// The orders.
const (
	SortName  ContactSort = "name"
	SortAdded ContactSort = "added" // the newest first
	SortID    ContactSort = "id"
)

// ContactIDs is ContactList as a slice, which takes twice the room.
func (s *Store) ContactIDs(ctx context.Context, query string, sort ContactSort) ([]ContactID, error) {
	list, err := s.ContactList(ctx, query, sort)
	if err != nil {
		return nil, err
	}
	return list.All(), nil
}

// ContactList returns the ids of all contacts of a query, in order: the spine
// of the contacts table. Erased contacts are in no list.
// Refuses with *audience.SyntaxError.
func (s *Store) ContactList(ctx context.Context, query string, sort ContactSort) (*IDs[ContactID], error) {
	tree, err := s.audience(ctx, query)
	if err != nil {
		return nil, err
	}
	rare, err := s.rare(ctx, tree)
	if err != nil {
		return nil, err
	}
	sql, args := s.selecting("c.id", tree, rare)
	switch sort {
	case SortName:
		return s.collect(ctx, s.byName(tree, rare), 0)
	case SortAdded:
		return s.collect(ctx, []condition{{sql + " ORDER BY c.added_at DESC, c.id DESC", args}}, 0)
	case SortID:
		return s.collect(ctx, []condition{{sql + " ORDER BY c.id", args}}, 0)
	}
	return nil, &InvalidError{Field: "sort", Reason: "unknown"}
}

// selecting builds the SELECT of a list; rare narrows it where it can. Standings
// are joined only where the query asks for them, so that the whole list walks
// one index.
func (f *file) selecting(columns string, tree audience.Expr, rare condition) (string, []any) {
	c := where(tree, f.now())
	from := "contacts c"
	filter := "c.id NOT IN (SELECT contact_id FROM standings WHERE erased = 1)"
	if strings.Contains(c.sql, "s.") {
		from += " JOIN standings s ON s.contact_id = c.id"
		filter = "s.erased = 0"
	}
	return "SELECT " + columns + " FROM " + from + " WHERE " + arrived + " AND " + filter + " AND " + rare.and(c.sql), slices.Concat(rare.args, c.args)
}

// TagCount is a tag and how many contacts have it.
type TagCount struct {
	Tag   string
	Count int
}

// Tags lists all tags in use, the most used first.
func (s *Store) Tags(ctx context.Context) ([]TagCount, error) {
	var list []TagCount
	err := s.each(ctx, `SELECT tag, count(*) FROM contact_tags WHERE `+arrivedID+` GROUP BY tag ORDER BY 2 DESC, 1`, nil,
		func(scan func(...any) error) error {
			var t TagCount
			err := scan(&t.Tag, &t.Count)
			list = append(list, t)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("list the tags: %w", err)
	}
	return list, nil
}

// FieldNames lists the free fields that contacts have.
func (s *Store) FieldNames(ctx context.Context) ([]string, error) {
	var names string
	err := s.scan(ctx, `SELECT json_group_array(DISTINCT f.key) FROM contacts c, json_each(c.fields) f WHERE `+arrived, nil, &names)
	if err != nil {
		return nil, fmt.Errorf("list the fields: %w", err)
	}
	var list []string
	if err := json.Unmarshal([]byte(names), &list); err != nil {
		return nil, fmt.Errorf("list the fields: %w", err)
	}
	return list, nil
}

// Board are the numbers of the consent board.
type Board struct {
	Contacts, Sendable                   int
	NotSaved, NotAsked, Asked            int // NotSaved: agreed, but the number is not saved
	Refused, Withdrawn, Expired, Stopped int
	WithdrawnSince                       int // since the time given
	ExpireSoon                           int // whose consent ends within 60 days; ExpireSoonQuery lists them
	// Reviews are how many messages wait for a person's judgement.
	Reviews int
}

const selectBoard = `SELECT count(*), coalesce(sum(` + sendableSQL + `), 0),
	coalesce(sum(s.consent IN ('given', 'confirmed') AND s.saved NOT IN ('says_saved', 'seen_by_staff', 'self_written')), 0),
	coalesce(sum(s.consent = 'none'), 0), coalesce(sum(s.consent = 'asked'), 0), coalesce(sum(s.consent = 'refused'), 0),
	coalesce(sum(s.consent = 'withdrawn'), 0), coalesce(sum(s.consent = 'expired'), 0),
	coalesce(sum(s.platform = 'stopped'), 0), coalesce(sum(s.consent = 'withdrawn' AND s.consent_at >= ?), 0),
	(SELECT count(*) FROM open_reviews o JOIN standings h ON h.contact_id = o.contact_id WHERE h.erased = 0), coalesce(sum(` + expiringSQL + `), 0)
	FROM standings s JOIN contacts c ON c.id = s.contact_id WHERE s.erased = 0 AND ` + arrived

// Board counts where the shop's contacts stand.
func (s *Store) Board(ctx context.Context, since time.Time) (Board, error) {
	var b Board
	args := append([]any{millis(since)}, expiringBy(s.now().AddDate(0, 0, soonDays)).args...)
	err := s.scan(ctx, selectBoard, args, &b.Contacts, &b.Sendable, &b.NotSaved, &b.NotAsked, &b.Asked,
		&b.Refused, &b.Withdrawn, &b.Expired, &b.Stopped, &b.WithdrawnSince, &b.Reviews, &b.ExpireSoon)
	if err != nil {
		return Board{}, fmt.Errorf("count the board: %w", err)
	}
	return b, nil
}
