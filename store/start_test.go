package store_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// TestDraftEditedWhileItStartsIsNotSent edits the draft from another process at
// every moment of a start: the old words must never go out under the new ones.
func TestDraftEditedWhileItStartsIsNotSent(t *testing.T) {
	t.Parallel()
	edits := map[string]func(*store.Draft){
		"another template": func(d *store.Draft) { d.Template = "other" },
		"other people":     func(d *store.Draft) { d.Audience = "tag:vip" },
		"another word":     func(d *store.Draft) { d.Bindings = store.Bindings{"1": {Value: "friend"}} },
		"another name":     func(d *store.Draft) { d.Name = "Renamed" },
	}
	started, refused := 0, 0
	for name, edit := range edits {
		for moment := int64(1); moment <= 8; moment++ {
			shop := storetest.New(t)
			ctx := t.Context()
			shop.Customer(t, 1)
			id := shop.Broadcast(t, "sendable:yes")
			var asked atomic.Int64
			asked.Store(-1)
			clock := func() time.Time {
				if asked.Load() >= 0 && asked.Add(1) == moment {
					b, err := shop.Store.Broadcast(ctx, id)
					if err != nil {
						t.Error(err)
					}
					edit(&b.Draft)
					if err := shop.SaveDraft(ctx, id, b.Draft); err != nil && !isMove(err) {
						t.Error(err)
					}
				}
				return storetest.Start
			}
			s, outbox, err := store.Open(ctx, shop.File, store.WithClock(clock))
			if err != nil {
				t.Fatal(err)
			}
			asked.Store(0)
			err = outbox.Start(ctx, id, store.Start{WithoutFeed: true})
			asked.Store(-1)
			b, readErr := shop.Store.Broadcast(ctx, id)
			label := fmt.Sprintf("%s at moment %d", name, moment)
			switch {
			case readErr != nil:
				t.Fatal(readErr)
			case err == nil:
				started++
				if b.State != store.BroadcastSending || (name != "another name" && (b.Template != "offer" || b.Audience != "sendable:yes" || b.Bindings["1"].Value != "")) {
					t.Errorf("%s: started as %+v", label, b)
				}
			case errors.Is(err, store.ErrDraftChanged):
				refused++
				if b.State != store.BroadcastDraft {
					t.Errorf("%s: refused, but %s", label, b.State)
				}
			default:
				t.Errorf("%s: %v", label, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if started == 0 || refused == 0 {
		t.Errorf("%d starts and %d refusals: the edits do not try the start", started, refused)
	}
}

func isMove(err error) bool {
	var move *store.MoveError
	return errors.As(err, &move)
}
