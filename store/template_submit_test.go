package store_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"pregon/store"
)

func TestAProposalHoldsOnlyWhatMetaTakesOfANewTemplate(t *testing.T) {
	t.Parallel()
	const parts = `"components":[{"type":"BODY","text":"Hello {{first_name}}, bread."}]`
	tests := []struct {
		name, data string
		want       []string // keys of each
		format     string
	}{
		{"one, read from Meta", `{"id":"7","name":"a","language":"en","status":"APPROVED","category":"marketing","quality_score":{},` + parts + `}`, []string{"category", "components", "language", "name", "parameter_format"}, "NAMED"},
		{"a list", `[{"name":"a","language":"en","category":"MARKETING","components":[{"type":"BODY","text":"Hi {{1}} there"}]}]`, []string{"category", "components", "language", "name"}, ""},
		{"an answer", `{"data":[{"name":"a","language":"en","category":"MARKETING","parameter_format":"POSITIONAL",` + parts + `}],"paging":{}}`, []string{"category", "components", "language", "name", "parameter_format"}, "POSITIONAL"},
	}
	for _, test := range tests {
		got, err := store.Proposals([]byte(test.data))
		if err != nil || len(got) != 1 || got[0].Name != "a" || got[0].Language != "en" {
			t.Fatalf("%s: %+v, %v", test.name, got, err)
		}
		var body map[string]any
		if err := json.Unmarshal(got[0].Body, &body); err != nil {
			t.Fatal(err)
		}
		var keys []string
		for key := range body {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		format, _ := body["parameter_format"].(string)
		if !slices.Equal(keys, test.want) || format != test.format || body["category"] != "MARKETING" {
			t.Errorf("%s: %s", test.name, got[0].Body)
		}
	}
	if _, err := store.Proposals([]byte(`{}`)); !errors.Is(err, store.ErrNoTemplate) {
		t.Errorf("nothing: %v", err)
	}
}
