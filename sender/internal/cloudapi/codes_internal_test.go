package cloudapi

import (
	"net/http"
	"slices"
	"testing"
	"time"
)

var testNow = time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC)

// documented lists every code of Meta's table with what it calls for.
var documented = []struct {
	action Action
	codes  []int
}{
	{Retry, []int{1, 2, 131000, 131016, 133004, 139102, 139103}},
	{Slow, []int{4, 17, 613, 80007, 80008, 130429, 2494055}},
	{Pair, []int{131056}},
	{Hold, []int{131057, 134101, 2494100}},
	{Pause, []int{131048, 131064, 132015, 132068, 132069}},
	{Fail, []int{
		192, 130403, 130472, 130497, 131009, 131021, 131026, 131030, 131047, 131049, 131062, 132005, 132008, 132018, 135000,
	}},
	{OptOut, []int{131050}},
	{Operator, []int{
		0, 3, 10, 33, 104, 190, 200, 210, 294, 299, 368, 803, 2500, 131005, 131031, 131037, 131042, 131044, 131045, 131052,
		131053, 131063, 132001, 132007, 132016, 133000, 133005, 133006, 133008, 133009, 133010, 133015, 133016, 134011, 134102,
		141006, 141010, 147001, 147002, 147003, 147004, 147005, 2494164, 2494168, 2494176, 2494177, 2494179, 2593107, 2593108,
	}},
	{Bug, []int{100, 131008, 131014, 131051, 131055, 132000, 132012, 134100}},
	{Done, []int{1752041}},
	{Ignore, []int{131060, 138000, 138024, 139100, 139101}},
}

func TestEveryDocumentedCodeHasItsAction(t *testing.T) {
	t.Parallel()
	listed := map[int]bool{}
	for _, group := range documented {
		for _, code := range group.codes {
			listed[code] = true
			m, known := meaningOf(code, 0)
			if !known || m.action != group.action {
				t.Errorf("code %d: %q (known %v), want %q", code, m.action, known, group.action)
			}
		}
	}
	for code := range codes {
		if !listed[code] {
			t.Errorf("code %d is in the table and in no list of this test", code)
		}
	}
}

func TestWhatStopsABroadcastSaysWhy(t *testing.T) {
	t.Parallel()
	check := func(code int, m meaning) {
		stops := m.action == Pause || m.action == Operator || m.action == Bug || m.tries > 0
		if stops != slices.Contains(Reasons(), m.reason) {
			t.Errorf("code %d: action %q with reason %q", code, m.action, m.reason)
		}
	}
	for code, m := range codes {
		check(code, m)
	}
	for _, r := range ranges {
		check(r.first, r.meaning)
	}
	for code, m := range subcodes {
		check(code[0], m)
	}
}

func TestSubcodesSayMore(t *testing.T) {
	t.Parallel()
	if m, _ := meaningOf(100, 33); m.action != Operator || m.reason != ReasonNumber {
		t.Errorf("100/33 = %+v, want the operator to look at the number's id", m)
	}
	if m, _ := meaningOf(131000, 2494100); m.action != Hold {
		t.Errorf("131000/2494100 = %+v, want to hold during maintenance", m)
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		body   string
		want   Answer
	}{
		{"accepted", 200, `{"messages":[{"id":"wamid.A=","message_status":"accepted"}]}`, Answer{Action: Accept, Wamid: "wamid.A="}},
		{"accepted without a status", 200, `{"messages":[{"id":"wamid.A="}],"new":{"field":[1]}}`, Answer{Action: Accept, Wamid: "wamid.A="}},
		{"held", 200, `{"messages":[{"id":"w","message_status":"held_for_quality_assessment"}]}`, Answer{Action: Accept, Wamid: "w", Held: true}},
		{"paused is held", 200, `{"messages":[{"id":"w","message_status":"paused"}]}`, Answer{Action: Accept, Wamid: "w", Held: true}},
		{"wrong types", 200, `{"contacts":"none","messages":[{"id":17,"message_status":true}]}`, Answer{Action: Lose, Why: "bad_answer"}},
		{"not JSON", 200, `for (;;);`, Answer{Action: Lose, Why: "bad_answer"}},
		{"empty", 200, ``, Answer{Action: Lose, Why: "bad_answer"}},
		{"refused", 400, `{"error":{"code":131026,"message":"x"}}`, Answer{Action: Fail, Code: 131026}},
		{"code as text", 400, `{"error":{"code":"131050"}}`, Answer{Action: OptOut, Code: 131050}},
		{"error_data as text", 400, `{"error":{"code":131049,"error_data":"{\"details\":\"cap\"}"}}`, Answer{Action: Fail, Code: 131049}},
		{"error_data as number", 400, `{"error":{"code":131049,"error_data":7,"error_subcode":null}}`, Answer{Action: Fail, Code: 131049}},
		{"code decides, not the status", 500, `{"error":{"code":190}}`, Answer{Action: Operator, Reason: ReasonToken, Code: 190}},
		{"token by code 0", 401, `{"error":{"code":0}}`, Answer{Action: Operator, Reason: ReasonToken}},
		{"error in a 200", 200, `{"error":{"code":131000}}`, Answer{Action: Retry, Code: 131000, Doubtful: true}},
		{"message and error in a 200", 200, `{"messages":[{"id":"w"}],"error":{"code":131000}}`, Answer{Action: Accept, Wamid: "w"}},
		{"unknown code", 400, `{"error":{"code":987654,"fbtrace_id":"T"}}`, Answer{Action: Fail, Code: 987654, Suspect: true, Trace: "T"}},
		{"unknown code of a broken server", 500, `{"error":{"code":987654}}`, Answer{Action: Lose, Why: "server_error", Code: 987654}},
		{"error without a code", 400, `{"error":"no"}`, Answer{Action: Fail, Suspect: true}},
		{"bare 429", 429, ``, Answer{Action: Slow}},
		{"bare 500", 500, ``, Answer{Action: Lose, Why: "server_error"}},
		{"page of the edge", 502, `<!DOCTYPE html><h1>Sorry</h1>`, Answer{Action: Lose, Why: "server_error"}},
		{"login page", 403, `<html>`, Answer{Action: Operator, Reason: ReasonAddress}},
		{"redirect", 302, ``, Answer{Action: Operator, Reason: ReasonAddress}},
		{"another server", 404, `not found`, Answer{Action: Operator, Reason: ReasonAddress}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.want.HTTP = test.status
			if got := judge(test.status, []byte(test.body)); got != test.want {
				t.Errorf("judge = %+v\nwant    %+v", got, test.want)
			}
		})
	}
}

func TestRetryAfterIsReadAndBounded(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, value string
		want        string
	}{
		{"seconds", "7", "7s"},
		{"none", "", "0s"},
		{"negative", "-3", "0s"},
		{"nonsense", "soon", "0s"},
		{"too long", "999999999", "1h0m0s"},
		{"date", "Tue, 24 Nov 2026 10:00:30 GMT", "30s"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{"Retry-After": {test.value}}
			if got := retryAfter(header, testNow).String(); got != test.want {
				t.Errorf("retryAfter(%q) = %s, want %s", test.value, got, test.want)
			}
		})
	}
}

func TestMessagingLimitReadsEveryTier(t *testing.T) {
	t.Parallel()
	tests := map[string]int{
		"TIER_50": 50, "TIER_250": 250, "TIER_1K": 1000, "TIER_2K": 2000, "TIER_10K": 10_000, "TIER_100K": 100_000,
		"TIER_UNLIMITED": 0, "TIER_1M": 1_000_000, "2000": 2000, "-1": 0, "": 250, "TIER_NOT_SET": 250, "null": 250, "TIER_": 250,
	}
	for word, want := range tests {
		if got := messagingLimit(word); got != want {
			t.Errorf("messagingLimit(%q) = %d, want %d", word, got, want)
		}
	}
}

func FuzzJudge(f *testing.F) {
	for _, seed := range []string{
		`{"messages":[{"id":"wamid.A=","message_status":"accepted"}]}`, `{"error":{"code":"131050","error_data":"{}"}}`,
		`{"error":{"code":1e400,"error_subcode":[]}}`, `{"messages":{"id":1}}`, `[]`, `null`, `{"error":null}`, "\xff",
	} {
		f.Add(200, []byte(seed))
		f.Add(400, []byte(seed))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		a := judge(status, body)
		if a.Action == "" {
			t.Errorf("judge(%d, %q) has no action", status, body)
		}
		if (a.Action == Accept) != (a.Wamid != "") {
			t.Errorf("judge(%d, %q) = %+v: an accepted message has an id, and only that", status, body, a)
		}
		if a.Action == Lose && a.Why == "" {
			t.Errorf("judge(%d, %q) = %+v: lost without a cause", status, body, a)
		}
	})
}
