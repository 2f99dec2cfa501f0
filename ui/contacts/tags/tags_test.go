package tags_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/contacts/tags"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// page is what the list is laid over; it hears its answer.
type page struct {
	open   func() view.Dialog
	answer *view.Answer
}

func (p *page) ID() view.ID                 { return view.Contacts }
func (p *page) Title() string               { return "Contacts" }
func (p *page) Init() tea.Cmd               { return view.Send(view.Ask{Owner: view.Contacts, Dialog: p.open()}) }
func (p *page) Typing() bool                { return false }
func (p *page) Actions() []view.Action      { return nil }
func (p *page) Render(view.Size) view.Frame { return view.Frame{Content: "the contacts"} }
func (p *page) Update(msg tea.Msg) tea.Cmd {
	if answer, ok := msg.(view.Answer); ok {
		p.answer = &answer
	}
	return nil
}

// shopFile is the shop's own, but for what a test lets go wrong.
type shopFile struct {
	*store.Store
	full error // of every change
}

func (s *shopFile) RenameTag(ctx context.Context, from, to, staff string) (store.TagChange, error) {
	if s.full != nil {
		return store.TagChange{}, s.full
	}
	return s.Store.RenameTag(ctx, from, to, staff)
}

func (s *shopFile) RemoveTag(ctx context.Context, tag, staff string) (store.TagChange, error) {
	if s.full != nil {
		return store.TagChange{}, s.full
	}
	return s.Store.RemoveTag(ctx, tag, staff)
}

func (s *shopFile) UndoTags(ctx context.Context, change store.TagChange) error {
	if s.full != nil {
		return s.full
	}
	return s.Store.UndoTags(ctx, change)
}

type desk struct {
	*uitest.Driver
	tb   testing.TB
	shop *storetest.Shop
	file *shopFile
	page *page
	list *tags.List
}

// open shows the tags of four people: three of them are vip, one of those wholesale.
func open(t *testing.T, width, height int) *desk {
	t.Helper()
	shop := storetest.New(t)
	d := &desk{tb: t, shop: shop, file: &shopFile{Store: shop.Store}}
	for n, with := range [][]string{{"vip", "wholesale"}, {"vip"}, {"vip"}, nil} {
		id := shop.Contact(t, n)
		if err := shop.TagContacts(t.Context(), []store.ContactID{id}, with, nil); err != nil {
			t.Fatal(err)
		}
	}
	d.start(width, height)
	return d
}

func (d *desk) start(width, height int) {
	d.Driver = uitest.New(d.tb, width, height, func(env *view.Env) tea.Model {
		d.page = &page{open: func() view.Dialog {
			d.list = tags.New(env, d.file)
			return d.list
		}}
		return ui.New(env, ui.Options{Views: []view.View{d.page}})
	})
	d.Idle()
}

func (d *desk) of(n int) string {
	c, err := d.shop.ContactByPhone(d.tb.Context(), storetest.Phone(n))
	if err != nil {
		d.tb.Fatal(err)
	}
	return strings.Join(c.Tags, " ")
}

func TestEveryTagStandsThereWithItsPeople(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{80, 24}, {60, 20}} {
		d := open(t, size[0], size[1])
		d.See("Tags", "3  vip", "1  wholesale", "r rename", "x take away", "esc close")
	}
}

func TestATagIsRenamedForEverybodyAndBack(t *testing.T) {
	t.Parallel()
	d := open(t, 60, 20)
	d.Press("r")
	d.See("New name", "enter save", "esc leave it")
	d.Type("s")
	d.Press("enter")
	d.See("The tags of 3 contacts are changed; u takes it back.", "3  vips")
	if d.of(0) != "vips wholesale" || d.of(2) != "vips" {
		t.Errorf("renamed: %q, %q", d.of(0), d.of(2))
	}
	d.Press("u")
	d.See("The tags are as they were.", "3  vip")
	if d.of(0) != "vip wholesale" {
		t.Errorf("undone: %q", d.of(0))
	}
	d.Unseen("u undo") // once
}

func TestANameInUseMakesTheTwoOneAndBack(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.Press("down", "r", "ctrl+u")
	d.Type("VIP")
	d.Press("enter")
	d.Unseen("wholesale")
	if d.of(0) != "vip" {
		t.Errorf("merged: %q", d.of(0))
	}
	d.Press("u")
	if d.of(0) != "vip wholesale" || d.of(1) != "vip" {
		t.Errorf("undone: %q, %q", d.of(0), d.of(1))
	}
}

func TestTakingATagFromEverybodyIsAskedFirst(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	for _, no := range []string{"n", "esc"} {
		d.Press("x")
		d.See("Take it from everybody who has it? vip", "no, keep")
		d.Press("enter", "down", no) // neither Enter nor moving answers it
		d.Unseen("Take it from everybody who has it?")
	}
	if d.of(1) != "vip" {
		t.Errorf("taken away without a yes: %q", d.of(1))
	}
	d.Press("x", "y")
	d.See("The tags of 3 contacts are changed; u takes it back.")
	d.Unseen("3  vip")
	if d.of(0) != "wholesale" || d.of(1) != "" {
		t.Errorf("taken away: %q, %q", d.of(0), d.of(1))
	}
	d.Press("u")
	if d.of(0) != "vip wholesale" || d.of(1) != "vip" {
		t.Errorf("undone: %q, %q", d.of(0), d.of(1))
	}
}

func TestEscLeavesANameAsItWas(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.Press("r")
	d.Type("zzz")
	d.Press("esc")
	d.See("3  vip", "esc close")
	d.Unseen("vipzzz")
	d.Press("r", "ctrl+u", "enter")
	d.See("! This must not be empty.")
	if d.of(1) != "vip" {
		t.Errorf("renamed to %q", d.of(1))
	}
}

func TestANameThatTellsOfHealthIsWarnedOfOnce(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.Press("down", "r", "ctrl+u")
	d.Type("diabetic")
	d.Press("enter")
	d.See("“diabetic” seems to tell of somebody's health.", "Enter again keeps it.")
	if d.of(0) != "vip wholesale" {
		t.Errorf("renamed without asking: %q", d.of(0))
	}
	d.Type("s") // another name is another question
	d.Press("enter")
	if d.of(0) != "vip wholesale" {
		t.Errorf("renamed without asking: %q", d.of(0))
	}
	d.Press("enter")
	if !strings.Contains(d.of(0), "diabetics") {
		t.Errorf("kept: %q", d.of(0))
	}
}

func TestTheTagThatIsChosenIsTheAnswer(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.Press("down", "enter")
	d.See("the contacts")
	if a := d.page.answer; a == nil || !a.Yes || a.Text != "tag:wholesale" {
		t.Errorf("the answer is %+v", d.page.answer)
	}
	other := open(t, 80, 24)
	other.Press("q")
	if a := other.page.answer; a == nil || a.Yes || a.Text != "" {
		t.Errorf("closed with the answer %+v", other.page.answer)
	}
}

func TestATagThatABroadcastAsksForStays(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.shop.Broadcast(t, "tag:vip")
	d.Press("x", "y")
	d.See("Nothing was changed: Half price still asks for it. Change that first.")
	if d.of(1) != "vip" {
		t.Errorf("taken away: %q", d.of(1))
	}
}

func TestWithoutTagsItSaysHowOneIsMade(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	d := &desk{tb: t, shop: shop, file: &shopFile{Store: shop.Store}}
	d.start(60, 20)
	d.See("There is no tag yet: t on a contact adds one.")
	for _, key := range []string{"enter", "r", "x"} {
		d.Press(key)
		d.See("There is no tag yet")
	}
	if d.page.answer != nil {
		t.Errorf("it answered %+v", d.page.answer)
	}
}

func TestWhatCannotBeWrittenIsSaidAndNothingIsChanged(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  error
		says string
	}{
		{store.ErrDiskFull, "Not saved: the disk is full."}, {errors.New("\x1b[31mraw"), "That did not work, and nothing was changed."},
	} {
		d := open(t, 80, 24)
		d.file.full = test.err
		d.Press("x", "y")
		d.See(test.says, "3  vip")
		d.Press("r")
		d.Type("s")
		d.Press("enter")
		d.See("New name") // the name is still there to be saved
		d.Unseen("raw")
		if d.of(1) != "vip" {
			t.Errorf("%v: it is %q", test.err, d.of(1))
		}
		d.file.full = nil
		d.Press("enter")
		d.See("3  vips")
		d.file.full = test.err
		d.Press("u")
		d.See(test.says, "3  vips")
	}
}

func TestTagsOfElsewhereShowAtOnce(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	if err := d.shop.TagContacts(t.Context(), []store.ContactID{4}, []string{"cake"}, nil); err != nil {
		t.Fatal(err)
	}
	d.Send(view.StoreChanged{})
	d.See("1  cake")
}
