package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// PausedReworded is why a broadcast pauses whose template says something else now than when it was started.
const PausedReworded = "template_reworded"

const plannedWith = `SELECT id FROM broadcasts WHERE state = 'scheduled' AND reason = '' AND send_at > 0 AND confirmed_people > 0
	AND template = ? AND language = ?`

// templateTold is the kind of event that is kept of each news of a template.
const templateTold = "template"

// The keys of those events begin with their kind and a colon, which is before a semicolon.
const lastTemplateTold = `SELECT coalesce(max(id), 0) FROM events WHERE key >= 'template:' AND key < 'template;'`

// TemplatesTold is another number after each news of a template, also of one that is not known yet; 0 when there was none.
// What the template says now is not in the news, and has to be read.
func (s *Store) TemplatesTold(ctx context.Context) (int64, error) {
	var last int64
	if err := s.scan(ctx, lastTemplateTold, nil, &last); err != nil {
		return 0, fmt.Errorf("look for news of templates: %w", err)
	}
	return last, nil
}

// reworded holds up what would go out in other words than somebody agreed to: what is being sent pauses, what is planned
// and confirmed asks.
func (t *tx) reworded(name, language string) error {
	if err := t.pauseAll(BroadcastEvent{Reason: PausedReworded}, sendingWith, name, language); err != nil {
		return err
	}
	planned, err := t.broadcasts(plannedWith, name, language)
	if err != nil {
		return err
	}
	for _, b := range planned {
		if err := t.ask(b, QuestionReworded); err != nil {
			return err
		}
	}
	return nil
}

// rewords reports whether a template that was known says something else now. Examples are no words: those of a picture are
// another address at each reading.
func (t *tx) rewords(now Template) (bool, error) {
	before, err := scanTemplate(func(into ...any) error {
		return t.scan(selectTemplate, []any{now.Name, now.Language}, into...)
	})
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read template %s: %w", now.Name, err)
	}
	old, err := before.Message()
	if err != nil {
		return false, err
	}
	told, err := now.Message()
	return err == nil && !slices.EqualFunc(old.Components, told.Components, Component.same), err
}

func (c Component) same(other Component) bool {
	return c.Type == other.Type && c.Format == other.Format && c.Text == other.Text && slices.Equal(c.Buttons, other.Buttons)
}
