package unknown_test

import (
	"context"
	"errors"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/broadcasts/unknown"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// stand shows a page alone, as the tab of broadcasts does.
type stand struct {
	page  *unknown.Page
	first tea.Cmd
}

func (s *stand) ID() view.ID                      { return view.Broadcasts }
func (s *stand) Title() string                    { return "Unknown" }
func (s *stand) Init() tea.Cmd                    { return s.first }
func (s *stand) Typing() bool                     { return s.page.Typing() }
func (s *stand) Render(size view.Size) view.Frame { return s.page.Render(size) }
func (s *stand) Actions() []view.Action           { return s.page.Actions() }
func (s *stand) Update(msg tea.Msg) tea.Cmd       { return s.page.Update(msg) }

// shopFile is the shop's own, but for what a test lets go wrong.
type shopFile struct {
	*store.Store
	full error // of writing a decision
}

func (s *shopFile) DecideUnknown(ctx context.Context, decision store.UnknownDecision) error {
	if s.full != nil {
		return s.full
	}
	return s.Store.DecideUnknown(ctx, decision)
}

// desk is a page over a real shop file, and what came of it.
type desk struct {
	*uitest.Driver
	shop    *storetest.Shop
	file    *shopFile
	page    *unknown.Page
	id      store.BroadcastID
	resumed []string // by whom
	left    int
	trouble []error
}

// lost is a page of a broadcast to three people, two of whom nobody knows about since two days; the feed is fresh.
func lost(t *testing.T, width, height int) *desk {
	t.Helper()
	shop := storetest.New(t)
	must(t, shop.FeedHeard(t.Context()))
	for n := range 3 {
		shop.Customer(t, n)
	}
	d := &desk{shop: shop, file: &shopFile{Store: shop.Store}, id: shop.Started(t, "country:CA")}
	claimed, err := shop.Outbox.Claim(t.Context(), d.id, 3)
	must(t, err)
	outcomes := []store.Outcome{store.Unknown{Why: "timeout"}, store.Unknown{Why: "killed"}, store.Accepted{Wamid: "w"}}
	results := make([]store.Result, len(outcomes))
	for n, outcome := range outcomes {
		results[n] = store.Result{Claim: claimed.Claims[n], Outcome: outcome, At: shop.Clock.Now()}
	}
	must(t, shop.Outbox.Settle(t.Context(), results))
	if done, err := shop.Outbox.Finish(t.Context(), d.id); err != nil || !done {
		t.Fatalf("Finish = %v, %v", done, err)
	}
	shop.Clock.Advance(48 * time.Hour)
	must(t, shop.FeedHeard(t.Context()))
	d.Driver = uitest.New(t, width, height, func(env *view.Env) tea.Model {
		s := &stand{}
		s.page, s.first = unknown.New(env, unknown.Desk{
			Store: d.file,
			Resume: func(_ context.Context, _ store.BroadcastID, staff string) error {
				d.resumed = append(d.resumed, staff)
				return nil
			},
			Back: func() tea.Cmd { d.left++; return nil },
			Trouble: func(err error) tea.Cmd {
				if err != nil {
					d.trouble = append(d.trouble, err)
				}
				return nil
			},
		}, d.id)
		d.page = s.page
		return ui.New(env, ui.Options{Views: []view.View{s}})
	})
	d.Advance(48 * time.Hour)
	d.Send(view.StoreChanged{})
	return d
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (d *desk) undecided(t *testing.T) int {
	t.Helper()
	list, err := d.shop.Unknowns(t.Context(), d.id)
	must(t, err)
	return len(list)
}

func TestTheListSaysWhatUnknownMeansAndWhy(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{80, 24}, {60, 20}} {
		d := lost(t, size[0], size[1])
		d.See("Nobody knows  2 people", "never sent again by itself", "Customer 0", "Customer 1", "s send again", "g leave at that")
	}
	lost(t, 120, 30).See("no answer in time", "Pregón was ended in", "Tue 10:00", "now")
}

func TestSendingAgainIsAskedFirstAndOnTheRecord(t *testing.T) {
	t.Parallel()
	d := lost(t, 80, 24)
	d.Press("s")
	d.See("Send it to Customer 0 again?", "come twice", "not now", "y send it again")
	for _, no := range []string{"n", "esc", "enter"} {
		d.Press(no)
		d.Unseen("Send it to Customer 0 again?")
		d.Press("s")
	}
	if d.undecided(t) != 2 || d.left != 0 {
		t.Fatalf("%d are undecided, left %d times", d.undecided(t), d.left)
	}
	d.Press("y")
	d.See("It waits again and passes every check anew.", "Nobody knows  1 person")
	b, err := d.shop.Store.Broadcast(t.Context(), d.id)
	if err != nil || b.Counts[store.DeliveryQueued] != 1 || b.State != store.BroadcastPaused || len(d.resumed) != 1 || d.resumed[0] != "Marta" {
		t.Errorf("it is %s, %v, %v; resumed by %v", b.State, b.Counts, err, d.resumed)
	}
}

func TestGivingUpAsksAndIsForGood(t *testing.T) {
	t.Parallel()
	d := lost(t, 80, 24)
	d.Press("down", "g")
	d.See("Leave it at that for Customer 1? That is for good.", "y leave it at that")
	d.Press("y")
	d.See("Left at that. It stays in the report as given up.", "Nobody knows  1 person", "Customer 0")
	counts := d.shop.Counts(t.Context(), t, d.id)
	if counts[store.DeliveryFailed] != 1 || counts[store.DeliveryUnknown] != 1 || len(d.resumed) != 0 {
		t.Errorf("counts %v, resumed by %v", counts, d.resumed)
	}
	d.Press("g", "y")
	d.See("Of everybody it is known what became of the message.")
	d.Press("s")
	d.See("Nobody is in this list")
	d.Press("enter")
	d.See("Nobody is in this list")
}

func TestLeavingForgetsTheQuestion(t *testing.T) {
	t.Parallel()
	d := lost(t, 80, 24)
	d.Press("s")
	d.page.Leave()
	d.Send(view.StoreChanged{})
	d.Unseen("again?")
	d.Press("y")
	if d.undecided(t) != 2 {
		t.Error("a question that was left was answered")
	}
	d.Press("esc")
	if d.left != 1 {
		t.Errorf("esc left %d times", d.left)
	}
}

func TestAPersonWithoutANameIsCalledByTheNumber(t *testing.T) {
	t.Parallel()
	d := lost(t, 80, 24)
	blank := ""
	must(t, d.shop.Edit(t.Context(), 1, store.EditContact{Name: &blank}))
	d.Send(view.StoreChanged{})
	d.Press("s")
	d.See("Send it to +1 604-500-0000 again?")
}

func TestADecisionThatCannotBeWrittenIsSaidAndChangesNothing(t *testing.T) {
	t.Parallel()
	d := lost(t, 80, 24)
	d.file.full = store.ErrDiskFull
	d.Press("g", "y")
	if len(d.trouble) != 1 || !errors.Is(d.trouble[0], store.ErrDiskFull) || d.undecided(t) != 2 {
		t.Errorf("trouble %v, %d undecided", d.trouble, d.undecided(t))
	}
	d.file.full = nil
	d.Press("g", "y")
	d.See("Left at that.")
}

func TestWhatWasDecidedElsewhereIsNotDecidedTwice(t *testing.T) {
	t.Parallel()
	d := lost(t, 80, 24)
	d.Press("s")
	list, err := d.shop.Unknowns(t.Context(), d.id)
	must(t, err)
	must(t, d.shop.DecideUnknown(t.Context(), store.UnknownDecision{Delivery: list[0].ID, Staff: "Ana"}))
	d.Press("y")
	if counts := d.shop.Counts(t.Context(), t, d.id); counts[store.DeliveryQueued] != 0 || counts[store.DeliveryFailed] != 1 || len(d.trouble) != 1 {
		t.Errorf("counts %v, trouble %v", counts, d.trouble)
	}
}
