package contacts_test

import (
	"strings"
	"testing"

	"pregon/store"
	"pregon/store/storetest"
)

// tagsOf are the tags of a contact, in one line.
func (d *desk) tagsOf(id store.ContactID) string { return strings.Join(d.person(id).Tags, " ") }

func TestATagIsRenamedMergedAndTakenAwayWithUndo(t *testing.T) {
	t.Parallel()
	shop, lucia, jose, _ := bakery(t)
	d := at(t, shop, 80, 24)
	d.Press("T")
	d.See("Tags", "3  vip", "1  wholesale", "esc close")
	d.Press("r")
	d.Type("s")
	d.Press("enter")
	d.See("The tags of 3 contacts are changed; u takes it back.", "3  vips")
	if got := d.tagsOf(jose); got != "vips wholesale" {
		t.Errorf("renamed: %q", got)
	}
	d.Press("down", "r", "ctrl+u")
	d.Type("VIPS")
	d.Press("enter")
	d.Unseen("1  wholesale")
	if got := d.tagsOf(jose); got != "vips" {
		t.Errorf("merged: %q", got)
	}
	d.Press("u")
	d.See("The tags are as they were.", "1  wholesale")
	d.Press("home", "x")
	d.See("Take it from everybody who has it? vips")
	d.Press("enter", "esc")
	d.Unseen("Take it from everybody")
	d.Press("x", "y")
	d.Unseen("3  vips")
	if got := d.tagsOf(lucia); got != "" {
		t.Errorf("taken away: %q", got)
	}
	d.Press("u")
	if got := d.tagsOf(lucia); got != "vips" {
		t.Errorf("after the undo: %q", got)
	}
	d.Press("esc")
	d.Unseen("esc close")
}

func TestATagListsItsContacts(t *testing.T) {
	t.Parallel()
	shop, _, jose, _ := bakery(t)
	must(t, shop.TagContacts(t.Context(), []store.ContactID{jose}, []string{`x"y(z`}, []string{"wholesale"}))
	d := at(t, shop, 80, 24)
	d.Press("T", "end")
	d.Click(`x"y(z`)
	d.Press("enter")
	d.See("1 of 4", "José Ángel Ruiz")
	d.Unseen("Bruno")
}

func TestANewNameOfATagIsChecked(t *testing.T) {
	t.Parallel()
	shop, lucia, _, _ := bakery(t)
	d := at(t, shop, 80, 24)
	d.Press("T", "r", "ctrl+u", "enter")
	d.See("! This must not be empty.")
	d.Type("diabetic")
	d.Press("enter")
	d.See("“diabetic” seems to tell of somebody's health.", "Enter again keeps it.")
	if got := d.tagsOf(lucia); got != "vip" {
		t.Errorf("renamed without asking: %q", got)
	}
	d.Press("enter")
	if got := d.tagsOf(lucia); got != "diabetic" {
		t.Errorf("kept: %q", got)
	}
	d.Press("r", "esc", "esc")
	d.See("4 of 4")
}

func TestWithoutTagsTheListSaysWhatToDo(t *testing.T) {
	t.Parallel()
	d := at(t, storetest.New(t), 80, 24)
	d.Press("T")
	d.See("There is no tag yet: t on a contact adds one.")
	d.Press("r")
	d.Unseen("New name")
}

func TestSensitiveTagsAreWarnedOfOnce(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ tag, warning string }{
		{"celiac", "health"}, {"católica", "believes"}, {"sindicato", "trade union"}, {"socialista", "politics"},
	} {
		t.Run(test.tag, func(t *testing.T) {
			t.Parallel()
			shop, _, _, ana := bakery(t)
			d := at(t, shop, 80, 24)
			d.Press("t")
			d.Type("+new +" + test.tag)
			d.Press("enter")
			d.See(test.warning, "article 9")
			if got := d.tagsOf(ana); got != "vip" {
				t.Fatalf("tagged without asking: %q", got)
			}
			d.Press("backspace") // another tag is another question
			d.Unseen("GDPR")
			d.Type(test.tag[len(test.tag)-1:])
			d.Press("enter")
			d.See("article 9")
			d.Press("enter")
			d.See("The tags of 1 contact are changed")
			if got := d.tagsOf(ana); !strings.Contains(got, test.tag) {
				t.Errorf("tags %q", got)
			}
		})
	}
}

func TestTagsSheHasAlreadyAreNotWarnedOf(t *testing.T) {
	t.Parallel()
	shop, _, _, ana := bakery(t)
	must(t, shop.TagContacts(t.Context(), []store.ContactID{ana}, []string{"celiac"}, nil))
	d := at(t, shop, 80, 24)
	d.Press("e")
	d.Type(" Gil")
	d.Press("ctrl+s")
	d.See("The changes are saved.")
	d.Press("e", "tab", "tab")
	d.Type(" gay")
	d.Press("ctrl+s")
	d.See("seems to tell whom somebody loves.")
}

func TestATagThatAnAudienceAsksForStaysAndSaysWhy(t *testing.T) {
	t.Parallel()
	shop, _, _, ana := bakery(t)
	_, err := shop.SaveAudience(t.Context(), "Best ones", "tag:vip", "Marta")
	must(t, err)
	for _, keys := range [][]string{{"r", "x", "enter"}, {"x", "y"}} {
		d := at(t, shop, 80, 24)
		d.Press("T")
		d.Press(keys...)
		d.See("Nothing was changed: Best ones still asks for it.")
		if got := d.tagsOf(ana); got != "vip" {
			t.Errorf("%v: tags %q", keys, got)
		}
	}
}
