package sandbox

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAMessagingLimitHasTheNameOfTheStepAboveIt(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]string{
		1: "TIER_50", 50: "TIER_50", 51: "TIER_250", 250: "TIER_250", 1000: "TIER_1K", 1001: "TIER_2K", 2000: "TIER_2K", 9999: "TIER_10K",
		100_000: "TIER_100K", 100_001: "TIER_UNLIMITED", 0: "TIER_UNLIMITED",
	} {
		if got := tier(limit); got != want {
			t.Errorf("tier(%d) = %q, want %q", limit, got, want)
		}
	}
}

func TestARecipientIsANumberOrAScopedIDAndTheNumberWins(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, to, recipient string
		want                address
		refused             bool
	}{
		{"a number", "+16045550101", "", address{waID: "16045550101"}, false},
		{"the shortest", "1604555", "", address{waID: "1604555"}, false},
		{"one digit less", "160455", "", address{}, true},
		{"the longest", "123456789012345", "", address{waID: "123456789012345"}, false},
		{"one digit more", "1234567890123456", "", address{}, true},
		{"a leading zero", "016045550101", "", address{}, true},
		{"words", "ana", "", address{}, true},
		{"a plus within", "1+6045550101", "", address{}, true},
		{"a scoped id", "", "US.204", address{userID: "US.204"}, false},
		{"a scoped id of a company", "", "US.ENT.204", address{userID: "US.ENT.204"}, false},
		{"a country in small letters", "", "us.204", address{}, true},
		{"a scoped id without its id", "", "US.", address{}, true},
		{"a scoped id with a sign", "", "US.20-4", address{}, true},
		{"a scoped id where a number belongs", "US.204", "", address{}, true},
		{"both", "+16045550101", "US.204", address{waID: "16045550101"}, false},
		{"a broken number and a scoped id", "ana", "US.204", address{}, true},
		{"nobody", "", "", address{}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := message{Recipient: tt.recipient}
			if err := json.Unmarshal([]byte(`{"to":"`+tt.to+`"}`), &m); err != nil {
				t.Fatal(err)
			}
			got, fail := m.recipient()
			if got != tt.want || (fail != nil) != tt.refused {
				t.Errorf("recipient = %+v, %+v; want %+v", got, fail, tt.want)
			}
			if fail != nil && fail.code != 131009 {
				t.Errorf("refused with %d, want 131009", fail.code)
			}
		})
	}
}

// The mobile digit that Brazil put in is left out above area 28 only.
func TestTheNameOfANumberIsItsOwnName(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"525512345678": "5215512345678", "541112345678": "5491112345678", "5528912345678": "5528912345678", "5529912345678": "552912345678",
		"5529812345678": "5529812345678", "552912345678": "552912345678", "16045550101": "16045550101", "61491570156": "61491570156",
	} {
		got := normalise(number)
		if got != want || normalise(got) != got {
			t.Errorf("normalise(%q) = %q and then %q, want %q", number, got, normalise(got), want)
		}
	}
}

func TestARuleIsWhatItsFieldsMakePlain(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		rule Rule
		want Action
	}{
		{"what it says", Rule{Do: DoHeld, Code: 131000, HTTP: 500}, DoHeld},
		{"a code is an error", Rule{Code: 131000, HTTP: 500}, DoError},
		{"a status alone", Rule{HTTP: 500, Delay: 1}, DoHTTP},
		{"a delay alone", Rule{Delay: 1}, DoSlow},
		{"nothing", Rule{Text: "STOP"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.rule.action(); got != tt.want {
				t.Errorf("action = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestARefusalByScriptSaysWhatTheCodeMeansUnlessItIsToldOtherwise(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		rule    Rule
		code    int
		details string
	}{
		{"without a code", Rule{Do: DoError}, 131000, "Something went wrong"},
		{"with a status and no code", Rule{Do: DoErrorInOK, HTTP: 200}, 0, ""},
		{"a code of WhatsApp", Rule{Code: 131049}, 131049, meaningOf(131049).title},
		{"a code of Graph has no details", Rule{Code: 190}, 190, ""},
		{"its own details", Rule{Code: 131049, Details: "later"}, 131049, "later"},
		{"a code to come", Rule{Code: 987654}, 987654, "Unknown error"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := tt.rule.failure()
			if got.code != tt.code || got.details != tt.details {
				t.Errorf("failure = %+v, want code %d, %q", got, tt.code, tt.details)
			}
		})
	}
}

func TestARuleConcernsOnlyWhomItNames(t *testing.T) {
	t.Parallel()
	ana, scoped := address{waID: "5215512345678"}, address{userID: "US.204"}
	tests := []struct {
		name string
		rule Rule
		call call
		want bool
	}{
		{"everybody", Rule{}, call{endpoint: "messages", to: ana}, true},
		{"another endpoint", Rule{}, call{endpoint: "templates"}, false},
		{"its endpoint", Rule{Endpoint: "token"}, call{endpoint: "token"}, true},
		{"a number before WhatsApp gave it its name", Rule{To: textOrList{"+52 55 1234 5678"}}, call{endpoint: "messages", to: ana}, true},
		{"a scoped id", Rule{To: textOrList{"US.204"}}, call{endpoint: "messages", to: scoped}, true},
		{"somebody else", Rule{To: textOrList{"US.205", "16045550101"}}, call{endpoint: "messages", to: scoped}, false},
		{"a prefix with a plus", Rule{Prefix: textOrList{"+52"}}, call{endpoint: "messages", to: ana}, true},
		{"one of two prefixes", Rule{Prefix: textOrList{"1", "521"}}, call{endpoint: "messages", to: ana}, true},
		{"another prefix", Rule{Prefix: textOrList{"1"}}, call{endpoint: "messages", to: ana}, false},
		{"a prefix for who has no number", Rule{Prefix: textOrList{"1"}}, call{endpoint: "messages", to: scoped}, false},
		{"a template", Rule{Template: "offer"}, call{endpoint: "messages", template: "offer"}, true},
		{"another template", Rule{Template: "offer"}, call{endpoint: "messages", template: "news"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := arm([]Rule{tt.rule})[0].concerns(tt.call); got != tt.want {
				t.Errorf("concerns = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestPeopleOfALimitLeaveItADayLaterAndNotBefore(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC)
	st, one, two := &state{}, &person{}, &person{}
	if fail := st.daily(one, start, 1); fail != nil {
		t.Fatalf("the first person: %+v", fail)
	}
	if fail := st.daily(two, start.Add(window-time.Nanosecond), 1); fail == nil || fail.code != 131048 {
		t.Errorf("a moment before the day is over: %+v", fail)
	}
	if fail := st.daily(two, start.Add(window), 1); fail != nil {
		t.Errorf("a day later: %+v", fail)
	}
	if st.distinct != 1 || one.counted != 0 || two.counted != 1 {
		t.Errorf("%d people, of whom %d and %d calls count", st.distinct, one.counted, two.counted)
	}
}

func TestThePairLimitPaysBackOneMessageInSixSeconds(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC)
	p := &person{}
	taken := func() (n int) {
		for p.pair(now) == nil {
			n++
		}
		return n
	}
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, pairBurst}, {0, 0}, {pairEvery - 1, 0}, {1, 1}, {10 * pairEvery, 10}, {24 * time.Hour, pairBurst}} {
		now = now.Add(step.after)
		if got := taken(); got != step.want {
			t.Errorf("%s later %d are taken, want %d", step.after, got, step.want)
		}
	}
}

func TestPagesAreCutAtTheirBounds(t *testing.T) {
	t.Parallel()
	all := make([]node, 30)
	tests := []struct {
		name, query                 string
		people                      int
		next, previous, hasNoPaging bool
	}{
		{"nothing asked", "", pageSize, true, false, false},
		{"all", "limit=30", 30, false, false, false},
		{"more than there are", "limit=5000", 30, false, false, false},
		{"the middle", "limit=10&after=" + url.QueryEscape(cursor(10)), 10, true, true, false},
		{"the last", "limit=10&after=" + url.QueryEscape(cursor(25)), 5, false, true, false},
		{"behind the last", "after=" + url.QueryEscape(cursor(30)), 0, false, false, true},
		{"far behind the last", "after=" + url.QueryEscape(cursor(999)), 0, false, false, true},
		{"before the first page", "limit=10&before=" + url.QueryEscape(cursor(5)), 10, true, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v26.0/1/list?access_token=secret&"+tt.query, http.NoBody)
			got, fail := paged(r, all)
			if fail != nil || len(got.Data) != tt.people || (got.Paging == nil) != tt.hasNoPaging {
				t.Fatalf("paged = %+v, %+v", got, fail)
			}
			if got.Paging == nil {
				return
			}
			if (got.Paging.Next != "") != tt.next || (got.Paging.Previous != "") != tt.previous {
				t.Errorf("next %q, previous %q", got.Paging.Next, got.Paging.Previous)
			}
			if strings.Contains(got.Paging.Next+got.Paging.Previous, "secret") {
				t.Error("the token is in the address of another page")
			}
		})
	}
	for _, query := range []string{"limit=0", "limit=-1", "limit=x", "after=x", "after=" + url.QueryEscape(cursor(-1)), "before=%21"} {
		if got, fail := paged(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?"+query, http.NoBody), all); fail == nil || fail.code != 100 {
			t.Errorf("%s: %+v, %+v; want code 100", query, got, fail)
		}
	}
}

func TestOnlyAnAddressOfThisMachineIsOne(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]bool{
		"127.0.0.1:0": true, "127.8.8.8:80": true, "[::1]:0": true,
		"localhost:0": false, ":0": false, "0.0.0.0:0": false, "[::]:0": false, "192.0.2.1:80": false, "127.0.0.1": false, "": false,
	} {
		if err := loopback(addr); (err == nil) != want {
			t.Errorf("loopback(%q) = %v, want taken: %v", addr, err, want)
		}
	}
}

func TestAListInAScriptMayBeOneText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{`"x"`: {"x"}, `["x","y"]`: {"x", "y"}, `[]`: {}, `""`: {""}} {
		var got textOrList
		if err := json.Unmarshal([]byte(text), &got); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s = %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{`7`, `{}`, `[7]`, `true`} {
		if err := json.Unmarshal([]byte(text), new(textOrList)); err == nil {
			t.Errorf("%s is taken for a list of texts", text)
		}
	}
}
