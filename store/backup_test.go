package store_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"pregon/store"
	"pregon/store/archive"
	"pregon/store/storetest"
)

// vault is what seals and opens the backups of a test.
type vault struct{ seals, opens archive.Lock }

func newVault(tb testing.TB) vault {
	tb.Helper()
	secret, err := age.GenerateX25519Identity()
	if err != nil {
		tb.Fatal(err)
	}
	seals, err1 := archive.Recipients(secret.Recipient().String())
	opens, err2 := archive.Identities(strings.NewReader(secret.String()))
	if err := errors.Join(err1, err2); err != nil {
		tb.Fatal(err)
	}
	return vault{seals, opens}
}

// backup makes one and returns where it lies.
func (v vault) backup(tb testing.TB, shop *storetest.Shop) (string, archive.Manifest) {
	tb.Helper()
	to := filepath.Join(tb.TempDir(), "shop.backup")
	m, err := shop.Backup(tb.Context(), to, store.BackupOptions{Lock: v.seals, Staff: "Ana"})
	if err != nil {
		tb.Fatal(err)
	}
	return to, m
}

// restore puts one back at path.
func (v vault) restore(tb testing.TB, path, from string, clock *storetest.Clock) store.Restored {
	tb.Helper()
	r, _, err := store.Restore(tb.Context(), path, from, store.RestoreOptions{Lock: v.opens, Staff: "Ana"}, store.WithClock(clock.Now))
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestBackupSaysWhatIsInside(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	for n := range 3 {
		shop.Customer(t, n)
	}
	gone := shop.Customer(t, 3)
	if err := shop.Erase(t.Context(), gone, "Ana"); err != nil {
		t.Fatal(err)
	}
	shop.Broadcast(t, "sendable:yes")
	before, err := shop.VerifyLedger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, m := newVault(t).backup(t, shop)
	want := archive.Manifest{
		Format: 1, MadeAt: storetest.Start, Shop: "Panadería Luna", Schema: m.Schema, Contacts: 3, Broadcasts: 1,
		Suppressions: 1, Events: before.Events, Head: before.Head, Whole: true, Bytes: m.Bytes, SHA256: m.SHA256,
	}
	if m != want || m.Schema == 0 || m.Bytes == 0 {
		t.Errorf("manifest %+v, want %+v", m, want)
	}
	after, err := shop.VerifyLedger(t.Context())
	if err != nil || !after.OK || after.Events != before.Events+1 {
		t.Errorf("the backup is not on the record: %+v, %v", after, err)
	}
	if left, err := filepath.Glob(shop.File + ".backup-*"); err != nil || len(left) != 0 {
		t.Errorf("left beside the shop file: %v, %v", left, err)
	}
}

func TestBackupIsRefusedWhereItWouldHarm(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	v := newVault(t)
	letter := filepath.Join(t.TempDir(), "letter")
	if err := os.WriteFile(letter, []byte("Dear Lucía"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(shop.File, link); err != nil {
		t.Skip("no links here: ", err)
	}
	tests := []struct {
		name, to string
		force    bool
		check    func(error) bool
	}{
		{"over a letter", letter, false, func(err error) bool { return errors.Is(err, archive.ErrExists) }},
		{"over the shop file by force", shop.File, true, isShopFile},
		{"over its key by force", shop.File + ".key", true, isShopFile},
		{"over a link to it by force", link, true, isShopFile},
		{"into no folder", filepath.Join(letter, "x"), false, func(err error) bool { return err != nil }},
	}
	for _, test := range tests {
		_, err := shop.Backup(t.Context(), test.to, store.BackupOptions{Lock: v.seals, Force: test.force})
		if !test.check(err) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	if text, err := os.ReadFile(letter); err != nil || string(text) != "Dear Lucía" {
		t.Errorf("the letter is now %q, %v", text, err)
	}
	shop.Customer(t, 1) // the shop file lives
	if err := os.Remove(shop.File + ".key"); err != nil {
		t.Fatal(err)
	}
	again := storetest.Open(t, shop.File, shop.Clock)
	if _, err := again.Backup(t.Context(), letter+"2", store.BackupOptions{Lock: v.seals}); !errors.Is(err, store.ErrKeyMissing) {
		t.Errorf("without the key: %v, want ErrKeyMissing", err)
	}
}

func isShopFile(err error) bool {
	var invalid *store.InvalidError
	return errors.As(err, &invalid) && invalid.Reason == "shop_file"
}

// rows is all that a shop file holds, but for what a restore adds.
func rows(ctx context.Context, t *testing.T, shop *storetest.Shop) string {
	t.Helper()
	db := raw(t, shop)
	var all strings.Builder
	for _, query := range []string{
		"SELECT group_concat(id || phone || hex(phone_mac) || name || fields, '|') FROM (SELECT * FROM contacts ORDER BY id)",
		"SELECT group_concat(contact_id || consent || saved || platform || suppressed || eligible, '|') FROM (SELECT * FROM standings ORDER BY contact_id)",
		"SELECT group_concat(seq || hex(hash), '|') FROM (SELECT seq, hash FROM consent_events UNION SELECT seq, hash FROM saved_number_events ORDER BY 1)",
		"SELECT group_concat(id || broadcast_id || contact_id || state, '|') FROM (SELECT * FROM deliveries ORDER BY id)",
		"SELECT group_concat(hex(mac) || reason, '|') FROM suppressions",
	} {
		var text *string
		if err := db.QueryRowContext(ctx, query).Scan(&text); err != nil {
			t.Fatal(err)
		}
		if text != nil {
			all.WriteString(*text)
		}
		all.WriteString("\n")
	}
	return all.String()
}

func TestRestoreOnANewMachineBringsEverythingBack(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	for n := range 5 {
		shop.Customer(t, n)
	}
	gone := shop.Customer(t, 9)
	if err := shop.Erase(t.Context(), gone, "Ana"); err != nil {
		t.Fatal(err)
	}
	shop.Started(t, "sendable:yes")
	v := newVault(t)
	from, m := v.backup(t, shop)
	path := filepath.Join(t.TempDir(), "new machine", "shop.db")
	shop.Clock.Advance(time.Hour)
	r := v.restore(t, path, from, shop.Clock)
	if r.Kept != "" || r.Unread || r.Carried != 0 || !r.BackupAt.Equal(m.MadeAt) || !r.At.Equal(shop.Clock.Now()) {
		t.Errorf("Restore = %+v", r)
	}
	again := storetest.Open(t, path, shop.Clock)
	if again.KeyMissing() {
		t.Error("the suppression key did not come along")
	}
	if before, after := rows(t.Context(), t, shop), rows(t.Context(), t, again); before != after {
		t.Errorf("the file came back as\n%s\nand was\n%s", after, before)
	}
	// Suppression still works: who was erased is suppressed when the number comes again.
	db := raw(t, again)
	var macs int
	if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM suppressions s JOIN contacts c ON c.phone_mac = s.mac`).Scan(&macs); err != nil || macs != 1 {
		t.Errorf("%d on the suppression list are known by the key, %v", macs, err)
	}
	if v, err := again.VerifyLedger(t.Context()); err != nil || !v.OK || v.Events != m.Events+1 {
		t.Errorf("VerifyLedger = %+v, %v, want the restore on the record", v, err)
	}
	for name, want := range map[string]fs.FileMode{path: 0o600, path + ".key": 0o600} {
		if info, err := os.Stat(name); err != nil || (os.Getuid() >= 0 && info.Mode() != want) {
			t.Errorf("%s: %v, %v", filepath.Base(name), info.Mode(), err)
		}
	}
	if left, err := filepath.Glob(path + ".restore-*"); err != nil || len(left) != 0 {
		t.Errorf("left beside the shop file: %v, %v", left, err)
	}
}

func TestRestoredFileSendsNothingUntilItIsReviewed(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	for n := range 4 {
		shop.Customer(t, n)
	}
	id := shop.Started(t, "sendable:yes")
	claimOne(t, shop, id) // under way when the backup is made
	draft := shop.Broadcast(t, "sendable:yes")
	v := newVault(t)
	from, _ := v.backup(t, shop)
	path := filepath.Join(t.TempDir(), "shop.db")
	v.restore(t, path, from, shop.Clock)
	again := storetest.Open(t, path, shop.Clock)
	b, err := again.Store.Broadcast(ctx, id)
	if err != nil || b.State != store.BroadcastPaused || b.Reason != "restored" || b.Counts[store.DeliveryUnknown] != 1 {
		t.Fatalf("what was being sent is %+v, %v", b, err)
	}
	if _, err := again.Outbox.Acquire(ctx); err != nil {
		t.Fatal(err)
	}
	if err := again.Outbox.Resume(ctx, id, "Ana"); !errors.Is(err, store.ErrRestored) {
		t.Errorf("Resume = %v, want ErrRestored", err)
	}
	if _, err := again.Outbox.Claim(ctx, id, 1); !errors.Is(err, store.ErrRestored) {
		t.Errorf("Claim = %v, want ErrRestored", err)
	}
	var blocked *store.BlockedError
	if err := again.Outbox.Start(ctx, draft, store.Start{Staff: "Ana", WithoutFeed: true}); !errors.As(err, &blocked) || blocked.Blockers[0] != store.BlockerRestored {
		t.Errorf("Start = %v, want it blocked by the restore", err)
	}
	// Nor by hand-written SQL.
	for _, statement := range []string{
		"UPDATE broadcasts SET state = 'sending' WHERE state = 'paused'",
		"UPDATE broadcasts SET state = 'scheduled' WHERE state = 'draft'",
		"UPDATE restores SET backup_at = 0", "DELETE FROM restores",
	} {
		if _, err := raw(t, again).ExecContext(ctx, statement); err == nil {
			t.Errorf("%s was taken", statement)
		}
	}
	waiting, err := again.Restored(ctx)
	if err != nil || waiting == nil || waiting.Staff != "Ana" {
		t.Errorf("Restored = %+v, %v", waiting, err)
	}
	pending, err := again.Pending(ctx)
	if err != nil || len(pending) != 2 {
		t.Errorf("Pending = %+v, %v, want the begun one and the draft", pending, err)
	}
}

func TestReviewEndsWhatMayHaveBeenSentSince(t *testing.T) {
	t.Parallel()
	for _, goOn := range []bool{false, true} {
		shop := storetest.New(t)
		ctx := t.Context()
		for n := range 3 {
			shop.Customer(t, n)
		}
		id := shop.Started(t, "sendable:yes")
		draft := shop.Broadcast(t, "sendable:yes")
		v := newVault(t)
		from, _ := v.backup(t, shop)
		path := filepath.Join(t.TempDir(), "shop.db")
		v.restore(t, path, from, shop.Clock)
		again := storetest.Open(t, path, shop.Clock)
		review := store.RestoreReview{Staff: "Lucía"}
		if goOn {
			review.GoOn = []store.BroadcastID{id}
		}
		if err := again.AcceptRestored(ctx, store.RestoreReview{Staff: "Lucía", GoOn: []store.BroadcastID{99}}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a broadcast that is not there: %v", err)
		}
		if waiting, err := again.Restored(ctx); err != nil || waiting == nil {
			t.Errorf("a refused review ended the wait: %v", err)
		}
		for range 2 { // twice is once
			if err := again.AcceptRestored(ctx, review); err != nil {
				t.Fatal(err)
			}
		}
		if waiting, err := again.Restored(ctx); err != nil || waiting != nil {
			t.Errorf("Restored after the review = %+v, %v", waiting, err)
		}
		b, err := again.Store.Broadcast(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := again.Outbox.Acquire(ctx); err != nil {
			t.Fatal(err)
		}
		if goOn {
			if err := again.Outbox.Resume(ctx, id, "Lucía"); err != nil || b.State != store.BroadcastPaused {
				t.Errorf("Resume of %+v = %v, want it to go on", b, err)
			}
			continue
		}
		if b.State != store.BroadcastCancelled || b.Counts[store.DeliveryCancelled] != 3 || b.Reason != "restored" {
			t.Errorf("what may have been sent is %+v, want it cancelled", b)
		}
		if d, err := again.Store.Broadcast(ctx, draft); err != nil || d.State != store.BroadcastDraft {
			t.Errorf("the draft is %+v, %v", d, err)
		}
		if err := again.Outbox.Start(ctx, draft, store.Start{Staff: "Lucía", WithoutFeed: true}); err != nil {
			t.Errorf("Start after the review = %v", err)
		}
	}
}

func TestOptOutsSinceTheBackupAreCarriedOver(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	people := make([]store.ContactID, 8)
	for n := range people {
		people[n] = shop.Customer(t, n)
	}
	optOut := func(id store.ContactID) {
		t.Helper()
		if _, err := shop.RecordOptOut(ctx, store.OptOut{Contact: id, Staff: "Marta", Reason: "said so"}); err != nil {
			t.Fatal(err)
		}
	}
	optOut(people[0]) // known to the backup
	v := newVault(t)
	from, _ := v.backup(t, shop)
	shop.Clock.Advance(time.Hour)
	optOut(people[1])
	if err := shop.RecordPlatform(ctx, store.PlatformEvent{Contact: people[2], Type: "stopped", Code: 131050}); err != nil {
		t.Fatal(err)
	}
	if err := shop.Erase(ctx, people[3], "Ana"); err != nil {
		t.Fatal(err)
	}
	if err := shop.OpenReview(ctx, people[6]); err != nil {
		t.Fatal(err)
	}
	late := shop.Customer(t, 20) // came and left after the backup
	optOut(late)
	at := shop.Clock.Now()
	shop.Clock.Advance(time.Hour)
	optOut(people[5])
	shop.Clock.Advance(-30 * time.Minute) // the last one left in what is now the future
	if err := shop.Close(); err != nil {
		t.Fatal(err)
	}
	r := v.restore(t, shop.File, from, shop.Clock)
	if r.Carried != 6 || r.Unread || r.Kept == "" {
		t.Errorf("Restore = %+v, want six carried over", r)
	}
	again := storetest.Open(t, shop.File, shop.Clock)
	for n, want := range map[int]string{0: "withdrawn", 1: "withdrawn", 2: "platform_stopped", 3: "suppressed", 4: "", 5: "withdrawn", 20: "withdrawn"} {
		c, err := again.ContactByPhone(ctx, storetest.Phone(n))
		if err != nil {
			t.Errorf("customer %d: %v", n, err)
			continue
		}
		if got := c.Verdict.Sendable(); got != (want == "") || (want != "" && string(c.Verdict.Why[0]) != want) {
			t.Errorf("customer %d: %v, want %q", n, c.Verdict.Why, want)
		}
		if n == 1 && !c.Standing.ConsentAt.Equal(at) {
			t.Errorf("customer 1 left at %s, want %s", c.Standing.ConsentAt, at)
		}
	}
	kept := storetest.Open(t, r.Kept, shop.Clock)
	if _, err := kept.ContactByPhone(ctx, storetest.Phone(20)); err != nil || kept.KeyMissing() {
		t.Errorf("the file that was there before is not whole: %v", err)
	}
	// A second restore of the same backup carries the same over, no more.
	if err := errors.Join(again.Close(), kept.Close()); err != nil {
		t.Fatal(err)
	}
	shop.Clock.Advance(time.Hour)
	if r := v.restore(t, shop.File, from, shop.Clock); r.Carried != 6 {
		t.Errorf("restored again: %+v, want the same six", r)
	}
	var held int
	again = storetest.Open(t, shop.File, shop.Clock)
	if err := raw(t, again).QueryRowContext(ctx, "SELECT count(*) FROM open_reviews WHERE contact_id = ?", people[6]).Scan(&held); err != nil || held != 1 {
		t.Errorf("%d reviews are open of who may have refused, %v, want one", held, err)
	}
}

func TestRefusedRestoreTouchesNothing(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	v := newVault(t)
	from, _ := v.backup(t, shop)
	whole, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut")
	if err := os.WriteFile(cut, whole[:len(whole)-100], 0o600); err != nil {
		t.Fatal(err)
	}
	other := storetest.Other(t)
	other.Customer(t, 7)
	othersBackup, _ := v.backup(t, other)
	tests := []struct {
		name, from string
		with       vault
		want       error
	}{
		{"another's key", from, newVault(t), archive.ErrWrongKey},
		{"cut short", cut, v, archive.ErrAltered},
		{"a shop file", shop.File, v, archive.ErrForeign},
		{"nothing there", cut + "x", v, fs.ErrNotExist},
		{"another shop's", othersBackup, v, store.ErrOtherShop},
		{"while somebody has it open", from, v, store.ErrBusy},
	}
	before := rows(t.Context(), t, shop)
	for _, test := range tests {
		_, _, err := store.Restore(t.Context(), shop.File, test.from, store.RestoreOptions{Lock: test.with.opens}, store.WithClock(shop.Clock.Now))
		if !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
	if _, err := shop.Outbox.Acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, _, err = store.Restore(t.Context(), shop.File, from, store.RestoreOptions{Lock: v.opens})
	if _, locked := errors.AsType[*store.LockedError](err); !locked {
		t.Errorf("while an engine sends: %v, want *LockedError", err)
	}
	if after := rows(t.Context(), t, shop); after != before {
		t.Errorf("the file is now\n%s\nand was\n%s", after, before)
	}
	for _, pattern := range []string{".before-*", ".restore-*"} {
		if left, err := filepath.Glob(shop.File + pattern); err != nil || len(left) != 0 {
			t.Errorf("left beside the shop file: %v, %v", left, err)
		}
	}
	if waiting, err := shop.Restored(t.Context()); err != nil || waiting != nil {
		t.Errorf("the file waits for a review: %+v, %v", waiting, err)
	}
}

func TestDamagedFileIsReplacedAndKept(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	for n := range 50 {
		shop.Contact(t, n)
	}
	v := newVault(t)
	from, _ := v.backup(t, shop)
	if err := shop.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(shop.File)
	if err != nil {
		t.Fatal(err)
	}
	copy(whole[len(whole)/2:], bytes.Repeat([]byte{0xAA}, 3*4096))
	if err := errors.Join(os.WriteFile(shop.File, whole, 0o600), os.WriteFile(shop.File+"-wal", []byte("old"), 0o600)); err != nil {
		t.Fatal(err)
	}
	r := v.restore(t, shop.File, from, shop.Clock)
	if !r.Unread || r.Kept == "" {
		t.Errorf("Restore = %+v, want it to say that the old file could not be read", r)
	}
	if kept, err := os.ReadFile(r.Kept); err != nil || !bytes.Equal(kept, whole) {
		t.Errorf("the damaged file was not kept as it was: %v", err)
	}
	if _, err := storetest.Open(t, shop.File, shop.Clock).ContactByPhone(t.Context(), storetest.Phone(49)); err != nil {
		t.Errorf("the restored file: %v", err)
	}
}

func TestBackupWhileSendingIsOfOneMoment(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	for n := range 30 {
		shop.Customer(t, n)
	}
	id := shop.Started(t, "sendable:yes")
	v := newVault(t)
	done := make(chan error, 1)
	go func() {
		for {
			claimed, err := shop.Outbox.Claim(ctx, id, 1)
			if err != nil || len(claimed.Claims) == 0 {
				done <- err
				return
			}
			result := store.Result{Claim: claimed.Claims[0], Outcome: store.Accepted{Wamid: claimed.Claims[0].PublicID()}}
			if err := shop.Outbox.Settle(ctx, []store.Result{result}); err != nil {
				done <- err
				return
			}
		}
	}()
	for range 3 {
		from, _ := v.backup(t, shop)
		path := filepath.Join(t.TempDir(), "shop.db")
		v.restore(t, path, from, shop.Clock)
		again := storetest.Open(t, path, shop.Clock)
		if counts := again.Counts(ctx, t, id); counts.Audience() != 30 || counts[store.DeliverySending] != 0 || counts[store.DeliveryUnknown] > 1 {
			t.Errorf("counts = %v, want the thirty of one moment", counts)
		}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// TestBackupThatIsNotWhatItSaysIsRefused seals a real shop file anew with words
// that do not fit it, as who has only the public key could.
func TestBackupThatIsNotWhatItSaysIsRefused(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	v := newVault(t)
	from, _ := v.backup(t, shop)
	folder := t.TempDir()
	m, err := archive.Read(t.Context(), from, v.opens, folder)
	if err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(filepath.Join(folder, archive.KeyFile))
	if err != nil {
		t.Fatal(err)
	}
	otherKey, err := os.ReadFile(storetest.Other(t).File + ".key")
	if err != nil {
		t.Fatal(err)
	}
	letter := filepath.Join(folder, "letter")
	if err := os.WriteFile(letter, bytes.Repeat([]byte("Dear Lucía, "), 50), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		change func(*archive.Content)
		want   error
	}{
		{"as it was", func(*archive.Content) {}, nil},
		{"another head", func(c *archive.Content) { c.Head = strings.Repeat("0", 64) }, archive.ErrAltered},
		{"fewer events", func(c *archive.Content) { c.Events-- }, archive.ErrAltered},
		{"a record that does not hold", func(c *archive.Content) { c.Whole = false }, archive.ErrAltered},
		{"another schema", func(c *archive.Content) { c.Schema = 1 }, archive.ErrAltered},
		{"another shop's key", func(c *archive.Content) { c.Key = otherKey }, archive.ErrAltered},
		{"no key", func(c *archive.Content) { c.Key = nil }, archive.ErrAltered},
		{"a letter", func(c *archive.Content) { c.Shop = letter }, store.ErrForeignFile},
	}
	for _, test := range tests {
		content := archive.Content{Manifest: m, Shop: filepath.Join(folder, archive.ShopFile), Key: key}
		test.change(&content)
		sealed, path := filepath.Join(t.TempDir(), "b.age"), filepath.Join(t.TempDir(), "shop.db")
		if _, err := archive.Write(t.Context(), sealed, content, v.seals, false); err != nil {
			t.Fatal(err)
		}
		_, _, err := store.Restore(t.Context(), path, sealed, store.RestoreOptions{Lock: v.opens}, store.WithClock(shop.Clock.Now))
		if !errors.Is(err, test.want) {
			t.Errorf("%s: Restore = %v, want %v", test.name, err, test.want)
		}
		if _, err := os.Stat(path); (err == nil) != (test.want == nil) {
			t.Errorf("%s: a shop file lies there: %v", test.name, err)
		}
	}
}
