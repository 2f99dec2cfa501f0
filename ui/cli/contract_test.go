package cli_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

// The fields of the contract, in the order they are written there.
const (
	contactFields  = "id phone name language tags fields source consent saved platform sendable why_not"
	importFields   = "rows added updated unchanged duplicates suppressed opted_in unproven rejected import_id rejects"
	countFields    = "audience queued excluded sending accepted sent delivered read failed unknown cancelled"
	reportFields   = "id name template language state reason created_by started_at finished_at counts failures excluded send_at waiting"
	checkFields    = "id audience sendable excluded cost days blockers plan elsewhere no_common_hours"
	noticeFields   = "id version language text sha256"
	eventFields    = "id type at recorded_at method place staff notice evidence hash prev"
	templateFields = "name language status category quality parameters"
)

// inOrder holds the keys of a JSON object to those of the contract, their order included.
func inOrder(t *testing.T, what string, raw json.RawMessage, want string) map[string]json.RawMessage {
	t.Helper()
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil {
		t.Fatalf("%s: %v in %s", what, err, raw)
	}
	at := -1
	for key := range strings.FieldsSeq(want) {
		next := strings.Index(string(raw), `"`+key+`":`)
		if _, found := object[key]; !found {
			t.Errorf("%s lacks %s: %s", what, key, raw)
		}
		if next < at && !strings.Contains(string(raw[:at]), `"`+key+`":`) {
			t.Errorf("%s: %s stands out of order: %s", what, key, raw)
		}
		at = max(at, next)
	}
	return object
}

// exactly also holds that nothing was added.
func exactly(t *testing.T, what string, raw json.RawMessage, want string) map[string]json.RawMessage {
	t.Helper()
	object := inOrder(t, what, raw, want)
	keys, wanted := slices.Sorted(maps.Keys(object)), strings.Fields(want)
	slices.Sort(wanted)
	if !slices.Equal(keys, wanted) {
		t.Errorf("%s has %v, want %v", what, keys, wanted)
	}
	return object
}

func first(t *testing.T, raw json.RawMessage) json.RawMessage {
	t.Helper()
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil || len(list) == 0 {
		t.Fatalf("no list with anything in it: %s (%v)", raw, err)
	}
	return list[0]
}

func (d *desk) raw(args ...string) json.RawMessage {
	d.Helper()
	var raw json.RawMessage
	d.read(&raw, args...)
	return raw
}

func TestFieldsAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	path := d.file("book.csv", "name,phone\nAna,604 555 0101\nBad,12\n")
	imported := exactly(t, "contacts import", d.raw("contacts", "import", path, "--source", "till"), importFields)
	exactly(t, "a reject", first(t, imported["rejects"]), "line reason value")
	exactly(t, "contacts add", d.raw("contacts", "add", "6045550102", "--name", "Bea", "--source", "till"), contactFields)
	shown := exactly(t, "contacts show", d.raw("contacts", "show", "6045550101"), contactFields+" imports")
	exactly(t, "where she comes from", first(t, shown["imports"]), "import_id file sha256 row at staff source")
	listed := exactly(t, "contacts list", d.raw("contacts", "list"), "contacts next total")
	exactly(t, "a contact of the list", first(t, listed["contacts"]), contactFields)
	notices := exactly(t, "consent notices", d.raw("consent", "notices"), "notices")
	exactly(t, "a notice", first(t, notices["notices"]), noticeFields)

	d.run(0, "consent", "grant", "6045550101", "--method", "spoken", "--notice", "optin-en", "--staff", "Ana")
	d.run(0, "consent", "saved", "6045550101", "--grade", "says_saved", "--staff", "Ana")
	history := exactly(t, "consent show", d.raw("consent", "show", "6045550101"), "contact events")
	exactly(t, "its contact", history["contact"], contactFields)
	event := inOrder(t, "an event", first(t, history["events"]), eventFields)
	exactly(t, "its notice", event["notice"], noticeFields)
	exactly(t, "consent verify", d.raw("consent", "verify"), "events ok head first_bad")

	d.run(0, "templates", "sync")
	templates := exactly(t, "templates list", d.raw("templates", "list"), "templates")
	exactly(t, "a template", first(t, templates["templates"]), templateFields)
	id := d.create()
	check := exactly(t, "broadcast check", d.raw("broadcast", "check", id), checkFields)
	exactly(t, "the cost", check["cost"], "currency amount unpriced")
	sent := exactly(t, "broadcast send", d.raw("broadcast", "send", id, "--yes", "--without-feed"), "id state counts reason")
	exactly(t, "the counts", sent["counts"], countFields)
	report := exactly(t, "broadcast report", d.raw("broadcast", "report", id), reportFields+" answered stops_caused")
	exactly(t, "the report's counts", report["counts"], countFields)
	broadcasts := exactly(t, "broadcast list", d.raw("broadcast", "list"), "broadcasts")
	exactly(t, "a broadcast of the list", first(t, broadcasts["broadcasts"]), reportFields)
	exactly(t, "broadcast create", d.raw("broadcast", "create", "--name", "x", "--template", "fresh_bread", "--lang", "en",
		"--audience", "ana", "--param", "1=@name:you", "--param", "2=a", "--param", "3=b", "--param", "4=c"), "id")
}

func TestListsAreNeverNull(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	for _, args := range [][]string{{"contacts", "list"}, {"templates", "list"}, {"broadcast", "list"}} {
		if raw := d.raw(args...); strings.Contains(string(raw), "null") {
			t.Errorf("%v: %s", args, raw)
		}
	}
	added := d.raw("contacts", "add", "6045550101", "--source", "till")
	if strings.Contains(string(added), "null") {
		t.Errorf("contacts add: %s", added)
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "add", "6045550101", "--name", "Ana", "--source", "till")
	book := d.file("book.csv", "name,phone\nAna,604 555 0101\n")
	foreign := d.file("foreign.db", strings.Repeat("no database at all ", 200))
	tests := []struct {
		name string
		want int
		args []string
		says string
	}{
		{"help", 0, []string{"--help"}, ""},
		{"unknown command", 2, []string{"contact"}, "was not understood"},
		{"unknown command of a noun", 2, []string{"contacts", "lst"}, "was not understood"},
		{"unknown flag", 2, []string{"contacts", "list", "--sort", "x"}, "was not understood"},
		{"argument missing", 2, []string{"contacts", "show"}, "was not understood"},
		{"no source", 2, []string{"contacts", "import", book}, "Where did these numbers come from?"},
		{"no file", 2, []string{"contacts", "import", book + "x", "--source", "till"}, "cannot be opened"},
		{"no such field", 2, []string{"contacts", "import", book, "--source", "till", "--map", "shoe=name"}, "cannot be followed"},
		{"unreadable number", 2, []string{"contacts", "show", "12"}, "Digits are missing"},
		{"unknown number", 2, []string{"contacts", "show", "6045550109"}, "is not among the contacts"},
		{"number twice", 2, []string{"contacts", "add", "6045550101", "--source", "x"}, "already"},
		{"bad query", 2, []string{"contacts", "list", "tag:"}, "^"},
		{"limit", 2, []string{"contacts", "list", "--limit", "-1"}, "--limit"},
		{"cursor", 2, []string{"contacts", "list", "--after", "x"}, "--after"},
		{"grant to nobody", 2, []string{"consent", "grant", "6045550109", "--method", "spoken", "--notice", "optin-en", "--staff", "A"}, "pregon contacts add"},
		{"grant without staff", 2, []string{"consent", "grant", "6045550101", "--method", "spoken", "--notice", "optin-en"}, "--staff is missing"},
		{"grant without notice", 2, []string{"consent", "grant", "6045550101", "--method", "spoken", "--staff", "A"}, "--notice is missing"},
		{"grant with no such notice", 2, []string{"consent", "grant", "6045550101", "--method", "spoken", "--notice", "optin-en@9", "--staff", "A"}, "--notice"},
		{"grant without method", 2, []string{"consent", "grant", "6045550101", "--notice", "optin-en", "--staff", "A"}, "--method is missing"},
		{"grant in the future", 2, []string{"consent", "grant", "6045550101", "--method", "spoken", "--notice", "optin-en", "--staff", "A", "--at", "2027-01-01"}, "future"},
		{"no such grade", 2, []string{"consent", "saved", "6045550101", "--grade", "sure", "--staff", "A"}, "--grade"},
		{"revoke without reason", 2, []string{"consent", "revoke", "6045550101"}, "--reason is missing"},
		{"receipt without consent", 2, []string{"consent", "receipt", "6045550101"}, "has not agreed"},
		{"no such template", 2, []string{"broadcast", "create", "--name", "x", "--template", "y", "--lang", "en", "--audience", "ana"}, "pregon templates sync"},
		{"no audience", 2, []string{"broadcast", "create", "--name", "x", "--template", "y", "--lang", "en"}, "--audience is missing"},
		{"no such broadcast", 2, []string{"broadcast", "check", "99"}, "There is no broadcast 99"},
		{"pause of nothing", 2, []string{"broadcast", "pause", "nine"}, "There is no broadcast"},
		{"hours too wide", 2, []string{"init", "--hours", "07:00-22:00"}, "between 08:00 and 21:00"},
		{"too often", 2, []string{"init", "--every", "1d"}, "more than two"},
		{"no such day", 2, []string{"init", "--days", "mon,lunes"}, "--days"},
		{"foreign file", 1, []string{"--db", foreign, "contacts", "list"}, "not a Pregon shop file"},
		{"no terminal for the app", 2, nil, "needs a terminal"},
		{"sandbox for the world", 2, []string{"sandbox", "--addr", "0.0.0.0:0"}, "does not take that"},
	}
	for _, tt := range tests {
		got := d.command(t.Context(), tt.args...)
		if got.code != tt.want || !strings.Contains(got.errors+got.out, tt.says) {
			t.Errorf("%s: exit %d, want %d and %q:\n%s%s", tt.name, got.code, tt.want, tt.says, got.out, got.errors)
		}
		if lines := strings.Count(got.errors, "\n"); tt.want != 0 && (lines < 1 || lines > 3 || got.out != "") {
			t.Errorf("%s: %d lines of error, and on stdout %q", tt.name, lines, got.out)
		}
	}
	if data, err := os.ReadFile(foreign); err != nil || !strings.HasPrefix(string(data), "no database") {
		t.Errorf("the foreign file was touched: %v", err)
	}
}

func TestShopThatIsNotSetUpSaysHow(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	book := d.file("book.csv", "name,phone\nAna,+1 604 555 0101\n")
	for _, args := range [][]string{
		{"contacts", "import", book, "--source", "till"}, {"templates", "sync"},
	} {
		if got := d.run(1, args...); !strings.Contains(got.errors, "pregon init --name") || !strings.Contains(got.errors, "Nothing was changed") {
			t.Errorf("%v: %q", args, got.errors)
		}
	}
}

func TestErrorsStayOffStdoutWithJSON(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	if got := d.run(2, "contacts", "show", "6045550101", "--json"); got.out != "" || got.errors == "" {
		t.Errorf("stdout %q, stderr %q", got.out, got.errors)
	}
}

func TestMistakeInAnAudienceIsMarked(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	for query, want := range map[string]string{
		"tag:vip OR":          "  tag:vip OR\n            ^\n",
		"lang:es (ana":        "  lang:es (ana\n          ^\n",
		"  saved:perhaps ana": "    saved:perhaps ana\n          ^^^^^^^\n",
		"niña shoe:42":        "  niña shoe:42\n       ^^^^\n",
	} {
		got := d.run(2, "contacts", "list", query).errors
		if _, after, _ := strings.Cut(got, "\n"); after != want {
			t.Errorf("%q: got\n%swant\n%s", query, after, want)
		}
	}
}
