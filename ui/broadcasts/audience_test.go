package broadcasts_test

import (
	"testing"
	"time"

	"pregon/store"
)

func TestTabCompletesTheAudienceAndElseGoesOn(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{80, 24}, {60, 20}} {
		d := open(t, size[0], size[1])
		d.people(t)
		must(t, d.shop.TagContacts(t.Context(), []store.ContactID{1, 2}, []string{"vip"}, nil))
		_, err := d.shop.SaveAudience(t.Context(), "regulars", "tag:vip -tag:staff", "Marta")
		must(t, err)
		d.Press("n", "enter")
		d.See("next step")
		d.Type("reg")
		d.See("tab audience:regulars", "complete")
		d.Unseen("next step")
		d.Press("tab")
		d.Advance(time.Second)
		d.See("audience:regulars", "2 people", "2 will get it", "next step")
		if draft := d.drafts(t)[0]; draft.Audience != "audience:regulars " {
			t.Errorf("the draft asks for %q", draft.Audience)
		}
		d.Press("tab")
		d.See("3 Words")
		d.Unseen("2 people")
	}
}

func TestADraftOfAnAudienceNobodySavedSaysSo(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.Press("n", "enter")
	d.Type("audience:nobody")
	d.Advance(time.Second)
	d.See("not understood", "No audience is saved under this name.", "^^^^")
	d.Unseen("will get it")
	if list := d.drafts(t); len(list) > 0 && list[0].Audience == "audience:nobody" {
		t.Errorf("it was saved: %+v", list[0].Draft)
	}
}
