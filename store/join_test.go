package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// poster puts a poster up.
func poster(t *testing.T, shop *storetest.Shop, code string) store.Prompt {
	t.Helper()
	p, err := shop.OpenPrompt(t.Context(), store.Prompt{Code: code, Notice: "optin-en", Place: "window", Staff: "Marta"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestRequirement08AJoinCountsOnlyAsTheAnswerToAQuestion(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		state  string
		after  time.Duration // from the question to the answer
		says   string
		want   store.Consent
		method store.Method
	}{
		{"yes to an open question", "asked", time.Hour, "YES", store.ConsentConfirmed, store.MethodInbound},
		{"sí to an open question", "asked", time.Hour, "sí!", store.ConsentConfirmed, store.MethodInbound},
		{"a join word to an open question", "asked", time.Hour, "ALTA", store.ConsentConfirmed, store.MethodQRInbound},
		{"with other words", "asked", time.Hour, "alta ana", store.ConsentConfirmed, store.MethodQRInbound},
		{"no to an open question", "asked", time.Hour, "No, thanks", store.ConsentRefused, store.MethodInbound},
		{"on the seventh day", "asked", 7 * 24 * time.Hour, "yes", store.ConsentConfirmed, store.MethodInbound},
		{"a week too late", "asked", 8 * 24 * time.Hour, "yes", store.ConsentAsked, ""},
		{"something else", "asked", time.Hour, "what do you mean?", store.ConsentAsked, ""},
		{"a stop", "asked", time.Hour, "stop", store.ConsentWithdrawn, store.MethodInbound},
		{"nobody asked", "none", time.Hour, "ALTA", store.ConsentNone, ""},
		{"the poster's code", "none", time.Hour, "ALTA luna", store.ConsentConfirmed, store.MethodQRInbound},
		{"the poster's code, shouted", "none", time.Hour, "¡JOIN LUNA!", store.ConsentConfirmed, store.MethodQRInbound},
		{"another code", "none", time.Hour, "ALTA sol", store.ConsentNone, ""},
		{"a yes with the code", "none", time.Hour, "YES luna", store.ConsentNone, ""},
		{"the code after a no", "refused", time.Hour, "ALTA luna", store.ConsentConfirmed, store.MethodQRInbound},
		{"the code upon the staff's word", "given", time.Hour, "ALTA luna", store.ConsentConfirmed, store.MethodQRInbound},
		{"the code after a stop", "withdrawn", time.Hour, "ALTA luna", store.ConsentConfirmed, store.MethodQRInbound},
		{"a join word after a stop", "withdrawn", time.Hour, "START", store.ConsentConfirmed, store.MethodQRInbound},
		{"a yes after a stop", "withdrawn", time.Hour, "YES", store.ConsentWithdrawn, ""},
	}
	for n, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			ctx := t.Context()
			poster(t, shop, "Luna")
			id := shop.Contact(t, n)
			stand(ctx, t, shop, id, test.state, "", "", false)
			shop.Clock.Advance(test.after - 2*time.Second)
			m := says(t, shop, n, test.says)
			tell(t, shop, store.Feed{Inbound: []store.Inbound{m}}) // once more
			got := standing(t, shop, id)
			if got.Consent != test.want {
				t.Fatalf("%s, want %s", got.Consent, test.want)
			}
			history, err := shop.History(ctx, id)
			if err != nil || test.method == "" {
				return
			}
			last := history[len(history)-1]
			if last.Evidence != m.Wamid || last.Method != test.method || !last.At.Equal(m.At) {
				t.Errorf("recorded %+v, want the message as the proof by %s", last, test.method)
			}
			if test.want == store.ConsentConfirmed && (!strings.Contains(last.Notice.Text, "May Panadería Luna") || last.Staff == "" || last.Place == "") {
				t.Errorf("the words shown are not on the record: %+v", last)
			}
		})
	}
}

func TestRequirement08AStrangerJoinsByAPosterAlone(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	poster(t, shop, "luna")
	tell(t, shop, store.Feed{Inbound: []store.Inbound{
		{Wamid: "1", Phone: storetest.Phone(1), UserID: "CA.1", Name: "Ana", Kind: "text", Text: "JOIN luna", At: shop.Clock.Now()},
		{Wamid: "2", Phone: storetest.Phone(2), Kind: "text", Text: "JOIN", At: shop.Clock.Now()},
		{Wamid: "3", UserID: "CA.3", Kind: "text", Text: "join Luna", At: shop.Clock.Now()},
	}})
	c, err := shop.ContactByPhone(ctx, storetest.Phone(1))
	if err != nil || c.Name != "Ana" || c.UserID != "CA.1" || c.Standing.Consent != store.ConsentConfirmed || c.Source != "QR window" {
		t.Errorf("she = %+v, %v", c, err)
	}
	if c.Verdict.Sendable() {
		t.Error("sendable before she saved the number")
	}
	if _, err := shop.ContactByPhone(ctx, storetest.Phone(2)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("who joined nothing = %v, want ErrNotFound", err)
	}
	says(t, shop, 1, "SAVED")
	if c, err := shop.Store.Contact(ctx, c.ID); err != nil || c.Standing.Saved != store.GradeSelfWritten || !c.Verdict.Sendable() {
		t.Errorf("after SAVED: %+v, %v", c.Standing, err)
	}
	if ids, err := shop.ContactIDs(ctx, "consent:confirmed", store.SortID); err != nil || len(ids) != 2 {
		t.Errorf("joined: %v, %v, want the one without a number as well", ids, err)
	}
}

func TestSavedWordsCountAfterAJoinInEitherOrder(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	poster(t, shop, "luna")
	join, saved := write(shop, 1, "ALTA luna"), write(shop, 1, "GUARDADO")
	saved.At = saved.At.Add(time.Minute)
	shop.Clock.Advance(time.Hour)
	id := shop.Contact(t, 1)
	tell(t, shop, store.Feed{Inbound: []store.Inbound{saved}})
	if got := standing(t, shop, id); got.Saved != store.GradeUnknown {
		t.Errorf("before the join: %s", got.Saved)
	}
	tell(t, shop, store.Feed{Inbound: []store.Inbound{join}})
	if got := standing(t, shop, id); got.Saved != store.GradeSelfWritten || !got.SavedAt.Equal(saved.At) {
		t.Errorf("told in the wrong order: %+v", got)
	}
	history, err := shop.History(t.Context(), id)
	if err != nil || history[len(history)-1].Evidence != saved.Wamid {
		t.Errorf("the proof is %+v, %v", history, err)
	}
	// Staff who saw since that it is not saved know better.
	shop.Clock.Advance(time.Hour)
	if _, err := shop.RevokeSavedNumber(t.Context(), id, "Marta", "deleted"); err != nil {
		t.Fatal(err)
	}
	old := write(shop, 1, "SALVO")
	old.At = old.At.Add(-time.Minute)
	tell(t, shop, store.Feed{Inbound: []store.Inbound{old}})
	if got := standing(t, shop, id).Saved; got != store.GradeUnknown {
		t.Errorf("an older word = %s", got)
	}
	for n, state := range []string{"none", "asked", "refused", "withdrawn"} {
		id := shop.Contact(t, 10+n)
		stand(t.Context(), t, shop, id, state, "", "", false)
		says(t, shop, 10+n, "SAVED")
		if got := standing(t, shop, id).Saved; got != store.GradeUnknown {
			t.Errorf("from %s: %s", state, got)
		}
	}
}

func TestRequirement16OnlyANewerActOfHerOwnBringsBack(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	poster(t, shop, "luna")
	id := shop.Customer(t, 1)
	join := write(shop, 1, "ALTA luna")
	shop.Clock.Advance(time.Minute)
	says(t, shop, 1, "STOP")
	tell(t, shop, store.Feed{Inbound: []store.Inbound{join}}) // from before the stop, told after it
	if got := standing(t, shop, id).Consent; got != store.ConsentWithdrawn {
		t.Fatalf("an older join = %s", got)
	}
	same := write(shop, 1, "START")
	same.Wamid, same.At = "wamid.same", standing(t, shop, id).ConsentAt
	tell(t, shop, store.Feed{Inbound: []store.Inbound{same}})
	if got := standing(t, shop, id).Consent; got != store.ConsentWithdrawn {
		t.Fatalf("a join of the same second = %s", got)
	}
	if _, err := shop.RecordOptIn(ctx, storetest.OptIn(id)); err == nil {
		t.Error("staff alone brought her back")
	}
	says(t, shop, 1, "ALTA luna")
	c, err := shop.Store.Contact(ctx, id)
	if err != nil || c.Standing.Consent != store.ConsentConfirmed || c.Standing.Saved != store.GradeInvalid || c.Verdict.Sendable() {
		t.Errorf("back: %+v, %v, want confirmed, and the number to be attested again", c.Standing, err)
	}
	says(t, shop, 1, "guardado")
	if c, err := shop.Store.Contact(ctx, id); err != nil || !c.Verdict.Sendable() {
		t.Errorf("saved again: %+v, %v", c.Standing, err)
	}
	// The stop at WhatsApp is hers to end there.
	tell(t, shop, store.Feed{Preferences: []store.Preference{{Phone: storetest.Phone(1), Value: "stop", At: shop.Clock.Now()}}})
	says(t, shop, 1, "START")
	if c, err := shop.Store.Contact(ctx, id); err != nil || c.Standing.Platform != store.PlatformStopped || c.Verdict.Sendable() {
		t.Errorf("after WhatsApp's own stop: %+v, %v", c.Standing, err)
	}
}

func TestRequirement16AStrangersStopIsLiftedByHerOwnJoinAlone(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	poster(t, shop, "luna")
	says(t, shop, 1, "STOP")
	id := shop.Contact(t, 1)
	if got := standing(t, shop, id); !got.Suppressed || got.Consent != store.ConsentWithdrawn {
		t.Fatalf("added after her stop: %+v", got)
	}
	says(t, shop, 1, "JOIN luna")
	c, err := shop.Store.Contact(ctx, id)
	if err != nil || c.Standing.Suppressed || c.Standing.Consent != store.ConsentConfirmed {
		t.Errorf("after her join: %+v, %v", c.Standing, err)
	}
	// Who was erased is not brought back by any word.
	if err := shop.Erase(ctx, id, "Ana"); err != nil {
		t.Fatal(err)
	}
	says(t, shop, 1, "JOIN luna")
	if got := standing(t, shop, id); !got.Suppressed || !got.Erased {
		t.Errorf("erased: %+v", got)
	}
}

func TestRequirement02ConfirmedOutOfTheBlueStaysRefused(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	tests := []struct {
		method   store.Method
		evidence string
		lawful   bool
	}{
		{store.MethodQRInbound, "wamid.1", true},
		{store.MethodInbound, "wamid.1", true},
		{store.MethodQRInbound, "", false},
		{store.MethodPaper, "card 1", false},
		{store.MethodSpoken, "heard", false},
	}
	for n, test := range tests {
		in := storetest.OptIn(shop.Contact(t, n))
		in.Confirmed, in.Method, in.Evidence = true, test.method, test.evidence
		if _, err := shop.RecordOptIn(t.Context(), in); (err == nil) != test.lawful {
			t.Errorf("%s with %q = %v, lawful %v", test.method, test.evidence, err, test.lawful)
		}
	}
}

func TestPosterNeedsAllThatMakesAJoinAProof(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	p := poster(t, shop, " Café Luna! ")
	if p.Code != "cafe luna" || p.Version != 1 || p.Place != "window" {
		t.Errorf("poster = %+v", p)
	}
	whole := store.Prompt{Code: "sol", Notice: "optin-en", Staff: "Marta"}
	tests := map[string]struct {
		change func(*store.Prompt)
		field  string
	}{
		"no code":        {func(p *store.Prompt) { p.Code = " !" }, "code"},
		"a long code":    {func(p *store.Prompt) { p.Code = "one two three four five" }, "code"},
		"a stop in it":   {func(p *store.Prompt) { p.Code = "stop" }, "code"},
		"no wording":     {func(p *store.Prompt) { p.Notice = "" }, "notice"},
		"no such words":  {func(p *store.Prompt) { p.Notice = "optin-xx" }, "notice"},
		"no such number": {func(p *store.Prompt) { p.Version = 7 }, "notice"},
		"nobody":         {func(p *store.Prompt) { p.Staff = "" }, "staff"},
	}
	for name, test := range tests {
		p := whole
		test.change(&p)
		var invalid *store.InvalidError
		if _, err := shop.OpenPrompt(ctx, p); !errors.As(err, &invalid) || invalid.Field != test.field {
			t.Errorf("%s = %v, want %s refused", name, err, test.field)
		}
	}
	if _, err := shop.OpenPrompt(ctx, store.Prompt{Code: "CAFE LUNA", Notice: "optin-en", Staff: "Marta"}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the same code = %v, want ErrConflict", err)
	}
	if list, err := shop.Prompts(ctx); err != nil || len(list) != 1 || list[0].Code != "cafe luna" {
		t.Errorf("Prompts = %+v, %v", list, err)
	}
	if err := shop.ClosePrompt(ctx, "Café Luna"); err != nil {
		t.Fatal(err)
	}
	if err := shop.ClosePrompt(ctx, "Café Luna"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("closing twice = %v", err)
	}
	shop.Clock.Advance(time.Hour)
	id := shop.Contact(t, 1)
	says(t, shop, 1, "JOIN café luna")
	if got := standing(t, shop, id).Consent; got != store.ConsentNone {
		t.Errorf("a poster that is down = %s", got)
	}
}

func TestTheQuestionIsAskedInHerLanguage(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	err := shop.PublishNotices(ctx, []store.NoticeText{
		{ID: "optin-es", Language: "es", Text: "¿Quiere?"}, {ID: "saved-es", Language: "es", Text: "Guarde"},
	}, "Ana")
	if err != nil {
		t.Fatal(err)
	}
	for n, test := range []struct{ language, want string }{{"es_MX", "optin-es"}, {"en", "optin-en"}, {"fr", "optin-en"}, {"", "optin-en"}} {
		c, err := shop.AddContact(ctx, store.NewContact{Phone: storetest.Phone(n), Language: test.language, Source: "counter"})
		if err != nil {
			t.Fatal(err)
		}
		made, err := shop.RecordAsked(ctx, store.Asked{Contact: c.ID, Staff: "Marta"})
		if err != nil || made.Notice.ID != test.want {
			t.Errorf("%q was asked with %q, %v, want %s", test.language, made.Notice.ID, err, test.want)
		}
	}
	var invalid *store.InvalidError
	if _, err := shop.RecordAsked(ctx, store.Asked{Contact: 1, Notice: "nonsense"}); !errors.As(err, &invalid) {
		t.Errorf("unknown words = %v", err)
	}
	if _, err := shop.RecordAsked(ctx, store.Asked{Contact: 99}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody = %v", err)
	}
}
