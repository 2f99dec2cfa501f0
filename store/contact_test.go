package store_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"pregon/store"
	"pregon/store/audience"
	"pregon/store/storetest"
)

func TestTagsHaveOneSpelling(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ tag, want string }{ // want "" is refused
		"plain":            {"vip", "vip"},
		"case and blanks":  {"  Big \t Spender ", "big-spender"},
		"other blanks":     {"big\u00a0spender", "big-spender"},
		"accents composed": {"cafe\u0301", "café"},
		"quotes and signs": {`O"B'%_;--`, `o"b'%_;--`},
		"emoji with joins": {"👩‍🍳", "👩‍🍳"},
		"capital with dot": {"İstanbul", "istanbul"},
		"broken text":      {"a\xffb", "a\ufffdb"},
		"empty":            {"", ""},
		"blank":            {" \n", ""},
		"control sign":     {"a\x00b", ""},
		"escape":           {"\x1b[2J", ""},
		"too long":         {strings.Repeat("ñ", 31), ""},
	}
	for name, test := range tests {
		got, err := store.CleanTag(test.tag)
		var invalid *store.InvalidError
		if got != test.want || (err == nil) != (test.want != "") || (err != nil && !errors.As(err, &invalid)) {
			t.Errorf("%s: %q, %v, want %q", name, got, err, test.want)
		}
		if again, err := store.CleanTag(got); got != "" && (err != nil || again != got) {
			t.Errorf("%s: cleaned again: %q, %v, want %q", name, again, err, got)
		}
	}
}

// hostile are texts that break programs. None holds a control character, so
// each must come back as it was, but for the blanks around it.
func hostile() []string {
	return []string{
		`'; DROP TABLE contacts; --`, `" OR 1=1`, `%`, `_`, `\`, `%_\'"`, `{"a":1}`, `$.a`, `]}`, `{{1}}`, `?1`, `NULL`,
		"\u202eevil\u202c", "שלום", "👩‍👩‍👧‍👦🇨🇦", "e\u0301\u0301\u0301", "\u200b", "\ufeffname", "ﷺ", "\ufffd",
		strings.Repeat("x", 180), strings.Repeat("👩‍🍳", 10), "=cmd|' /C calc'!A0", "<script>", "&amp;", "\u2028",
	}
}

func TestHostileTextsComeBackAndBreakNoQuery(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	for n, text := range hostile() {
		c, err := shop.AddContact(ctx, store.NewContact{
			Phone: storetest.Phone(n), Name: text, Source: text, Tags: []string{"t" + text[:min(len(text), 4)]}, Fields: map[string]string{"note": text, "Ciudad Real": text},
		})
		if err != nil {
			if strings.TrimSpace(text) != "" {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		want := strings.Join(strings.Fields(text), " ")
		if c.Name != want || !maps.Equal(c.Fields, map[string]string{"note": strings.TrimSpace(text), "ciudad_real": strings.TrimSpace(text)}) {
			if want != "" {
				t.Errorf("%q came back as %q with %q", text, c.Name, c.Fields)
			}
		}
		field := audience.Field{Name: "note", Value: c.Fields["note"]}
		tag := audience.Tag{Name: c.Tags[0]}
		for _, query := range []string{field.String(), tag.String(), audience.Word{Text: c.Name}.String()} {
			ids, err := shop.ContactIDs(ctx, query, store.SortID)
			if wordless := store.Fold(c.Name) == ""; err != nil || (!wordless && !slices.Contains(ids, c.ID)) {
				t.Errorf("%s = %v, %v, want contact %d among them", query, ids, err, c.ID)
			}
		}
	}
	if v, err := shop.VerifyLedger(ctx); err != nil || !v.OK {
		t.Errorf("VerifyLedger = %+v, %v", v, err)
	}
}

func TestHostileTextsOnTheLedgerStayInTheChain(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	for n, text := range append(hostile(), "a\x00b", "\x1b[2J", "a\xffb") {
		id := shop.Contact(t, n)
		in := storetest.OptIn(id)
		in.Staff, in.Place, in.Evidence = "M"+text, "P"+text, text
		if _, err := shop.RecordOptIn(ctx, in); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if _, err := shop.RecordOptOut(ctx, store.OptOut{Contact: id, Reason: text, Staff: text}); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if history, err := shop.History(ctx, id); err != nil || len(history) != 2 || history[0].Evidence != text || history[1].Reason != text {
			t.Errorf("%q: %+v, %v", text, history, err)
		}
	}
	if v, err := shop.VerifyLedger(ctx); err != nil || !v.OK {
		t.Errorf("VerifyLedger = %+v, %v", v, err)
	}
}

func TestControlSignsAreTakenOutOfNamesAndFields(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	c, err := shop.AddContact(t.Context(), store.NewContact{
		Phone: storetest.Phone(1), Name: "\x1b[2J Ana\x00 \n María ", Language: " es\x07", Source: "\tcounter\x00",
		Fields: map[string]string{"note": "\x00 two\nlines\u009b ", "empty": " \x00\n", "City": "\xff"},
	})
	want := map[string]string{"note": "two\nlines", "city": "\ufffd"}
	if err != nil || c.Name != "[2J Ana María" || c.Language != "es" || c.Source != "counter" || !maps.Equal(c.Fields, want) {
		t.Errorf("contact = %+v, %v, want fields %q", c, err, want)
	}
}

func TestEditKeepsToTheRulesOfAdding(t *testing.T) {
	t.Parallel()
	long, blank := strings.Repeat("a", 201), " "
	tests := map[string]struct {
		edit  store.EditContact
		field string
	}{
		"a long name":         {store.EditContact{Name: &long}, "name"},
		"a long language":     {store.EditContact{Language: &long}, "language"},
		"a long field":        {store.EditContact{Fields: map[string]string{"note": strings.Repeat("a", 1000)}}, "field.note"},
		"a field of no name":  {store.EditContact{Fields: map[string]string{"!?": "x"}}, "field"},
		"a blank name is one": {store.EditContact{Name: &blank}, ""},
		"a field goes":        {store.EditContact{Fields: map[string]string{"City": " "}}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			c, err := shop.AddContact(t.Context(), store.NewContact{Phone: storetest.Phone(1), Source: "x", Fields: map[string]string{"city": "Vigo"}})
			if err != nil {
				t.Fatal(err)
			}
			var invalid *store.InvalidError
			err = shop.Edit(t.Context(), c.ID, test.edit)
			if refused := errors.As(err, &invalid); refused != (test.field != "") || (refused && invalid.Field != test.field) {
				t.Errorf("Edit = %v, want %q refused", err, test.field)
			}
			names, err := shop.FieldNames(t.Context())
			if want := name != "a field goes"; err != nil || slices.Contains(names, "city") != want {
				t.Errorf("fields = %v, %v, want the city there: %v", names, err, want)
			}
		})
	}
	if err := storetest.New(t).Edit(t.Context(), 99, store.EditContact{}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("editing nobody = %v, want ErrNotFound", err)
	}
}

func TestEditsAtOnceDoNotUndoEachOther(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Contact(t, 1)
	second := storetest.Open(t, shop.File, shop.Clock)
	var group sync.WaitGroup
	for n := range 16 {
		group.Go(func() {
			edited := []*storetest.Shop{shop, second}[n%2]
			if err := edited.Edit(t.Context(), id, store.EditContact{Fields: map[string]string{fmt.Sprintf("f%d", n): "x"}}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if c, err := shop.Store.Contact(t.Context(), id); err != nil || len(c.Fields) != 16 {
		t.Errorf("fields = %v, %v, want all 16", c.Fields, err)
	}
}

// TestCheckAndGateAgreeOnWhoseWordIsMissing tries values that look empty.
func TestCheckAndGateAgreeOnWhoseWordIsMissing(t *testing.T) {
	t.Parallel()
	values := []string{"", " ", "\t\n", "\u00a0", "\u2003", "\x00", "\x00 \x1b", "\u200b", "x", " x "}
	bindings := []store.Binding{
		{Field: "name"},
		{Field: "first_name"},
		{Field: "field.city"},
		{Field: "language"},
		{Field: "city", Fallback: " "},
		{Field: "city", Fallback: "friend"},
		{Field: "phone"},
		{Value: " x"},
	}
	for _, binding := range bindings {
		shop := storetest.New(t)
		ctx := t.Context()
		for n, value := range values {
			c, err := shop.AddContact(ctx, store.NewContact{
				Phone: storetest.Phone(n), Name: value, Language: value, Source: "x", Fields: map[string]string{"city": value},
			})
			if err != nil {
				t.Fatal(err)
			}
			shop.OptIn(t, c.ID)
			shop.Saved(t, c.ID)
		}
		b, err := shop.CreateBroadcast(ctx, store.Draft{
			Name: "x", Template: "offer", Language: "en", Audience: "sendable:yes", Bindings: store.Bindings{"1": binding},
		}, "Ana")
		if err != nil {
			t.Fatal(err)
		}
		check, err := shop.Check(ctx, b.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := shop.Outbox.Acquire(ctx); err != nil {
			t.Fatal(err)
		}
		if err := shop.Outbox.Start(ctx, b.ID, store.Start{WithoutFeed: true}); err != nil {
			t.Fatalf("%+v: %v", binding, err)
		}
		claimed, err := shop.Outbox.Claim(ctx, b.ID, 100)
		if err != nil || len(claimed.Claims) != check.Sendable || claimed.Excluded != check.Excluded[store.ReasonMissingParameter] {
			t.Errorf("%+v: %d claims and %d left out, %v; the check said %+v", binding, len(claimed.Claims), claimed.Excluded, err, check)
		}
	}
}
