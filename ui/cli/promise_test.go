package cli_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pregon/sender/sandbox"
)

// The secrets of the tests. They are set in every way there is and may be seen in none.
const (
	hiddenToken  = "EAAhiddentoken0123456789"
	hiddenSecret = "5ecre7appsecretvalue"
	hiddenVerify = "verifythisandtellnobody"
)

// life is what happened in a shop that has something of everything: contacts in every state, hostile names, broadcasts
// composed, sent, cancelled and lost. Broadcast 1 is done, 2 cancelled and 3 a draft; of number 2 nobody knows.
func life() [][]string {
	return [][]string{
		{"contacts", "import", "-", "--source", "till"},
		{"templates", "sync"},
		createBread(),
		{"contacts", "add", number(10), "--name", "Evil \x1b]0;owned\x07\u202etxt", "--source", "=cmd()", "--tag", "vip", "--language", "es"},
		{"contacts", "add", number(11), "--name", "=1+1", "--source", "till"},
		{"consent", "refuse", number(11), "--staff", "Luz"},
		{"consent", "revoke", number(5), "--reason", "STOP", "--staff", "Luz"},
		{"broadcast", "send", "1", "--yes", "--without-feed", "--rate", "0"},
		createBread(),
		{"broadcast", "cancel", "2"},
		createBread(),
	}
}

// lived is a shop with a life behind it, and secrets that nobody may see.
func lived(t *testing.T) *desk {
	t.Helper()
	d := copied(t, sandbox.Options{}, livedShop)
	d.env["PREGON_TOKEN"], d.env["PREGON_APP_SECRET"], d.env["PREGON_VERIFY_TOKEN"] = hiddenToken, hiddenSecret, hiddenVerify
	return d
}

// spoken is one way to type every command that prints a result, on a shop that has lived.
func spoken(d *desk) [][]string {
	file := func(name string) string { return filepath.Join(d.folder, name) }
	return [][]string{
		{"init", "--every", "8d"},
		{"doctor"},
		{"contacts", "import", d.file("in.csv", "name,phone\nNew,604 555 0160\nBad,12\n"), "--source", "till", "--dry-run"},
		{"contacts", "import", d.file("in.csv", "name,phone\nNew,604 555 0160\nBad,12\n"), "--source", "till"},
		{"contacts", "list"},
		{"contacts", "list", "sendable:yes", "--limit", "2"},
		{"contacts", "show", number(10)},
		{"contacts", "add", number(20), "--name", "Bea", "--source", "till"},
		{"contacts", "tag", number(20), "+vip"},
		{"contacts", "export", file("out.csv")},
		{"contacts", "erase", number(20)},
		{"consent", "grant", number(10), "--method", "spoken", "--notice", "optin-es", "--staff", "Luz"},
		{"consent", "saved", number(10), "--grade", "seen_by_staff", "--staff", "Luz"},
		{"consent", "unsaved", number(10), "--reason", "new phone"},
		{"consent", "revoke", number(10), "--reason", "said stop"},
		{"consent", "show", number(0)},
		{"consent", "receipt", number(0)},
		{"consent", "verify"},
		{"consent", "notices"},
		{"templates", "sync"},
		{"templates", "list"},
		{"templates", "show", "fresh_bread", "--lang", "en"},
		{"broadcast", "list"},
		{"broadcast", "check", "3"},
		{"broadcast", "report", "1"},
		{"broadcast", "report", "1", "--csv", file("report.csv")},
		{"broadcast", "unknown", "1"},
		{"broadcast", "cancel", "3"},
		{"broadcast", "send", "1", "--yes", "--without-feed"},
		createBread(),
		{"broadcast", "discard", "4"},
		{"contacts", "add", number(21), "--name", "Cleo", "--source", "till", "--tag", "vip"},
		{"contacts", "imports"},
		{"contacts", "undo-import", "2"},
		{"consent", "refuse", number(21), "--staff", "Luz"},
		{"consent", "proof", number(0)},
		{"audience", "save", "Regulars", "tag:vip"},
		{"audience", "list"},
		{"audience", "show", "Regulars"},
		{"audience", "rename", "Regulars", "Everyone"},
		{"audience", "delete", "Everyone"},
		{"tags", "list"},
		{"tags", "rename", "vip", "gold"},
		{"contacts", "tag", number(21), "+silver"},
		{"tags", "merge", "gold", "silver", "best"},
		{"tags", "remove", "best"},
		{"tags", "undo"},
		{"templates", "lint", d.file("lint.json", lawfulTemplate)},
		{"poster", file("poster.svg")},
		{"feed", "import", d.file("feed.jsonl", saved(`"statuses":[]`)+"\n")},
		{"backup", file("shop.backup"), "--recipient", recipient},
	}
}

// recipient is the public key of nobody's secret.
const recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"

func TestEveryResultIsOneDocumentOrPlainLines(t *testing.T) {
	t.Parallel()
	people, machine := lived(t), lived(t)
	secrets := []string{hiddenToken, hiddenSecret, hiddenVerify}
	for i, args := range spoken(people) {
		got := people.run(0, args...)
		if got.out == "" || !strings.HasSuffix(got.out, "\n") || !utf8.ValidString(got.out) {
			t.Errorf("%v prints %q", args, got.out)
		}
		if bad := strings.IndexFunc(got.out+got.errors, obeyed); bad >= 0 {
			t.Errorf("%v: a terminal would obey %q", args, (got.out + got.errors)[bad:])
		}
		typed := slices.Concat(spoken(machine)[i], []string{"--json"})
		told := machine.run(0, typed...)
		var document any
		decode(t, told.out, &document)
		if _, object := document.(map[string]any); !object {
			t.Errorf("%v: the document is no object: %s", typed, told.out)
		}
		walk(t, strings.Join(typed, " "), document)
		if bad := strings.IndexFunc(told.out+told.errors, obeyed); bad >= 0 {
			t.Errorf("%v: a terminal would obey %q", typed, (told.out + told.errors)[bad:])
		}
		if strings.Contains(told.errors, `{"`) {
			t.Errorf("%v: a document on stderr: %q", typed, told.errors)
		}
		for _, secret := range secrets {
			if strings.Contains(got.out+got.errors+told.out+told.errors, secret) {
				t.Errorf("%v shows a secret", args)
			}
		}
	}
}

var e164 = regexp.MustCompile(`^\+[1-9]\d{6,14}$`)

// walk holds every field of a document to the contract: times in UTC, numbers with the plus, lists that are never null.
func walk(t *testing.T, where string, value any) {
	t.Helper()
	switch value := value.(type) {
	case map[string]any:
		for key, field := range value {
			text, isText := field.(string)
			switch {
			case field == nil:
				t.Errorf("%s: %s is null", where, key)
			case isText && text != "" && (key == "at" || strings.HasSuffix(key, "_at")):
				if at, err := time.Parse(time.RFC3339, text); err != nil || !strings.HasSuffix(text, "Z") || at.Year() < 2020 {
					t.Errorf("%s: %s is %q", where, key, text)
				}
			case isText && key == "phone" && !e164.MatchString(text):
				t.Errorf("%s: phone %q", where, text)
			}
			walk(t, where+" "+key, field)
		}
	case []any:
		for _, element := range value {
			walk(t, where, element)
		}
	}
}

//nolint:tparallel // what is compared is said first
func TestEveryResultIsSaidInEveryLanguage(t *testing.T) {
	t.Parallel()
	languages := []string{"en", "es", "pt"}
	said := make([][]string, len(languages))
	t.Run("speak", func(t *testing.T) {
		for i, language := range languages {
			t.Run(language, func(t *testing.T) {
				t.Parallel()
				d := lived(t)
				d.env["PREGON_LANG"] = language
				for _, args := range spoken(d) {
					said[i] = append(said[i], d.run(0, args...).out)
				}
			})
		}
	})
	if t.Failed() {
		return
	}
	for i, args := range spoken(newDesk(t, sandbox.Options{})) {
		// The wordings and the template are in languages of their own, and a tag is a tag.
		own := slices.Contains([]string{"consent notices", "templates show", "contacts tag", "broadcast create"}, strings.Join(args[:min(2, len(args))], " "))
		if !own && (said[1][i] == said[0][i] || said[2][i] == said[0][i]) {
			t.Errorf("%v is not translated: %q", args, said[0][i])
		}
	}
}

// TestRefusalsChangeNothing types every command wrong in every way it can be, and sees that nothing came of it.
func TestRefusalsChangeNothing(t *testing.T) {
	t.Parallel()
	d := lived(t)
	before := d.picture()
	for _, tt := range refusals(d) {
		got, told := d.command(t.Context(), tt.args...), d.command(t.Context(), append(tt.args, "--json")...)
		if got.code != tt.code || got.out != "" {
			t.Errorf("%s: exit %d, want %d; stdout %q, stderr %q", tt.name, got.code, tt.code, got.out, got.errors)
		}
		if told != got {
			t.Errorf("%s: with --json %+v, else %+v", tt.name, told, got)
		}
		if lines := strings.Count(got.errors, "\n"); lines < 1 || lines > 3 {
			t.Errorf("%s: %d lines: %q", tt.name, lines, got.errors)
		}
		if !strings.Contains(got.errors, tt.says) {
			t.Errorf("%s: no %q in %q", tt.name, tt.says, got.errors)
		}
		if lost := regexp.MustCompile(`(?i)nothing (was|of it was|to give)|not touched|rows before it are kept`); !lost.MatchString(got.errors) {
			t.Errorf("%s: whether anything was lost is not said: %q", tt.name, got.errors)
		}
		if strings.Contains(got.errors, hiddenToken) {
			t.Errorf("%s shows the token", tt.name)
		}
	}
	if after := d.picture(); after != before {
		t.Errorf("something changed:\n%s\nbefore:\n%s", after, before)
	}
}

// picture is all that commands tell of the shop.
func (d *desk) picture() string {
	d.Helper()
	var all strings.Builder
	for _, args := range [][]string{
		{"contacts", "list", "--limit", "0"}, {"consent", "verify"}, {"consent", "notices"}, {"templates", "list"}, {"broadcast", "list"}, {"consent", "show", number(0)},
	} {
		all.WriteString(d.run(0, append(args, "--json")...).out)
	}
	return all.String()
}

type refusal struct {
	name string
	code int
	args []string
	says string
}

func refusals(d *desk) []refusal {
	csv := func(name, text string) string { return d.file(name, text) }
	book := csv("good.csv", "name,phone\nAna,604 555 0170\n")
	from := []string{"--source", "till"}
	in := func(args ...string) []string { return append(append([]string{"contacts", "import"}, args...), from...) }
	grant := func(args ...string) []string { return append([]string{"consent", "grant", number(10)}, args...) }
	create := func(args ...string) []string {
		return append([]string{"broadcast", "create", "--name", "x", "--template", "fresh_bread", "--lang", "en"}, args...)
	}
	return []refusal{
		{"import without a source", 2, []string{"contacts", "import", book}, "Where did these numbers come from?"},
		{"import with a blank source", 2, []string{"contacts", "import", book, "--source", "  "}, "Where did these numbers come from?"},
		{"import of no file", 2, in(filepath.Join(d.folder, "none.csv")), "cannot be opened"},
		{"import of an empty file", 2, in(csv("empty.csv", "")), "empty"},
		{"import without a number column", 2, in(csv("odd.csv", "wer,wo\nAna,Wien\n")), "--map phone=…"},
		{"import with an unknown field", 2, in(book, "--map", "shoe=name"), "cannot be followed"},
		{"import with an unknown header", 2, in(book, "--map", "phone=tel"), "There are:"},
		{"import with half a map", 2, in(book, "--map", "phone"), "--map"},
		{"import for no country", 2, in(book, "--region", "Atlantis"), "--region"},
		{"import with an open quote", 2, in(csv("quote.csv", "name,phone\n\"Ana,604 555 0171\n")), "never closes"},
		{"show of nobody", 2, []string{"contacts", "show", "604 555 0179"}, "is not among the contacts"},
		{"show of no number", 2, []string{"contacts", "show", "twelve"}, "There is no such number"},
		{"show of too short a number", 2, []string{"contacts", "show", "12"}, "Digits are missing"},
		{"show of too long a number", 2, []string{"contacts", "show", "+1604555010100000"}, "too many digits"},
		{"show of a spoiled number", 2, []string{"contacts", "show", "1.60456E+10"}, "spreadsheet"},
		{"show of two numbers", 2, []string{"contacts", "show", "6045550101 / 6045550102"}, "several numbers"},
		{"add of a number that is there", 2, []string{"contacts", "add", number(0), "--source", "x"}, "among the contacts already"},
		{"add without a source", 2, []string{"contacts", "add", number(30)}, "--source is missing"},
		{"add of too long a name", 2, []string{"contacts", "add", number(30), "--source", "x", "--name", strings.Repeat("n", 5000)}, "--name is too long"},
		{"rename of a tag nobody has", 2, []string{"tags", "rename", "none", "vip2"}, "Nobody has the tag none"},
		{"merge with a tag nobody has", 2, []string{"tags", "merge", "vip", "none", "best"}, "Nobody has the tag none"},
		{"removal of a tag nobody has", 2, []string{"tags", "remove", "none"}, "Nobody has the tag none"},
		{"undo of no change of tags", 2, []string{"tags", "undo", "99"}, "no such change of tags"},
		{"undo of a word", 2, []string{"tags", "undo", "all"}, "Nothing was changed"},
		{"undo of no import", 2, []string{"contacts", "undo-import", "99"}, "99"},
		{"undo of an import by a word", 2, []string{"contacts", "undo-import", "last"}, "last"},
		{"proof of nobody", 2, []string{"consent", "proof", "604 555 0179"}, "is not among the contacts"},
		{"refusal of nobody", 2, []string{"consent", "refuse", "604 555 0179", "--staff", "Luz"}, "pregon contacts add"},
		{"unsaved of nobody", 2, []string{"consent", "unsaved", "604 555 0179"}, "pregon contacts add"},
		{"an audience without a name", 2, []string{"audience", "save", " ", "ana"}, "name"},
		{"an audience that cannot be read", 2, []string{"audience", "save", "Regulars", "tag:"}, "^"},
		{"an audience nobody saved", 2, []string{"audience", "show", "Regulars"}, "Regulars"},
		{"rename of an audience nobody saved", 2, []string{"audience", "rename", "Regulars", "All"}, "Regulars"},
		{"delete of an audience nobody saved", 2, []string{"audience", "delete", "Regulars"}, "Regulars"},
		{"discard of nothing", 2, []string{"broadcast", "discard", "99"}, "There is no broadcast 99"},
		{"discard of what is done", 2, []string{"broadcast", "discard", "1"}, "Nothing was changed"},
		{"events from nowhere", 2, []string{"feed", "import", filepath.Join(d.folder, "none.jsonl")}, "cannot be read"},
		{"events that are none", 2, []string{"feed", "import", csv("words.jsonl", "Dear all\n")}, "no event of WhatsApp"},
		{"templates from nowhere", 2, []string{"templates", "lint", filepath.Join(d.folder, "none.json")}, "none.json"},
		{"a backup for no key", 2, []string{"backup", filepath.Join(d.folder, "b"), "--recipient", "age1nonsense"}, "no key of age"},
		{"a backup over another file", 2, []string{"backup", csv("there.backup", "x"), "--recipient", recipient}, "--force"},
		{"a restore of no file", 2, []string{"restore", filepath.Join(d.folder, "none.backup")}, "none.backup"},
		{"a restore of no backup", 2, []string{"restore", csv("words.backup", "Dear all")}, "backup"},
		{"tag of nobody", 2, []string{"contacts", "tag", "604 555 0179", "+x"}, "is not among the contacts"},
		{"list with a bad query", 2, []string{"contacts", "list", "tag:"}, "^"},
		{"list with an open parenthesis", 2, []string{"contacts", "list", "(ana OR ben"}, "^"},
		{"list with a limit below zero", 2, []string{"contacts", "list", "--limit", "-1"}, "--limit"},
		{"list after nonsense", 2, []string{"contacts", "list", "--after", "x"}, "--after"},
		{"export with a bad query", 2, []string{"contacts", "export", filepath.Join(d.folder, "x.csv"), "lang:"}, "^"},
		{"erase of nobody", 2, []string{"contacts", "erase", "604 555 0179"}, "is not among the contacts"},

		{"grant without a method", 2, grant("--notice", "optin-es", "--staff", "Luz"), "--method is missing"},
		{"grant with no such method", 2, grant("--notice", "optin-es", "--staff", "Luz", "--method", "telepathy"), "--method"},
		{"grant without a notice", 2, grant("--method", "spoken", "--staff", "Luz"), "--notice is missing"},
		{"grant with no such notice", 2, grant("--method", "spoken", "--staff", "Luz", "--notice", "optin-tlh"), "--notice"},
		{"grant with no such version", 2, grant("--method", "spoken", "--staff", "Luz", "--notice", "optin-es@99"), "--notice"},
		{"grant without staff", 2, grant("--method", "spoken", "--notice", "optin-es"), "--staff is missing"},
		{"grant in the future", 2, grant("--method", "spoken", "--notice", "optin-es", "--staff", "Luz", "--at", "2031-01-01"), "future"},
		{"grant at no time", 2, grant("--method", "spoken", "--notice", "optin-es", "--staff", "Luz", "--at", "soon"), "--at"},
		{"grant to who withdrew, by word of mouth", 2, []string{"consent", "grant", number(5), "--method", "spoken", "--notice", "optin-en", "--staff", "Luz"}, "--evidence"},
		{"grant to nobody", 2, []string{"consent", "grant", "604 555 0179", "--method", "spoken", "--notice", "optin-en", "--staff", "Luz"}, "pregon contacts add"},
		{"revoke without a reason", 2, []string{"consent", "revoke", number(0)}, "--reason is missing"},
		{"revoke of no number", 2, []string{"consent", "revoke", "x", "--reason", "stop"}, "There is no such number"},
		{"refuse without staff", 2, []string{"consent", "refuse", number(10)}, "--staff is missing"},
		{"saved without a grade", 2, []string{"consent", "saved", number(10), "--staff", "Luz"}, "--grade"},
		{"saved with no such grade", 2, []string{"consent", "saved", number(10), "--staff", "Luz", "--grade", "sure"}, "--grade"},
		{"saved without staff", 2, []string{"consent", "saved", number(10), "--grade", "says_saved"}, "--staff is missing"},
		{"show of nobody's consent", 2, []string{"consent", "show", "604 555 0179"}, "is not among the contacts"},
		{"receipt of who did not agree", 2, []string{"consent", "receipt", number(10)}, "has not agreed"},

		{"no such template", 2, []string{"templates", "show", "none"}, "pregon templates sync"},
		{"no such language of it", 2, []string{"templates", "show", "fresh_bread", "--lang", "tlh"}, "--lang"},
		{"which language of it", 2, []string{"templates", "show", "fresh_bread"}, "--lang"},

		{"create without an audience", 2, create(), "--audience is missing"},
		{"create with a bad audience", 2, create("--audience", "tag:a OR"), "^"},
		{"create without a template", 2, []string{"broadcast", "create", "--name", "x", "--audience", "ana"}, "--template is missing"},
		{"create with no such template", 2, []string{"broadcast", "create", "--name", "x", "--audience", "ana", "--template", "none"}, "pregon templates sync"},
		{"create with values missing", 2, create("--audience", "ana"), "--param 1=…"},
		{"create with no such value", 2, create("--audience", "ana", "--param", "9=x"), "There are: 1, 2, 3, 4"},
		{"create with no such field", 2, create("--audience", "ana", "--param", "1=@shoe"), "No contact has a field shoe"},
		{"create for no time", 2, create("--audience", "ana", "--param", "1=a", "--param", "2=b", "--param", "3=c", "--param", "4=d", "--at", "soon"), "--at"},
		{"check of nothing", 2, []string{"broadcast", "check", "99"}, "There is no broadcast 99"},
		{"check of a word", 2, []string{"broadcast", "check", "bread"}, "There is no broadcast bread"},
		{"send without yes", 2, []string{"broadcast", "send", "3"}, "--yes"},
		{"send without a feed", 2, []string{"broadcast", "send", "3", "--yes"}, "--without-feed"},
		{"send of nothing", 2, []string{"broadcast", "send", "99", "--yes"}, "There is no broadcast 99"},
		{"send of what was cancelled", 2, []string{"broadcast", "send", "2", "--yes", "--without-feed"}, "cancelled"},
		{"send below no pace", 2, []string{"broadcast", "send", "3", "--yes", "--without-feed", "--rate", "-1"}, "--rate"},
		{"pause of a draft", 2, []string{"broadcast", "pause", "3"}, "draft"},
		{"pause of what is done", 2, []string{"broadcast", "pause", "1"}, "Nothing was changed"},
		{"resume of a draft", 2, []string{"broadcast", "resume", "3"}, "Nothing was changed"},
		{"resume of what is done", 2, []string{"broadcast", "resume", "1"}, "Nothing was changed"},
		{"cancel of what is done", 2, []string{"broadcast", "cancel", "1"}, "Nothing was changed"},
		{"report of nothing", 2, []string{"broadcast", "report", "99"}, "There is no broadcast 99"},
		{"unknown of nothing", 2, []string{"broadcast", "unknown", "99"}, "There is no broadcast 99"},
		{"both decisions at once", 2, []string{"broadcast", "unknown", "1", "--resend", number(2), "--give-up", number(2)}, "One decision at a time"},
		{"a decision on who is known", 2, []string{"broadcast", "unknown", "1", "--give-up", number(0)}, "is not unknown"},

		{"hours too wide", 2, []string{"init", "--hours", "07:00-22:00"}, "between 08:00 and 21:00"},
		{"hours the wrong way round", 2, []string{"init", "--hours", "20:00-09:00"}, "--hours"},
		{"hours that are none", 2, []string{"init", "--hours", "mornings"}, "--hours"},
		{"no such day", 2, []string{"init", "--days", "mon,lunes"}, "--days"},
		{"too often", 2, []string{"init", "--every", "1d"}, "more than two"},
		{"no span", 2, []string{"init", "--every", "often"}, "--every"},
		{"no such language", 2, []string{"init", "--language", "tlh"}, "--language"},
		{"no such zone", 2, []string{"init", "--timezone", "Mars/Olympus"}, "--timezone"},
		{"no such number", 2, []string{"init", "--number", "12"}, "Digits are missing"},
		{"an empty name", 2, []string{"init", "--name", " "}, "--name is missing"},
		{"the app without a terminal", 2, nil, "needs a terminal"},
		{"a sandbox for the world", 2, []string{"sandbox", "--addr", "0.0.0.0:0"}, "does not take that"},
		{"a real shop to practise in", 2, []string{"--db", filepath.Join(d.folder, "pregon", "shop.db"), "demo", "--fresh"}, "real shop"},
		{"secrets that are not there", 2, []string{"--secrets", filepath.Join(d.folder, "none"), "contacts", "list"}, "cannot be read"},
		{"a foreign file", 1, []string{"--db", csv("foreign.db", strings.Repeat("no database at all ", 200)), "contacts", "list"}, "not a Pregon shop file"},
	}
}

func TestRefusalsAreTranslated(t *testing.T) {
	t.Parallel()
	for language, nothing := range map[string]string{"es": "No se ha", "pt": "Nada "} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			d := lived(t)
			d.env["PREGON_LANG"] = language
			calm := 0
			for _, tt := range refusals(d) {
				got := d.command(t.Context(), tt.args...)
				if got.code != tt.code || strings.Contains(got.errors, "Nothing was") {
					t.Errorf("%s: exit %d, %q", tt.name, got.code, got.errors)
				}
				if strings.Contains(got.errors, nothing) {
					calm++
				}
			}
			if calm < 60 {
				t.Errorf("only %d refusals say that nothing was changed", calm)
			}
		})
	}
}

func TestJSONIsTheSameInEveryLanguage(t *testing.T) {
	t.Parallel()
	d := lived(t)
	held := d.now() // a plan begins now, and two languages are asked one after the other
	d.now = func() time.Time { return held }
	for _, args := range [][]string{
		{"contacts", "list"},
		{"contacts", "show", number(0)},
		{"consent", "show", number(0)},
		{"templates", "list"},
		{"broadcast", "check", "3"},
		{"broadcast", "list"},
		{"consent", "verify"},
		{"broadcast", "unknown", "1"},
	} {
		d.env["PREGON_LANG"] = "en"
		english := d.run(0, append(args, "--json")...).out
		d.env["PREGON_LANG"] = "es"
		if spanish := d.run(0, append(args, "--json")...).out; spanish != english && !strings.Contains(english, `"title"`) {
			t.Errorf("%v: JSON is translated:\n%s\n%s", args, english, spanish)
		}
	}
}

func TestNamesOfStrangersSurviveJSON(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	kept := strings.NewReplacer("\x1b", "", "\t", " ", "\u2028", " ") // control characters are not
	for n, name := range []string{
		"Ana\u202eMaría", "x\x1b[31m", "\"quoted\\\"", "line\tand tab", "ليلى حداد", "👩‍👩‍👧 family", "=HYPERLINK(\"x\")", "<b>&amp;</b>", "a\u2028b", "zero\u200bwidth",
	} {
		d.run(0, "contacts", "add", number(n), "--name", name, "--source", "till")
		got := d.run(0, "contacts", "show", number(n), "--json").out
		var c contact
		decode(t, got, &c)
		if c.Name != kept.Replace(name) {
			t.Errorf("%q came back as %q", name, c.Name)
		}
		if bad := strings.IndexFunc(got, obeyed); bad >= 0 {
			t.Errorf("%q: %q would be obeyed", name, got[bad:])
		}
	}
}

func TestOutputThatCannotBeWrittenIsAFailure(t *testing.T) {
	t.Parallel()
	d := lived(t)
	for _, args := range [][]string{
		{"contacts", "export", filepath.Join(d.folder, "no", "such", "folder.csv")},
		{"broadcast", "report", "1", "--csv", filepath.Join(d.folder, "no", "such", "folder.csv")},
	} {
		got := d.command(t.Context(), args...)
		if got.code == 0 || got.out != "" || !strings.Contains(got.errors, "folder.csv") {
			t.Errorf("%v: exit %d, %q, %q", args, got.code, got.out, got.errors)
		}
	}
}
