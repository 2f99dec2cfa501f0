package store_test

import (
	"testing"

	"pregon/store"
)

func TestJoinedFeedsHoldEveryKindOfBoth(t *testing.T) {
	t.Parallel()
	one := store.Feed{
		Statuses: make([]store.Status, 1), Inbound: make([]store.Inbound, 1), Preferences: make([]store.Preference, 1),
		Templates: make([]store.TemplateNews, 1), Account: make([]store.AccountNews, 1), Identities: make([]store.Identity, 1),
		Unread: make([]store.Unread, 1),
	}
	both := one
	both.Add(one)
	if both.Updates() != 14 || one.Updates() != 7 {
		t.Errorf("two of each are %d, one of each %d", both.Updates(), one.Updates())
	}
	for _, tt := range []struct{ a, b, want bool }{{true, true, true}, {true, false, false}, {false, true, false}, {false, false, false}} {
		f := store.Feed{FromFile: tt.a}
		if f.Add(store.Feed{FromFile: tt.b}); f.FromFile != tt.want {
			t.Errorf("from a file %v and %v is %v", tt.a, tt.b, f.FromFile)
		}
	}
}
