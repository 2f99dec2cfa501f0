package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// changed is the one template as Meta tells it at a synchronisation.
func changed(edit func(*store.Template)) []store.Template {
	template := storetest.Offer()
	edit(&template)
	return []store.Template{template}
}

// TestATemplateThatMayNotBeSentPausesAndHoldsUp synchronises the templates while a broadcast is being sent.
func TestATemplateThatMayNotBeSentPausesAndHoldsUp(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		list []store.Template
		want store.Blocker // "": nothing is against it
	}{
		{"as it was", changed(func(*store.Template) {}), ""},
		{"rated yellow", changed(func(t *store.Template) { t.Quality = "YELLOW" }), ""},
		{"paused", changed(func(t *store.Template) { t.Status = "PAUSED" }), store.BlockerNotApproved},
		{"disabled", changed(func(t *store.Template) { t.Status = "DISABLED" }), store.BlockerNotApproved},
		{"unheard of", changed(func(t *store.Template) { t.Status = "LIMIT_EXCEEDED" }), store.BlockerNotApproved},
		{"rated red", changed(func(t *store.Template) { t.Quality = "RED" }), store.BlockerTemplateRed},
		{"gone", nil, store.BlockerNoTemplate},
		{"another language", changed(func(t *store.Template) { t.Language = "es" }), store.BlockerNoTemplate},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			shop := storetest.New(t)
			shop.Customer(t, 1)
			id := shop.Started(t, "sendable:yes")
			shop.Clock.Advance(time.Minute)
			if err := shop.SaveTemplates(ctx, test.list); err != nil {
				t.Fatal(err)
			}
			if state, reason := state(t, shop, id); (state == store.BroadcastPaused) != (test.want != "") || (reason == "platform_template") != (test.want != "") {
				t.Errorf("it is %s %q", state, reason)
			}
			err := shop.Outbox.Resume(ctx, id, "Ana")
			blocked, refused := errors.AsType[*store.BlockedError](err)
			if refused != (test.want != "") || (refused && !slices.Equal(blocked.Blockers, []store.Blocker{test.want})) {
				t.Errorf("Resume = %v, want %q", err, test.want)
			}
			shop.Clock.Advance(time.Minute)
			if err := shop.SaveTemplates(ctx, []store.Template{storetest.Offer()}); err != nil {
				t.Fatal(err)
			}
			if err := shop.Outbox.Resume(ctx, id, "Ana"); err != nil {
				t.Errorf("once it is approved again: %v", err)
			}
		})
	}
}

func TestASilentFeedHoldsUpUnlessThatWasAccepted(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	accepted := shop.Started(t, "sendable:yes") // there was no feed yet
	if err := shop.FeedHeard(ctx); err != nil {
		t.Fatal(err)
	}
	id := shop.Broadcast(t, "sendable:yes")
	if err := shop.Outbox.Start(ctx, id, store.Start{Staff: "Ana"}); err != nil {
		t.Fatal(err)
	}
	for _, id := range []store.BroadcastID{accepted, id} {
		if err := shop.PauseBroadcast(ctx, id, "Ana"); err != nil {
			t.Fatal(err)
		}
	}
	shop.Clock.Advance(store.FeedStaleAfter + time.Minute)
	err := shop.Outbox.Resume(ctx, id, "Ana")
	if blocked, ok := errors.AsType[*store.BlockedError](err); !ok || !slices.Equal(blocked.Blockers, []store.Blocker{store.BlockerFeedStale}) {
		t.Errorf("Resume = %v, want it refused for the feed", err)
	}
	if err := shop.Outbox.Resume(ctx, accepted, "Ana"); err != nil {
		t.Errorf("what was started without a feed: %v", err)
	}
	if err := shop.FeedHeard(ctx); err != nil {
		t.Fatal(err)
	}
	if err := shop.Outbox.Resume(ctx, id, "Ana"); err != nil {
		t.Errorf("once the feed is back: %v", err)
	}
}
