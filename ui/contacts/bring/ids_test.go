package bring_test

import "testing"

func TestAFileOfWhatsAppsIDsIsTakenInAndFoundAgain(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	before := d.total()
	text := "user_id,name\nCA.1349120865530274,Ana\nCA.1349120865530274,Ana again\nCA.2,Bea\n4711,Nobody\n"
	d.offer(d.written("ids.csv", text))
	d.See("This is what its columns are taken for.", "WhatsApp's id", "CA.1349120865530274")
	d.Press("enter")
	d.See("2  ✓ new contacts", "1  ! cannot be taken")
	d.Press("enter")
	c, err := d.shop.ContactByUserID(t.Context(), "CA.1349120865530274")
	if err != nil || c.Name != "Ana" || c.Phone != "" || c.Verdict.Sendable() {
		t.Errorf("she came in as %+v, %v", c, err)
	}
	if got := d.total() - before; got != 2 {
		t.Errorf("%d more contacts, want 2", got)
	}
}
