package store_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// deed is one change of a shop file. What it leaves behind is either all of it or nothing.
type deed struct {
	name  string
	ready func(*testing.T, *storetest.Shop)            // before it, without faults
	do    func(context.Context, *storetest.Shop) error // one transaction
	steps bool                                         // or several: what was done stays, and the same again goes on
	over  func(error) bool                             // an answer to the same again that says it is done
}

// The ids of the shop that lived(t, true) makes, in the order it makes them.
const (
	aContact, stranger, asked, refused, leaver = 1, 9, 10, 11, 12
	aDraft, aPlan, aRun                        = 1, 2, 3
)

func peopleDeeds() []deed {
	one := func(name string, do func(context.Context, *storetest.Shop) error) deed {
		return deed{name: name, do: do}
	}
	text := func(s string) *string { return &s }
	return []deed{
		one("add a contact", func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.AddContact(ctx, store.NewContact{
				Phone: storetest.Phone(99), UserID: "CA.99", Name: "Zoe", Source: "counter", Tags: []string{"vip"}, Fields: map[string]string{"city": "Lugo"},
			})
			return err
		}),
		one("edit a contact", func(ctx context.Context, s *storetest.Shop) error {
			return s.Edit(ctx, aContact, store.EditContact{Name: text("Other"), Fields: map[string]string{"city": "Lugo"}})
		}),
		one("tag contacts", func(ctx context.Context, s *storetest.Shop) error {
			return s.TagContacts(ctx, []store.ContactID{1, 2, 3}, []string{"new", "gold"}, []string{"vip"})
		}),
		one("rename a tag", func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.RenameTag(ctx, "street-1", "road-1", "Ana")
			return err
		}),
		one("merge tags", func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.MergeTags(ctx, []string{"street-1", "street-2"}, "roads", "Ana")
			return err
		}),
		one("remove a tag", func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.RemoveTag(ctx, "street-1", "Ana")
			return err
		}),
		{
			name: "undo a change of tags",
			ready: func(t *testing.T, s *storetest.Shop) {
				t.Helper()
				_, err := s.RemoveTag(t.Context(), "street-1", "Ana")
				must(t, err)
			},
			do: func(ctx context.Context, s *storetest.Shop) error {
				_, err := s.UndoTagChange(ctx, 0, "Ana")
				return err
			},
		},
		one("erase a contact", func(ctx context.Context, s *storetest.Shop) error { return s.Erase(ctx, aContact, "Ana") }),
		one("merge two contacts", func(ctx context.Context, s *storetest.Shop) error { return s.Merge(ctx, 2, aContact, "Ana") }),
		{
			name: "undo a merge",
			ready: func(t *testing.T, s *storetest.Shop) {
				t.Helper()
				must(t, s.Merge(t.Context(), 2, aContact, "Ana"))
			},
			do: func(ctx context.Context, s *storetest.Shop) error {
				_, err := s.UndoMerge(ctx, 0, "Ana")
				return err
			},
		},
		one("a visit to the counter", func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.RecordCounter(ctx, store.Counter{
				Phone: storetest.Phone(98), Name: "Zoe", Language: "en", Staff: "Marta", Saved: store.GradeSeenByStaff,
				Yes: &store.OptIn{Method: store.MethodSpoken, Notice: "optin-en"},
			})
			return err
		}),
		{
			name: "purge whom time asks for", steps: true,
			ready: func(_ *testing.T, s *storetest.Shop) { s.Clock.Advance(store.PurgeAfter + 25*time.Hour) },
			do: func(ctx context.Context, s *storetest.Shop) error {
				_, err := s.Retain(ctx)
				return err
			},
		},
		{
			name: "purge one now", steps: true,
			ready: func(t *testing.T, s *storetest.Shop) {
				t.Helper()
				must(t, s.Erase(t.Context(), stranger, "Ana"))
			},
			do:   func(ctx context.Context, s *storetest.Shop) error { return s.Purge(ctx, stranger, "Ana") },
			over: func(err error) bool { return errors.Is(err, store.ErrNotFound) },
		},
	}
}

func ledgerDeeds() []deed {
	return []deed{
		{name: "an opt-in", do: func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.RecordOptIn(ctx, storetest.OptIn(stranger))
			return err
		}},
		{name: "an opt-out", do: func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.RecordOptOut(ctx, store.OptOut{Contact: aContact, Staff: "Marta", Reason: "too many"})
			return err
		}},
		{name: "a refusal", do: func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.RecordRefusal(ctx, asked, "Marta", "counter")
			return err
		}},
		{name: "a question", do: func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.RecordAsked(ctx, store.Asked{Contact: stranger, Staff: "Marta"})
			return err
		}},
		{name: "a void", do: func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.VoidLast(ctx, aContact, "Marta")
			return err
		}},
		{name: "a saved number", do: func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.RecordSavedNumber(ctx, store.SavedNumber{Contact: stranger, Grade: store.GradeSaysSaved, Staff: "Marta"})
			return err
		}},
		{name: "a number no longer saved", do: func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.RevokeSavedNumber(ctx, aContact, "Marta", "new phone")
			return err
		}},
		{name: "a fact of the platform", do: func(ctx context.Context, s *storetest.Shop) error {
			return s.RecordPlatform(ctx, store.PlatformEvent{Contact: aContact, Type: "unreachable", At: s.Clock.Now()})
		}},
		{name: "a judgement", do: func(ctx context.Context, s *storetest.Shop) error {
			list, err := s.Reviews(ctx)
			if err != nil || len(list) == 0 {
				return errors.Join(err, errors.New("no review"))
			}
			return s.ResolveReview(ctx, list[0].ID, store.ReviewNotARefusal, "Marta")
		}},
		{name: "a poster", do: func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.OpenPrompt(ctx, store.Prompt{Code: "luna", Notice: "optin-en", Place: "window", Staff: "Marta"})
			return err
		}},
		{
			name: "a poster taken down",
			ready: func(t *testing.T, s *storetest.Shop) {
				t.Helper()
				poster(t, s, "luna")
			},
			do: func(ctx context.Context, s *storetest.Shop) error { return s.ClosePrompt(ctx, "luna") },
		},
		{name: "new wordings", do: func(ctx context.Context, s *storetest.Shop) error {
			return s.PublishNotices(ctx, []store.NoticeText{{ID: "optin-en", Language: "en", Text: "May {shop} write? Save {number}."}}, "Ana")
		}},
		{name: "another number of the shop", ready: func(t *testing.T, s *storetest.Shop) {
			t.Helper()
			must(t, s.PauseBroadcast(t.Context(), aRun, "Ana"))
		}, do: func(ctx context.Context, s *storetest.Shop) error {
			settings := storetest.Settings()
			settings.Number, settings.Name = "+16045550198", "Panadería Sol"
			return s.SaveShop(ctx, settings, "Ana")
		}},
		{name: "an audit event", do: func(ctx context.Context, s *storetest.Shop) error {
			return s.RecordAudit(ctx, store.AuditEvent{Type: "export", Staff: "Ana", Subject: "x"})
		}},
	}
}

func feedDeeds() []deed {
	tells := func(name string, feed func(*storetest.Shop) store.Feed) deed {
		return deed{name: name, do: func(ctx context.Context, s *storetest.Shop) error { return s.RecordFeed(ctx, feed(s)) }}
	}
	return []deed{
		tells("statuses", func(s *storetest.Shop) store.Feed {
			return store.Feed{Statuses: []store.Status{
				{Wamid: "wamid.1", State: store.DeliveryDelivered, At: s.Clock.Now()},
				{Wamid: "wamid.0", State: store.DeliveryFailed, Code: 131050, At: s.Clock.Now()},
				{Wamid: "wamid.later", State: store.DeliveryRead, At: s.Clock.Now()},
			}}
		}),
		tells("a failure that stops the account", func(s *storetest.Shop) store.Feed {
			return store.Feed{Statuses: []store.Status{{Wamid: "wamid.1", State: store.DeliveryFailed, Code: 131031, At: s.Clock.Now()}}}
		}),
		tells("a stop word", func(s *storetest.Shop) store.Feed { return store.Feed{Inbound: []store.Inbound{write(s, 3, "STOP")}} }),
		tells("words to be judged", func(s *storetest.Shop) store.Feed {
			return store.Feed{Inbound: []store.Inbound{write(s, 3, "please no more")}}
		}),
		tells("a stranger's stop", func(s *storetest.Shop) store.Feed { return store.Feed{Inbound: []store.Inbound{write(s, 77, "STOP")}} }),
		tells("Meta's own stop", func(s *storetest.Shop) store.Feed {
			return store.Feed{Preferences: []store.Preference{{Phone: storetest.Phone(3), Value: "stop", At: s.Clock.Now()}}}
		}),
		tells("another number", func(s *storetest.Shop) store.Feed {
			return store.Feed{Identities: []store.Identity{{OldPhone: storetest.Phone(3), Phone: storetest.Phone(90), UserID: "CA.3", At: s.Clock.Now()}}}
		}),
		tells("two contacts that are one", func(s *storetest.Shop) store.Feed {
			return store.Feed{Identities: []store.Identity{{Phone: storetest.Phone(3), UserID: "CA.1", At: s.Clock.Now()}}}
		}),
		tells("a template that is paused", func(s *storetest.Shop) store.Feed {
			return store.Feed{Templates: []store.TemplateNews{{Name: "offer", Language: "en", Status: "PAUSED", At: s.Clock.Now()}}}
		}),
		tells("an account that is disabled", func(s *storetest.Shop) store.Feed {
			return store.Feed{Account: []store.AccountNews{{Kind: "account_update", Event: "DISABLED_UPDATE", BanState: "DISABLE", At: s.Clock.Now()}}}
		}),
		tells("something nobody understands", func(*storetest.Shop) store.Feed {
			return store.Feed{Unread: []store.Unread{{Key: "k", Payload: "{}"}}}
		}),
		{name: "templates read", do: func(ctx context.Context, s *storetest.Shop) error {
			other := storetest.Offer()
			other.Name, other.MetaID = "other", "2"
			return s.SaveTemplates(ctx, []store.Template{other})
		}},
		{name: "a template stopped by a call", do: func(ctx context.Context, s *storetest.Shop) error {
			return s.StopTemplate(ctx, "offer", "en", "PAUSED")
		}},
		{name: "the account read", do: func(ctx context.Context, s *storetest.Shop) error {
			return s.SaveAccount(ctx, store.Account{Quality: "YELLOW", MessagingLimit: 1000, Throughput: 80, Status: "CONNECTED"})
		}},
		{name: "the account stopped by a call", do: func(ctx context.Context, s *storetest.Shop) error {
			return s.Outbox.StopAccount(ctx, "platform_account", 131031)
		}},
		{name: "a round trip", do: func(ctx context.Context, s *storetest.Shop) error {
			return s.RecordRoundTrip(ctx, "https://shop.example/webhook", store.DoorOpen)
		}},
	}
}

func broadcastDeeds() []deed {
	resume := func(t *testing.T, s *storetest.Shop) {
		t.Helper()
		_, err := s.Outbox.Acquire(t.Context())
		must(t, err)
	}
	draft := store.Draft{Name: "New", Template: "offer", Language: "en", Audience: "tag:vip", Bindings: store.Bindings{"1": {Field: "name", Fallback: "you"}}}
	return []deed{
		{name: "a draft", do: func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.CreateBroadcast(ctx, draft, "Ana")
			return err
		}},
		{name: "a draft changed", do: func(ctx context.Context, s *storetest.Shop) error { return s.SaveDraft(ctx, aDraft, draft) }},
		{name: "a draft thrown away", steps: true, over: isMove, do: func(ctx context.Context, s *storetest.Shop) error {
			return s.DiscardDraft(ctx, aDraft, "Ana")
		}},
		{name: "a plan", do: func(ctx context.Context, s *storetest.Shop) error {
			return s.ScheduleBroadcast(ctx, aDraft, store.Schedule{At: s.Clock.Now().Add(time.Hour), Staff: "Ana", People: 100, WithoutFeed: true})
		}},
		{name: "a pause", do: func(ctx context.Context, s *storetest.Shop) error { return s.PauseBroadcast(ctx, aRun, "Ana") }},
		{
			name: "going on",
			ready: func(t *testing.T, s *storetest.Shop) {
				t.Helper()
				must(t, s.PauseBroadcast(t.Context(), aRun, "Ana"))
			},
			do: func(ctx context.Context, s *storetest.Shop) error { return s.Outbox.Resume(ctx, aRun, "Ana") },
		},
		{name: "a pause by a call", do: func(ctx context.Context, s *storetest.Shop) error {
			return s.Outbox.Pause(ctx, aRun, "platform_template", 132015)
		}},
		{name: "an end for good", steps: true, do: func(ctx context.Context, s *storetest.Shop) error { return s.CancelBroadcast(ctx, aRun, "Ana") }},
		{name: "a start", steps: true, over: isMove, ready: resume, do: func(ctx context.Context, s *storetest.Shop) error {
			return s.Outbox.Start(ctx, aDraft, store.Start{Staff: "Ana", WithoutFeed: true})
		}},
		{name: "the engine's lock", steps: true, do: func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.Outbox.Acquire(ctx)
			return err
		}},
		{name: "a sign of life", ready: resume, do: func(ctx context.Context, s *storetest.Shop) error { return s.Outbox.Beat(ctx) }},
		{name: "claims", ready: resume, do: func(ctx context.Context, s *storetest.Shop) error {
			claimed, err := s.Outbox.Claim(ctx, aRun, 2)
			if err == nil && len(claimed.Claims) != 2 {
				err = fmt.Errorf("claimed %d", len(claimed.Claims))
			}
			return err
		}},
		settling("answers", func(n int) store.Outcome {
			return []store.Outcome{store.Accepted{Wamid: "wamid.new"}, store.Unknown{Why: "timeout"}}[n]
		}),
		settling("refusals", func(n int) store.Outcome {
			return []store.Outcome{store.Refused{Code: 131026}, store.OptedOut{Code: 131050}}[n]
		}),
		settling("attempts that did not go out", func(int) store.Outcome { return store.Later{} }),
		{name: "a note", do: func(ctx context.Context, s *storetest.Shop) error {
			return s.Outbox.Note(ctx, aRun, store.BroadcastEvent{Type: "wait", Reason: "rate"})
		}},
		{name: "a decision to send again", do: func(ctx context.Context, s *storetest.Shop) error { return decideFirst(ctx, s, true) }},
		{name: "a decision to give up", do: func(ctx context.Context, s *storetest.Shop) error { return decideFirst(ctx, s, false) }},
		{name: "a picture's id", do: func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.Outbox.RecordUpload(ctx, aRun, "1", "2")
			return err
		}},
		{name: "an audience", do: func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.SaveAudience(ctx, "Regulars", "tag:vip", "Ana")
			return err
		}},
		{name: "an audience's other name", ready: audienceSaved, do: func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.RenameAudience(ctx, "Neighbours", "Street", "Ana")
			return err
		}},
		{name: "an audience's other people", ready: audienceSaved, do: func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.ChangeAudience(ctx, "Neighbours", "tag:street-2", "Ana")
			return err
		}},
		{name: "an audience forgotten", ready: audienceSaved, do: func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.DeleteAudience(ctx, "Neighbours", "Ana")
			return err
		}},
	}
}

// settling is the settlement of two claims.
func settling(name string, outcome func(n int) store.Outcome) deed {
	var results []store.Result
	return deed{
		name: name,
		ready: func(t *testing.T, s *storetest.Shop) {
			t.Helper()
			_, err := s.Outbox.Acquire(t.Context())
			must(t, err)
			claimed, err := s.Outbox.Claim(t.Context(), aRun, 2)
			must(t, err)
			results = nil
			for n, claim := range claimed.Claims {
				results = append(results, store.Result{Claim: claim, Outcome: outcome(n)})
			}
		},
		do: func(ctx context.Context, s *storetest.Shop) error {
			if len(results) != 2 {
				return errors.New("nothing was claimed")
			}
			return s.Outbox.Settle(ctx, results)
		},
	}
}

func audienceSaved(t *testing.T, s *storetest.Shop) {
	t.Helper()
	_, err := s.SaveAudience(t.Context(), "Neighbours", "tag:street-1", "Ana")
	must(t, err)
}

func decideFirst(ctx context.Context, s *storetest.Shop, resend bool) error {
	list, err := s.Unknowns(ctx, aRun)
	if err != nil || len(list) == 0 {
		return errors.Join(err, errors.New("nothing is unknown"))
	}
	return s.DecideUnknown(ctx, store.UnknownDecision{Delivery: list[0].ID, Resend: resend, Staff: "Ana"})
}

// livedFiles are the files of one shop at work, made once: every deed is done to a copy.
type livedFiles struct {
	once  sync.Once
	files map[string][]byte
}

func (l *livedFiles) copy(t *testing.T) *storetest.Shop {
	t.Helper()
	l.once.Do(func() {
		shop := lived(t, true)
		must(t, shop.FeedHeard(t.Context()))
		shop.Clock.Advance(25 * time.Hour) // so that what is unknown may be decided
		must(t, shop.FeedHeard(t.Context()))
		must(t, errors.Join(shop.Outbox.Release(t.Context()), shop.Close()))
		l.files = map[string][]byte{}
		for _, suffix := range []string{"", ".key"} {
			data, err := os.ReadFile(shop.File + suffix)
			must(t, err)
			l.files[suffix] = data
		}
	})
	path := filepath.Join(t.TempDir(), "shop.db")
	for suffix, data := range l.files {
		must(t, os.WriteFile(path+suffix, data, 0o600))
	}
	clock := storetest.NewClock()
	clock.Advance(25 * time.Hour)
	return storetest.Open(t, path, clock)
}

// ready is a shop in which the deed can be done, and fail.
func ready(t *testing.T, lived *livedFiles, d deed) (*storetest.Shop, *store.Faults) {
	t.Helper()
	shop := lived.copy(t)
	if d.ready != nil {
		d.ready(t, shop)
	}
	faults, err := shop.WithFaults(t.Context())
	must(t, err)
	return shop, faults
}

// tally is how many rows each table has.
func tally(t *testing.T, path string, columns map[string]string) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for table, rows := range held(t, path, columns) {
		counts[table] = len(rows)
	}
	return counts
}

// fingerprint is that of every row of a file.
func fingerprint(t *testing.T, path string, columns map[string]string) string {
	t.Helper()
	sum := sha256.New()
	rows := held(t, path, columns)
	for _, table := range slices.Sorted(maps.Keys(rows)) {
		sum.Write([]byte(table + "\n" + strings.Join(rows[table], "\n")))
	}
	return string(sum.Sum(nil))
}

// TestADeedThatFailsAnywhereHasDoneNothing lets each statement of each deed fail in turn, the first, the last and the
// commit: it is reported, nothing has changed, and the same deed goes through when the disk is well again.
func TestADeedThatFailsAnywhereHasDoneNothing(t *testing.T) {
	t.Parallel()
	lived := &livedFiles{}
	for _, d := range slices.Concat(peopleDeeds(), ledgerDeeds(), feedDeeds(), broadcastDeeds()) {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			if d.steps {
				goesOn(t, lived, d)
				return
			}
			shop, faults := ready(t, lived, d)
			columns := map[string]string{}
			before := fingerprint(t, shop.File, columns)
			var overcome []map[string]int
			n := 1
			for ; ; n++ {
				faults.Arm(n)
				err := d.do(t.Context(), shop)
				if !faults.Hit() {
					must(t, err)
					break
				}
				if err == nil { // a look that can be done without
					overcome = append(overcome, tally(t, shop.File, columns))
					shop, faults = ready(t, lived, d)
					before = fingerprint(t, shop.File, columns)
					continue
				}
				if fingerprint(t, shop.File, columns) != before {
					t.Fatalf("statement %d failed with %v, and something has changed", n, err)
				}
			}
			for _, one := range overcome {
				if done := tally(t, shop.File, columns); !maps.Equal(one, done) {
					t.Errorf("a statement failed, nobody was told, and it did %v, not %v", one, done)
				}
			}
			if n < 3 {
				t.Errorf("only %d statements were tried", n-1)
			}
			if v, err := shop.VerifyLedger(t.Context()); err != nil || !v.OK {
				t.Errorf("VerifyLedger = %+v, %v", v, err)
			}
		})
	}
}

// goesOn is for deeds of several transactions: wherever one fails, the same again ends it.
func goesOn(t *testing.T, lived *livedFiles, d deed) {
	t.Helper()
	for n := 1; ; n += 1 + n/8 {
		shop, faults := ready(t, lived, d)
		faults.Arm(n)
		err := d.do(t.Context(), shop)
		if !faults.Hit() {
			must(t, err)
			return
		}
		if err != nil {
			if err := d.do(t.Context(), shop); err != nil && (d.over == nil || !d.over(err)) {
				t.Errorf("after statement %d failed: %v", n, err)
			}
		}
		if v, err := shop.VerifyLedger(t.Context()); err != nil || !v.OK {
			t.Errorf("after statement %d failed: VerifyLedger = %+v, %v", n, v, err)
		}
		must(t, shop.Close())
	}
}

// TestADeedThatIsCalledOffHasDoneNothing ends the patience of whoever asked before the shop file was free, and does
// everything once more on a file that was closed.
func TestADeedThatIsCalledOffHasDoneNothing(t *testing.T) {
	t.Parallel()
	shop := (&livedFiles{}).copy(t)
	deeds := slices.Concat(peopleDeeds(), ledgerDeeds(), feedDeeds(), broadcastDeeds())
	columns := map[string]string{}
	before := fingerprint(t, shop.File, columns)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, d := range deeds {
		if err := d.do(ctx, shop); err == nil {
			t.Errorf("%s, called off: done", d.name)
		}
	}
	if fingerprint(t, shop.File, columns) != before {
		t.Error("something was done all the same")
	}
	must(t, shop.Close())
	for _, d := range deeds {
		if err := d.do(t.Context(), shop); err == nil {
			t.Errorf("%s, on a closed file: done", d.name)
		}
	}
	if fingerprint(t, shop.File, columns) != before {
		t.Error("something was done to a closed file")
	}
}
