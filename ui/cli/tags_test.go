package cli_test

import (
	"fmt"
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

type tagChange struct {
	ID     int64
	Tags   []string
	Became string
	People int
}

func TestTagsAreListedRenamedMergedRemovedAndTakenBack(t *testing.T) {
	t.Parallel()
	d := threeTagged(t)
	var list struct {
		Tags []struct {
			Tag   string
			Count int
		}
	}
	d.read(&list, "tags", "list")
	if fmt.Sprint(list.Tags) != "[{vip 2} {staff 1}]" {
		t.Errorf("the list is %v", list.Tags)
	}
	var change tagChange
	d.read(&change, "tags", "rename", "VIP", "gold")
	if change.People != 2 || change.Became != "gold" || change.ID == 0 || d.names("tag:gold") != "Ana Ben" || d.names("tag:vip") != "" {
		t.Errorf("renamed: %+v", change)
	}
	said := d.run(0, "tags", "merge", "gold", "staff", "good").out
	if !strings.Contains(said, "2 contacts have other tags now") || !strings.Contains(said, "pregon tags undo 2") || d.names("tag:good") != "Ana Ben" {
		t.Errorf("merged: %q", said)
	}
	d.run(0, "tags", "remove", "good")
	if got := d.run(0, "tags", "list").out; !strings.Contains(got, "pregon contacts tag") {
		t.Errorf("an empty list says no next step: %q", got)
	}
	d.run(0, "tags", "undo")
	d.read(&change, "tags", "undo")
	if change.ID != 2 || d.names("tag:staff") != "Ben" || d.names("tag:gold") != "Ana Ben" {
		t.Errorf("taken back: %+v", change)
	}
	d.run(0, "tags", "undo", "1")
	if d.names("tag:vip") != "Ana Ben" || d.names("tag:gold") != "" {
		t.Error("the first change is not taken back")
	}
	for _, words := range [][]string{{"undo"}, {"undo", "1"}, {"undo", "first"}, {"undo", "-1"}, {"rename", "nobody", "x"}, {"remove", "nobody"}, {"rename", "vip", " "}} {
		if got := d.run(2, append([]string{"tags"}, words...)...); !strings.Contains(got.errors, "Nothing was changed") {
			t.Errorf("%v: %q", words, got.errors)
		}
	}
}

func TestARenameDoesNotMergeByAccident(t *testing.T) {
	t.Parallel()
	d := threeTagged(t)
	got := d.run(2, "tags", "rename", "vip", "Staff")
	if !strings.Contains(got.errors, "pregon tags merge 'vip' 'Staff'") || d.names("tag:vip") != "Ana Ben" {
		t.Errorf("%q", got.errors)
	}
	var change tagChange
	d.read(&change, "tags", "rename", "vip", "VIP")
	if change.People != 0 || change.ID != 0 {
		t.Errorf("to itself: %+v", change)
	}
}

func TestATagThatAnAudienceAsksForIsNamedAndStays(t *testing.T) {
	t.Parallel()
	d := threeTagged(t)
	d.run(0, "audience", "save", "No staff", "-tag:staff")
	for _, words := range [][]string{{"rename", "staff", "team"}, {"remove", "staff"}, {"merge", "staff", "vip"}} {
		got := d.run(2, append([]string{"tags"}, words...)...)
		if !strings.Contains(got.errors, "“No staff”") || !strings.Contains(got.errors, "Nothing was changed") || d.names(`audience:"no staff"`) != "Ana Cai" {
			t.Errorf("%v: %q", words, got.errors)
		}
	}
}

func TestASensitiveTagIsWarnedOfOnceAndKept(t *testing.T) {
	t.Parallel()
	d := threeTagged(t)
	const article = "GDPR"
	acts := []struct {
		name   string
		words  []string
		warned bool
	}{
		{"an ordinary tag", []string{"contacts", "tag", "6045550101", "+bread"}, false},
		{"the first of its kind", []string{"contacts", "tag", "6045550101", "+diabética"}, true},
		{"the same again", []string{"contacts", "tag", "6045550102", "+Diabética"}, false},
		{"with a new contact", []string{"contacts", "add", "6045550105", "--source", "till", "--tag", "sindicato"}, true},
		{"taken away", []string{"contacts", "tag", "6045550105", "-sindicato"}, false},
		{"by a rename", []string{"tags", "rename", "bread", "halal"}, true},
		{"by a merge", []string{"tags", "merge", "halal", "vip", "católica"}, true},
		{"into one that is known", []string{"tags", "merge", "staff", "católica"}, false},
		{"with a file", []string{"contacts", "import", d.file("x.csv", "name,phone\nZoe,604 555 0106\n"), "--source", "till", "--tag", "socialistas"}, true},
	}
	for _, act := range acts {
		got := d.run(0, act.words...)
		if strings.Contains(got.errors, article) != act.warned || strings.Contains(got.out, article) {
			t.Errorf("%s: warned %v; stdout %q, stderr %q", act.name, !act.warned, got.out, got.errors)
		}
	}
	if got := d.names("tag:católica"); got != "Ana Ben" {
		t.Errorf("a warning is no refusal: %q", got)
	}
	other := newShop(t, sandbox.Options{})
	if got := other.run(0, "tags", "list", "--json").out; strings.TrimSpace(got) != `{"tags":[]}` {
		t.Errorf("a shop without tags: %q", got)
	}
}
