package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/audience"
	"pregon/store/storetest"
)

// refusal is something that is asked for and not taken, and what is said to be wrong with it.
type refusal struct {
	field, reason string
	ask           func(context.Context, *storetest.Shop) error
}

// long is longer than any text of a contact may be.
var long = strings.Repeat("n", 5000)

func contactRefusals() []refusal {
	add := func(field, reason string, change func(*store.NewContact)) refusal {
		return refusal{field, reason, func(ctx context.Context, s *storetest.Shop) error {
			c := store.NewContact{Phone: storetest.Phone(99), Name: "Zoe", Source: "counter"}
			change(&c)
			_, err := s.AddContact(ctx, c)
			return err
		}}
	}
	edit := func(field, reason string, e store.EditContact) refusal {
		return refusal{field, reason, func(ctx context.Context, s *storetest.Shop) error { return s.Edit(ctx, aContact, e) }}
	}
	tag := func(reason, text string) refusal {
		return refusal{"tag", reason, func(ctx context.Context, s *storetest.Shop) error {
			return s.TagContacts(ctx, []store.ContactID{1, 2}, []string{"fine", text}, nil)
		}}
	}
	return []refusal{
		add("phone", "empty", func(c *store.NewContact) { c.Phone = "" }),
		add("source", "empty", func(c *store.NewContact) { c.Source = " \t" }),
		add("source", "too_long", func(c *store.NewContact) { c.Source = long }),
		add("name", "too_long", func(c *store.NewContact) { c.Name = long }),
		add("language", "too_long", func(c *store.NewContact) { c.Language = long }),
		add("field", "unknown", func(c *store.NewContact) { c.Fields = map[string]string{"::": "x"} }),
		add("field.city", "too_long", func(c *store.NewContact) { c.Fields = map[string]string{"City": long} }),
		add("tag", "empty", func(c *store.NewContact) { c.Tags = []string{"vip", " "} }),
		add("tag", "too_long", func(c *store.NewContact) { c.Tags = []string{long} }),
		add("tag", "unknown", func(c *store.NewContact) { c.Tags = []string{"a\x1b[2Jb"} }),
		edit("name", "too_long", store.EditContact{Name: &long}),
		edit("language", "too_long", store.EditContact{Language: &long}),
		edit("field.city", "too_long", store.EditContact{Fields: map[string]string{"city": long}}),
		edit("field", "unknown", store.EditContact{Fields: map[string]string{"\x00": "x"}}),
		tag("empty", "   "), tag("too_long", long), tag("unknown", "a\x00b"),
		{"sort", "unknown", func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.ContactIDs(ctx, "", "shoe size")
			return err
		}},
		{"tag", "empty", func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.RenameTag(ctx, "vip", " ", "Ana")
			return err
		}},
		{"tag", "unknown", func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.RemoveTag(ctx, "a\x1bb", "Ana")
			return err
		}},
		{"contact", "same", func(ctx context.Context, s *storetest.Shop) error { return s.Merge(ctx, 1, 1, "Ana") }},
		{"staff", "empty", func(ctx context.Context, s *storetest.Shop) error { return s.Merge(ctx, 1, 2, " ") }},
		{"staff", "empty", func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.UndoImport(ctx, 1, "", nil)
			return err
		}},
	}
}

func counterRefusals() []refusal {
	visit := func(field, reason string, change func(*store.Counter)) refusal {
		return refusal{field, reason, func(ctx context.Context, s *storetest.Shop) error {
			c := store.Counter{Phone: storetest.Phone(1), Staff: "Marta", Saved: store.GradeSaysSaved}
			change(&c)
			_, err := s.RecordCounter(ctx, c)
			return err
		}}
	}
	yes := func(field, reason string, change func(*store.OptIn)) refusal {
		return refusal{field, reason, func(ctx context.Context, s *storetest.Shop) error {
			in := storetest.OptIn(stranger)
			change(&in)
			_, err := s.RecordOptIn(ctx, in)
			return err
		}}
	}
	saved := func(field, reason string, n store.SavedNumber) refusal {
		return refusal{field, reason, func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.RecordSavedNumber(ctx, n)
			return err
		}}
	}
	hang := func(field, reason string, p store.Prompt) refusal {
		return refusal{field, reason, func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.OpenPrompt(ctx, p)
			return err
		}}
	}
	void := func(field, reason, staff string, visits ...store.Visit) refusal {
		return refusal{field, reason, func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.VoidCounter(ctx, staff, visits...)
			return err
		}}
	}
	return []refusal{
		visit("phone", "empty", func(c *store.Counter) { c.Phone = "" }),
		visit("staff", "empty", func(c *store.Counter) { c.Staff = " " }),
		visit("answer", "several", func(c *store.Counter) { c.No, c.Stop = true, &store.OptOut{} }),
		visit("answer", "several", func(c *store.Counter) { c.No, c.Yes = true, &store.OptIn{} }),
		visit("answer", "empty", func(c *store.Counter) { c.Saved = "" }),
		visit("name", "too_long", func(c *store.Counter) { c.Name = long }),
		visit("language", "too_long", func(c *store.Counter) { c.Language = long }),
		visit("method", "empty", func(c *store.Counter) { c.Yes = &store.OptIn{Notice: "optin-en"} }),
		visit("grade", "unknown", func(c *store.Counter) { c.Saved = "sure" }),
		void("staff", "empty", " ", store.Visit{}), void("visit", "empty", "Marta"),
		void("visit", "several", "Marta", store.Visit{Contact: store.Contact{ID: 1}}, store.Visit{Contact: store.Contact{ID: 2}}),
		yes("method", "empty", func(in *store.OptIn) { in.Method = "" }),
		yes("method", "unknown", func(in *store.OptIn) { in.Method = "telepathy" }),
		yes("method", "unknown", func(in *store.OptIn) { in.Method = "platform" }),
		yes("staff", "empty", func(in *store.OptIn) { in.Staff = "\t" }),
		yes("notice", "empty", func(in *store.OptIn) { in.Notice = "" }),
		yes("notice", "unknown", func(in *store.OptIn) { in.Notice = "optin-tlh" }),
		yes("notice", "unknown", func(in *store.OptIn) { in.Version = 9 }),
		yes("at", "future", func(in *store.OptIn) { in.At = storetest.Start.Add(90 * 24 * time.Hour) }),
		{"staff", "empty", func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.RecordRefusal(ctx, stranger, "", "")
			return err
		}},
		{"notice", "unknown", func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.RecordAsked(ctx, store.Asked{Contact: stranger, Staff: "Marta", Notice: "optin-tlh"})
			return err
		}},
		{"at", "future", func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.RecordOptOut(ctx, store.OptOut{Contact: aContact, At: storetest.Start.Add(90 * 24 * time.Hour)})
			return err
		}},
		saved("grade", "empty", store.SavedNumber{Contact: stranger, Staff: "Marta"}),
		saved("grade", "unknown", store.SavedNumber{Contact: stranger, Staff: "Marta", Grade: "sure"}),
		saved("grade", "unknown", store.SavedNumber{Contact: stranger, Staff: "Marta", Grade: store.GradeInvalid}),
		saved("staff", "empty", store.SavedNumber{Contact: stranger, Grade: store.GradeSaysSaved}),
		saved("staff", "empty", store.SavedNumber{Contact: stranger, Grade: store.GradeSeenByStaff, Evidence: "wamid.1"}),
		saved("staff", "empty", store.SavedNumber{Contact: stranger, Grade: store.GradeSelfWritten}),
		hang("code", "empty", store.Prompt{Code: "!!", Notice: "optin-en", Staff: "Marta"}),
		hang("code", "too_long", store.Prompt{Code: "one two three four five", Notice: "optin-en", Staff: "Marta"}),
		hang("code", "taken", store.Prompt{Code: "stop", Notice: "optin-en", Staff: "Marta"}),
		hang("staff", "empty", store.Prompt{Code: "luna", Notice: "optin-en"}),
		hang("notice", "empty", store.Prompt{Code: "luna", Staff: "Marta"}),
		hang("notice", "unknown", store.Prompt{Code: "luna", Notice: "optin-tlh", Staff: "Marta"}),
		{"staff", "empty", func(ctx context.Context, s *storetest.Shop) error {
			return s.ResolveReview(ctx, "x", store.ReviewWithdraw, " ")
		}},
		{"decision", "empty", func(ctx context.Context, s *storetest.Shop) error { return s.ResolveReview(ctx, "x", "", "Marta") }},
		{"decision", "unknown", func(ctx context.Context, s *storetest.Shop) error {
			return s.ResolveReview(ctx, "x", "perhaps", "Marta")
		}},
	}
}

func shopRefusals() []refusal {
	shop := func(field, reason string, change func(*store.Shop)) refusal {
		return refusal{field, reason, func(ctx context.Context, s *storetest.Shop) error {
			settings := storetest.Settings()
			change(&settings)
			return s.SaveShop(ctx, settings, "Ana")
		}}
	}
	keep := func(field, reason, name, query string) refusal {
		return refusal{field, reason, func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.SaveAudience(ctx, name, query, "Ana")
			return err
		}}
	}
	draft := func(field, reason, name string) refusal {
		return refusal{field, reason, func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.CreateBroadcast(ctx, store.Draft{Name: name, Template: "offer", Language: "en", Audience: "tag:vip"}, "Ana")
			return err
		}}
	}
	media := func(reason, name string, data []byte) refusal {
		return refusal{"media", reason, func(context.Context, *storetest.Shop) error {
			_, err := store.ReadMedia(name, data)
			return err
		}}
	}
	link := func(address string) refusal {
		return refusal{"media-link", "unknown", func(context.Context, *storetest.Shop) error {
			_, err := store.LinkMedia("IMAGE", address)
			return err
		}}
	}
	jpeg := append([]byte("\xff\xd8\xff"), make([]byte, 5<<20)...)
	return []refusal{
		shop("name", "empty", func(s *store.Shop) { s.Name = " " }),
		shop("name", "too_long", func(s *store.Shop) { s.Name = long }),
		shop("region", "unknown", func(s *store.Shop) { s.Region = "Spain" }),
		shop("region", "unknown", func(s *store.Shop) { s.Region = "" }),
		shop("number", "empty", func(s *store.Shop) { s.Number = "" }),
		shop("phone-number-id", "empty", func(s *store.Shop) { s.PhoneNumberID = "" }),
		shop("waba-id", "empty", func(s *store.Shop) { s.WABAID = "" }),
		shop("hours", "outside", func(s *store.Shop) { s.Hours.Opens = store.EarliestOpening - 1 }),
		shop("hours", "outside", func(s *store.Shop) { s.Hours.Closes = store.LatestClosing + 1 }),
		shop("hours", "outside", func(s *store.Shop) { s.Hours.Opens = s.Hours.Closes }),
		shop("every", "too_often", func(s *store.Shop) { s.Every = store.MinimumEvery - 1 }),
		shop("every", "too_often", func(s *store.Shop) { s.Every = 0 }),
		shop("keep-years", "unknown", func(s *store.Shop) { s.KeepYears = 0 }),
		shop("keep-years", "unknown", func(s *store.Shop) { s.KeepYears = store.LongestKeepYears + 1 }),
		shop("timezone", "unknown", func(s *store.Shop) { s.Timezone = "" }),
		shop("timezone", "unknown", func(s *store.Shop) { s.Timezone = "Local" }),
		shop("timezone", "unknown", func(s *store.Shop) { s.Timezone = "Mars/Olympus" }),
		keep("name", "empty", " ", "tag:vip"), keep("name", "too_long", long, "tag:vip"), keep("name", "unknown", "a\x1bb", "tag:vip"),
		keep("query", "empty", "Regulars", "  "),
		draft("name", "empty", "\t"), draft("name", "too_long", long),
		media("unknown_type", "offer.exe", []byte("MZ")), media("unknown_type", "offer.pdf", []byte("no PDF")), media("unknown_type", "offer", nil),
		media("empty", "offer.txt", nil), media("too_large", "offer.jpg", jpeg), media("too_large", "offer.txt", make([]byte, 16<<20+1)),
		media("too_long", long+".txt", []byte("x")),
		link("http://shop.example/a.jpg"), link("https://"), link("ftp://shop.example/a.jpg"), link("https://ana:secret@shop.example/a.jpg"),
		link("https://shop.example/" + long), link("file:///etc/passwd"), link("a.jpg"), link("https://shop.example/%zz"),
		{"staff", "empty", func(ctx context.Context, s *storetest.Shop) error {
			return s.DecideUnknown(ctx, store.UnknownDecision{Delivery: 1, Resend: true, Staff: " "})
		}},
	}
}

// TestWhatIsRefusedSaysWhichPartAndWhyAndChangesNothing asks for everything that cannot be taken.
func TestWhatIsRefusedSaysWhichPartAndWhyAndChangesNothing(t *testing.T) {
	t.Parallel()
	shop := (&livedFiles{}).copy(t)
	columns := map[string]string{}
	before := fingerprint(t, shop.File, columns)
	all := append(contactRefusals(), append(counterRefusals(), shopRefusals()...)...)
	for _, r := range all {
		err := r.ask(t.Context(), shop)
		var invalid *store.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != r.field || invalid.Reason != r.reason {
			t.Errorf("%v, want %s: %s", err, r.field, r.reason)
		}
	}
	if fingerprint(t, shop.File, columns) != before {
		t.Error("something was changed all the same")
	}
	if len(all) < 90 {
		t.Errorf("only %d were asked for", len(all))
	}
}

// TestWhatIsNotThereIsSaidNotToBe: whatever is asked of a contact, a broadcast, a template or an audience that does not exist
// is ErrNotFound, and changes nothing.
func TestWhatIsNotThereIsSaidNotToBe(t *testing.T) {
	t.Parallel()
	shop := (&livedFiles{}).copy(t)
	ctx := t.Context()
	columns := map[string]string{}
	before := fingerprint(t, shop.File, columns)
	const nobody, nothing = 4711, 4711
	in := storetest.OptIn(nobody)
	ignore := func(_ any, err error) error { return err }
	for what, err := range map[string]error{
		"contact":           ignore(shop.Store.Contact(ctx, nobody)),
		"number":            ignore(shop.ContactByPhone(ctx, storetest.Phone(999))),
		"edit":              shop.Edit(ctx, nobody, store.EditContact{Name: &long}),
		"tag":               shop.TagContacts(ctx, []store.ContactID{1, nobody}, []string{"x"}, nil),
		"opt-in":            ignore(shop.RecordOptIn(ctx, in)),
		"opt-out":           ignore(shop.RecordOptOut(ctx, store.OptOut{Contact: nobody})),
		"refusal":           ignore(shop.RecordRefusal(ctx, nobody, "Marta", "")),
		"question":          ignore(shop.RecordAsked(ctx, store.Asked{Contact: nobody, Staff: "Marta"})),
		"void":              ignore(shop.VoidLast(ctx, nobody, "Marta")),
		"saved":             ignore(shop.RecordSavedNumber(ctx, store.SavedNumber{Contact: nobody, Grade: store.GradeTold, Staff: "Marta"})),
		"unsaved":           ignore(shop.RevokeSavedNumber(ctx, nobody, "Marta", "")),
		"erase":             shop.Erase(ctx, nobody, "Ana"),
		"purge":             shop.Purge(ctx, aContact, "Ana"),
		"merge":             shop.Merge(ctx, aContact, nobody, "Ana"),
		"merge into nobody": shop.Merge(ctx, nobody, aContact, "Ana"),
		"proof":             ignore(shop.Proof(ctx, nobody)),
		"undo of an import": ignore(shop.UndoImport(ctx, nothing, "Ana", nil)),
		"undo of tags":      ignore(shop.UndoTagChange(ctx, nothing, "Ana")),
		"rename of a tag":   ignore(shop.RenameTag(ctx, "nothing", "x", "Ana")),
		"review":            shop.ResolveReview(ctx, "nothing", store.ReviewWithdraw, "Marta"),
		"poster":            shop.ClosePrompt(ctx, "nothing"),
		"broadcast":         ignore(shop.Store.Broadcast(ctx, nothing)),
		"check":             ignore(shop.Check(ctx, nothing)),
		"draft":             shop.SaveDraft(ctx, nothing, store.Draft{Name: "x", Audience: "ana"}),
		"discard":           shop.DiscardDraft(ctx, nothing, "Ana"),
		"pause":             shop.PauseBroadcast(ctx, nothing, "Ana"),
		"cancel":            shop.CancelBroadcast(ctx, nothing, "Ana"),
		"plan":              shop.ScheduleBroadcast(ctx, nothing, store.Schedule{At: storetest.Start, Staff: "Ana"}),
		"start":             shop.Outbox.Start(ctx, nothing, store.Start{}),
		"resume":            shop.Outbox.Resume(ctx, nothing, "Ana"),
		"finish":            ignore(shop.Outbox.Finish(ctx, nothing)),
		"decision":          shop.DecideUnknown(ctx, store.UnknownDecision{Delivery: nothing, Staff: "Ana"}),
		"template":          ignore(shop.Template(ctx, "nothing", "en")),
		"template to stop":  shop.StopTemplate(ctx, "nothing", "en", "PAUSED"),
		"audience":          ignore(shop.SavedAudience(ctx, "nothing")),
		"audience to go":    ignore(shop.DeleteAudience(ctx, "nothing", "Ana")),
		"audience's name":   ignore(shop.RenameAudience(ctx, "nothing", "x", "Ana")),
		"audience's people": ignore(shop.ChangeAudience(ctx, "nothing", "ana", "Ana")),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s of nobody: %v, want ErrNotFound", what, err)
		}
	}
	if fingerprint(t, shop.File, columns) != before {
		t.Error("something was changed all the same")
	}
}

// TestNothingMoreHappensToWhoWasErased, whichever road it comes by.
func TestNothingMoreHappensToWhoWasErased(t *testing.T) {
	t.Parallel()
	shop := (&livedFiles{}).copy(t)
	ctx := t.Context()
	must(t, shop.Erase(ctx, aContact, "Ana"))
	columns := map[string]string{}
	before := fingerprint(t, shop.File, columns)
	ignore := func(_ any, err error) error { return err }
	name := "Other"
	for what, err := range map[string]error{
		"erase":   shop.Erase(ctx, aContact, "Ana"),
		"edit":    shop.Edit(ctx, aContact, store.EditContact{Name: &name}),
		"opt-in":  ignore(shop.RecordOptIn(ctx, storetest.OptIn(aContact))),
		"opt-out": ignore(shop.RecordOptOut(ctx, store.OptOut{Contact: aContact})),
		"refusal": ignore(shop.RecordRefusal(ctx, aContact, "Marta", "")),
		"void":    ignore(shop.VoidLast(ctx, aContact, "Marta")),
		"saved":   ignore(shop.RecordSavedNumber(ctx, store.SavedNumber{Contact: aContact, Grade: store.GradeTold, Staff: "Marta"})),
		"stop":    shop.RecordPlatform(ctx, store.PlatformEvent{Contact: aContact, Type: "stopped", At: shop.Clock.Now()}),
		"merge":   shop.Merge(ctx, 2, aContact, "Ana"),
		"into":    shop.Merge(ctx, aContact, 2, "Ana"),
	} {
		if !errors.Is(err, store.ErrErased) {
			t.Errorf("%s: %v, want ErrErased", what, err)
		}
	}
	if fingerprint(t, shop.File, columns) != before {
		t.Error("something was changed all the same")
	}
}

// TestAQueryThatCannotBeReadIsRefusedEverywhere, with the place of the mistake.
func TestAQueryThatCannotBeReadIsRefusedEverywhere(t *testing.T) {
	t.Parallel()
	shop := (&livedFiles{}).copy(t)
	ctx := t.Context()
	const query = "tag:vip shoe:42"
	draft := store.Draft{Name: "x", Template: "offer", Language: "en", Audience: query}
	ignore := func(_ any, err error) error { return err }
	for what, err := range map[string]error{
		"list":       ignore(shop.ContactIDs(ctx, query, store.SortID)),
		"first page": ignore(shop.FirstContactIDs(ctx, query, 10)),
		"count":      ignore(shop.CountContacts(ctx, query)),
		"draft":      ignore(shop.CreateBroadcast(ctx, draft, "Ana")),
		"change":     shop.SaveDraft(ctx, aDraft, draft),
		"check":      ignore(shop.CheckDraft(ctx, draft)),
		"recipients": ignore(shop.Recipients(ctx, draft, 0, 10)),
		"audience":   ignore(shop.SaveAudience(ctx, "Regulars", query, "Ana")),
	} {
		var syntax *audience.SyntaxError
		if !errors.As(err, &syntax) || syntax.Pos != 8 || query[syntax.Pos:syntax.End] != "shoe" {
			t.Errorf("%s: %v, want the place of the mistake", what, err)
		}
	}
}
