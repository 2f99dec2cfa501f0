package cli_test

import (
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

type linted struct {
	OK        bool
	Templates []string
	Faults    []struct {
		Template, Part, Code, Detail string
		Limit                        int
	}
}

const lawfulTemplate = `{"name":"half_price","language":"en","category":"MARKETING","components":[
 {"type":"BODY","text":"Panadería Luna: bread is {{1}} cheaper for you today. Write STOP to leave.","example":{"body_text":[["20%"]]}}]}`

func TestLintPassesWhatMetaTakes(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	var told linted
	d.read(&told, "templates", "lint", d.file("t.json", lawfulTemplate))
	if !told.OK || len(told.Faults) != 0 || strings.Join(told.Templates, " ") != "half_price" {
		t.Errorf("got %+v", told)
	}
	d.in = lawfulTemplate
	if got := d.run(0, "templates", "lint", "-"); !strings.Contains(got.out, "nothing is wrong") {
		t.Errorf("from a pipe: %q", got.out)
	}
}

func TestLintNamesEveryFaultAndItsPart(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	file := d.file("t.json", `{"name":"Half Price","language":"en","category":"ADS","components":[
 {"type":"HEADER","format":"TEXT","text":"*Hello*"},
 {"type":"BODY","text":"{{1}} bread"},
 {"type":"BUTTONS","buttons":[{"type":"URL","text":"See","url":"https://wa.me/1"}]}]}`)
	got := d.run(1, "templates", "lint", file, "--json")
	var told linted
	decode(t, got.out, &told)
	var codes []string
	for _, f := range told.Faults {
		codes = append(codes, f.Part+":"+f.Code)
		if f.Template != "Half Price" {
			t.Errorf("fault of %q", f.Template)
		}
	}
	if said := strings.Join(codes, " "); told.OK || said != ":name :category HEADER:header_markup BODY:no_example BODY:place_at_end BODY:few_words BUTTONS:own_link :no_way_out :no_name" {
		t.Errorf("got %s", said)
	}
	plain := d.run(1, "templates", "lint", file)
	for _, want := range []string{"Half Price BODY: It begins or ends with a place", "Half Price HEADER: A header takes no", "Add a button such as “STOP”", "name the shop, Panadería Luna"} {
		if !strings.Contains(plain.out, want) {
			t.Errorf("no %q in\n%s", want, plain.out)
		}
	}
	if !strings.Contains(plain.errors, "9 faults") || !strings.Contains(plain.errors, "Nothing was handed in") {
		t.Errorf("stderr %q", plain.errors)
	}
}

func TestLintSpeaksTheReadersLanguage(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	file := d.file("t.json", `{"name":"offer","language":"en","category":"MARKETING","components":[{"type":"BODY","text":"Panadería Luna says hello to you."}]}`)
	for language, want := range map[string]string{"en": "no way to stop", "es": "cómo darse de baja", "pt": "como sair"} {
		d.env["PREGON_LANG"] = language
		if got := d.run(1, "templates", "lint", file); !strings.Contains(got.out, want) {
			t.Errorf("%s: %q", language, got.out)
		}
	}
}

func TestLintRefusesWhatIsNoTemplate(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	for name, tt := range map[string]struct{ file, says string }{
		"nothing":      {"", "not JSON"},
		"not JSON":     {"{\n \"name\": offer\n}", "line 2"},
		"no template":  {`{"offers":[]}`, "name, language, category, components"},
		"another type": {`{"name":7}`, "name, language, category, components"},
	} {
		got := d.run(2, "templates", "lint", d.file("t.json", tt.file))
		if !strings.Contains(got.errors, tt.says) || !strings.Contains(got.errors, "Nothing was handed in") || got.out != "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	d.run(2, "templates", "lint", d.folder+"/none.json")
	d.run(2, "templates", "lint")
}

func TestLintShowsHostileTemplatesHarmless(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	file := d.file("t.json", `{"name":"x\u001b[2J\u202e","language":"en","category":"\u009b1A","components":[{"type":"BODY","text":"{{\u001b]0;x\u0007}} hi"},{"type":"\u001b[31m"}]}`)
	for _, args := range [][]string{{"templates", "lint", file}, {"templates", "lint", file, "--json"}} {
		got := d.run(1, args...)
		if bad := strings.IndexFunc(got.out+got.errors, obeyed); bad >= 0 {
			t.Errorf("%v: %q", args, (got.out + got.errors)[bad:])
		}
	}
}
