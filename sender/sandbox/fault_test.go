package sandbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"pregon/sender/sandbox"
)

func rules(list ...sandbox.Rule) sandbox.Script { return sandbox.Script{Rules: list} }

func TestRefusalsByScript(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		rule   sandbox.Rule
		status int
		says   []string
	}{
		{"a code with the status of its table", sandbox.Rule{Code: 131000}, 500, []string{`"code":131000`, `"message":"(#131000) Something went wrong"`, `"is_transient":true`, `"type":"OAuthException"`}},
		{"no code at all", sandbox.Rule{Do: sandbox.DoError}, 500, []string{`"code":131000`}},
		{"a code with another status", sandbox.Rule{Code: 130429, HTTP: 400}, 400, []string{`"code":130429`, `"details":"Rate limit hit"`}},
		{"a code nobody knows", sandbox.Rule{Code: 999999}, 400, []string{`"code":999999`, "Unknown error"}},
		{"an expired token", sandbox.Rule{Code: 190, Subcode: 463}, 401, []string{`"code":190`, `"error_subcode":463`, "Session has expired"}},
		{"the reason of a test", sandbox.Rule{Code: 131031, Details: "policy"}, 403, []string{`"details":"policy"`}},
		{"error_data as a string", sandbox.Rule{Code: 131026, TextData: true, Details: `say "no"`}, 400, []string{`"error_data":"{\"messaging_product\":\"whatsapp\",`, `say \\\"no\\\"`}},
		{"429 without JSON", sandbox.Rule{HTTP: 429, RetryAfter: "7"}, 429, nil},
		{"500 without JSON", sandbox.Rule{HTTP: 500}, 500, nil},
		{"a page of the edge", sandbox.Rule{Do: sandbox.DoHTML}, 502, []string{"<!DOCTYPE html>"}},
		{"a page with another status", sandbox.Rule{Do: sandbox.DoHTML, HTTP: 504}, 504, []string{"<html>"}},
		{"200 with an error", sandbox.Rule{Do: sandbox.DoErrorInOK, Code: 131026}, 200, []string{`"error":{`, `"code":131026`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, sandbox.Options{Script: rules(tt.rule)})
			a := d.send(ana)
			if a.status != tt.status {
				t.Errorf("status %d %s", a.status, a.raw)
			}
			for _, want := range tt.says {
				if !strings.Contains(a.raw, want) {
					t.Errorf("%s is missing in %s", want, a.raw)
				}
			}
			if got := a.header.Get("Retry-After"); got != tt.rule.RetryAfter {
				t.Errorf("Retry-After %q", got)
			}
			if n := len(d.Calls()); n != 0 {
				t.Errorf("%d refused calls are in the log", n)
			}
		})
	}
}

func TestAcceptedCallsWithABrokenAnswerAreInTheLogUnanswered(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rule   sandbox.Rule
		broken func(answer, error) bool
	}{
		{sandbox.Rule{Do: sandbox.DoResetAfter}, func(_ answer, err error) bool { return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF) }},
		{sandbox.Rule{Do: sandbox.DoHalf}, func(_ answer, err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }},
		{sandbox.Rule{Do: sandbox.DoGarbage}, func(a answer, _ error) bool { return a.status == 200 && !json.Valid([]byte(a.raw)) }},
		{sandbox.Rule{Do: sandbox.DoWrongTypes}, func(a answer, _ error) bool { return a.status == 200 && strings.Contains(a.raw, `"id":17`) }},
		{sandbox.Rule{Do: sandbox.DoHTML, Accepted: true}, func(a answer, _ error) bool { return a.status == 502 }},
		{sandbox.Rule{HTTP: 500, Accepted: true}, func(a answer, _ error) bool { return a.status == 500 && a.raw == "" }},
	} {
		t.Run(string(tt.rule.Do), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, sandbox.Options{Script: rules(tt.rule)})
			a, err := d.try(http.MethodPost, version+number+"/messages", offer(ana))
			if !tt.broken(a, err) {
				t.Errorf("answer %d %q, %v", a.status, a.raw, err)
			}
			calls := d.Calls()
			if len(calls) != 1 || calls[0].Answered || d.CallsTo(ana) != 1 {
				t.Errorf("calls %+v", calls)
			}
			if st := d.Stats(); st.Unanswered != 1 {
				t.Errorf("stats %+v", st)
			}
		})
	}
}

func TestResetBeforeAcceptanceIsNotCounted(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{Script: rules(sandbox.Rule{Do: sandbox.DoResetBefore})})
	if a, err := d.try(http.MethodPost, version+number+"/messages", offer(ana)); err == nil {
		t.Errorf("answered %d %s", a.status, a.raw)
	}
	if st := d.Stats(); st.Accepted != 0 || st.Faults[sandbox.DoResetBefore] != 1 || d.CallsTo(ana) != 0 {
		t.Errorf("stats %+v", st)
	}
}

func TestHugeAnswerIsStillOneDocument(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{Script: rules(sandbox.Rule{Do: sandbox.DoHuge, Size: 3 << 20})})
	a := d.send(ana)
	if len(a.raw) != 3<<20 || len(a.Messages) != 1 || a.Messages[0].ID != d.Calls()[0].Wamid {
		t.Errorf("%d bytes, %d messages", len(a.raw), len(a.Messages))
	}
}

func TestRulesCountTheCallsTheyConcern(t *testing.T) {
	t.Parallel()
	const calls = 12
	for _, tt := range []struct {
		name string
		rule sandbox.Rule
		want string // x where a call is refused
	}{
		{"every call", sandbox.Rule{}, "xxxxxxxxxxxx"},
		{"the n-th", sandbox.Rule{Nth: []int{2, 5}}, ".x..x......."},
		{"each third", sandbox.Rule{Every: 3}, "..x..x..x..x"},
		{"each third, twice", sandbox.Rule{Every: 3, Times: 2}, "..x..x......"},
		{"from the tenth on", sandbox.Rule{From: 10}, ".........xxx"},
		{"until the second", sandbox.Rule{Until: 2}, "xx.........."},
		{"between", sandbox.Rule{From: 4, Until: 6}, "...xxx......"},
		{"one person", sandbox.Rule{To: []string{"+1 604 555 0003"}}, "..x........."},
		{"some people, the second of their calls", sandbox.Rule{To: []string{"16045550003", "16045550004"}, Nth: []int{2}}, "...x........"},
		{"a prefix", sandbox.Rule{Prefix: []string{"+160455500", "61"}, Until: 1}, "x..........."},
		{"another prefix", sandbox.Rule{Prefix: []string{"61"}}, "............"},
		{"a template", sandbox.Rule{Template: "weekly_offer", Nth: []int{1}}, "x..........."},
		{"another template", sandbox.Rule{Template: "spring_offer"}, "............"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.rule.Code = 131000
			d := newDesk(t, sandbox.Options{Script: rules(tt.rule)})
			var got strings.Builder
			for n := range calls {
				mark := "."
				if d.send(person(n+1)).status != http.StatusOK {
					mark = "x"
				}
				got.WriteString(mark)
			}
			if got.String() != tt.want {
				t.Errorf("got  %s\nwant %s", got.String(), tt.want)
			}
		})
	}
}

func TestFirstRuleThatMatchesDecides(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{Script: rules(
		sandbox.Rule{To: []string{ana}, Code: 131030},
		sandbox.Rule{Nth: []int{2}, Code: 131016},
		sandbox.Rule{Code: 131000},
	)})
	for i, want := range []int{131030, 131016, 131000} {
		to := []string{ana, ben, ben}[i]
		if a := d.send(to); a.Error.Code != want {
			t.Errorf("call %d: %s, want %d", i+1, a.raw, want)
		}
	}
}

func TestShareFailsThatPartAndTheSameOnesEveryTime(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) string {
		d := newDesk(t, sandbox.Options{Seed: seed, Script: rules(sandbox.Rule{Share: 0.2, Code: 131000})})
		var got strings.Builder
		for n := range 500 {
			mark := "."
			if d.send(person(n)).status != http.StatusOK {
				mark = "x"
			}
			got.WriteString(mark)
		}
		return got.String()
	}
	first, again, other := run(1), run(1), run(2)
	if first != again {
		t.Error("two runs with one seed differ")
	}
	if first == other {
		t.Error("two seeds make one run")
	}
	if n := strings.Count(first, "x"); n < 60 || n > 140 {
		t.Errorf("%d of 500 failed, want about 100", n)
	}
}

func TestRetryOfARefusedShareIsDrawnAnew(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{Script: rules(sandbox.Rule{Share: 0.5, Code: 131000})})
	for n := range 50 {
		tries := 0
		for d.send(person(n)).status != http.StatusOK {
			if tries++; tries > 30 {
				t.Fatalf("person %d never gets through", n)
			}
		}
	}
}

func TestReadsFailByScriptToo(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{Script: rules(
		sandbox.Rule{Endpoint: "templates", Nth: []int{1}, Do: sandbox.DoHTML},
		sandbox.Rule{Endpoint: "templates", Nth: []int{2}, Do: sandbox.DoHuge, Size: 1 << 20},
		sandbox.Rule{Endpoint: "templates", Nth: []int{3}, Do: sandbox.DoSlow},
		sandbox.Rule{Endpoint: "account", Share: 1, Code: 200},
	)})
	path := version + account + "/message_templates"
	if a := d.call(http.MethodGet, path, ""); a.status != http.StatusBadGateway {
		t.Errorf("first: %d", a.status)
	}
	var page listing
	if a := d.fetch(path, &page); len(a.raw) < 1<<20 || len(page.Data) == 0 {
		t.Errorf("second: %d bytes, %d templates", len(a.raw), len(page.Data))
	}
	if d.fetch(path, &page); len(page.Data) == 0 {
		t.Error("third: no templates")
	}
	if a := d.call(http.MethodGet, version+number, ""); a.status != http.StatusForbidden || a.Error.Code != 200 {
		t.Errorf("number: %s", a.raw)
	}
	if a := d.send(ana); a.status != http.StatusOK {
		t.Errorf("message: %s", a.raw)
	}
}

func TestClientThatGivesUpHasSentItsMessage(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{Script: rules(sandbox.Rule{Do: sandbox.DoSlow, Delay: sandbox.Duration(time.Hour)})})
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url+version+number+"/messages", strings.NewReader(offer(ana)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer practice")
	gaveUp := make(chan error, 1)
	go func() {
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			err = res.Body.Close()
		}
		gaveUp <- err
	}()
	waitFor(t, func() bool { return d.CallsTo(ana) == 1 })
	cancel()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("client ended with %v", err)
	}
	waitFor(t, func() bool { return d.Stats().InFlight == 0 })
	if calls := d.Calls(); len(calls) != 1 || calls[0].Answered {
		t.Errorf("calls %+v", calls)
	}
}

// waitFor yields to the server until something it does elsewhere has happened.
func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	limit := time.NewTimer(10 * time.Second)
	defer limit.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-limit.C:
			t.Fatal("it never happened")
		}
	}
}

func TestScriptCanChangeWhileTheServerRuns(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	if a := d.send(ana); a.status != http.StatusOK {
		t.Fatal(a.raw)
	}
	if err := d.SetScript(rules(sandbox.Rule{Nth: []int{1}, Code: 132015})); err != nil {
		t.Fatal(err)
	}
	if a := d.send(ana); a.Error.Code != 132015 {
		t.Errorf("with the script: %s", a.raw)
	}
	if err := d.SetScript(rules(sandbox.Rule{})); err == nil {
		t.Error("an impossible script was taken")
	}
	if a := d.send(ana); a.status != http.StatusOK || d.CallsTo(ana) != 2 {
		t.Errorf("%s, %s", a.raw, fmt.Sprint(d.Stats()))
	}
}
