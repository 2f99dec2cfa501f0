package cli

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// TestRequirement20AnAppThatIsNeverClosedLetsConsentsExpireToo: the counter's computer may run for months.
func TestRequirement20AnAppThatIsNeverClosedLetsConsentsExpireToo(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	her := shop.Customer(t, 1)
	if _, err := shop.RetainIfDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	l := speaking(t, "en")
	var said bytes.Buffer
	l.Err = &said
	left := errors.New("left")
	changes := shop.Changes(t.Context())
	err := l.besideHouse(t.Context(), shop.Store, time.Millisecond, func() error {
		shop.Clock.Advance(25 * 31 * 24 * time.Hour)
		patience := time.NewTimer(10 * time.Second)
		defer patience.Stop()
		for {
			c, err := shop.Store.Contact(t.Context(), her)
			if err != nil || c.Standing.Consent == store.ConsentExpired {
				return errors.Join(left, err)
			}
			select {
			case <-changes:
			case <-patience.C:
				t.Error("her consent stands for ever")
				return left
			}
		}
	})
	if !errors.Is(err, left) {
		t.Errorf("the app ended with %v", err)
	}
	if !strings.Contains(said.String(), "Consents expired: 1") {
		t.Errorf("it says %q", said.String())
	}
}
