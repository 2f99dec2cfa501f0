package cli_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"pregon/sender/sandbox"
)

// commands are all there are, as they are typed.
func commands() [][]string {
	var all [][]string
	for _, line := range []string{
		"init", "doctor", "demo", "sandbox", "serve", "poster", "backup", "restore", "feed", "feed import", "contacts", "contacts undo-import", "contacts imports", "consent proof", "contacts", "contacts import", "contacts list", "contacts show", "contacts add",
		"contacts tag", "audience", "audience save", "audience list", "audience show", "audience rename", "audience delete", "tags", "tags list", "tags rename", "tags merge", "tags remove", "tags undo", "contacts export", "contacts erase", "templates submit", "contacts undo-merge", "contacts merge", "contacts duplicates", "consent", "consent grant", "consent revoke", "consent refuse", "consent saved",
		"consent unsaved", "consent show", "consent verify", "consent notices", "consent receipt", "consent reviews", "templates", "templates sync",
		"templates list", "templates show", "templates lint", "broadcast", "broadcast create", "broadcast check", "broadcast send", "broadcast pause",
		"broadcast resume", "broadcast cancel", "broadcast list", "broadcast report", "broadcast unknown", "broadcast discard",
	} {
		all = append(all, strings.Fields(line))
	}
	return all
}

func TestEveryCommandHasHelpInEveryLanguage(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	headings := map[string][3]string{
		"en": {"Usage", "Flags of every command", "show this help"}, "es": {"Uso", "Opciones de todas las órdenes", "muestra esta ayuda"},
		"pt": {"Uso", "Opções de todos os comandos", "mostra esta ajuda"},
	}
	english := []string{"Help for", "Usage:", "USAGE", "FLAGS", "COMMANDS", "Generate the", "Help about", "string"}
	for language, wanted := range headings {
		d.env["PREGON_LANG"] = language
		for _, words := range append(commands(), nil) {
			got := d.run(0, append(words, "--help")...)
			if got.errors != "" {
				t.Errorf("%v: stderr %q", words, got.errors)
			}
			for _, want := range append(wanted[:], "pregon "+strings.Join(words, " ")) {
				if !strings.Contains(got.out, strings.TrimSpace(want)) {
					t.Errorf("%s, %v: no %q in\n%s", language, words, want, got.out)
				}
			}
			for _, bad := range english {
				if strings.Contains(got.out, bad) {
					t.Errorf("%s, %v: %q in\n%s", language, words, bad, got.out)
				}
			}
			for line := range strings.Lines(got.out) {
				if width := ansi.StringWidth(strings.TrimSuffix(line, "\n")); width > 80 || strings.ContainsRune(line, 0x1b) {
					t.Errorf("%s, %v: %d cells: %q", language, words, width, line)
				}
			}
		}
	}
}

func TestHelpIsReachedInEveryWay(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	want := d.run(0, "contacts", "--help").out
	for _, args := range [][]string{{"contacts", "-h"}, {"help", "contacts"}, {"contacts"}, {"--help", "contacts"}} {
		if got := d.run(0, args...).out; got != want {
			t.Errorf("%v:\n%s\nwant\n%s", args, got, want)
		}
	}
	if got := d.run(0, "help").out; !strings.Contains(got, "broadcast") {
		t.Errorf("help alone:\n%s", got)
	}
	if got := d.run(0, "--version").out; got != "pregon test\n" {
		t.Errorf("version %q", got)
	}
}

func TestMistypedCommandsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	tests := []struct {
		name, typed string
		says        []string
	}{
		{"unknown command", "contcts", []string{"there is no command contcts", "Did you mean pregon contacts?", "See pregon --help"}},
		{"unknown command of a noun", "contacts lst", []string{"there is no command lst", "Did you mean pregon contacts list?", "See pregon contacts --help"}},
		{"nothing like it", "contacts zzzzzz", []string{"there is no command zzzzzz"}},
		{"help of nothing", "help foo", []string{"there is no command foo"}},
		{"word missing", "contacts show", []string{"PHONE is missing", "See pregon contacts show --help"}},
		{"second word missing", "contacts tag 1", []string{"+TAG is missing"}},
		{"file missing", "contacts import", []string{"FILE is missing"}},
		{"id missing", "broadcast send", []string{"ID is missing"}},
		{"name missing", "templates show", []string{"NAME is missing"}},
		{"word too much", "contacts show 1 2", []string{"2 is too much"}},
		{"word for who takes none", "demo x", []string{"x is too much"}},
		{"unknown flag", "contacts list --sort x", []string{"there is no flag --sort", "See pregon contacts list --help"}},
		{"unknown letter", "contacts list -q", []string{}},
		{"unknown letter of another", "broadcast list -q", []string{"there is no flag -q"}},
		{"flag without a value", "contacts list --limit", []string{"--limit needs a value"}},
		{"flag with another value", "contacts list --limit many", []string{"many is no value for --limit"}},
		{"switch with another value", "broadcast send 1 --yes=perhaps", []string{"perhaps is no value for --yes"}},
		{"broken flag", "broadcast list ---x", []string{"there is no flag ---x"}},
	}
	for _, tt := range tests {
		got := d.command(t.Context(), strings.Fields(tt.typed)...)
		if len(tt.says) == 0 { // a word of a query
			if got.code != 0 {
				t.Errorf("%s: exit %d: %s", tt.name, got.code, got.errors)
			}
			continue
		}
		if got.code != 2 || got.out != "" {
			t.Errorf("%s: exit %d, stdout %q", tt.name, got.code, got.out)
		}
		for _, want := range append(tt.says, "Nothing was changed") {
			if !strings.Contains(got.errors, want) {
				t.Errorf("%s: no %q in %q", tt.name, want, got.errors)
			}
		}
		if lines := strings.Count(got.errors, "\n"); lines < 1 || lines > 3 {
			t.Errorf("%s: %d lines", tt.name, lines)
		}
	}
}

func TestMistypedCommandsAreAnsweredInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	for language, says := range map[string][4]string{
		"es": {"no hay ninguna orden contcts", "falta PHONE", "no hay ninguna opción --sort", "--limit necesita un valor"},
		"pt": {"não há comando contcts", "falta PHONE", "não há opção --sort", "--limit precisa de um valor"},
	} {
		d.env["PREGON_LANG"] = language
		for i, typed := range []string{"contcts", "contacts show", "contacts list --sort x", "contacts list --limit"} {
			got := d.run(2, strings.Fields(typed)...)
			if !strings.Contains(got.errors, says[i]) || strings.Contains(got.errors, "Nothing") {
				t.Errorf("%s, %s: %q", language, typed, got.errors)
			}
		}
	}
}

func TestHostileWordsAreShownHarmless(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	evil := "x\x1b[2J\u202e\u009b1A"
	for _, args := range [][]string{
		{evil},
		{"contacts", evil},
		{"contacts", "show", "1", evil},
		{"demo", evil},
		{"help", evil},
		{"broadcast", "list", "--" + evil},
		{"contacts", "list", "--limit", evil},
		{"broadcast", "send", "1", "--yes=" + evil},
	} {
		got := d.command(t.Context(), args...)
		if bad := strings.IndexFunc(got.out+got.errors, obeyed); got.code != 2 || bad >= 0 {
			t.Errorf("%q: exit %d, %q", args, got.code, got.errors)
		}
	}
}
