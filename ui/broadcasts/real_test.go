package broadcasts_test

import (
	"context"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/broadcasts"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// TestTheRealEngineSendsWhatWasComposed plays the whole of it: the templates are read from the sandbox, a
// broadcast is composed and started, the engine sends it, and the report adds up.
func TestTheRealEngineSendsWhatWasComposed(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	must(t, shop.FeedHeard(t.Context()))
	server, err := sandbox.New(sandbox.Options{
		Now: shop.Clock.Now, Shares: &sandbox.Shares{}, Script: sandbox.Script{Rules: []sandbox.Rule{{To: []string{string(storetest.Phone(1))}, Code: 131026}}},
	})
	must(t, err)
	t.Cleanup(func() { must(t, server.Close()) })
	address, err := server.Start(t.Context(), "127.0.0.1:0")
	must(t, err)
	fast := 0
	engine := sender.New(shop.Outbox, shop.Store, sender.Config{
		BaseURL: address, Rate: &fast, Now: shop.Clock.Now, Token: func(context.Context) (string, error) { return "practice", nil },
	})
	t.Cleanup(func() { must(t, engine.Close(context.WithoutCancel(t.Context()))) })
	if _, err := engine.SyncTemplates(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := &desk{shop: shop}
	d.Driver = uitest.New(t, 80, 24, func(env *view.Env) tea.Model {
		d.view = broadcasts.New(env, shop.Store, engine)
		return ui.New(env, ui.Options{Views: []view.View{d.view}})
	})
	d.people(t)
	moved := engine.Watch(t.Context())

	d.Press("n")
	shown(t, d, "new_opening_hours")
	d.Press("enter")
	d.Type("country:CA")
	d.Press("enter")
	d.See("no places to fill in")
	d.Press("enter", "enter")
	d.See("Type 5 to send to 5 people")
	d.Type("5")
	d.Press("enter")
	d.Advance(6 * time.Second)
	id := d.drafts(t)[0].ID
	for running := true; running; {
		select {
		case <-moved:
			p, _ := engine.Snapshot(id)
			running = p.State != store.BroadcastDone
		case <-time.After(uitest.Patience):
			t.Fatalf("never done\n%s", d.Screen())
		}
	}
	d.Send(view.Progress{Broadcast: int64(id)})
	d.See("sent just now", "accepted            4", "left out            3", "failed              1", "is not on WhatsApp (131026)")
	if calls := len(server.Calls()); calls != 4 {
		t.Errorf("%d messages were accepted", calls)
	}
}
