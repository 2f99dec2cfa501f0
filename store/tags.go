package store

import (
	"context"
	"fmt"
	"slices"
)

const (
	insertTag = `INSERT INTO contact_tags (tag, contact_id) VALUES (?, ?) ON CONFLICT DO NOTHING`
	deleteTag = `DELETE FROM contact_tags WHERE tag = ? AND contact_id = ?`
	tagsOf    = `SELECT tag FROM contact_tags WHERE contact_id = ? ORDER BY tag`
	selectBy  = `SELECT t.contact_id FROM contact_tags t JOIN standings s ON s.contact_id = t.contact_id WHERE t.tag = ? AND s.erased = 0
		AND ` + arrivedTagged
	erasedByID = `SELECT erased FROM standings WHERE contact_id = ?`
)

// TagChange is what a change of tags did, and all that UndoTags needs to take it back. The zero value did nothing.
type TagChange struct {
	added, removed []tagged
	contacts       int
	id             int64 // of the change in the file, 0 where it is not kept
}

type tagged struct {
	tag string
	id  ContactID
}

// Contacts is how many contacts have other tags than before.
func (c TagChange) Contacts() int { return c.contacts }

// ID is the change's in the file, for UndoTagChange; 0 where it is not kept.
func (c TagChange) ID() int64 { return c.id }

// TagContacts is Retag for who takes nothing back.
func (s *Store) TagContacts(ctx context.Context, ids []ContactID, add, remove []string) error {
	_, err := s.Retag(ctx, ids, add, remove)
	return err
}

// Retag adds and removes tags on each contact, all or none. Refuses with *InvalidError, ErrNotFound or ErrErased.
func (s *Store) Retag(ctx context.Context, ids []ContactID, add, remove []string) (TagChange, error) {
	add, err := cleanTags(add)
	if err != nil {
		return TagChange{}, err
	}
	remove, err = cleanTags(remove)
	if err != nil {
		return TagChange{}, err
	}
	var change TagChange
	err = s.write(ctx, func(t *tx) error {
		change = TagChange{}
		for _, id := range ids {
			if err := t.retag(id, add, remove, &change); err != nil {
				return err
			}
		}
		return nil
	})
	return change, err
}

// retag changes the tags of one contact and notes what that changed.
func (t *tx) retag(id ContactID, add, remove []string, change *TagChange) error {
	var erased bool
	err := t.scan(erasedByID, []any{id}, &erased)
	if err == nil && erased {
		err = ErrErased
	}
	if err != nil {
		return fmt.Errorf("tag contact %d: %w", id, err)
	}
	before := len(change.added) + len(change.removed)
	for _, tag := range add {
		n, err := t.exec(insertTag, tag, id)
		if err != nil {
			return fmt.Errorf("tag contact %d: %w", id, err)
		}
		if n > 0 {
			change.added = append(change.added, tagged{tag, id})
		}
	}
	for _, tag := range remove {
		n, err := t.exec(deleteTag, tag, id)
		if err != nil {
			return fmt.Errorf("untag contact %d: %w", id, err)
		}
		if n > 0 {
			change.removed = append(change.removed, tagged{tag, id})
		}
	}
	if len(change.added)+len(change.removed) > before {
		change.contacts++
	}
	return nil
}

// tag is retag for who takes nothing back.
func (t *tx) tag(id ContactID, add, remove []string) error {
	return t.retag(id, add, remove, &TagChange{})
}

// setTags gives a contact these tags and no other.
func (t *tx) setTags(id ContactID, tags []string) error {
	tags, err := cleanTags(tags)
	if err != nil {
		return err
	}
	var remove []string
	err = t.each(tagsOf, []any{id}, func(scan func(...any) error) error {
		var tag string
		err := scan(&tag)
		if !slices.Contains(tags, tag) {
			remove = append(remove, tag)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read the tags of contact %d: %w", id, err)
	}
	return t.tag(id, tags, remove)
}

func cleanTags(tags []string) ([]string, error) {
	clean := make([]string, 0, len(tags))
	for _, tag := range tags {
		one, err := CleanTag(tag)
		if err != nil {
			return nil, err
		}
		clean = append(clean, one)
	}
	return clean, nil
}
