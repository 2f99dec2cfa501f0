package broadcasts_test

import (
	"context"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/sender"
	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/broadcasts"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// TestWhatAnotherPregonSendsIsWatchedPausedAndResumedFromHere has the service hold the lock, and the app beside it.
func TestWhatAnotherPregonSendsIsWatchedPausedAndResumedFromHere(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	engine := sender.New(shop.Outbox, shop.Store, sender.Config{
		BaseURL: "http://127.0.0.1:9", Now: shop.Clock.Now, Token: func(context.Context) (string, error) { return "practice", nil },
	})
	t.Cleanup(func() { must(t, engine.Close(context.WithoutCancel(t.Context()))) })
	d := &desk{shop: shop}
	d.Driver = uitest.New(t, 80, 24, func(env *view.Env) tea.Model {
		d.view = broadcasts.New(env, shop.Store, engine)
		return ui.New(env, ui.Options{Views: []view.View{d.view}})
	})
	d.people(t)
	service := storetest.Open(t, shop.File, shop.Clock)
	id := service.Started(t, "country:CA")
	must(t, service.Outbox.TellRun(t.Context(), id, store.Run{Wait: "messaging_limit", Until: storetest.Start.Add(time.Hour)}))

	d.Send(view.OpenBroadcast{ID: int64(id)})
	d.See("sending · from another Pregón", "goes on 11:00", "pause")
	d.Unseen("go on")
	d.Press("p")
	d.See("paused", "go on")
	d.Press("r")
	d.See("sending · from another Pregón")
	if b, err := shop.Store.Broadcast(t.Context(), id); err != nil || b.State != store.BroadcastSending {
		t.Errorf("it is %s, %v", b.State, err)
	}
	must(t, shop.PauseBroadcast(t.Context(), id, "Ana"))
	must(t, service.Outbox.Release(t.Context()))
	d.Send(view.StoreChanged{})
	d.See("paused", "go on")
}
