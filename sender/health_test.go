package sender_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/store/storetest"
)

// surgery is a shop, the practice Cloud API, and what its engine finds. All three keep the shop's clock.
type surgery struct {
	*storetest.Shop
	sandbox *sandbox.Server
	front   http.Handler // answers instead of the sandbox where it is set
	token   func(context.Context) (string, error)
	url     string
}

func newSurgery(t *testing.T, opt sandbox.Options) *surgery {
	t.Helper()
	s := &surgery{Shop: storetest.New(t), token: func(context.Context) (string, error) { return "EAAtoken", nil }}
	opt.PhoneNumberID, opt.WABAID = sandbox.DefaultPhoneNumberID, sandbox.DefaultWABAID
	opt.Now = s.Clock.Now
	if opt.Templates == nil {
		opt.Templates = []sandbox.Template{offer()}
	}
	server, err := sandbox.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	s.sandbox = server
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.front != nil {
			s.front.ServeHTTP(w, r)
			return
		}
		server.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		front.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	s.url = front.URL
	return s
}

// change edits the shop's settings.
func (s *surgery) change(t *testing.T, edit func(*store.Shop)) {
	t.Helper()
	settings, err := s.Store.Shop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	edit(&settings)
	if err := s.SaveShop(t.Context(), settings, "Ana"); err != nil {
		t.Fatal(err)
	}
}

func (s *surgery) engine() *sender.Engine {
	return sender.New(s.Outbox, s.Store, sender.Config{BaseURL: s.url, Token: s.token, Now: s.Clock.Now, Timeout: 5 * time.Second})
}

func (s *surgery) findings(t *testing.T, of sender.HealthOf) []sender.Finding {
	t.Helper()
	findings, err := s.engine().Health(t.Context(), of)
	if err != nil {
		t.Fatal(err)
	}
	return findings
}

// of returns the findings of one check as "level code".
func of(findings []sender.Finding, check sender.Check) string {
	var said []string
	for _, f := range findings {
		if f.Check == check {
			said = append(said, string(f.Level)+" "+f.Code)
		}
	}
	return strings.Join(said, ", ")
}

func factsOf(findings []sender.Finding, code string) sender.Facts {
	for _, f := range findings {
		if f.Code == code {
			return f.Facts
		}
	}
	return sender.Facts{}
}

func script(account sandbox.Account) sandbox.Options {
	return sandbox.Options{Script: sandbox.Script{Account: account}}
}

func TestAHealthyShopIsFoundHealthy(t *testing.T) {
	t.Parallel()
	s := newSurgery(t, sandbox.Options{DailyLimit: 250})
	if err := s.FeedHeard(t.Context()); err != nil {
		t.Fatal(err)
	}
	findings := s.findings(t, sender.HealthOf{Template: "offer", Language: "en"})
	for _, f := range findings {
		if f.Level != sender.LevelOK {
			t.Errorf("%+v", f)
		}
		if !slices.Contains(sender.HealthCodes(), f.Code) {
			t.Errorf("%s is not among the codes", f.Code)
		}
	}
	at := -1
	for _, check := range sender.Checks() {
		next := slices.IndexFunc(findings, func(f sender.Finding) bool { return f.Check == check })
		if next <= at {
			t.Errorf("%s is missing or out of order", check)
		}
		at = next
	}
	if facts := factsOf(findings, sender.CodeLimitOK); facts.Limit != 250 || facts.Count != 0 {
		t.Errorf("limit %+v", facts)
	}
}

// TestEveryMistakeIsNamed plays each mistake of setting up, and each trouble of Meta's, in the sandbox.
func TestEveryMistakeIsNamed(t *testing.T) {
	t.Parallel()
	refuse := func(code, subcode int, endpoints ...string) sandbox.Options {
		var rules []sandbox.Rule
		for _, endpoint := range endpoints {
			rules = append(rules, sandbox.Rule{Endpoint: endpoint, Code: code, Subcode: subcode})
		}
		return sandbox.Options{Script: sandbox.Script{Rules: rules}}
	}
	all := []string{"account", "token", "templates"}
	paused := offer()
	paused.Status = "PAUSED"
	tests := []struct {
		name  string
		opt   sandbox.Options
		shop  func(*store.Shop)
		check sender.Check
		want  string
		facts sender.Facts // what is not zero is looked at
	}{
		{name: "expired token", opt: refuse(190, 463, all...), check: sender.CheckToken, want: "stop token_expired", facts: sender.Facts{Code: 190}},
		{name: "token withdrawn by a password", opt: refuse(190, 460, all...), check: sender.CheckToken, want: "stop token_revoked"},
		{name: "token withdrawn by a person", opt: refuse(190, 467, all...), check: sender.CheckToken, want: "stop token_revoked"},
		{name: "cut token", opt: refuse(190, 0, all...), check: sender.CheckToken, want: "stop token_invalid"},
		{name: "token by code 0", opt: refuse(104, 0, all...), check: sender.CheckToken, want: "stop token_invalid"},
		{
			name: "token that says it is over", opt: script(sandbox.Account{Expires: sandbox.Duration(-time.Hour)}), check: sender.CheckToken,
			want: "stop token_expired",
		},
		{
			name: "token that ends soon", opt: script(sandbox.Account{Expires: sandbox.Duration(72 * time.Hour)}), check: sender.CheckToken,
			want: "warn token_expires", facts: sender.Facts{At: storetest.Start.Add(72 * time.Hour), Span: 72 * time.Hour},
		},
		{
			name: "token that ends some day", opt: script(sandbox.Account{Expires: sandbox.Duration(60 * 24 * time.Hour)}), check: sender.CheckToken,
			want: "ok token_ok", facts: sender.Facts{At: storetest.Start.Add(60 * 24 * time.Hour)},
		},
		{name: "token that says nothing", opt: refuse(100, 0, "token"), check: sender.CheckToken, want: "ok token_ok"},

		{name: "system user without the asset", opt: refuse(200, 0, all...), check: sender.CheckPermissions, want: "stop asset_missing", facts: sender.Facts{Code: 200}},
		{name: "permission taken away", opt: refuse(10, 0, "account"), check: sender.CheckPermissions, want: "stop permission_missing", facts: sender.Facts{Code: 10}},
		{
			name: "token without sending", opt: script(sandbox.Account{Scopes: "whatsapp_business_management"}), check: sender.CheckPermissions,
			want: "stop permission_messaging", facts: sender.Facts{Name: "whatsapp_business_messaging"},
		},
		{
			name: "token without managing", opt: script(sandbox.Account{Scopes: "whatsapp_business_messaging"}), check: sender.CheckPermissions,
			want: "warn permission_management",
		},

		{
			name: "account id where the number id belongs", shop: func(s *store.Shop) { s.PhoneNumberID = sandbox.DefaultWABAID },
			check: sender.CheckNumber, want: "stop number_id_is_account", facts: sender.Facts{Name: sandbox.DefaultPhoneNumberID},
		},
		{
			name: "number id where the account id belongs", shop: func(s *store.Shop) { s.WABAID = sandbox.DefaultPhoneNumberID },
			check: sender.CheckAccount, want: "stop account_id_is_number", facts: sender.Facts{Name: sandbox.DefaultPhoneNumberID},
		},
		{
			name: "both ids swapped", shop: func(s *store.Shop) { s.PhoneNumberID, s.WABAID = s.WABAID, s.PhoneNumberID },
			check: sender.CheckNumber, want: "stop number_id_is_account",
		},
		{
			name: "no such number", shop: func(s *store.Shop) { s.PhoneNumberID = "111" }, check: sender.CheckNumber,
			want: "stop number_id_wrong", facts: sender.Facts{Name: "111", Code: 100},
		},
		{
			name: "no such account", shop: func(s *store.Shop) { s.WABAID = "222" }, check: sender.CheckAccount,
			want: "stop account_id_wrong", facts: sender.Facts{Name: "222"},
		},
		{
			name: "another number than customers saved", shop: func(s *store.Shop) { s.Number = "+16045550198" }, check: sender.CheckNumber,
			want: "stop number_differs", facts: sender.Facts{Name: sandbox.DefaultDisplayNumber},
		},
		{
			name: "number not connected", opt: script(sandbox.Account{Status: "DISCONNECTED"}), check: sender.CheckNumber,
			want: "stop number_not_connected", facts: sender.Facts{Name: "DISCONNECTED"},
		},
		{name: "number not registered", opt: refuse(133010, 0, "account"), check: sender.CheckNumber, want: "stop number_not_registered", facts: sender.Facts{Code: 133010}},
		{name: "account locked", opt: refuse(131031, 0, "account"), check: sender.CheckNumber, want: "stop account_locked", facts: sender.Facts{Code: 131031}},
		{name: "account restricted", opt: refuse(368, 0, "account"), check: sender.CheckNumber, want: "stop account_locked"},

		{name: "no payment", opt: script(sandbox.Account{Unpaid: true}), check: sender.CheckPayment, want: "stop payment_problem", facts: sender.Facts{Code: 141006}},
		{name: "payment refused", opt: refuse(131042, 0, "account"), check: sender.CheckPayment, want: "stop payment_problem", facts: sender.Facts{Code: 131042}},
		{name: "red number", opt: script(sandbox.Account{Quality: "RED"}), check: sender.CheckQuality, want: "stop quality_red"},
		{name: "yellow number", opt: script(sandbox.Account{Quality: "YELLOW"}), check: sender.CheckQuality, want: "warn quality_yellow"},
		{name: "business not verified", opt: script(sandbox.Account{Unverified: true, Tier: "TIER_250"}), check: sender.CheckLimit, want: "warn business_unverified, ok limit_ok", facts: sender.Facts{Limit: 250}},
		{name: "without limit", check: sender.CheckLimit, want: "ok limit_none"},
		{name: "no feed", check: sender.CheckFeed, want: "warn no_feed"},
		{name: "clock a little off", opt: script(sandbox.Account{Clock: sandbox.Duration(5 * time.Minute)}), check: sender.CheckClock, want: "warn clock_off", facts: sender.Facts{Span: -5 * time.Minute}},
		{name: "clock wrong", opt: script(sandbox.Account{Clock: sandbox.Duration(-time.Hour)}), check: sender.CheckClock, want: "stop clock_wrong", facts: sender.Facts{Span: time.Hour}},

		{name: "no approved template", opt: sandbox.Options{Templates: []sandbox.Template{paused}}, check: sender.CheckTemplate, want: "warn no_templates"},
		{name: "approved templates", opt: sandbox.Options{Templates: []sandbox.Template{offer(), yellow2("second")}}, check: sender.CheckTemplate, want: "ok template_ok", facts: sender.Facts{Count: 2}},

		{name: "not the Cloud API", opt: sandbox.Options{Script: sandbox.Script{Rules: []sandbox.Rule{{Endpoint: "account", Do: sandbox.DoHTML, HTTP: 404}}}}, check: sender.CheckConnection, want: "stop not_the_api", facts: sender.Facts{Code: 404}},
		{name: "too many questions", opt: refuse(80007, 0, "account"), check: sender.CheckConnection, want: "warn platform_busy", facts: sender.Facts{Code: 80007}},
		{name: "Meta is down", opt: sandbox.Options{Script: sandbox.Script{Rules: []sandbox.Rule{{Endpoint: "account", HTTP: 500}}}}, check: sender.CheckConnection, want: "warn platform_busy"},
		{name: "connection lost", opt: sandbox.Options{Script: sandbox.Script{Rules: []sandbox.Rule{{Endpoint: "account", Do: sandbox.DoResetBefore}}}}, check: sender.CheckConnection, want: "warn no_connection"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newSurgery(t, tt.opt)
			if tt.shop != nil {
				s.change(t, tt.shop)
			}
			findings := s.findings(t, sender.HealthOf{})
			if got := of(findings, tt.check); got != tt.want {
				t.Errorf("%s: got %q, want %q", tt.check, got, tt.want)
			}
			first := strings.Fields(strings.Split(tt.want, ",")[0])[1]
			got, want := factsOf(findings, first), tt.facts
			if (want.Name != "" && got.Name != want.Name) || (want.Code != 0 && got.Code != want.Code) || (want.Count != 0 && got.Count != want.Count) ||
				(want.Limit != 0 && got.Limit != want.Limit) || (want.Span != 0 && got.Span != want.Span) || (!want.At.IsZero() && !got.At.Equal(want.At)) {
				t.Errorf("facts %+v, want %+v", got, want)
			}
			for _, f := range findings {
				if !slices.Contains(sender.HealthCodes(), f.Code) || !slices.Contains(sender.Checks(), f.Check) {
					t.Errorf("%+v is in no list", f)
				}
				if strings.Contains(fmt.Sprint(f), "EAAtoken") {
					t.Errorf("the token shows: %+v", f)
				}
			}
		})
	}
}

func yellow2(name string) sandbox.Template {
	t := offer()
	t.ID, t.Name, t.Quality = "2", name, &sandbox.Quality{Score: "YELLOW"}
	return t
}

func TestTheTemplateOfABroadcastIsLookedAt(t *testing.T) {
	t.Parallel()
	paused, red := yellow2("paused"), yellow2("red")
	paused.ID, paused.Status = "3", "PAUSED"
	red.ID, red.Quality = "4", &sandbox.Quality{Score: "RED"}
	s := newSurgery(t, sandbox.Options{Templates: []sandbox.Template{offer(), yellow2("yellow"), paused, red}})
	for name, want := range map[string]string{
		"offer": "ok template_ok", "yellow": "warn template_quality_yellow", "paused": "stop template_not_approved",
		"red": "stop template_quality_red", "none": "stop no_template",
	} {
		if got := of(s.findings(t, sender.HealthOf{Template: name, Language: "en"}), sender.CheckTemplate); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if got := of(s.findings(t, sender.HealthOf{Template: "offer", Language: "es"}), sender.CheckTemplate); got != "stop no_template" {
		t.Errorf("another language: %q", got)
	}
}

func TestAFeedIsJudgedByItsSilenceAndItsSubscription(t *testing.T) {
	t.Parallel()
	s := newSurgery(t, sandbox.Options{})
	if err := s.FeedHeard(t.Context()); err != nil {
		t.Fatal(err)
	}
	see := func(want string) {
		t.Helper()
		if got := of(s.findings(t, sender.HealthOf{}), sender.CheckFeed); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	see("ok feed_ok")
	if err := s.sandbox.SetScript(sandbox.Script{Account: sandbox.Account{Unheard: true}}); err != nil {
		t.Fatal(err)
	}
	see("stop app_not_subscribed")
	if err := s.sandbox.SetScript(sandbox.Script{Rules: []sandbox.Rule{{Endpoint: "account", Code: 10}}}); err != nil {
		t.Fatal(err)
	}
	see("ok feed_ok") // who may not ask, accuses nobody
	if err := s.sandbox.SetScript(sandbox.Script{}); err != nil {
		t.Fatal(err)
	}
	s.Clock.Advance(store.FeedStaleAfter + time.Minute)
	see("stop feed_stale")
}

func TestAnAddressThatLeadsElsewhereIsSaidBesideTheFeed(t *testing.T) {
	t.Parallel()
	s := newSurgery(t, sandbox.Options{})
	if err := s.FeedHeard(t.Context()); err != nil {
		t.Fatal(err)
	}
	const address = "https://hooks.example.com/webhook"
	for problem, want := range map[store.DoorProblem]string{
		store.DoorOpen: "ok feed_ok", store.DoorUnreachable: "ok feed_ok, warn door_unreachable",
		store.DoorCertificate: "ok feed_ok, warn door_certificate", store.DoorForeign: "ok feed_ok, warn door_foreign",
	} {
		if err := s.RecordRoundTrip(t.Context(), address, problem); err != nil {
			t.Fatal(err)
		}
		findings := s.findings(t, sender.HealthOf{})
		if got := of(findings, sender.CheckFeed); got != want {
			t.Errorf("%q: got %q, want %q", problem, got, want)
		}
		if problem != store.DoorOpen && factsOf(findings, "door_"+string(problem)).Name != address {
			t.Errorf("%q names no address", problem)
		}
	}
	if err := s.RecordRoundTrip(t.Context(), address, store.DoorForeign); err != nil {
		t.Fatal(err)
	}
	s.Clock.Advance(25 * time.Hour) // long ago, it says nothing of now
	if got := of(s.findings(t, sender.HealthOf{}), sender.CheckFeed); strings.Contains(got, "door") {
		t.Errorf("got %q", got)
	}
}

func TestTheLimitIsCountedByPeople(t *testing.T) {
	t.Parallel()
	s := newSurgery(t, script(sandbox.Account{Tier: "TIER_50"}))
	for n := range 50 {
		s.Customer(t, n)
	}
	claimed, err := s.Outbox.Claim(t.Context(), s.Started(t, "sendable:yes"), 50)
	if err != nil || len(claimed.Claims) != 50 {
		t.Fatalf("%d claims, %v", len(claimed.Claims), err)
	}
	findings := s.findings(t, sender.HealthOf{})
	if got := of(findings, sender.CheckLimit); got != "warn limit_used" {
		t.Errorf("got %q", got)
	}
	if facts := factsOf(findings, sender.CodeLimitUsed); facts.Count != 50 || facts.Limit != 50 || !facts.At.Equal(storetest.Start.Add(24*time.Hour)) {
		t.Errorf("facts %+v", facts)
	}
	s.Clock.Advance(25 * time.Hour)
	if got := of(s.findings(t, sender.HealthOf{}), sender.CheckLimit); got != "ok limit_ok" {
		t.Errorf("a day later: %q", got)
	}
}

func TestWithoutATokenNothingElseIsBlamed(t *testing.T) {
	t.Parallel()
	s := newSurgery(t, sandbox.Options{})
	s.token = func(context.Context) (string, error) { return "", errors.New("the keyring is locked") }
	findings := s.findings(t, sender.HealthOf{})
	if got := of(findings, sender.CheckToken); got != "stop no_token" {
		t.Errorf("got %q", got)
	}
	for _, f := range findings {
		if f.Level == sender.LevelStop && f.Check != sender.CheckToken {
			t.Errorf("%+v", f)
		}
	}
	if got := of(findings, sender.CheckNumber); got != "warn unchecked" {
		t.Errorf("number: %q", got)
	}
}

func TestHealthWritesDownWhatMetaSays(t *testing.T) {
	t.Parallel()
	s := newSurgery(t, script(sandbox.Account{Quality: "YELLOW", Tier: "TIER_2K"}))
	s.findings(t, sender.HealthOf{})
	account, err := s.Account(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if account.Quality != "YELLOW" || account.MessagingLimit != 2000 || account.Currency != "EUR" || account.ReadAt.IsZero() {
		t.Errorf("account %+v", account)
	}
	s.front = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	s.findings(t, sender.HealthOf{})
	if again, err := s.Account(t.Context()); err != nil || again.Quality != "YELLOW" {
		t.Errorf("what was known is lost: %+v, %v", again, err)
	}
}

func TestAPracticeShopIsHeldToThisMachine(t *testing.T) {
	t.Parallel()
	s := newSurgery(t, sandbox.Options{})
	s.change(t, func(shop *store.Shop) { shop.Practice = true })
	if got := of(s.findings(t, sender.HealthOf{}), sender.CheckConnection); got != "ok connected" {
		t.Errorf("got %q", got)
	}
	s.url = "http://graph.invalid"
	if got := of(s.findings(t, sender.HealthOf{}), sender.CheckConnection); got != "stop practice_address" {
		t.Errorf("elsewhere: %q", got)
	}
}

func TestAShopThatIsNotSetUpIsToldSo(t *testing.T) {
	t.Parallel()
	shop := storetest.Open(t, t.TempDir()+"/new.db", storetest.NewClock())
	engine := sender.New(shop.Outbox, shop.Store, sender.Config{})
	findings, err := engine.Health(t.Context(), sender.HealthOf{})
	if err != nil {
		t.Fatal(err)
	}
	if got := of(findings, sender.CheckShop); got != "stop not_set_up" {
		t.Errorf("got %q", got)
	}
	if of(findings, sender.CheckFile) == "" {
		t.Error("the file was not looked at")
	}
}

func TestAMissingKeyAndAnOpenFileStop(t *testing.T) {
	t.Parallel()
	s := newSurgery(t, sandbox.Options{})
	if err := os.Chmod(s.File, 0o644); err != nil {
		t.Fatal(err)
	}
	findings := s.findings(t, sender.HealthOf{})
	if got := of(findings, sender.CheckFile); !strings.Contains(got, "stop file_exposed") || factsOf(findings, sender.CodeFileExposed).Name != "shop.db" {
		t.Errorf("got %q", got)
	}
	if err := os.Remove(s.File + ".key"); err != nil {
		t.Fatal(err)
	}
	again := storetest.Open(t, s.File, s.Clock)
	s.Shop = again
	if got := of(s.findings(t, sender.HealthOf{}), sender.CheckFile); !strings.Contains(got, "stop key_missing") {
		t.Errorf("got %q", got)
	}
}

func TestHealthEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := newSurgery(t, sandbox.Options{Latency: time.Minute})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	engine := sender.New(s.Outbox, s.Store, sender.Config{BaseURL: s.url, Token: s.token, Now: s.Clock.Now})
	if _, err := engine.Health(ctx, sender.HealthOf{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAnAccountMetaStoppedIsFoundStopped(t *testing.T) {
	t.Parallel()
	s := newSurgery(t, sandbox.Options{})
	news := store.AccountNews{Kind: "account_update", Event: "DISABLED_UPDATE", BanState: "DISABLE", At: storetest.Start}
	if err := s.RecordFeed(t.Context(), store.Feed{Account: []store.AccountNews{news}}); err != nil {
		t.Fatal(err)
	}
	if got := of(s.findings(t, sender.HealthOf{}), sender.CheckAccount); got != "stop account_stopped" {
		t.Errorf("got %q", got)
	}
	// The owner's word is not taken while Meta itself says otherwise.
	if err := s.sandbox.SetScript(sandbox.Script{Account: sandbox.Account{Unpaid: true}}); err != nil {
		t.Fatal(err)
	}
	e := s.engine()
	if findings, released, err := e.Release(t.Context(), "Ana"); err != nil || released || of(findings, sender.CheckAccount) != "stop account_stopped" {
		t.Errorf("unpaid it is released: %v, %v, %v", released, findings, err)
	}
	if err := s.sandbox.SetScript(sandbox.Script{}); err != nil {
		t.Fatal(err)
	}
	if findings, released, err := e.Release(t.Context(), "Ana"); err != nil || !released || of(findings, sender.CheckAccount) != "ok account_ok" {
		t.Errorf("after the owner's word: %v, %v, %v", released, findings, err)
	}
	if _, released, err := e.Release(t.Context(), "Ana"); err != nil || released {
		t.Errorf("again: %v, %v", released, err)
	}
}

func TestBeyondIsWhatTheStoresCheckDoesNotSay(t *testing.T) {
	t.Parallel()
	all := []sender.Finding{
		{Level: sender.LevelOK, Code: sender.CodeTokenOK},
		{Level: sender.LevelWarn, Code: sender.CodeUnchecked},
		{Level: sender.LevelStop, Code: string(store.BlockerQualityRed)},
		{Level: sender.LevelWarn, Code: string(store.BlockerNoFeed)},
		{Level: sender.LevelWarn, Code: sender.CodeDiskLow},
		{Level: sender.LevelStop, Code: sender.CodeClockWrong},
	}
	var codes []string
	for _, f := range sender.Beyond(all) {
		codes = append(codes, f.Code)
	}
	if got := strings.Join(codes, " "); got != "disk_low clock_wrong" || len(all) != 6 {
		t.Errorf("got %s", got)
	}
}
