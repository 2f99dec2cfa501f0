package store_test

import (
	"testing"

	"pregon/store"
)

func TestAPlaceShowsTheExampleOfItsTemplate(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, components, key, want string }{
		{"the second place", `[{"type":"BODY","text":"{{1}} until {{2}} now","example":{"body_text":[["Grace","18 December"]]}}]`, "2", "18 December"},
		{"a named one", `[{"type":"BODY","text":"Hi {{shop}} now","example":{"body_text_named_params":[{"param_name":"shop","example":"Luna"}]}}]`, "shop", "Luna"},
		{"of the heading", `[{"type":"HEADER","format":"TEXT","text":"Only {{1}}","example":{"header_text":["today"]}}]`, "header.1", "today"},
		{"a named heading", `[{"type":"HEADER","format":"TEXT","text":"Only {{day}}","example":{"header_text_named_params":[{"param_name":"day","example":"Monday"}]}}]`, "header.day", "Monday"},
		{"another name", `[{"type":"BODY","text":"Hi {{shop}} now","example":{"body_text_named_params":[{"param_name":"x","example":"Luna"}]}}]`, "shop", ""},
		{"too few", `[{"type":"BODY","text":"{{1}} until {{2}} now","example":{"body_text":[["Grace"]]}}]`, "2", ""},
		{"none", `[{"type":"BODY","text":"{{1}} now"}]`, "1", ""},
		{"another shape", `[{"type":"BODY","text":"{{1}} now","example":["Grace"]}]`, "1", ""},
		{"a button", `[{"type":"BODY","text":"now"},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Go","url":"https://luna.example/{{1}}"}]}]`, "button.0", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m, err := store.Template{Name: "x", Language: "en", Components: test.components}.Message()
			if err != nil {
				t.Fatal(err)
			}
			for _, place := range m.Parameters() {
				if place.Key == test.key {
					if got := m.Example(place); got != test.want {
						t.Errorf("got %q, want %q", got, test.want)
					}
					return
				}
			}
			t.Fatalf("no place %s", test.key)
		})
	}
}
