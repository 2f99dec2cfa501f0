package contacts_test

import (
	"strings"
	"testing"
	"time"

	"pregon/store/storetest"
)

// grouped is a shop with tags, a field and a saved audience.
func grouped(t *testing.T) *storetest.Shop {
	t.Helper()
	shop := storetest.New(t)
	person(t, shop, 1, "Ana", "vip", "big spender")
	person(t, shop, 2, "Ben", "vecino")
	person(t, shop, 3, "Cai")
	_, err := shop.SaveAudience(t.Context(), "Good customers", "tag:vip -tag:staff", "Marta")
	must(t, err)
	return shop
}

func TestTabCompletesTheSearchFromWhatTheShopHas(t *testing.T) {
	t.Parallel()
	d := at(t, grouped(t), 80, 24)
	d.Press("/")
	d.Type("ta")
	d.See("tab tag:", "complete")
	d.Press("tab")
	d.See("/ tag:", "tab big-spender  vecino  vip")
	d.Unseen("Something must follow") // what can follow stands there
	d.Type("vi")
	d.Press("tab")
	d.Advance(time.Second)
	d.See("/ tag:vip", "1 of 3", "Ana")
	d.Unseen("Ben", "tab ")
	d.Type("aud")
	d.Press("tab", "tab")
	d.See(`/ tag:vip audience:"Good customers"`)
	d.Advance(time.Second)
	d.See("1 of 3")
}

func TestTabGoesThroughWhatFits(t *testing.T) {
	t.Parallel()
	d := at(t, grouped(t), 60, 20)
	d.Press("/")
	d.Type("tag:v")
	for _, want := range []string{"/ tag:vecino", "/ tag:vip", "/ tag:vecino"} {
		d.Press("tab")
		d.Advance(time.Second)
		d.See(want, "tab vecino  vip", "1 of 3")
	}
	d.Type(" -consent:g")
	d.Press("tab")
	d.See("-consent:given")
}

func TestTheListDoesNotJumpWhileSomebodyTypes(t *testing.T) {
	t.Parallel()
	shop := grouped(t)
	person(t, shop, 4, "Tata")
	d := at(t, shop, 80, 24)
	d.Press("/")
	row := func() int {
		lines := strings.Split(d.Screen(), "\n")
		for i, text := range lines {
			if strings.Contains(text, "Number") {
				return i
			}
		}
		return -1
	}
	want := row()
	for _, key := range []string{"t", "a", "tab"} {
		d.Press(key)
		if got := row(); got != want || want < 0 {
			t.Errorf("after %s the list begins at line %d, before at %d", key, got, want)
		}
	}
}

func TestANameNobodySavedIsAFaultOfTheSearch(t *testing.T) {
	t.Parallel()
	shop := grouped(t)
	d := at(t, shop, 80, 24)
	d.Press("/")
	d.Type("audience:nobody ana")
	d.See("^^^^^^^^^^^^^^^", "No audience is saved under this name.")
	_, err := shop.SaveAudience(t.Context(), "nobody", "tag:vip", "Marta")
	must(t, err)
	d.Press("esc", "/")
	d.Type("audience:nobody ana")
	d.Unseen("No audience is saved")
	d.Advance(time.Second)
	d.See("1 of 3")
}

func TestTabIsNothingWhereNothingCanBeCompleted(t *testing.T) {
	t.Parallel()
	d := at(t, grouped(t), 80, 24)
	d.Press("/", "tab")
	d.Type("zoe")
	d.Press("tab")
	d.See("/ zoe")
	d.Unseen("complete")
	d.Press("enter", "tab") // and outside the search
	d.See("/ zoe")
}
