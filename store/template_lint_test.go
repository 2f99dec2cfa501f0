package store_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"pregon/assets"
	"pregon/store"
)

// faults are the codes found in one template of these components, in order and once each.
func faults(t *testing.T, head, components string) string {
	t.Helper()
	if head == "" {
		head = `"name":"offer","language":"en","category":"MARKETING"`
	}
	_, list, err := store.LintTemplates([]byte(`{`+head+`,"components":[`+components+`]}`), "")
	if err != nil {
		t.Fatalf("%s: %v", components, err)
	}
	var codes []string
	for _, f := range list {
		if !slices.Contains(store.FaultCodes(), f.Code) {
			t.Errorf("%s is in no list", f.Code)
		}
		if !slices.Contains(codes, f.Code) {
			codes = append(codes, f.Code)
		}
	}
	return strings.Join(codes, " ")
}

const (
	plainBody = `{"type":"BODY","text":"Bread is half price today. Write STOP to leave."}`
	twoPlaces = `{"type":"BODY","text":"Hello {{1}}, the price of bread is {{2}} today. Write STOP to leave.","example":{"body_text":[["Ana","2"]]}}`
)

func TestTemplatesMetaTakesHaveNoFault(t *testing.T) {
	t.Parallel()
	for name, components := range map[string]string{
		"a body":          plainBody,
		"places":          twoPlaces,
		"names":           `{"type":"BODY","text":"Hello {{first_name}}, bread is half price. STOP leaves.","example":{"body_text_named_params":[{"param_name":"first_name","example":"Ana"}]}}`,
		"lower case":      `{"type":"body","text":"Bread is half price today. Write STOP to leave."}`,
		"header, footer":  `{"type":"HEADER","format":"TEXT","text":"Good morning"},` + plainBody + `,{"type":"FOOTER","text":"Write STOP to leave"}`,
		"a header's word": `{"type":"HEADER","format":"TEXT","text":"Good morning {{1}}","example":{"header_text":["Ana"]}},` + plainBody,
		"a stop button":   `{"type":"BODY","text":"Bread is half price today."},{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Stop"}]}`,
		"buttons":         plainBody + `,{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Stop"},{"type":"URL","text":"See","url":"https://luna.example/{{1}}","example":["https://luna.example/x"]},{"type":"PHONE_NUMBER","text":"Call","phone_number":"+16045550100"}]}`,
		"a code":          plainBody + `,{"type":"BUTTONS","buttons":[{"type":"COPY_CODE","example":"SAVE20"}]}`,
	} {
		if got := faults(t, "", components); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestEveryFaultIsFound(t *testing.T) {
	t.Parallel()
	button := func(buttons string) string { return plainBody + `,{"type":"BUTTONS","buttons":[` + buttons + `]}` }
	body := func(text string) string {
		quoted, err := json.Marshal(text + " Write STOP to leave.")
		if err != nil {
			t.Fatal(err)
		}
		return `{"type":"BODY","text":` + string(quoted) + `,"example":{"body_text":[["a"]]}}`
	}
	reply := `{"type":"QUICK_REPLY","text":"Yes"}`
	link := `{"type":"URL","text":"See","url":"https://luna.example"}`
	tests := []struct{ name, head, components, want string }{
		{name: "capitals in the name", head: `"name":"Offer","language":"en","category":"MARKETING"`, components: plainBody, want: store.FaultName},
		{name: "no name", head: `"name":"","language":"en","category":"MARKETING"`, components: plainBody, want: store.FaultName},
		{name: "a name too long", head: `"name":"` + strings.Repeat("a", 513) + `","language":"en","category":"MARKETING"`, components: plainBody, want: store.FaultName},
		{name: "no language", head: `"name":"offer","category":"MARKETING"`, components: plainBody, want: store.FaultLanguage},
		{name: "no category", head: `"name":"offer","language":"en"`, components: plainBody, want: store.FaultCategory},
		{name: "no body", components: `{"type":"FOOTER","text":"Write STOP to leave"}`, want: store.FaultNoBody},
		{name: "an empty body", components: `{"type":"BODY","text":" "},{"type":"FOOTER","text":"Write STOP to leave"}`, want: store.FaultNoBody},
		{name: "two bodies", components: plainBody + "," + plainBody, want: store.FaultTwice},
		{name: "a part of tomorrow", components: plainBody + `,{"type":"HOLOGRAM"}`, want: store.FaultUnknownPart},
		{name: "a carousel", components: plainBody + `,{"type":"CAROUSEL"}`, want: store.FaultCannotBeSent},
		{name: "a body too long", components: body(strings.Repeat("ñ", 1024)), want: store.FaultTooLong},
		{name: "a footer too long", components: plainBody + `,{"type":"FOOTER","text":"` + strings.Repeat("a", 61) + `"}`, want: store.FaultTooLong},
		{name: "a header too long", components: `{"type":"HEADER","format":"TEXT","text":"` + strings.Repeat("a", 61) + `"},` + plainBody, want: store.FaultTooLong},
		{name: "a header of tomorrow", components: `{"type":"HEADER","format":"SMELL"},` + plainBody, want: store.FaultHeaderFormat},
		{name: "a header in bold", components: `{"type":"HEADER","format":"TEXT","text":"*Hello*"},` + plainBody, want: store.FaultHeaderMarkup},
		{name: "a header with an emoji", components: `{"type":"HEADER","format":"TEXT","text":"Hello ☀"},` + plainBody, want: store.FaultHeaderMarkup},
		{name: "a header of two lines", components: `{"type":"HEADER","format":"TEXT","text":"Hello\nyou"},` + plainBody, want: store.FaultHeaderMarkup},
		{name: "two places in a header", components: `{"type":"HEADER","format":"TEXT","text":"{{1}} and {{2}}","example":{"header_text":["a"]}},` + plainBody, want: store.FaultPlaces},
		{name: "a place in a footer", components: plainBody + `,{"type":"FOOTER","text":"For {{1}}"}`, want: store.FaultPlaces},
		{name: "a picture", components: `{"type":"HEADER","format":"IMAGE","example":{"header_handle":["4::x"]}},` + plainBody},
		{name: "a picture without an example", components: `{"type":"HEADER","format":"IMAGE"},` + plainBody, want: store.FaultNoExample},
		{name: "a place on the map", components: `{"type":"HEADER","format":"LOCATION"},` + plainBody, want: store.FaultCannotBeSent},
		{name: "a place without an example", components: `{"type":"BODY","text":"Bread is {{1}} cheaper for you today. STOP leaves."}`, want: store.FaultNoExample},
		{name: "an empty example", components: `{"type":"BODY","text":"Bread is {{1}} cheaper for you today. STOP leaves.","example":{}}`, want: store.FaultNoExample},
		{name: "a place of blanks", components: body("Bread is {{ }} cheaper for you today."), want: store.FaultPlaceName},
		{name: "a place with a sign", components: body("Bread is {{$price}} cheaper for you today."), want: store.FaultPlaceName},
		{name: "a place in capitals", components: body("Bread is {{Price}} cheaper for you today."), want: store.FaultPlaceName},
		{name: "from two on", components: body("Bread is {{2}} cheaper for you today."), want: store.FaultPlaceOrder},
		{name: "a gap", components: body("Bread is {{1}} cheaper and {{3}} for you today, come and see it."), want: store.FaultPlaceOrder},
		{name: "numbers and names", components: body("Bread is {{1}} cheaper for {{name}} today, come and see."), want: store.FaultPlacesMixed},
		{name: "a place first", components: body("{{1}}, bread is cheaper for you today."), want: store.FaultPlaceAtEnd},
		{name: "a place last", components: `{"type":"BODY","text":"Bread is cheaper for you today, STOP leaves, {{1}}","example":{"body_text":[["a"]]}}`, want: store.FaultPlaceAtEnd},
		{name: "places that touch", components: body("Bread is {{1}} {{2}} cheaper for you today, come and see it."), want: store.FaultPlacesTouch},
		{name: "places and few words", components: `{"type":"BODY","text":"A {{1}} b {{2}} c {{3}} STOP","example":{"body_text":[["a"]]}}`, want: store.FaultFewWords},
		{name: "eleven buttons", components: button(strings.TrimSuffix(strings.Repeat(reply+",", 11), ",")), want: store.FaultManyButtons},
		{name: "three links", components: button(link + "," + link + "," + link), want: store.FaultManyButtons},
		{name: "a button of tomorrow", components: button(`{"type":"TELEPORT","text":"Go"}`), want: store.FaultButtonType},
		{name: "a button Pregon cannot send", components: button(`{"type":"FLOW","text":"Go"}`), want: store.FaultCannotBeSent},
		{name: "a button without words", components: button(`{"type":"QUICK_REPLY","text":" "}`), want: store.FaultNoLabel},
		{name: "a label too long", components: button(`{"type":"QUICK_REPLY","text":"` + strings.Repeat("a", 26) + `"}`), want: store.FaultTooLong},
		{name: "replies apart", components: button(reply + "," + link + "," + reply), want: store.FaultButtonOrder},
		{name: "no address", components: button(`{"type":"URL","text":"See","url":"luna.example"}`), want: store.FaultURL},
		{name: "a place in the middle of an address", components: button(`{"type":"URL","text":"See","url":"https://luna.example/{{1}}/x","example":["y"]}`), want: store.FaultURL},
		{name: "two places in an address", components: button(`{"type":"URL","text":"See","url":"https://luna.example/{{1}}{{2}}","example":["y"]}`), want: store.FaultURL},
		{name: "an address without an example", components: button(`{"type":"URL","text":"See","url":"https://luna.example/{{1}}"}`), want: store.FaultNoExample},
		{name: "an address too long", components: button(`{"type":"URL","text":"See","url":"https://luna.example/` + strings.Repeat("a", 2000) + `"}`), want: store.FaultTooLong},
		{name: "WhatsApp's own link", components: button(`{"type":"URL","text":"See","url":"https://wa.me/16045550100"}`), want: store.FaultOwnLink},
		{name: "no number to call", components: button(`{"type":"PHONE_NUMBER","text":"Call","phone_number":"call me"}`), want: store.FaultPhone},
		{name: "no way out", components: `{"type":"BODY","text":"Bread is half price today."}`, want: store.FaultNoWayOut},
	}
	found := map[string]bool{store.FaultNobodyNamed: true, store.FaultSameNameTwice: true} // tested below
	for _, tt := range tests {
		if got := faults(t, tt.head, tt.components); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		for code := range strings.FieldsSeq(tt.want) {
			found[code] = true
		}
	}
	for _, code := range store.FaultCodes() {
		if !found[code] {
			t.Errorf("no test finds %s", code)
		}
	}
}

func TestTheShopMustBeNamed(t *testing.T) {
	t.Parallel()
	file := []byte(`{"name":"offer","language":"en","category":"MARKETING","components":[` + plainBody + `]}`)
	_, list, err := store.LintTemplates(file, "Panadería Luna")
	if err != nil || len(list) != 1 || list[0].Code != store.FaultNobodyNamed || list[0].Detail != "Panadería Luna" {
		t.Errorf("got %+v, %v", list, err)
	}
	named := strings.Replace(string(file), "Bread is", "PANADERÍA LUNA: bread is", 1)
	if _, list, err := store.LintTemplates([]byte(named), "Panadería Luna"); err != nil || len(list) != 0 {
		t.Errorf("named: %+v, %v", list, err)
	}
}

func TestFilesOfTemplatesAreReadInEveryShape(t *testing.T) {
	t.Parallel()
	one := `{"name":"offer","language":"en","category":"MARKETING","components":[` + plainBody + `]}`
	for name, tt := range map[string]struct {
		file  string
		names int
	}{
		"one": {one, 1}, "a list": {"[" + one + "," + strings.Replace(one, `"en"`, `"es"`, 1) + "]", 2},
		"as Meta answers": {`{"data":[` + one + `],"paging":{}}`, 1}, "with a mark of Windows": {"\ufeff " + one, 1},
	} {
		names, list, err := store.LintTemplates([]byte(tt.file), "")
		if err != nil || len(names) != tt.names || len(list) != 0 {
			t.Errorf("%s: %v, %+v, %v", name, names, list, err)
		}
	}
	if _, list, err := store.LintTemplates([]byte("["+one+","+one+"]"), ""); err != nil || len(list) != 1 || list[0].Code != store.FaultSameNameTwice {
		t.Errorf("the same twice: %+v, %v", list, err)
	}
	for _, file := range []string{"{}", "[]", `{"data":[]}`, `{"templates":[]}`} {
		if _, _, err := store.LintTemplates([]byte(file), ""); !errors.Is(err, store.ErrNoTemplate) {
			t.Errorf("%s: %v", file, err)
		}
	}
	for _, file := range []string{"", "name: offer", `{"name":`, `{"name":7,"components":[{}]}`} {
		if _, _, err := store.LintTemplates([]byte(file), ""); err == nil || errors.Is(err, store.ErrNoTemplate) {
			t.Errorf("%q: %v", file, err)
		}
	}
}

func TestTheSampleTemplatesAreInOrder(t *testing.T) {
	t.Parallel()
	names, list, err := store.LintTemplates(assets.SampleTemplates(), "")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, f := range list {
		// A shop sees in the demo what a picture and a template that may not be chosen look like.
		if f.Code != store.FaultCannotBeSent && f.Code != store.FaultNoWayOut {
			t.Errorf("%+v", f)
		}
	}
}

func FuzzLintTemplates(f *testing.F) {
	for _, seed := range []string{
		`{"name":"offer","language":"en","category":"MARKETING","components":[` + twoPlaces + `]}`, `[{"components":null}]`, `{"data":[{"name":"a","components":[{"type":"BUTTONS","buttons":[{}]}]}]}`,
		`{"name":"x","components":[{"type":"HEADER","format":"TEXT","text":"{{}}{{{{1}}}}"}]}`, `{`, ``, `{"name":"x","components":[{"type":"BODY","example":[[[]]]}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		names, list, err := store.LintTemplates(data, "Luna")
		if err != nil && (len(names) > 0 || len(list) > 0) {
			t.Errorf("%q: faults %+v with %v", data, list, err)
		}
		for _, fault := range list {
			if !slices.Contains(store.FaultCodes(), fault.Code) {
				t.Errorf("%q: %+v", data, fault)
			}
		}
	})
}
