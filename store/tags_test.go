package store_test

import (
	"errors"
	"strings"
	"testing"

	"pregon/store"
	"pregon/store/storetest"
)

// tagsOf are the tags of a contact, in one line.
func tagsOf(t *testing.T, shop *storetest.Shop, id store.ContactID) string {
	t.Helper()
	c, err := shop.Store.Contact(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(c.Tags, " ")
}

// tagged is a contact with tags.
func tagged(t *testing.T, shop *storetest.Shop, n int, tags ...string) store.ContactID {
	t.Helper()
	id := shop.Contact(t, n)
	if err := shop.TagContacts(t.Context(), []store.ContactID{id}, tags, nil); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestTagsOfASelectionAreTakenBackAsTheyWere(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	a, b, c := tagged(t, shop, 1, "old"), tagged(t, shop, 2, "old", "vip"), tagged(t, shop, 3, "vip")
	all := []store.ContactID{a, b, c}
	change, err := shop.Retag(t.Context(), all, []string{" VIP "}, []string{"old"})
	if err != nil || change.Contacts() != 2 {
		t.Fatalf("%d contacts changed, want 2 (%v)", change.Contacts(), err)
	}
	for _, id := range all {
		if got := tagsOf(t, shop, id); got != "vip" {
			t.Errorf("contact %d has %q", id, got)
		}
	}
	if err := shop.UndoTags(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[store.ContactID]string{a: "old", b: "old vip", c: "vip"} {
		if got := tagsOf(t, shop, id); got != want {
			t.Errorf("contact %d has %q after the undo, want %q", id, got, want)
		}
	}
	if err := shop.UndoTags(t.Context(), store.TagChange{}); err != nil {
		t.Errorf("undoing nothing: %v", err)
	}
}

func TestTagsOfASelectionChangeAllOrNone(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	a, b := tagged(t, shop, 1), tagged(t, shop, 2)
	if err := shop.Erase(t.Context(), b, "Ana"); err != nil {
		t.Fatal(err)
	}
	var invalid *store.InvalidError
	if _, err := shop.Retag(t.Context(), []store.ContactID{a, b}, []string{"vip"}, nil); !errors.Is(err, store.ErrErased) {
		t.Errorf("with somebody erased: %v", err)
	}
	if _, err := shop.Retag(t.Context(), []store.ContactID{a, 4711}, []string{"vip"}, nil); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("with nobody: %v", err)
	}
	if _, err := shop.Retag(t.Context(), []store.ContactID{a}, []string{"vip", " "}, nil); !errors.As(err, &invalid) {
		t.Errorf("with an empty tag: %v", err)
	}
	if got := tagsOf(t, shop, a); got != "" {
		t.Errorf("a refused change left %q", got)
	}
}

func TestATagIsRenamedOrMergedWithUndo(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, to, both string }{
		{"renamed", "gold", "gold vip"}, {"merged", "vip", "vip"}, {"removed", "", "vip"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			one, both, other, gone := tagged(t, shop, 1, "god"), tagged(t, shop, 2, "god", "vip"), tagged(t, shop, 3, "vip"), tagged(t, shop, 4, "god")
			if err := shop.Erase(t.Context(), gone, "Ana"); err != nil {
				t.Fatal(err)
			}
			change, err := shop.RenameTag(t.Context(), "god", test.to, "Ana")
			if test.to == "" {
				change, err = shop.RemoveTag(t.Context(), "God", "Ana")
			}
			if err != nil || change.Contacts() != 2 {
				t.Fatalf("%d contacts changed, want 2 (%v)", change.Contacts(), err)
			}
			for id, want := range map[store.ContactID]string{one: test.to, both: test.both, other: "vip"} {
				if got := tagsOf(t, shop, id); got != want {
					t.Errorf("contact %d has %q, want %q", id, got, want)
				}
			}
			if err := shop.Erase(t.Context(), one, "Ana"); err != nil { // since then
				t.Fatal(err)
			}
			if err := shop.UndoTags(t.Context(), change); err != nil {
				t.Fatal(err)
			}
			if got := tagsOf(t, shop, both); got != "god vip" {
				t.Errorf("after the undo %q", got)
			}
			if got := tagsOf(t, shop, other); got != "vip" {
				t.Errorf("the undo reached who was not changed: %q", got)
			}
		})
	}
}

func TestATagThatNobodyHasCannotBeRenamed(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := tagged(t, shop, 1, "vip")
	if _, err := shop.RenameTag(t.Context(), "gold", "vip", "Ana"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	var invalid *store.InvalidError
	if _, err := shop.RenameTag(t.Context(), "vip", " ", "Ana"); !errors.As(err, &invalid) || invalid.Field != "tag" {
		t.Errorf("got %v", err)
	}
	if change, err := shop.RenameTag(t.Context(), "vip", "VIP", "Ana"); err != nil || change.Contacts() != 0 || tagsOf(t, shop, id) != "vip" {
		t.Errorf("renamed to itself: %+v, %v, %q", change, err, tagsOf(t, shop, id))
	}
}

func TestAnEditSetsTheTagsWithTheRest(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := tagged(t, shop, 1, "old", "vip")
	name := "Zoë"
	if err := shop.Edit(t.Context(), id, store.EditContact{Name: &name, Tags: &[]string{"vip", "New One"}}); err != nil {
		t.Fatal(err)
	}
	if got := tagsOf(t, shop, id); got != "new-one vip" {
		t.Errorf("tags %q", got)
	}
	other := "Zoë Gil"
	if err := shop.Edit(t.Context(), id, store.EditContact{Name: &other, Tags: &[]string{" "}}); err == nil {
		t.Error("an empty tag was taken")
	}
	if c, err := shop.Store.Contact(t.Context(), id); err != nil || c.Name != name || tagsOf(t, shop, id) != "new-one vip" {
		t.Errorf("half an edit: %+v, %v", c, err)
	}
	if err := shop.Edit(t.Context(), id, store.EditContact{Tags: &[]string{}}); err != nil || tagsOf(t, shop, id) != "" {
		t.Errorf("no tags: %v, %q", err, tagsOf(t, shop, id))
	}
}

func TestSensitiveTagsAreKnown(t *testing.T) {
	t.Parallel()
	tests := map[store.Sensitive][]string{
		store.SensitiveHealth:    {"diabetic", "Diabética", "celíacos", "sin-gluten-celiaco", "grávidas", "embarazada", "VIH", "alergia_nueces", "doença", "malalt", "al·lèrgia", "maladie", "enceinte", "handicapé", "cœliaque", "embarassada"},
		store.SensitiveReligion:  {"católica", "muslim", "muçulmanos", "halal", "judíos", "jewish", "igreja-matriz", "evangélico", "chrétienne", "juïf", "musulmane", "església", "jueus"},
		store.SensitiveUnion:     {"sindicato", "sindicalista", "UGT", "union", "trade-union", "union members", "syndicat", "sindicats-CCOO"},
		store.SensitivePolitics:  {"política", "socialistas", "tory", "votantes", "eleitores", "izquierda", "labour party", "independentistes", "électeurs", "partido-político"},
		store.SensitiveSexuality: {"gay", "lésbica", "LGBT+"},
		store.NotSensitive: {
			"vip", "wholesale", "christmas-fair", "navidad", "cumple", "pan-integral", "madrid", "cristina", "transporte", "reunion",
			"comunidad", "socio", "partido-domingo", "medio", "mayorista", "amigo", "bread club", "silla", "pedidos", "alto-consumo", "",
			"union-square", "european-union", "invalid-number", "haircut", "cut", "judías-verdes", "mosquera", "familia Iglesias", "churchill",
			"rosa-mosqueta", "kosher-salt", "sal kosher", "zona-izquierda", "labour-day", "illas", "sidra", "jasmine", "salutations", "syndic",
			"party", "política-de-privacidad", "privacy policy", "police", "enceinte-bluetooth", "judiones", "medium", "gluten-free", "sin-gluten",
		},
	}
	for want, tags := range tests {
		for _, tag := range tags {
			if got := store.SensitiveTag(tag); got != want {
				t.Errorf("%q is %q, want %q", tag, got, want)
			}
		}
	}
}

func FuzzSensitiveTag(f *testing.F) {
	for _, seed := range []string{"vip", "Diabética", "a-b_c", "\u0301", "\xff", "🛑"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, tag string) {
		kind := store.SensitiveTag(tag)
		if again := store.SensitiveTag(strings.ToUpper(tag)); kind != store.NotSensitive && again == store.NotSensitive && isASCII(tag) {
			t.Errorf("%q is %q, in capitals nothing", tag, kind)
		}
	})
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > '~' })
}
