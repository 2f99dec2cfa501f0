package restored_test

import (
	"context"
	"testing"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/restored"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// late is a shop file whose answer to the review comes after the news of what it changed.
type late struct {
	*store.Store
	written, answer chan struct{}
}

func (l *late) AcceptRestored(ctx context.Context, review store.RestoreReview) error {
	err := l.Store.AcceptRestored(ctx, review)
	close(l.written)
	<-l.answer
	return err
}

func TestTheWordThatTheShopMaySendAgainComesAlsoAfterTheNews(t *testing.T) {
	t.Parallel()
	shop := &late{Store: putBack(t, storetest.New(t)).Store, written: make(chan struct{}), answer: make(chan struct{})}
	d := uitest.New(t, 80, 24, func(env *view.Env) tea.Model {
		return ui.New(env, ui.Options{
			Views: []view.View{home{}}, Restored: func() view.Dialog { return restored.New(env, shop) },
			Header: func(context.Context) (ui.Header, error) { return ui.Header{Restored: storetest.Start}, nil },
		})
	})
	d.Press("f3")
	answered := d.Env.Work.Rest()
	d.Press("y")
	<-shop.written
	d.Send(view.StoreChanged{})
	d.Unseen("Nothing waits")
	close(shop.answer)
	answered()
	d.Idle()
	d.Says("The shop may send again.", "the list of broadcasts")
	d.Unseen("y unlock sending")
}
