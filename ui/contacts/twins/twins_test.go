package twins_test

import (
	"context"
	"errors"
	"testing"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/phone"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/contacts/twins"
	"pregon/ui/theme"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// called are the contacts as the list of contacts calls them.
type called struct{}

func (called) Name(c store.Contact) theme.Text            { return theme.Safe(c.Name) }
func (called) Number(c store.Contact) theme.Text          { return theme.Safe(c.Phone.International()) }
func (called) Verdict(store.Contact) (theme.Role, string) { return theme.Good, "will get it" }

// home stands behind the list.
type home struct{ env *view.Env }

func (home) ID() view.ID                 { return view.Contacts }
func (home) Title() string               { return "Contacts" }
func (home) Init() tea.Cmd               { return nil }
func (home) Update(tea.Msg) tea.Cmd      { return nil }
func (home) Render(view.Size) view.Frame { return view.Frame{Content: "the contacts"} }
func (home) Typing() bool                { return false }

// faulty is a shop file in which one thing goes wrong.
type faulty struct {
	*store.Store
	preview, merge, undo error
}

func (f *faulty) PreviewMerge(ctx context.Context, keep, drop store.ContactID) (store.Contact, error) {
	if f.preview != nil {
		return store.Contact{}, f.preview
	}
	return f.Store.PreviewMerge(ctx, keep, drop)
}

func (f *faulty) Merge(ctx context.Context, keep, drop store.ContactID, staff string) error {
	if f.merge != nil {
		return f.merge
	}
	return f.Store.Merge(ctx, keep, drop, staff)
}

func (f *faulty) UndoMerge(ctx context.Context, id int64, staff string) (store.MergeRecord, error) {
	if f.undo != nil {
		return store.MergeRecord{}, f.undo
	}
	return f.Store.UndoMerge(ctx, id, staff)
}

// desk is a person before the list of a shop in which Lia stands twice.
type desk struct {
	*uitest.Driver
	shop *storetest.Shop
	file *faulty
	ids  [2]store.ContactID
}

// behind opens the list with the key D.
type behind struct {
	home
	file *faulty
}

func (b behind) Actions() []view.Action {
	return []view.Action{{Keys: []string{"D"}, Label: "duplicates", Help: "Duplicates.", Run: func() tea.Cmd {
		return view.Send(view.Ask{Owner: view.Contacts, Dialog: twins.New(b.env, b.file, called{})})
	}}}
}

func at(t *testing.T, width, height int) *desk {
	t.Helper()
	shop := storetest.New(t)
	d := &desk{shop: shop, file: &faulty{Store: shop.Store}}
	for i, number := range []string{"+5511961234567", "+551161234567"} {
		c, err := shop.AddContact(t.Context(), store.NewContact{Phone: phone.E164(number), Name: "Lia", Source: "till"})
		if err != nil {
			t.Fatal(err)
		}
		d.ids[i] = c.ID
	}
	d.Driver = uitest.New(t, width, height, func(env *view.Env) tea.Model {
		return ui.New(env, ui.Options{Views: []view.View{behind{home{env}, d.file}}})
	})
	d.Press("D")
	d.Idle()
	return d
}

// merged says into whom the second became part of, 0 for nobody.
func (d *desk) merged(t *testing.T) store.ContactID {
	t.Helper()
	for _, id := range d.ids {
		c, err := d.shop.Store.Contact(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if c.MergedInto != 0 {
			return c.MergedInto
		}
	}
	return 0
}

func TestAMergeThatIsNotWrittenSaysSoAndLeavesTwo(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err  error
		want string
	}{
		"the rules forbid it": {&store.MoveError{Of: "merge", From: "changed"}, "One of the two has another number by now"},
		"one is gone":         {store.ErrNotFound, "This contact is no longer there."},
		"nobody knows why":    {errors.New("secret detail"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := at(t, 80, 24)
			d.file.merge = tt.err
			d.Press("m")
			d.See("Are they one person?")
			d.Press("y")
			d.Unseen("Are they one person?", "They are one contact now", "secret detail")
			if tt.want != "" {
				d.See(tt.want)
			}
			if got := d.merged(t); got != 0 {
				t.Errorf("they are merged into %d", got)
			}
		})
	}
}

func TestAProposalThatCannotBeMadeAsksNothing(t *testing.T) {
	t.Parallel()
	d := at(t, 60, 20)
	d.file.preview = store.ErrNotFound
	d.Press("m")
	d.Unseen("Are they one person?")
	d.See("This contact is no longer there.")
	d.Press("y")
	if got := d.merged(t); got != 0 {
		t.Errorf("a yes to nothing merged them into %d", got)
	}
}

func TestAnUndoThatIsRefusedKeepsThemOne(t *testing.T) {
	t.Parallel()
	d := at(t, 80, 24)
	d.file.undo = &store.MoveError{Of: "merge", From: "later"}
	d.Press("m", "y", "u")
	d.See("A later merge stands on this one: take that one back first.")
	if d.merged(t) == 0 {
		t.Error("they are two again")
	}
}

func TestANoLeavesTwoAndTheListOpen(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"n", "esc"} {
		d := at(t, 60, 20)
		d.Press("m", key)
		d.See("Duplicates", "two spellings of one number")
		d.Unseen("Are they one person?")
		if got := d.merged(t); got != 0 {
			t.Errorf("%s merged them into %d", key, got)
		}
		d.Press("esc")
		d.See("the contacts")
	}
}

func TestThereIsNoUndoBeforeAMerge(t *testing.T) {
	t.Parallel()
	d := at(t, 80, 24)
	d.Unseen("undo")
	d.Press("m", "y")
	d.See("u undo")
	d.Press("u")
	d.See("They are two contacts again.")
	d.Unseen("u undo")
}
