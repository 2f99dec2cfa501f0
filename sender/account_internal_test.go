package sender

import (
	"testing"

	"pregon/store"
	"pregon/store/storetest"
)

// TestRequirement15NobodyIsWrittenToFromANumberSheDidNotSave: the shop put one number beside the id of another. Meta's
// answer settles it; that of a server on this machine is no answer of Meta's, where it names another number.
func TestRequirement15NobodyIsWrittenToFromANumberSheDidNotSave(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, server, shown string
		sendable            bool
	}{
		{"Meta names the number", "https://graph.facebook.com", "+1 604-555-0199", true},
		{"Meta names another", "https://graph.facebook.com", "+1 604-555-0142", false},
		{"Meta names none", "https://graph.facebook.com", "", true},
		{"a server here names another", "http://127.0.0.1:9", "+1 604-555-0142", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			her := shop.Customer(t, 1)
			e := &Engine{store: shop.Store, config: Config{BaseURL: test.server}}
			if err := e.keep(t.Context(), storetest.Settings(), store.Account{DisplayNumber: test.shown, Throughput: 80}); err != nil {
				t.Fatal(err)
			}
			c, err := shop.Store.Contact(t.Context(), her)
			if err != nil || c.Verdict.Sendable() != test.sendable {
				t.Errorf("verdict %v, %v", c.Verdict.Why, err)
			}
		})
	}
}

// TestRequirement15AnotherIDOfTheSameNumberLosesNobody: also practice proves that.
func TestRequirement15AnotherIDOfTheSameNumberLosesNobody(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	her := shop.Customer(t, 1)
	settings := storetest.Settings()
	settings.PhoneNumberID = "600000000000032"
	if err := shop.SaveShop(t.Context(), settings, "Ana"); err != nil {
		t.Fatal(err)
	}
	if c, err := shop.Store.Contact(t.Context(), her); err != nil || c.Verdict.Sendable() {
		t.Fatalf("before Meta was asked: %v, %v", c.Verdict.Why, err)
	}
	e := &Engine{store: shop.Store, config: Config{BaseURL: "http://127.0.0.1:9"}}
	if err := e.keep(t.Context(), settings, store.Account{DisplayNumber: "+1 604-555-0199", Throughput: 80}); err != nil {
		t.Fatal(err)
	}
	if c, err := shop.Store.Contact(t.Context(), her); err != nil || !c.Verdict.Sendable() {
		t.Errorf("after it: %v, %v", c.Verdict.Why, err)
	}
}
