package review_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/consent/review"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// stand shows a queue alone, as the tab of consent does.
type stand struct {
	queue *review.Queue
	left  int
}

func (s *stand) ID() view.ID                      { return view.Consent }
func (s *stand) Title() string                    { return "Queue" }
func (s *stand) Init() tea.Cmd                    { return s.queue.Load() }
func (s *stand) Typing() bool                     { return false }
func (s *stand) Render(size view.Size) view.Frame { return s.queue.Render(size) }
func (s *stand) Actions() []view.Action {
	return s.queue.Actions(func() tea.Cmd { s.left++; return nil })
}

func (s *stand) Update(msg tea.Msg) tea.Cmd {
	if key, ok := msg.(tea.KeyPressMsg); ok {
		s.queue.Move(key.String())
		return nil
	}
	if _, changed := msg.(view.StoreChanged); changed {
		return s.queue.Load()
	}
	return s.queue.Update(msg)
}

// shopFile is the shop's own, but for what a test lets go wrong.
type shopFile struct {
	*store.Store
	blind, full error // of reading the queue, and of writing a decision
}

func (s *shopFile) Reviews(ctx context.Context) ([]store.ReviewCase, error) {
	if s.blind != nil {
		return nil, s.blind
	}
	return s.Store.Reviews(ctx)
}

func (s *shopFile) ResolveReview(ctx context.Context, id string, decision store.ReviewDecision, staff string) error {
	if s.full != nil {
		return s.full
	}
	return s.Store.ResolveReview(ctx, id, decision, staff)
}

// desk is a queue over a real shop file.
type desk struct {
	*uitest.Driver
	tb    testing.TB
	shop  *storetest.Shop
	file  *shopFile
	stand *stand
	staff string
}

func open(t *testing.T, shop *storetest.Shop, width, height int) *desk {
	t.Helper()
	d := &desk{tb: t, shop: shop, file: &shopFile{Store: shop.Store}, staff: "Marta"}
	d.Driver = uitest.New(t, width, height, func(env *view.Env) tea.Model {
		env.Staff = func() string { return d.staff }
		d.stand = &stand{queue: review.New(env, d.file, view.Consent)}
		return ui.New(env, ui.Options{Views: []view.View{d.stand}})
	})
	d.Idle()
	return d
}

// written is a shop to which so many customers wrote what may be a refusal; the nth wrote the nth text.
func written(t *testing.T, texts ...string) *storetest.Shop {
	t.Helper()
	shop := storetest.New(t)
	for n, text := range texts {
		shop.Customer(t, n)
		write(t, shop, n, text)
	}
	return shop
}

func write(t *testing.T, shop *storetest.Shop, n int, text string) {
	t.Helper()
	shop.Clock.Advance(time.Second)
	kind := "text"
	if text == "" {
		kind = "audio"
	}
	err := shop.RecordFeed(t.Context(), store.Feed{Inbound: []store.Inbound{{
		Wamid: "wamid." + shop.Clock.Now().String(), Phone: storetest.Phone(n), At: shop.Clock.Now(), Kind: kind, Text: text,
	}}})
	if err != nil {
		t.Fatal(err)
	}
}

func (d *desk) consent(n int) store.Standing {
	c, err := d.shop.ContactByPhone(d.tb.Context(), storetest.Phone(n))
	if err != nil {
		d.tb.Fatal(err)
	}
	return c.Standing
}

func TestBothAnswersAreAsNearAndDoWhatTheySay(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{80, 24}, {60, 20}} {
		d := open(t, written(t, "please no more", "please no more of this"), size[0], size[1])
		d.See("What did she mean?", "1 of 2", "Customer 0", "please no more", "Until you decide she gets nothing", "She meant stop", "Not a refusal")
		d.Press("s")
		d.See("Recorded: she meant stop, and gets nothing more.", "1 of 1", "Customer 1")
		d.Press("N")
		d.See("Recorded: it was no refusal. Everything is as before.", "Nothing waits for your judgement.")
		if first, second := d.consent(0), d.consent(1); first.Consent != store.ConsentWithdrawn || second.Consent != store.ConsentGiven {
			t.Errorf("the first is %s and the second %s", first.Consent, second.Consent)
		}
		if d.stand.queue.Len() != 0 {
			t.Errorf("%d wait", d.stand.queue.Len())
		}
		d.Press("s")
		d.See("Nothing waits for your judgement.")
	}
}

func TestTheQueueIsReadWithoutDeciding(t *testing.T) {
	t.Parallel()
	d := open(t, written(t, "please no more", "please no more, Bea", "please no more, Cleo"), 80, 24)
	for _, step := range []struct{ key, sees string }{
		{"down", "2 of 3"}, {"j", "3 of 3"}, {"right", "3 of 3"}, {"up", "2 of 3"}, {"k", "1 of 3"}, {"left", "1 of 3"},
	} {
		d.Press(step.key)
		d.See(step.sees)
	}
	d.Press("esc")
	if d.stand.left != 1 || d.stand.queue.Len() != 3 || d.consent(0).Consent != store.ConsentGiven {
		t.Errorf("left %d times, %d wait", d.stand.left, d.stand.queue.Len())
	}
}

// TestTheCustomerOnScreenStaysWhileOthersComeAndGo: a decision must be about whom one was reading.
func TestTheCustomerOnScreenStaysWhileOthersComeAndGo(t *testing.T) {
	t.Parallel()
	d := open(t, written(t, "please no more", "please no more, Bea"), 80, 24)
	d.Press("down")
	d.See("Customer 1")
	first, err := d.shop.Reviews(t.Context())
	if err == nil {
		err = d.shop.ResolveReview(t.Context(), first[0].ID, store.ReviewNotARefusal, "Ana")
	}
	if err != nil {
		t.Fatal(err)
	}
	d.shop.Customer(t, 5)
	write(t, d.shop, 5, "please no more, Dora")
	d.Send(view.StoreChanged{})
	d.See("Customer 1", "1 of 2")
	d.Press("s")
	if d.consent(1).Consent != store.ConsentWithdrawn || d.consent(5).Consent != store.ConsentGiven {
		t.Errorf("the answer was about somebody else: %s, %s", d.consent(1).Consent, d.consent(5).Consent)
	}
	// Who is gone from the queue gives her place to the next.
	rest, err := d.shop.Reviews(t.Context())
	if err == nil {
		err = d.shop.ResolveReview(t.Context(), rest[0].ID, store.ReviewWithdraw, "Ana")
	}
	if err != nil {
		t.Fatal(err)
	}
	d.Send(view.StoreChanged{})
	d.See("Nothing waits for your judgement.")
}

func TestADecisionIsMadeOnce(t *testing.T) {
	t.Parallel()
	d := open(t, written(t, "please no more"), 80, 24)
	list, err := d.shop.Reviews(t.Context())
	if err == nil {
		err = d.shop.ResolveReview(t.Context(), list[0].ID, store.ReviewNotARefusal, "Ana")
	}
	if err != nil {
		t.Fatal(err)
	}
	d.Press("s")
	d.See("Somebody else decided this just now.", "Nothing waits")
	if d.consent(0).Consent != store.ConsentGiven {
		t.Errorf("it was decided again: %s", d.consent(0).Consent)
	}
}

func TestNobodyWithoutANameDecides(t *testing.T) {
	t.Parallel()
	d := open(t, written(t, "please no more"), 80, 24)
	d.staff = " "
	d.Press("s")
	d.See("Nobody knows who you are")
	if d.consent(0).Consent != store.ConsentGiven || d.stand.queue.Len() != 1 {
		t.Error("it was decided by nobody")
	}
}

func TestWhatGoesWrongIsSaidAndNothingIsDecided(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  error
		says string
	}{
		{store.ErrDiskFull, "Not saved: the disk is full."},
		{store.ErrBusy, "Not saved: another program holds the shop file."},
		{errors.New("\x1b[31mraw"), "for number 1 in the log"},
	} {
		d := open(t, written(t, "please no more"), 80, 24)
		d.file.full = test.err
		d.Press("s")
		d.See(test.says, "Customer 0")
		d.Unseen("raw")
		d.file.full, d.file.blind = nil, test.err
		d.Send(view.StoreChanged{})
		d.See(test.says, "Customer 0") // what was read stays
	}
}

func TestHerWordsAreShownWholeAndHarmless(t *testing.T) {
	t.Parallel()
	shop := written(t, "please no more. "+strings.Repeat("The bread was late again. ", 8), "please no more \x1b]0;owned\x07\u202e", "")
	for range 8 {
		write(t, shop, 0, "please no more of it")
	}
	write(t, shop, 0, "please no more, that is all")
	d := open(t, shop, 60, 20)
	d.See("please no more. The bread", "pgdown")
	for range 40 {
		d.Press("pgdown")
	}
	d.See("that is all")
	d.Press("pgup")
	d.Unseen("that is all")
	d.Press("down")
	d.See("please no more")
	if looks := d.Screen(); strings.ContainsAny(looks, "\x07\u202e") {
		t.Errorf("the screen obeys her words: %q", looks)
	}
	d.Press("down")
	d.See("a voice message, a sticker or a picture")
}
