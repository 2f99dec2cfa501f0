package store_test

import (
	"testing"

	"pregon/store"
	"pregon/store/optout"
	"pregon/store/storetest"
)

// wording is the newest version of a wording.
func wording(t *testing.T, shop *storetest.Shop, id string) store.Notice {
	t.Helper()
	notices, err := shop.Notices(t.Context())
	must(t, err)
	for _, n := range notices {
		if n.ID == id {
			return n
		}
	}
	t.Fatalf("there is no wording %s", id)
	return store.Notice{}
}

func promptFor(t *testing.T, shop *storetest.Shop, id string) store.Prompt {
	t.Helper()
	p, err := shop.PromptFor(t.Context(), wording(t, shop, id), "Ana")
	must(t, err)
	return p
}

func TestEachWordingHasOneCode(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	first := promptFor(t, shop, "optin-es")
	if first.Code != "panaderia luna" || first.Notice != "optin-es" || first.Version != 1 {
		t.Errorf("the first is %+v", first)
	}
	if again := promptFor(t, shop, "optin-es"); again.Code != first.Code {
		t.Errorf("printed again it is %q, want %q", again.Code, first.Code)
	}
	if other := promptFor(t, shop, "optin-en"); other.Code == first.Code {
		t.Errorf("another wording has the same code %q", other.Code)
	}
	must(t, shop.PublishNotices(t.Context(), []store.NoticeText{{ID: "optin-es", Language: "es", Text: "Otras palabras."}}, "Ana"))
	changed := promptFor(t, shop, "optin-es")
	if changed.Code == first.Code || changed.Version != 2 {
		t.Errorf("a changed wording has %+v", changed)
	}
	if prompts, err := shop.Prompts(t.Context()); err != nil || len(prompts) != 3 {
		t.Errorf("%d are up, %v; want 3: old posters still hang", len(prompts), err)
	}
}

func TestACodeMeansNothingByItself(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Stop", "Sí", "Baja", "🌵", "Alta", "Yes We Bake", "SAVED"} {
		shop := storetest.New(t)
		settings := storetest.Settings()
		settings.Name = name
		must(t, shop.SaveShop(t.Context(), settings, "Ana"))
		p := promptFor(t, shop, "optin-en")
		heard := optout.Classify(optout.Message{Kind: "text", Text: "JOIN " + p.Code})
		if heard.Rest != p.Code {
			t.Errorf("%s: the code %q is heard as %+v", name, p.Code, heard)
		}
	}
}
