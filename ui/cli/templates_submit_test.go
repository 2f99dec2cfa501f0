package cli_test

import (
	"strings"
	"testing"
	"time"

	"pregon/sender/sandbox"
)

type submitted struct {
	Templates []struct{ ID, Name, Language, Status, Category string }
}

// halfPrice is the status of lawfulTemplate as Meta has it now; "" where it has none.
func (d *desk) halfPrice() string {
	d.Helper()
	d.run(0, "templates", "sync")
	var list submitted
	d.read(&list, "templates", "list")
	for _, one := range list.Templates {
		if one.Name == "half_price" {
			return one.Status
		}
	}
	return ""
}

func TestATemplateIsHandedInReadAndApproved(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	var told submitted
	d.read(&told, "templates", "submit", d.file("t.json", lawfulTemplate))
	if len(told.Templates) != 1 || told.Templates[0].ID == "" || told.Templates[0].Name != "half_price" || told.Templates[0].Status != "PENDING" || told.Templates[0].Category != "MARKETING" {
		t.Fatalf("got %+v", told)
	}
	var list submitted
	d.read(&list, "templates", "list")
	if !strings.Contains(strings.ToLower(d.run(0, "templates", "list").out), "half_price") {
		t.Errorf("it is not in the list here: %+v", list)
	}
	if got := d.halfPrice(); got != "PENDING" {
		t.Errorf("at once it is %s", got)
	}
	d.ahead.Add(int64(time.Minute))
	if got := d.halfPrice(); got != "APPROVED" {
		t.Errorf("a minute later it is %s", got)
	}
	if calls := d.sandbox.Calls(); len(calls) != 0 {
		t.Errorf("handing a template in sent %d messages", len(calls))
	}
	again := d.run(2, "templates", "submit", d.file("t.json", lawfulTemplate))
	if !strings.Contains(again.errors, "one of this name in this language") || !strings.Contains(again.errors, "Of 1 template 0 were handed in") {
		t.Errorf("twice: %q", again.errors)
	}
}

func TestNothingIsHandedInWhereATemplateHasAFault(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	faulty := `[` + lawfulTemplate + `,{"name":"bare","language":"en","category":"MARKETING","components":[{"type":"BODY","text":"Panadería Luna has bread."}]}]`
	got := d.run(2, "templates", "submit", d.file("t.json", faulty))
	if !strings.Contains(got.errors, "bare: It shows no way to stop") || !strings.Contains(got.errors, "Nothing was handed in") || got.out != "" {
		t.Errorf("got %q, %q", got.out, got.errors)
	}
	if got := d.halfPrice(); got != "" {
		t.Errorf("the other one was handed in: %s", got)
	}
	d.run(2, "templates", "submit", d.file("x.json", "{"))
	d.run(2, "templates", "submit", d.file("y.json", "{}"))
}

func TestALostAnswerToATemplateIsNotCalledARefusal(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	if err := d.sandbox.SetScript(sandbox.Script{Rules: []sandbox.Rule{{Endpoint: "templates", Do: "garbage", Times: 1}}}); err != nil {
		t.Fatal(err)
	}
	got := d.run(1, "templates", "submit", d.file("t.json", lawfulTemplate))
	if !strings.Contains(got.errors, "may have been handed in or not") || !strings.Contains(got.errors, "pregon templates sync") {
		t.Errorf("got %q", got.errors)
	}
	if got := d.halfPrice(); got != "PENDING" {
		t.Errorf("it is %q", got)
	}
}

func TestWhatMetaRefusesIsSaidInWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		code, subcode, exit int
		want                string
	}{
		{100, 2388019, 2, "as many templates as it may have"},
		{80008, 0, 2, "a hundred templates an hour"},
		{190, 0, 1, "code is 190"},
	} {
		d := newShop(t, sandbox.Options{})
		rule := sandbox.Rule{Endpoint: "templates", Do: "error", Code: test.code, Subcode: test.subcode, Times: 1}
		if err := d.sandbox.SetScript(sandbox.Script{Rules: []sandbox.Rule{rule}}); err != nil {
			t.Fatal(err)
		}
		got := d.run(test.exit, "templates", "submit", d.file("t.json", lawfulTemplate))
		if !strings.Contains(got.errors, test.want) {
			t.Errorf("%d/%d: %q", test.code, test.subcode, got.errors)
		}
	}
}
