package cli_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pregon/sender/sandbox"
	"pregon/ui/cli"
)

// hears lets the shop hear its feed, as the service does.
func (d *desk) hears() {
	d.Helper()
	open, err := d.open(d.Context(), d.shopFile(), cli.Connect{})
	if err == nil {
		err = open.Store.FeedHeard(d.Context())
	}
	if err == nil {
		err = open.Store.Close()
	}
	if err != nil {
		d.Fatal(err)
	}
}

func TestADecisionThatTheFeedMaySpareIsRefusedWithTheDay(t *testing.T) {
	t.Parallel()
	d, id := lostOne(t)
	d.hears()
	got := d.run(2, "broadcast", "unknown", id, "--resend", number(1), "--staff", "Ana")
	if !strings.Contains(got.errors, "The feed may still tell what became of it. Nothing was changed.") || !strings.Contains(got.errors, "Decide from 25 Nov 2026") {
		t.Errorf("the same day: %q", got.errors)
	}
	d.ahead.Add(int64(50 * time.Hour))
	got = d.run(2, "broadcast", "unknown", id, "--give-up", number(1), "--staff", "Ana")
	if !strings.Contains(got.errors, "The feed is silent") || !strings.Contains(got.errors, "Bring the feed back first, then decide.") {
		t.Errorf("while it is silent: %q", got.errors)
	}
	d.hears()
	d.run(0, "broadcast", "unknown", id, "--give-up", number(1), "--staff", "Ana")
	if calls := d.sandbox.CallsTo(number(1)); calls != 1 {
		t.Errorf("%d calls to her", calls)
	}
}

func TestTheServiceSaysWhenTheFeedWasHeard(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.secrets()
	for _, test := range []struct {
		hears bool
		later time.Duration
		says  string
	}{
		{false, 0, "No event was ever heard. Write to the shop's number from a phone: that is one."},
		{true, 0, "The feed was last heard"},
		{false, 25 * time.Hour, "The feed is silent since 24 Nov 2026"},
	} {
		if test.hears {
			d.hears()
		}
		d.ahead.Add(int64(test.later))
		service := d.start("serve", "--webhook", "127.0.0.1:0")
		d.wait("the beginning", func() bool { return strings.Contains(service.complaints.String(), "--public-url") })
		service.cancel()
		if got := <-service.done; !strings.Contains(got.out, test.says) {
			t.Errorf("it says %q, want %q", got.out, test.says)
		}
	}
}

func TestTheOwnerIsToldWhenAKeptFileGoes(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.composed(1)
	key, to := d.ageKey(), filepath.Join(t.TempDir(), "shop.age")
	d.run(0, "backup", to, "--recipient", key.public)
	d.run(0, "restore", to, "--identity", key.secret)
	d.ahead.Add(int64(27 * 24 * time.Hour))
	if got := d.run(0, "contacts", "list"); strings.Contains(got.errors, "were deleted") {
		t.Errorf("after 27 days: %q", got.errors)
	}
	d.ahead.Add(int64(2 * 24 * time.Hour))
	if got := d.run(0, "contacts", "list"); !strings.Contains(got.errors, "Files that were kept when a backup was put back were deleted") {
		t.Errorf("after 29 days: %q", got.errors)
	}
	if left, err := filepath.Glob(d.shopFile() + ".before-*"); err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestABackupOfARecordThatDoesNotHoldSaysSo(t *testing.T) {
	t.Parallel()
	d := lived(t)
	db, err := sql.Open("sqlite", d.shopFile())
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"DROP TRIGGER consent_events_frozen", "UPDATE consent_events SET staff = 'Mallory' WHERE seq = (SELECT min(seq) FROM consent_events)"} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	got := d.run(0, "backup", filepath.Join(t.TempDir(), "shop.age"), "--recipient", d.ageKey().public)
	if !strings.Contains(got.out, "But the record of consents in it does not hold: see pregon consent verify.") {
		t.Errorf("it says %q", got.out)
	}
}
