package store

import (
	"context"

	"pregon/store/audience"
)

// Vocabulary is what a query of this shop can name: its tags, fields and saved
// audiences, as they were when it was read. The zero Vocabulary knows none, and
// takes every name of a saved audience for one that there is.
type Vocabulary struct {
	known audience.Vocabulary
	saved map[string]string // queries by audienceKey; nil is not read
}

// Vocabulary reads what queries can name. It looks at every contact's fields, so
// it is nothing for a key's way.
func (s *Store) Vocabulary(ctx context.Context) (Vocabulary, error) {
	v := Vocabulary{saved: map[string]string{}}
	tags, err := s.Tags(ctx)
	if err != nil {
		return Vocabulary{}, err
	}
	for _, t := range tags {
		v.known.Tags = append(v.known.Tags, t.Tag)
	}
	if v.known.Fields, err = s.FieldNames(ctx); err != nil {
		return Vocabulary{}, err
	}
	list, err := s.SavedAudiences(ctx)
	if err != nil {
		return Vocabulary{}, err
	}
	for _, a := range list {
		v.known.Saved = append(v.known.Saved, a.Name)
		v.saved[audienceKey(a.Name)] = a.Query
	}
	return v, nil
}

// Fields are the free fields that contacts have.
func (v Vocabulary) Fields() []string { return v.known.Fields }

// Check says what is wrong with a query: nil, or a *audience.SyntaxError.
func (v Vocabulary) Check(query string) error {
	if v.saved == nil {
		_, err := audience.Parse(query)
		return err
	}
	_, err := audience.Resolve(query, func(name string) (string, bool) {
		saved, found := v.saved[audienceKey(name)]
		return saved, found
	})
	return err
}

// Complete returns what may stand at a cursor of a query, a byte offset.
func (v Vocabulary) Complete(query string, cursor int) audience.Completion {
	return audience.Complete(query, cursor, v.known)
}
