package broadcasts_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"

	tea "charm.land/bubbletea/v2"

	"pregon/assets"
	"pregon/sender"
	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/broadcasts"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// engine starts and stops as the real one does, by the outbox, but calls nobody: the tests settle what they want.
type engine struct {
	shop      *storetest.Shop
	mu        sync.Mutex
	starts    []store.Start
	continued int
	progress  sender.Progress
	fail      error
	found     []sender.Finding // how the shop stands with Meta
	asked     int
}

func (e *engine) Health(context.Context, sender.HealthOf) ([]sender.Finding, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.asked++
	return e.found, nil
}

func (e *engine) Start(ctx context.Context, id store.BroadcastID, start store.Start) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.starts = append(e.starts, start)
	if e.fail != nil {
		return e.fail
	}
	return e.shop.Outbox.Start(ctx, id, start)
}

func (e *engine) Resume(ctx context.Context, id store.BroadcastID, staff string) error {
	return e.shop.Outbox.Resume(ctx, id, staff)
}

func (e *engine) Continue(context.Context, store.BroadcastID) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.continued++
	return e.fail
}

func (e *engine) Pause(ctx context.Context, id store.BroadcastID, staff string) error {
	return e.shop.PauseBroadcast(ctx, id, staff)
}

func (e *engine) Cancel(ctx context.Context, id store.BroadcastID, staff string) error {
	return e.shop.CancelBroadcast(ctx, id, staff)
}

func (e *engine) Look(context.Context, store.BroadcastID) (sender.Progress, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.progress, nil
}

func (e *engine) started() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.starts)
}

// desk is the tab on a real shop file.
type desk struct {
	*uitest.Driver
	shop   *storetest.Shop
	engine *engine
	view   *broadcasts.View
}

// open sits down at a shop with a connected feed.
func open(t *testing.T, width, height int) *desk {
	t.Helper()
	return openIn(t, "en", width, height, true)
}

func openIn(t *testing.T, lang string, width, height int, feed bool) *desk {
	t.Helper()
	shop := storetest.New(t)
	if feed {
		must(t, shop.FeedHeard(t.Context()))
	}
	if _, err := shop.Outbox.Acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := &desk{shop: shop, engine: &engine{shop: shop}}
	d.Driver = uitest.NewIn(t, lang, width, height, func(env *view.Env) tea.Model {
		d.view = broadcasts.New(env, shop.Store, d.engine)
		return ui.New(env, ui.Options{Views: []view.View{d.view}})
	})
	d.Idle()
	return d
}

// people adds 5 who get it and one each for three reasons why not.
func (d *desk) people(t *testing.T) {
	t.Helper()
	for n := range 5 {
		d.shop.Customer(t, n)
	}
	d.shop.OptIn(t, d.shop.Contact(t, 5)) // agreed, number not saved
	d.shop.Contact(t, 6)                  // never asked
	gone := d.shop.Customer(t, 7)
	_, err := d.shop.RecordOptOut(t.Context(), store.OptOut{Contact: gone, Staff: "Marta", Method: store.MethodSpoken, Reason: "said so"})
	must(t, err)
	d.Send(view.StoreChanged{})
}

// compose walks from the list to the last step: template, everybody, the first name or "neighbour".
func (d *desk) compose() {
	d.Press("n", "enter")
	d.Type("country:CA")
	d.Press("enter", "right", "right", "down")
	d.Type("neighbour")
	d.Press("enter", "enter")
}

func (d *desk) drafts(t *testing.T) []store.Broadcast {
	t.Helper()
	list, err := d.shop.Broadcasts(t.Context())
	must(t, err)
	return list
}

// settle plays what the engine would bring home: an outcome for each of the next people of the queue.
func (d *desk) settle(t *testing.T, id store.BroadcastID, outcomes ...store.Outcome) {
	t.Helper()
	claimed, err := d.shop.Outbox.Claim(t.Context(), id, len(outcomes))
	must(t, err)
	results := make([]store.Result, len(claimed.Claims))
	for i, c := range claimed.Claims {
		results[i] = store.Result{Claim: c, Outcome: outcomes[i], At: d.shop.Clock.Now()}
	}
	must(t, d.shop.Outbox.Settle(t.Context(), results))
	d.Send(view.StoreChanged{})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// samples are the templates of the practice shop.
func samples(t *testing.T) []store.Template {
	t.Helper()
	var page struct {
		Data []struct {
			ID         string          `json:"id"`
			Name       string          `json:"name"`
			Language   string          `json:"language"`
			Status     string          `json:"status"`
			Category   string          `json:"category"`
			Components json.RawMessage `json:"components"`
		} `json:"data"`
	}
	must(t, json.Unmarshal(assets.SampleTemplates(), &page))
	list := make([]store.Template, 0, len(page.Data))
	for _, d := range page.Data {
		list = append(list, store.Template{
			MetaID: d.ID, Name: d.Name, Language: d.Language, Status: d.Status, Category: d.Category, Quality: "GREEN", Components: string(d.Components),
		})
	}
	return list
}

func sizes() map[string][2]int {
	return map[string][2]int{"60x20": {60, 20}, "80x24": {80, 24}, "120x36": {120, 36}}
}
