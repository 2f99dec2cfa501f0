package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"pregon/store/audience"
)

// KeptTagChange is a change of a tag on everybody, as the file remembers it.
type KeptTagChange struct {
	ID     int64
	Tags   []string // those that went
	Became string   // "" where they were removed
	People int
	Staff  string
	At     time.Time
}

const (
	// keepTagChanges is how many changes can be undone.
	keepTagChanges  = 20
	insertTagChange = `INSERT INTO tag_changes (tags, became, people, staff, at) VALUES (?, ?, ?, ?, ?)`
	insertTagRow    = `INSERT INTO tag_change_rows (change_id, tag, contact_id, added) VALUES (?, ?, ?, ?)`
	dropTagRows     = `DELETE FROM tag_change_rows WHERE change_id <= ?`
	dropOldChanges  = `DELETE FROM tag_changes WHERE NOT EXISTS (SELECT 1 FROM tag_change_rows WHERE change_id = id)`
	selectTagChange = `SELECT id, tags, became, people, staff, at FROM tag_changes WHERE undone_at = 0`
	lastTagChange   = selectTagChange + ` ORDER BY id DESC LIMIT 1`
	oneTagChange    = selectTagChange + ` AND id = ?`
	selectTagRows   = `SELECT tag, contact_id, added FROM tag_change_rows WHERE change_id = ? ORDER BY contact_id, tag`
	undoneTagChange = `UPDATE tag_changes SET undone_at = ? WHERE id = ?`
	tagInUse        = `SELECT EXISTS (SELECT 1 FROM contact_tags WHERE tag = ? AND ` + arrivedID + `)`
)

// TagInUse says whether anybody has a tag. Refuses with *InvalidError.
func (s *Store) TagInUse(ctx context.Context, tag string) (used bool, err error) {
	if tag, err = CleanTag(tag); err != nil {
		return false, err
	}
	if err := s.scan(ctx, tagInUse, []any{tag}, &used); err != nil {
		return false, fmt.Errorf("look for the tag: %w", err)
	}
	return used, nil
}

// RenameTag gives a tag another name on every contact that has it; where the other name is in use already, the two
// become one. Refuses with *InvalidError, with ErrNotFound where nobody has the tag, and with *InUseError where a saved
// audience or a broadcast that has not started asks for it: those would mean other people from then on.
func (s *Store) RenameTag(ctx context.Context, from, to, staff string) (TagChange, error) {
	return s.MergeTags(ctx, []string{from}, to, staff)
}

// MergeTags makes several tags one: whoever has any of them has that one instead. Refuses as RenameTag does.
func (s *Store) MergeTags(ctx context.Context, from []string, into, staff string) (TagChange, error) {
	into, err := CleanTag(into)
	if err != nil {
		return TagChange{}, err
	}
	return s.replaceTags(ctx, from, into, staff)
}

// RemoveTag takes a tag from every contact that has it. Refuses as RenameTag does.
func (s *Store) RemoveTag(ctx context.Context, tag, staff string) (TagChange, error) {
	return s.replaceTags(ctx, []string{tag}, "", staff)
}

func (s *Store) replaceTags(ctx context.Context, from []string, with, staff string) (TagChange, error) {
	from, err := cleanTags(from)
	if err != nil {
		return TagChange{}, err
	}
	slices.Sort(from)
	from = slices.Compact(from)
	var change TagChange
	err = s.write(ctx, func(t *tx) error {
		change = TagChange{}
		going := make([]string, 0, len(from))
		for _, tag := range from {
			var used bool
			if err := t.scan(tagInUse, []any{tag}, &used); err != nil {
				return fmt.Errorf("look for the tag: %w", err)
			}
			if !used {
				return ErrNotFound
			}
			if tag != with {
				going = append(going, tag)
			}
		}
		if err := t.tagsUnasked(going); err != nil {
			return err
		}
		if err := t.replaceTags(going, with, &change); err != nil {
			return err
		}
		return t.keepTagChange(going, with, staff, &change)
	})
	return change, err
}

func (t *tx) replaceTags(from []string, with string, change *TagChange) error {
	var add []string
	if with != "" {
		add = []string{with}
	}
	seen := map[ContactID]bool{}
	for _, tag := range from {
		err := t.each(selectBy, []any{tag}, func(scan func(...any) error) error {
			var id ContactID
			err := scan(&id)
			seen[id] = true
			return err
		})
		if err != nil {
			return fmt.Errorf("find who has the tag: %w", err)
		}
	}
	ids := make([]ContactID, 0, len(seen))
	for id := range seen {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if err := t.retag(id, add, from, change); err != nil {
			return err
		}
	}
	return nil
}

// tagsUnasked refuses with *InUseError where something asks for one of the tags.
func (t *tx) tagsUnasked(tags []string) error {
	asks := func(query string) bool {
		return slices.ContainsFunc(audience.Tags(query), func(named string) bool {
			clean, err := CleanTag(named)
			return err == nil && slices.Contains(tags, clean)
		})
	}
	var used InUseError
	for statement, names := range map[string]*[]string{selectUnsent: &used.Broadcasts, namedQueries: &used.Audiences} {
		err := t.each(statement, nil, func(scan func(...any) error) error {
			var name, query string
			err := scan(&name, &query)
			if asks(query) {
				*names = append(*names, name)
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("find what asks for the tag: %w", err)
		}
	}
	if len(used.Broadcasts)+len(used.Audiences) > 0 {
		return &used
	}
	return nil
}

// keepTagChange puts a change into the file, to be undone also by another program later, and forgets the oldest.
func (t *tx) keepTagChange(tags []string, became, staff string, change *TagChange) error {
	if change.contacts == 0 {
		return nil
	}
	id, err := t.insert(insertTagChange, jsonList(tags), became, change.contacts, staff, t.now.UnixMilli())
	if err != nil {
		return fmt.Errorf("keep the change: %w", err)
	}
	change.id = id
	for _, list := range []struct {
		rows  []tagged
		added bool
	}{{change.added, true}, {change.removed, false}} {
		for _, row := range list.rows {
			if _, err := t.exec(insertTagRow, id, row.tag, row.id, list.added); err != nil {
				return fmt.Errorf("keep the change: %w", err)
			}
		}
	}
	if _, err := t.exec(dropTagRows, id-keepTagChanges); err != nil {
		return fmt.Errorf("forget old changes: %w", err)
	}
	if _, err := t.exec(dropOldChanges); err != nil {
		return fmt.Errorf("forget old changes: %w", err)
	}
	return t.audit(AuditEvent{Type: "tags_changed", Staff: staff, Detail: fmt.Sprintf("%d people", change.contacts)})
}

// UndoTags takes a change back, but for who was erased or is gone since.
func (s *Store) UndoTags(ctx context.Context, change TagChange) error {
	return s.write(ctx, func(t *tx) error { return t.undoTags(change) })
}

// UndoTagChange takes a kept change back, the last one where id is 0, and returns it. Refuses with ErrNotFound where there
// is none that was not undone: the last 20 are kept.
func (s *Store) UndoTagChange(ctx context.Context, id int64, staff string) (KeptTagChange, error) {
	var kept KeptTagChange
	err := s.write(ctx, func(t *tx) (err error) {
		query, args := lastTagChange, []any(nil)
		if id != 0 {
			query, args = oneTagChange, []any{id}
		}
		if kept, err = scanTagChange(func(into ...any) error { return t.scan(query, args, into...) }); err != nil {
			return err
		}
		change, err := t.tagRows(kept.ID)
		if err != nil {
			return err
		}
		if err := t.undoTags(change); err != nil {
			return err
		}
		return t.audit(AuditEvent{Type: "tags_undone", Staff: staff, Detail: fmt.Sprintf("%d people", kept.People)})
	})
	return kept, err
}

// TagChanges lists the changes that can be undone, the newest first.
func (s *Store) TagChanges(ctx context.Context) ([]KeptTagChange, error) {
	var list []KeptTagChange
	err := s.each(ctx, selectTagChange+` ORDER BY id DESC`, nil, func(scan func(...any) error) error {
		kept, err := scanTagChange(scan)
		list = append(list, kept)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the changes of tags: %w", err)
	}
	return list, nil
}

func scanTagChange(scan func(...any) error) (KeptTagChange, error) {
	var kept KeptTagChange
	var tags string
	var at int64
	if err := scan(&kept.ID, &tags, &kept.Became, &kept.People, &kept.Staff, &at); err != nil {
		return KeptTagChange{}, err
	}
	kept.At = moment(at)
	if err := json.Unmarshal([]byte(tags), &kept.Tags); err != nil {
		return KeptTagChange{}, fmt.Errorf("decode the tags of change %d: %w", kept.ID, err)
	}
	return kept, nil
}

func (t *tx) tagRows(id int64) (TagChange, error) {
	change := TagChange{id: id}
	err := t.each(selectTagRows, []any{id}, func(scan func(...any) error) error {
		var row tagged
		var added bool
		err := scan(&row.tag, &row.id, &added)
		if added {
			change.added = append(change.added, row)
		} else {
			change.removed = append(change.removed, row)
		}
		return err
	})
	if err != nil {
		return TagChange{}, fmt.Errorf("read change %d: %w", id, err)
	}
	return change, nil
}

func (t *tx) undoTags(change TagChange) error {
	for _, one := range change.added {
		if _, err := t.exec(deleteTag, one.tag, one.id); err != nil {
			return fmt.Errorf("untag contact %d: %w", one.id, err)
		}
	}
	for _, one := range change.removed {
		var erased bool
		err := t.scan(erasedByID, []any{one.id}, &erased)
		if errors.Is(err, ErrNotFound) || erased {
			continue
		}
		if err != nil {
			return fmt.Errorf("tag contact %d: %w", one.id, err)
		}
		if _, err := t.exec(insertTag, one.tag, one.id); err != nil {
			return fmt.Errorf("tag contact %d: %w", one.id, err)
		}
	}
	if change.id == 0 {
		return nil
	}
	_, err := t.exec(undoneTagChange, t.now.UnixMilli(), change.id)
	return err
}
