package cli_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/ui/cli"
)

type diagnosis struct {
	OK       bool
	Findings []struct {
		Check, Level, Code string
		Facts              map[string]any
	}
}

// doctor gives the diagnosis and the exit code that came with it.
func (d *desk) doctor() (diagnosis, int) {
	d.Helper()
	got := d.command(d.Context(), "doctor", "--json")
	var told diagnosis
	decode(d.T, got.out, &told)
	return told, got.code
}

func TestAStopThatWasMendedIsReleasedOnTheOwnersWord(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	id := d.composed(2)
	shop, err := d.open(t.Context(), d.shopFile(), cli.Connect{})
	if err != nil {
		t.Fatal(err)
	}
	news := store.AccountNews{Kind: "account_update", Event: "DISABLED_UPDATE", BanState: "DISABLE", At: d.now().Add(-time.Minute)}
	err = errors.Join(shop.Store.RecordFeed(t.Context(), store.Feed{Account: []store.AccountNews{news}, FromFile: true}), shop.Store.Close())
	if err != nil {
		t.Fatal(err)
	}
	if got := d.run(2, "broadcast", "send", id, "--yes", "--without-feed"); !strings.Contains(got.errors, "pregon doctor") {
		t.Errorf("a stopped account says %q", got.errors)
	}
	if got := d.run(1, "doctor"); !strings.Contains(got.out, "pregon doctor --release") {
		t.Errorf("no next step in\n%s", got.out)
	}
	if got := d.run(0, "doctor", "--release", "--staff", "Ana"); !strings.Contains(got.errors, "on the record") {
		t.Errorf("it says %q", got.errors)
	}
	if got := d.run(0, "doctor", "--release"); !strings.Contains(got.errors, "Nothing was released") {
		t.Errorf("without a stop it says %q", got.errors)
	}
	d.run(0, "broadcast", "send", id, "--yes", "--without-feed")
	d.sentOnce(2)
}

// level is what the doctor says of a check.
func (d diagnosis) level(check string) string {
	var said []string
	for _, f := range d.Findings {
		if f.Check == check {
			said = append(said, f.Level+" "+f.Code)
		}
	}
	return strings.Join(said, ", ")
}

func TestDoctorFindsAHealthyShop(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	told, code := d.doctor()
	if code != 0 || !told.OK {
		t.Errorf("exit %d, %+v", code, told)
	}
	for _, check := range sender.Checks() {
		if told.level(string(check)) == "" {
			t.Errorf("nothing about %s", check)
		}
	}
	got := d.run(0, "doctor")
	for _, want := range []string{"Access token", "WhatsApp answers.", "No feed was ever connected", "Clock"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("no %q in\n%s", want, got.out)
		}
	}
	if got.errors != "" {
		t.Errorf("stderr %q", got.errors)
	}
}

func TestDoctorFieldsAreKept(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{Script: sandbox.Script{Account: sandbox.Account{Expires: sandbox.Duration(48 * time.Hour)}}})
	object := exactly(t, "doctor", d.raw("doctor"), "ok findings")
	var findings []json.RawMessage
	if err := json.Unmarshal(object["findings"], &findings); err != nil {
		t.Fatal(err)
	}
	for _, finding := range findings {
		exactly(t, "a finding", finding, "check level code facts")
		if strings.Contains(string(finding), `"token_expires"`) {
			var told struct {
				Facts struct {
					At      time.Time `json:"at"`
					Seconds int       `json:"seconds"`
				} `json:"facts"`
			}
			if err := json.Unmarshal(finding, &told); err != nil || told.Facts.At.IsZero() || told.Facts.Seconds < 47*3600 {
				t.Errorf("%s: %v", finding, err)
			}
		}
	}
}

// TestDoctorDiagnosesSetUpMistakes plays the mistakes people make with Meta's settings.
func TestDoctorDiagnosesSetUpMistakes(t *testing.T) {
	t.Parallel()
	refuse := func(code, subcode int) sandbox.Options {
		return sandbox.Options{Script: sandbox.Script{Rules: []sandbox.Rule{
			{Endpoint: "account", Code: code, Subcode: subcode}, {Endpoint: "token", Code: code, Subcode: subcode}, {Endpoint: "templates", Code: code, Subcode: subcode},
		}}}
	}
	account := func(a sandbox.Account) sandbox.Options { return sandbox.Options{Script: sandbox.Script{Account: a}} }
	ids := sandbox.Options{PhoneNumberID: sandbox.DefaultPhoneNumberID, WABAID: sandbox.DefaultWABAID}
	tests := []struct {
		name  string
		opt   sandbox.Options
		do    []string
		check string
		want  string
		says  string
	}{
		{"expired token", refuse(190, 463), nil, "token", "stop token_expired", "system user"},
		{"missing asset", refuse(200, 0), nil, "permissions", "stop asset_missing", "under system users"},
		{"missing permission", refuse(10, 0), nil, "permissions", "stop permission_missing", "Business settings"},
		{"account id as number id", ids, []string{"init", "--phone-number-id", sandbox.DefaultWABAID}, "number", "stop number_id_is_account", "--phone-number-id " + sandbox.DefaultPhoneNumberID},
		{"number id as account id", ids, []string{"init", "--waba-id", sandbox.DefaultPhoneNumberID}, "account", "stop account_id_is_number", "--waba-id"},
		{"not registered", account(sandbox.Account{Status: "DISCONNECTED"}), nil, "number", "stop number_not_connected", "WhatsApp Manager"},
		{"no payment", account(sandbox.Account{Unpaid: true}), nil, "payment", "stop payment_problem", "under payments"},
		{"wrong clock", account(sandbox.Account{Clock: sandbox.Duration(-2 * time.Hour)}), nil, "clock", "stop clock_wrong", "2 h fast"},
		{"another number", sandbox.Options{}, []string{"init", "--number", "604 555 0100"}, "number", "stop number_differs", "--number"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newShop(t, tt.opt)
			if tt.do != nil {
				d.run(0, tt.do...)
			}
			told, code := d.doctor()
			if code != 1 || told.OK || told.level(tt.check) != tt.want {
				t.Errorf("exit %d, %s: %q, want %q", code, tt.check, told.level(tt.check), tt.want)
			}
			got := d.run(1, "doctor")
			if !strings.Contains(got.out, tt.says) {
				t.Errorf("no %q in\n%s", tt.says, got.out)
			}
			if !strings.Contains(got.errors, "mended first") || strings.Count(got.errors, "\n") > 3 {
				t.Errorf("stderr %q", got.errors)
			}
		})
	}
}

func TestDoctorWorksBeforeTheShopIsSetUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	told, code := d.doctor()
	if code != 1 || told.level("shop") != "stop not_set_up" {
		t.Errorf("exit %d, %+v", code, told)
	}
}

func TestDoctorNamesFilesOthersCanRead(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	if err := os.Chmod(filepath.Join(d.folder, "pregon", "shop.db"), 0o644); err != nil {
		t.Fatal(err)
	}
	got := d.run(1, "doctor")
	if !strings.Contains(got.out, "chmod 600 shop.db") {
		t.Errorf("got\n%s", got.out)
	}
}

func TestNothingTheDoctorSaysHoldsASecret(t *testing.T) {
	t.Parallel()
	const token = "EAAdoctorsecret"
	for name, opt := range map[string]sandbox.Options{
		"well": {}, "refused": {Token: "another"}, "lost": {Script: sandbox.Script{Rules: []sandbox.Rule{
			{Endpoint: "account", Do: sandbox.DoResetBefore}, {Endpoint: "token", Do: sandbox.DoResetBefore}, {Endpoint: "templates", Do: sandbox.DoHTML},
		}}},
	} {
		d := newShop(t, opt)
		d.env["PREGON_TOKEN"], d.env["PREGON_APP_SECRET"] = token, "appsecretvalue"
		for _, args := range [][]string{{"doctor"}, {"doctor", "--json"}, {"templates", "sync"}} {
			got := d.command(t.Context(), args...)
			if text := got.out + got.errors; strings.Contains(text, token) || strings.Contains(text, "appsecretvalue") {
				t.Errorf("%s, %v: %q", name, args, text)
			}
		}
	}
}

func TestCheckAndSendRefuseWhatTheDoctorFinds(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	id := d.composed(2)
	if err := d.sandbox.SetScript(sandbox.Script{Account: sandbox.Account{Unpaid: true}}); err != nil {
		t.Fatal(err)
	}
	var check struct {
		Sendable int
		Blockers []string
	}
	d.read(&check, "broadcast", "check", id)
	if check.Sendable != 2 || !slices.Contains(check.Blockers, "payment_problem") {
		t.Errorf("got %+v", check)
	}
	if got := d.run(0, "broadcast", "check", id); !strings.Contains(got.out, "payment") {
		t.Errorf("got %q", got.out)
	}
	got := d.run(2, "broadcast", "send", id, "--yes", "--without-feed")
	if !strings.Contains(got.errors, "Nothing was sent") || !strings.Contains(got.errors, "payment") || !strings.Contains(got.errors, "pregon doctor") {
		t.Errorf("got %q", got.errors)
	}
	if calls := len(d.sandbox.Calls()); calls != 0 {
		t.Errorf("%d calls", calls)
	}
	if err := d.sandbox.SetScript(sandbox.Script{}); err != nil {
		t.Fatal(err)
	}
	d.run(0, "broadcast", "send", id, "--yes", "--without-feed")
	d.sentOnce(2)
}

func TestWarningsGoToStderrAndLetASendGoOn(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{Script: sandbox.Script{Account: sandbox.Account{Quality: "YELLOW"}}})
	id := d.composed(1)
	got := d.run(0, "broadcast", "send", id, "--yes", "--without-feed", "--json")
	var sent outcome
	decode(t, got.out, &sent)
	if sent.State != "done" || !strings.Contains(got.errors, "Some customers block") {
		t.Errorf("%+v, stderr %q", sent, got.errors)
	}
}
