package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pregon/store/optout"
)

// Template is a text approved, or not, by Meta.
type Template struct {
	MetaID   string
	Name     string
	Language string // exactly as Meta has it: es, es_MX, …
	// Status is Meta's word; only APPROVED can be sent, whatever else comes.
	Status   string
	Category string // MARKETING, UTILITY, AUTHENTICATION
	Quality  string // GREEN, YELLOW, RED, UNKNOWN
	// Components is the JSON array of the management API.
	Components string
	SyncedAt   time.Time
}

// StatusApproved is the only template status that can be sent.
const StatusApproved = "APPROVED"

// StatusGone is ours: the template was there at an earlier synchronisation.
const StatusGone = "GONE"

const (
	upsertTemplate = `INSERT INTO templates (meta_id, name, language, status, category, quality, components, synced_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (name, language) DO UPDATE SET meta_id = excluded.meta_id, status = excluded.status,
		category = excluded.category, quality = excluded.quality, components = excluded.components,
		synced_at = excluded.synced_at`
	goneTemplates   = `UPDATE templates SET status = 'GONE' WHERE synced_at < ?`
	selectTemplates = `SELECT meta_id, name, language, status, category, quality, components, synced_at
		FROM templates WHERE status <> 'GONE' ORDER BY name, language`
	selectTemplate = `SELECT meta_id, name, language, status, category, quality, components, synced_at
		FROM templates WHERE name = ? AND language = ?`
	// What is being sent with a template that has blockers.
	sendingUnlawful = `SELECT b.id FROM broadcasts b WHERE b.state = 'sending' AND NOT EXISTS (SELECT 1 FROM templates t
		WHERE t.name = b.template AND t.language = b.language AND t.status = 'APPROVED' AND t.quality <> 'RED')`
	hasTemplate = `SELECT 1 FROM templates WHERE name = ? AND language = ?`
)

// SaveTemplates makes list the whole set of templates, as just read from Meta,
// and pauses what is being sent with one that may not be sent any more. What
// goes out, or is planned, with one that says something else now is held up.
func (s *Store) SaveTemplates(ctx context.Context, list []Template) error {
	return s.write(ctx, func(t *tx) error {
		for _, template := range list {
			others, err := t.rewords(template)
			if err != nil {
				return err
			}
			_, err = t.exec(upsertTemplate, template.MetaID, template.Name, template.Language,
				strings.ToUpper(template.Status), strings.ToUpper(template.Category), strings.ToUpper(template.Quality),
				template.Components, t.now.UnixMilli())
			if err != nil {
				return fmt.Errorf("save template %s: %w", template.Name, err)
			}
			if others {
				if err := t.reworded(template.Name, template.Language); err != nil {
					return err
				}
			}
		}
		if _, err := t.exec(goneTemplates, t.now.UnixMilli()); err != nil {
			return fmt.Errorf("mark the templates that are gone: %w", err)
		}
		return t.pauseAll(BroadcastEvent{Reason: pausedTemplate}, sendingUnlawful)
	})
}

// Templates lists all templates by name and language.
func (s *Store) Templates(ctx context.Context) ([]Template, error) {
	var list []Template
	err := s.each(ctx, selectTemplates, nil, func(scan func(...any) error) error {
		template, err := scanTemplate(scan)
		list = append(list, template)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the templates: %w", err)
	}
	return list, nil
}

// Template returns one template, or ErrNotFound.
func (s *Store) Template(ctx context.Context, name, language string) (Template, error) {
	return scanTemplate(func(into ...any) error {
		return s.scan(ctx, selectTemplate, []any{name, language}, into...)
	})
}

func scanTemplate(scan func(...any) error) (Template, error) {
	var t Template
	var synced int64
	err := scan(&t.MetaID, &t.Name, &t.Language, &t.Status, &t.Category, &t.Quality, &t.Components, &synced)
	t.SyncedAt = moment(synced)
	return t, err
}

// Message decodes what the template says.
func (t Template) Message() (*Message, error) { return decodeMessage(t.Name, t.Language, t.Components) }

// Sendable reports whether Meta lets it be sent now.
func (t Template) Sendable() bool { return t.Status == StatusApproved }

// blockers are what keeps it from being sent; the zero Template is none at all.
func (t Template) blockers() []Blocker {
	if t.Status == "" || t.Status == StatusGone {
		return []Blocker{BlockerNoTemplate}
	}
	var list []Blocker
	if !t.Sendable() {
		list = append(list, BlockerNotApproved)
	}
	if t.Quality == "RED" {
		list = append(list, BlockerTemplateRed)
	}
	return list
}

// WayOut reports whether the message shows how to stop: a stop word of any
// language in its body, its footer or on a quick reply.
func (m *Message) WayOut() bool {
	texts := []string{m.Part("BODY").Text, m.Part("FOOTER").Text}
	for _, button := range m.Part("BUTTONS").Buttons {
		if button.Type == "QUICK_REPLY" {
			texts = append(texts, button.Text)
		}
	}
	return slices.ContainsFunc(texts, optout.Shown)
}

// StopTemplate records a status Meta told while sending (PAUSED, DISABLED) and
// pauses all that is being sent with the template. ErrNotFound where there is none.
func (s *Store) StopTemplate(ctx context.Context, name, language, status string) error {
	return s.write(ctx, func(t *tx) error {
		var known int
		if err := t.scan(hasTemplate, []any{name, language}, &known); err != nil {
			return err
		}
		return t.templateNews(TemplateNews{Name: name, Language: language, Status: status, At: t.now})
	})
}
