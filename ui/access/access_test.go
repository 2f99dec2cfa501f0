package access_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/sender"
	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/access"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

const token = "EAAG-secret-4711"

// home stands behind the page.
type home struct{}

func (home) ID() view.ID                 { return view.Broadcasts }
func (home) Title() string               { return "Broadcasts" }
func (home) Init() tea.Cmd               { return nil }
func (home) Update(tea.Msg) tea.Cmd      { return nil }
func (home) Render(view.Size) view.Frame { return view.Frame{Content: "the list of broadcasts"} }
func (home) Actions() []view.Action      { return nil }
func (home) Typing() bool                { return false }

// desk is a person with a token, at a computer with a keyring, before a platform that says what it is told to.
type desk struct {
	*uitest.Driver
	used    map[string]string
	kept    map[string]string
	source  access.Source
	noRing  bool
	found   []sender.Finding
	fail    error
	sending bool
	asked   []string // the token of each question
}

func (d *desk) Source(name string) access.Source {
	if d.used[name] != "" {
		return access.Typed
	}
	return d.source
}

func (d *desk) Try(name, secret string) func() {
	before := d.used[name]
	d.used[name] = secret
	return func() { d.used[name] = before }
}

func (d *desk) Keep(name string) error {
	if d.noRing {
		return errors.New("no keyring")
	}
	d.kept[name] = d.used[name]
	return nil
}

func (d *desk) check(context.Context, sender.HealthOf) ([]sender.Finding, error) {
	d.asked = append(d.asked, d.used[access.Token])
	return d.found, d.fail
}

func at(t *testing.T, lang string, width, height int) *desk {
	t.Helper()
	d := &desk{used: map[string]string{}, kept: map[string]string{}, found: []sender.Finding{{Check: sender.CheckToken, Level: sender.LevelOK, Code: sender.CodeTokenOK}}}
	d.Driver = uitest.NewIn(t, lang, width, height, func(env *view.Env) tea.Model {
		return ui.New(env, ui.Options{Views: []view.View{home{}}, Access: func() view.Dialog {
			return access.New(env, access.Desk{
				Secrets: d, Check: d.check, Sending: func() bool { return d.sending },
				Shop: func(context.Context) (store.Shop, error) { return storetest.Settings(), nil },
			})
		}})
	})
	d.Idle()
	return d
}

func (d *desk) hides(t *testing.T) {
	t.Helper()
	if strings.Contains(d.Looks(), token) || strings.Contains(d.Looks(), "secret-4711") {
		t.Errorf("the token is on the screen\n%s", d.Screen())
	}
}

func TestATokenIsCheckedAndThenKeptAndNeverShown(t *testing.T) {
	t.Parallel()
	d := at(t, "en", 80, 24)
	d.Press("f6")
	d.Says("Access to WhatsApp", "There is no access token yet", "For the number id 600000000000031 and the account id 500000000000041")
	d.Type(token)
	d.hides(t)
	d.See(strings.Repeat("*", len(token)))
	d.Press("enter")
	d.Says("WhatsApp takes the token. It is in this computer's keyring.")
	d.hides(t)
	if d.kept[access.Token] != token || len(d.asked) != 1 || d.asked[0] != token || len(d.kept) != 1 {
		t.Errorf("kept %v, asked with %v", d.kept, d.asked)
	}
	d.Press("enter")
	d.See("the list of broadcasts")
	d.Press("f6")
	d.Says("There is a token, until Pregón ends.")
	d.hides(t)
}

func TestAPastedTokenIsHiddenToo(t *testing.T) {
	t.Parallel()
	d := at(t, "en", 60, 20)
	d.Press("f6")
	d.Send(tea.PasteMsg{Content: token + "\n"})
	d.hides(t)
	d.Press("enter")
	if d.kept[access.Token] != token {
		t.Errorf("kept %q", d.kept[access.Token])
	}
}

func TestATokenThatIsRefusedIsNotKept(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		found sender.Finding
		want  string
	}{
		{"not reached", sender.Finding{Check: sender.CheckToken, Level: sender.LevelWarn, Code: sender.CodeUnchecked}, "This could not be looked at."},
		{"not asked", sender.Finding{Check: sender.CheckConnection, Level: sender.LevelWarn, Code: "unreachable"}, "The token was not kept."},
		{"190", sender.Finding{Check: sender.CheckToken, Level: sender.LevelStop, Code: "token_invalid"}, "Meta does not accept the access token."},
		{"over", sender.Finding{Check: sender.CheckToken, Level: sender.LevelStop, Code: "token_expired"}, "The access token is over."},
		{"may not send", sender.Finding{Check: sender.CheckPermissions, Level: sender.LevelStop, Code: "permission_missing"}, "The access token may not do this."},
		{"no line", sender.Finding{Check: sender.CheckConnection, Level: sender.LevelStop, Code: "unreachable"}, "Connection: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := at(t, "en", 80, 24)
			d.used[access.Token] = "the one before"
			d.found = []sender.Finding{test.found}
			d.Press("f6")
			d.Type(token)
			d.Press("enter")
			d.Says("The token was not kept. Nothing was changed.", test.want)
			d.hides(t)
			if len(d.kept) != 0 || d.used[access.Token] != "the one before" {
				t.Errorf("kept %v, in use %v", d.kept, d.used)
			}
			d.Press("r")
			d.See("paste it here")
			d.found = []sender.Finding{{Check: sender.CheckToken, Level: sender.LevelOK, Code: sender.CodeTokenOK}}
			d.Type(token)
			d.Press("enter")
			d.Says("WhatsApp takes the token.")
		})
	}
}

func TestWhatElseStandsAgainstSendingIsSaid(t *testing.T) {
	t.Parallel()
	d := at(t, "en", 80, 24)
	d.found = []sender.Finding{
		{Check: sender.CheckNumber, Level: sender.LevelStop, Code: "number_id_wrong", Facts: sender.Facts{Name: "1\x1b[2J23"}},
		{Check: sender.CheckToken, Level: sender.LevelWarn, Code: "token_expires", Facts: sender.Facts{Span: 48 * time.Hour}},
	}
	d.Press("f6")
	d.Type(token)
	d.Press("enter")
	d.Says("WhatsApp takes the token.", "Access token: It ends in", "Number: Meta knows no number with the id")
	if strings.Contains(d.Looks(), "\x1b[2J") {
		t.Error("what came from outside reached the terminal")
	}
}

func TestWithoutAKeyringItLastsUntilTheEnd(t *testing.T) {
	t.Parallel()
	d := at(t, "en", 80, 24)
	d.noRing = true
	d.Press("f6")
	d.Type(token)
	d.Press("enter")
	d.Says("It is used until Pregón ends.", "This computer has no keyring", "--secrets")
	if d.used[access.Token] != token {
		t.Error("it is not used")
	}
}

func TestTheAppSecretIsKeptBesideTheToken(t *testing.T) {
	t.Parallel()
	d := at(t, "en", 80, 24)
	d.source = access.Keyring
	d.Press("f6")
	d.Says("There is a token in the keyring")
	d.Press("down")
	d.Type("app-secret-4711")
	d.hides(t)
	d.Press("up", "down", "enter")
	if d.kept[access.AppSecret] != "app-secret-4711" || d.kept[access.Token] != "" {
		t.Errorf("kept %v", d.kept)
	}
}

func TestNothingIsTriedWhileABroadcastIsSent(t *testing.T) {
	t.Parallel()
	d := at(t, "en", 80, 24)
	d.sending = true
	d.Press("f6")
	d.Type(token)
	d.Press("enter")
	d.Says("A broadcast is being sent with the token in use.")
	if len(d.asked) != 0 || len(d.used) != 0 {
		t.Error("the token was tried")
	}
}

func TestNothingTypedIsNoToken(t *testing.T) {
	t.Parallel()
	d := at(t, "en", 80, 24)
	d.Press("f6", "enter")
	d.Says("This must not be empty.")
	d.Press("esc")
	d.See("the list of broadcasts")
	if len(d.asked) != 0 {
		t.Error("WhatsApp was asked")
	}
}

func TestAnErrorSaysNothingOfTheToken(t *testing.T) {
	t.Parallel()
	d := at(t, "en", 80, 24)
	d.fail = errors.New("with " + token)
	d.Press("f6")
	d.Type(token)
	d.Press("enter")
	d.Says("for number 1 in the log", "paste it here")
	d.hides(t)
	if d.used[access.Token] != "" || len(d.kept) != 0 {
		t.Error("it was kept")
	}
}

func TestWhereTheTokenComesFromIsSaid(t *testing.T) {
	t.Parallel()
	for source, want := range map[access.Source]string{
		access.Environment: "The token in use comes from PREGON_TOKEN in the environment", access.File: "comes from the file of --secrets",
		access.Keyring: "There is a token in the keyring", access.Nowhere: "There is no access token yet",
	} {
		d := at(t, "en", 80, 24)
		d.source = source
		d.Press("f6")
		d.Says(want)
	}
}

func TestScreens(t *testing.T) {
	t.Parallel()
	for _, size := range []struct {
		name, lang string
		w, h       int
	}{{"60x20", "en", 60, 20}, {"80x24", "en", 80, 24}, {"120x36", "en", 120, 36}, {"80x24-es", "es", 80, 24}, {"60x20-pt", "pt", 60, 20}} {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			d := at(t, size.lang, size.w, size.h)
			d.Press("f6")
			d.Type(token)
			d.Golden("typed-" + size.name)
			d.found = []sender.Finding{{Check: sender.CheckToken, Level: sender.LevelStop, Code: "token_expired"}}
			d.Press("enter")
			d.Golden("refused-" + size.name)
		})
	}
}
