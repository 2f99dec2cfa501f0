package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// reworded are ways in which a shop hears of its template anew, and whether that says something else.
func reworded() map[string]struct {
	hear   func(t *testing.T, s *storetest.Shop) error
	others bool
} {
	synchronised := func(old, words string) func(*testing.T, *storetest.Shop) error {
		return func(t *testing.T, s *storetest.Shop) error {
			t.Helper()
			offer := storetest.Offer()
			if changed := strings.Replace(offer.Components, old, words, 1); changed != offer.Components || old == words {
				offer.Components = changed
				return s.SaveTemplates(t.Context(), []store.Template{offer})
			}
			t.Fatalf("%s has no %s", offer.Components, old)
			return nil
		}
	}
	return map[string]struct {
		hear   func(t *testing.T, s *storetest.Shop) error
		others bool
	}{
		"other words": {synchronised(`"text":"`, `"text":"Now or never! `), true},
		"the same":    {synchronised("", ""), false},
		"its example": {synchronised(`"type":"BODY"`, `"type":"BODY","example":{"body_text":[["x"]]}`), false},
		"the feed": {func(t *testing.T, s *storetest.Shop) error {
			t.Helper()
			offer := storetest.Offer()
			return s.RecordFeed(t.Context(), store.Feed{Templates: []store.TemplateNews{{
				Name: offer.Name, Language: offer.Language, Reworded: true, At: s.Clock.Now(),
			}}})
		}, true},
		"another's feed": {func(t *testing.T, s *storetest.Shop) error {
			t.Helper()
			return s.RecordFeed(t.Context(), store.Feed{Templates: []store.TemplateNews{{
				Name: "another", Language: "en", Reworded: true, At: s.Clock.Now(),
			}}})
		}, false},
	}
}

func TestAPlanAsksAgainWhenItsTemplateSaysSomethingElse(t *testing.T) {
	t.Parallel()
	for name, test := range reworded() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop, id := scheduled(t, 10)
			must(t, test.hear(t, shop))
			if asks := read(t, shop, id).Asks(); (asks == store.QuestionReworded) != test.others {
				t.Fatalf("it asks %q", asks)
			}
			if !test.others {
				return
			}
			shop.Clock.Advance(24 * time.Hour)
			var ask *store.AskError
			if err := shop.Outbox.StartDue(t.Context(), id); !errors.As(err, &ask) || ask.Question != store.QuestionReworded {
				t.Fatalf("StartDue = %v", err)
			}
			must(t, shop.ScheduleBroadcast(t.Context(), id, store.Schedule{At: shop.Clock.Now(), Staff: "Ana", People: 10, WithoutFeed: true}))
			if err := shop.Outbox.StartDue(t.Context(), id); err != nil {
				t.Errorf("confirmed again: %v", err)
			}
		})
	}
}

func TestWhatIsBeingSentPausesWhenItsTemplateSaysSomethingElse(t *testing.T) {
	t.Parallel()
	for name, test := range reworded() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			shop.Customer(t, 1)
			id := shop.Started(t, "sendable:yes")
			must(t, test.hear(t, shop))
			if state, reason := state(t, shop, id); (state == store.BroadcastPaused) != test.others || (reason == store.PausedReworded) != test.others {
				t.Fatalf("it is %s %q", state, reason)
			}
			if !test.others {
				return
			}
			if err := shop.Outbox.Resume(t.Context(), id, "Ana"); err != nil {
				t.Errorf("Resume = %v", err)
			}
		})
	}
}
