package cli_test

import (
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

type savedAudience struct {
	Name, Query, By, At string
	Total, Sendable     *int
}

// threeTagged is a shop with three contacts, of whom none agreed.
func threeTagged(t *testing.T) *desk {
	t.Helper()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "add", "604 555 0101", "--name", "Ana", "--source", "till", "--tag", "vip")
	d.run(0, "contacts", "add", "604 555 0102", "--name", "Ben", "--source", "till", "--tag", "vip", "--tag", "staff")
	d.run(0, "contacts", "add", "604 555 0103", "--name", "Cai", "--source", "till")
	return d
}

func TestAnAudienceIsSavedShownAndUsedByName(t *testing.T) {
	t.Parallel()
	d := threeTagged(t)
	var a savedAudience
	d.read(&a, "audience", "save", "Good customers", "tag:vip", "-tag:staff")
	if a.Name != "Good customers" || a.Query != "tag:vip -tag:staff" || a.By != "Marta" || a.At == "" || a.Total == nil || *a.Total != 1 || *a.Sendable != 0 {
		t.Errorf("saved %+v", a)
	}
	if got := d.names(`audience:"good customers"`); got != "Ana" {
		t.Errorf("it finds %q", got)
	}
	d.run(0, "contacts", "add", "604 555 0104", "--name", "Dee", "--source", "till", "--tag", "vip")
	d.read(&a, "audience", "show", "GOOD CUSTOMERS")
	if *a.Total != 2 {
		t.Errorf("the count is not that of now: %d", *a.Total)
	}
	if said := d.run(0, "audience", "show", "good customers").out; !strings.Contains(said, "tag:vip -tag:staff") || !strings.Contains(said, "2 in the audience, 0 get it") {
		t.Errorf("%q", said)
	}
	var list struct{ Audiences []savedAudience }
	d.read(&list, "audience", "list")
	if len(list.Audiences) != 1 || list.Audiences[0].Name != "Good customers" || list.Audiences[0].Total != nil {
		t.Errorf("the list is %+v", list)
	}
}

func TestASavedAudienceIsNotOverwrittenByAccident(t *testing.T) {
	t.Parallel()
	d := threeTagged(t)
	d.run(0, "audience", "save", "mine", "tag:vip")
	refused := d.run(2, "audience", "save", "MINE", "tag:staff")
	if !strings.Contains(refused.errors, "--replace") || !strings.Contains(refused.errors, "Nothing was changed") || d.names("audience:mine") != "Ana Ben" {
		t.Errorf("%q", refused.errors)
	}
	d.run(0, "audience", "save", "mine", "tag:staff", "--replace")
	if got := d.names("audience:mine"); got != "Ben" {
		t.Errorf("after --replace it finds %q", got)
	}
	d.run(0, "audience", "save", "new", "tag:vip", "--replace")
	if got := d.run(2, "audience", "rename", "new", "mine"); !strings.Contains(got.errors, "mine") {
		t.Errorf("%q", got.errors)
	}
	d.run(0, "audience", "rename", "new", "newer")
	if got := d.names("audience:newer"); got != "Ana Ben" {
		t.Errorf("renamed it finds %q", got)
	}
}

func TestADeletedAudienceSaysHowToBringItBack(t *testing.T) {
	t.Parallel()
	d := threeTagged(t)
	d.run(0, "audience", "save", "Ana's", `tag:vip -"O'Neill"`)
	said := d.run(0, "audience", "delete", "ana's").out
	if !strings.Contains(said, `pregon audience save 'Ana'\''s' 'tag:vip -"O'\''Neill"'`) {
		t.Errorf("%q", said)
	}
	if got := d.run(2, "contacts", "list", "audience:ana's"); !strings.Contains(got.errors, "ana's") || !strings.Contains(got.errors, "^^^") {
		t.Errorf("the place is not marked: %q", got.errors)
	}
	if got := d.run(0, "audience", "list").out; !strings.Contains(got, "pregon audience save") {
		t.Errorf("an empty list says no next step: %q", got)
	}
	for _, act := range [][]string{{"audience", "show", "x"}, {"audience", "delete", "x"}, {"audience", "rename", "x", "y"}} {
		if got := d.run(2, act...); !strings.Contains(got.errors, "Nothing was changed") {
			t.Errorf("%v: %q", act, got.errors)
		}
	}
}

func TestWhatCannotBeSavedSaysWhy(t *testing.T) {
	t.Parallel()
	d := threeTagged(t)
	d.run(0, "audience", "save", "mine", "tag:vip")
	for query, want := range map[string]string{
		"":              "query is missing",
		"color:red":     "^^^^^",
		"audience:mine": "cannot name another",
		"tag:":          "Something must follow",
	} {
		if got := d.run(2, "audience", "save", "x", query); !strings.Contains(got.errors, want) || !strings.Contains(got.errors, "Nothing was changed") {
			t.Errorf("%q: %q", query, got.errors)
		}
	}
}

func TestADraftKeepsItsAudienceFromBeingDeleted(t *testing.T) {
	t.Parallel()
	d := lived(t)
	d.run(0, "audience", "save", "mine", "tag:vip")
	d.run(2, "broadcast", "create", "--name", "No one", "--template", "spring_offer", "--lang", "es", "--audience", "audience:yours")
	var templates struct {
		Templates []struct {
			Name, Language string
			Parameters     []string
		}
	}
	d.read(&templates, "templates", "list")
	use := templates.Templates[0]
	args := []string{"broadcast", "create", "--name", "Spring", "--template", use.Name, "--lang", use.Language, "--audience", "audience:mine"}
	for _, key := range use.Parameters {
		args = append(args, "--param", key+"=x")
	}
	d.run(0, args...)
	for _, act := range [][]string{{"audience", "delete", "mine"}, {"audience", "rename", "mine", "ours"}} {
		got := d.run(2, act...)
		for _, want := range []string{"“Spring”", "Nothing was changed", "discard"} {
			if !strings.Contains(got.errors, want) {
				t.Errorf("%v: no %q in %q", act, want, got.errors)
			}
		}
	}
	d.read(&struct{}{}, "audience", "show", "mine")
}
