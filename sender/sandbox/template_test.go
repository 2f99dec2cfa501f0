package sandbox_test

import (
	"encoding/json"
	"slices"
	"testing"

	"pregon/sender/sandbox"
)

func TestDefaultTemplatesCoverEveryCase(t *testing.T) {
	t.Parallel()
	list := sandbox.DefaultTemplates()
	var statuses, languages, formats []string
	for _, tpl := range list {
		statuses = append(statuses, tpl.Status)
		languages = append(languages, tpl.Language)
		formats = append(formats, tpl.ParameterFormat)
	}
	for _, want := range []string{"APPROVED", "PENDING", "PAUSED", "REJECTED", "DISABLED"} {
		if !slices.Contains(statuses, want) {
			t.Errorf("no template is %s", want)
		}
	}
	for _, want := range []string{"en", "es", "pt_BR", "es_MX"} {
		if !slices.Contains(languages, want) {
			t.Errorf("no template is in %s", want)
		}
	}
	if !slices.Contains(formats, "NAMED") || !slices.Contains(formats, "POSITIONAL") {
		t.Errorf("formats %v", formats)
	}
}

func TestTemplatesAreReadAsAnAnswerOrAsAList(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"data":[{"name":"a","language":"en","components":[{"type":"BODY","text":"x"}]}],"paging":{}}`,
		" \n[{\"name\":\"a\",\"language\":\"en\",\"components\":[{\"type\":\"BODY\",\"text\":\"x\"}]}]",
	} {
		list, err := sandbox.ParseTemplates([]byte(text))
		if err != nil || len(list) != 1 || list[0].Components[0].Text != "x" {
			t.Errorf("%s: %+v %v", text, list, err)
		}
	}
	for _, text := range []string{``, `[`, `{"data":1}`, `[1]`} {
		if _, err := sandbox.ParseTemplates([]byte(text)); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestTemplateWithLittleGetsTheUsualRest(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{Templates: many(1)})
	var page listing
	d.fetch(version+account+"/message_templates?fields=status,category,parameter_format,rejected_reason,quality_score", &page)
	raw, err := json.Marshal(page.Data)
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"category":"MARKETING","id":"800000000000021","parameter_format":"POSITIONAL","quality_score":{"score":"UNKNOWN"},` +
		`"rejected_reason":"NONE","status":"APPROVED"}]`
	if string(raw) != want {
		t.Errorf("got  %s\nwant %s", raw, want)
	}
}

// The tenth value fills {{10}} although the text sorts it after {{1}}.
func TestValuesComeInTheOrderOfTheirNumbers(t *testing.T) {
	t.Parallel()
	text := "{{10}} {{9}} {{8}} {{7}} {{6}} {{5}} {{4}} {{3}} {{2}} {{1}} {{1}}."
	d := newDesk(t, sandbox.Options{Templates: []sandbox.Template{{
		Name: "ten", Language: "en", Components: []sandbox.Component{{Type: "BODY", Text: text}},
	}}})
	long := make([]byte, 505)
	for i := range long {
		long[i] = 'a'
	}
	values := make([]string, 10)
	for i := range values {
		values[i] = "x"
	}
	send := func() answer {
		return d.call("POST", version+number+"/messages", template(`"name":"ten","language":{"code":"en"},"components":[`+body(values...)+`]`))
	}
	values[9] = string(long) // once in the text: fits
	if a := send(); a.status != 200 {
		t.Errorf("long tenth value: %s", a.raw)
	}
	values[9], values[0] = "x", string(long) // twice in the text: too long
	if a := send(); a.Error.Code != 132005 {
		t.Errorf("long first value: %s", a.raw)
	}
}
