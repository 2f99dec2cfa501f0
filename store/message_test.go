package store_test

import (
	"maps"
	"slices"
	"testing"

	"pregon/store"
)

func message(t *testing.T, components string) *store.Message {
	t.Helper()
	m, err := store.Template{Name: "t", Language: "en", Components: components}.Message()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestParametersAreListedAsTheAPIWantsThem(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		components string
		want       []string
	}{
		"none":         {`[{"type":"BODY","text":"Hello"}]`, nil},
		"out of order": {`[{"type":"BODY","text":"{{2}} then {{1}} and {{2}}, {{10}}"}]`, []string{"1", "2", "10"}},
		"named":        {`[{"type":"body","text":"{{first_name}}, {{discount}}"}]`, []string{"first_name", "discount"}},
		"header, body": {`[{"type":"HEADER","format":"TEXT","text":"Hi {{1}}"},{"type":"BODY","text":"{{1}}"}]`, []string{"header.1", "1"}},
		"url and code": {`[{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Stop"},{"type":"URL","url":"https://a.example/{{1}}"},{"type":"COPY_CODE"}]}]`, []string{"button.1", "button.2"}},
		"a plain url":  {`[{"type":"BUTTONS","buttons":[{"type":"URL","url":"https://a.example/"}]}]`, nil},
	}
	for name, test := range tests {
		var got []string
		for _, p := range message(t, test.components).Parameters() {
			got = append(got, p.Key)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestWordsFitWhatThePlatformTakes(t *testing.T) {
	t.Parallel()
	m := message(t, `[{"type":"BODY","text":"Hi {{1}}, {{2}} in {{3}}"}]`)
	bindings := store.Bindings{
		"1": {Field: "first_name", Fallback: "neighbour"}, "2": {Value: "20 %"}, "3": {Field: "field.City"},
	}
	tests := map[string]struct {
		contact store.Contact
		want    store.Params
		whole   bool
	}{
		"all there":    {store.Contact{Name: "Ana  María\tRuiz", Fields: map[string]string{"city": "San\nJuan"}}, store.Params{"1": "Ana", "2": "20 %", "3": "San Juan"}, true},
		"a fallback":   {store.Contact{Fields: map[string]string{"city": "Vigo"}}, store.Params{"1": "neighbour", "2": "20 %", "3": "Vigo"}, true},
		"one missing":  {store.Contact{Name: "Ana"}, store.Params{"1": "Ana", "2": "20 %"}, false},
		"hostile name": {store.Contact{Name: "\x1b[2JAna", Fields: map[string]string{"city": "\x00Vigo"}}, store.Params{"1": "[2JAna", "2": "20 %", "3": "Vigo"}, true},
	}
	for name, test := range tests {
		got, whole := bindings.Params(m, test.contact)
		if !maps.Equal(got, test.want) || whole != test.whole {
			t.Errorf("%s: %v, %v, want %v, %v", name, got, whole, test.want, test.whole)
		}
	}
	if got := m.Part("BODY").Fill(store.Params{"1": "Ana", "2": "{{3}}"}); got != "Hi Ana, {{3}} in {{3}}" {
		t.Errorf("Fill = %q", got)
	}
}

func TestRequirement24WayOutIsSeenInWordsAndButtons(t *testing.T) {
	t.Parallel()
	for components, want := range map[string]bool{
		`[{"type":"BODY","text":"Bread!"}]`:                                                                false,
		`[{"type":"BODY","text":"Bread!"},{"type":"FOOTER","text":"Responde BAJA para salir"}]`:            true,
		`[{"type":"BODY","text":"x"},{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Stop"}]}]`: true,
		`[{"type":"BODY","text":"x"},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Stop"}]}]`:         false,
	} {
		if got := message(t, components).WayOut(); got != want {
			t.Errorf("%s: %v, want %v", components, got, want)
		}
	}
}
