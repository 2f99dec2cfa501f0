package cloudapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	"pregon/store"
)

func TestANumberIsReadHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	tests := []struct {
		wire  string
		value int
		there bool
	}{
		{`131049`, 131049, true},
		{`"131049"`, 131049, true},
		{`" 131049 "`, 131049, true},
		{`1.31049e5`, 131049, true},
		{`0`, 0, true},
		{`"0"`, 0, true},
		{`-1`, -1, true},
		{`null`, 0, false},
		{`""`, 0, false},
		{`"many"`, 0, false},
		{`true`, 0, false},
		{`[131049]`, 0, false},
		{`{"code":1}`, 0, false},
		{`9007199254740993`, 0, false}, // more than can be told exactly
		{`"NaN"`, 0, false},
	}
	for _, tt := range tests {
		var got number
		if err := json.Unmarshal([]byte(tt.wire), &got); err != nil || got.value != tt.value || got.there != tt.there {
			t.Errorf("%s is read as %+v, %v; want %d, there %v", tt.wire, got, err, tt.value, tt.there)
		}
	}
}

func TestAListLeavesOutOnlyWhatIsNoneOfIt(t *testing.T) {
	t.Parallel()
	type element struct {
		ID text `json:"id"`
	}
	for wire, want := range map[string]string{
		`[{"id":"a"},{"id":"b"}]`: "a b", `[{"id":"a"},7,"x",[],{"id":"b"}]`: "a b", `[{"id":7},{"id":"b"}]`: " b",
		`[]`: "", `{"id":"a"}`: "", `"a"`: "", `null`: "",
	} {
		var got list[element]
		if err := json.Unmarshal([]byte(wire), &got); err != nil {
			t.Errorf("%s: %v", wire, err)
		}
		var ids []string
		for _, e := range got {
			ids = append(ids, string(e.ID))
		}
		if read := strings.Join(ids, " "); read != want {
			t.Errorf("%s is read as %q, want %q", wire, read, want)
		}
	}
}

func TestAnObjectMayComeAsATextThatHoldsIt(t *testing.T) {
	t.Parallel()
	type detail struct {
		Details text `json:"details"`
	}
	tests := []struct {
		wire  string
		want  text
		there bool
	}{
		{`{"details":"cap"}`, "cap", true},
		{`"{\"details\":\"cap\"}"`, "cap", true},
		{`"cap"`, "", true},
		{`7`, "", true},
		{`[]`, "", true},
		{`{}`, "", true},
		{`null`, "", false},
	}
	for _, tt := range tests {
		var got struct {
			Value object[detail] `json:"value"`
		}
		if err := json.Unmarshal([]byte(`{"value":`+tt.wire+`}`), &got); err != nil {
			t.Errorf("%s: %v", tt.wire, err)
		}
		if got.Value.value.Details != tt.want || got.Value.there != tt.there {
			t.Errorf("%s is read as %+v, want %q, there %v", tt.wire, got.Value, tt.want, tt.there)
		}
	}
}

func TestAFailureIsFoundInAnyAnswerThatTellsOfOne(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`{"error":{"code":1}}`: true, `{"error":"no"}`: true, `{"error":[]}`: true, `{"error":{}}`: true,
		`{"error":null}`: false, `{}`: false, `{"errors":[{"code":1}]}`: false, `[]`: false, `<html>`: false, ``: false,
	} {
		if _, failed := failureIn([]byte(body)); failed != want {
			t.Errorf("failureIn(%q) = %v, want %v", body, failed, want)
		}
	}
}

func TestTheMessageIDIsFoundAlsoInAnAnswerOfAnotherShape(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body, wamid string
		held              bool
	}{
		{"as documented", `{"messages":[{"id":"w","message_status":"accepted"}]}`, "w", false},
		{"the status of another type", `{"messages":[{"id":"w","message_status":1}]}`, "w", false},
		{"one element that is none", `{"messages":["?",{"id":"w","message_status":"paused"}]}`, "w", true},
		{"two, of which the first counts", `{"messages":[{"id":"w"},{"id":"x","message_status":"paused"}]}`, "w", false},
		{"the id of another type", `{"messages":[{"id":["w"]}]}`, "", false},
		{"an empty id", `{"messages":[{"id":""}]}`, "", false},
		{"an empty list", `{"messages":[]}`, "", false},
		{"no list", `{"messages":{"id":"w"}}`, "", false},
		{"no object", `[{"id":"w"}]`, "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if wamid, held := takenIn([]byte(tt.body)); wamid != tt.wamid || held != tt.held {
				t.Errorf("takenIn = %q, held %v; want %q, held %v", wamid, held, tt.wamid, tt.held)
			}
		})
	}
}

type networkError struct{ timeout bool }

func (e networkError) Error() string { return "network" }
func (e networkError) Timeout() bool { return e.timeout }
func (networkError) Temporary() bool { return false }

var _ net.Error = networkError{}

func TestACallWithoutAnAnswerIsLostOnlyWhereItWasWritten(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		err     error
		written bool
		want    Answer
	}{
		{"nothing was written", networkError{}, false, Answer{Action: Offline, Why: whyLost}},
		{"nothing was written in time", context.DeadlineExceeded, false, Answer{Action: Offline, Why: whyLost}},
		{"written, then torn", networkError{}, true, Answer{Action: Lose, Why: whyLost}},
		{"written, then silence", fmt.Errorf("read: %w", context.DeadlineExceeded), true, Answer{Action: Lose, Why: whyTimeout}},
		{"written, then silence on the line", fmt.Errorf("read: %w", networkError{timeout: true}), true, Answer{Action: Lose, Why: whyTimeout}},
		{"an answer without an end", fmt.Errorf("read: %w", errTooLarge), true, Answer{Action: Lose, Why: whyBad}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := unanswered(tt.err, tt.written); got != tt.want {
				t.Errorf("unanswered = %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestACallThatWasNotMadeKeepsItsClaimOnlyWhereItIsOurs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  error
		want Answer
	}{
		{"spent by somebody else", store.ErrSpent, Answer{Action: Lose, Why: whyLost}},
		{"no claim", store.ErrNoClaim, Answer{Action: Keep, Kept: true}},
		{"expired", store.ErrExpired, Answer{Action: Keep, Kept: true}},
		{"a word is missing", errNoWord, Answer{Action: Bug, Reason: ReasonRequest}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := unwritten(fmt.Errorf("spend: %w", tt.err)); got != tt.want {
				t.Errorf("unwritten = %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestAnUploadThatTellsNothingIsTriedAgain(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		status     int
		id         string
		action     Action
		reason     string
	}{
		{"taken", `{"id":"1017"}`, 200, "1017", "", ""},
		{"taken, the id a number", `{"id":1017}`, 200, "1017", "", ""},
		{"no id", `{}`, 200, "", Retry, ReasonNetwork},
		{"an empty id", `{"id":""}`, 200, "", Retry, ReasonNetwork},
		{"a null id", `{"id":null}`, 200, "", Retry, ReasonNetwork},
		{"no JSON", `<html>`, 200, "", Retry, ReasonNetwork},
		{"a broken server", ``, 502, "", Retry, ReasonNetwork},
		{"the token", `{"error":{"code":190}}`, 401, "", Operator, ReasonToken},
		{"the file", `{"error":{"code":131053}}`, 400, "", Operator, ReasonMedia},
		{"an error with a good status", `{"id":"1017","error":{"code":131053}}`, 200, "", Operator, ReasonMedia},
		{"another server", `not found`, 404, "", Operator, ReasonAddress},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			id, err := uploadedAs(tt.status, []byte(tt.body))
			failed, ok := errors.AsType[*CallError](err)
			switch {
			case id != tt.id || ok != (tt.action != ""):
				t.Errorf("uploadedAs = %q, %v; want %q", id, err, tt.id)
			case ok && (failed.Action != tt.action || failed.Reason != tt.reason || failed.HTTP != tt.status):
				t.Errorf("uploadedAs fails with %+v, want %s for %s", failed, tt.action, tt.reason)
			}
		})
	}
}

func TestATemplateWithPartsThatCannotBeReadIsShownAndNotSent(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, wire, status, components, quality string
	}{
		{
			"whole", `{"id":"1","name":"offer","language":"en","status":"APPROVED","components":[{"type":"BODY","text":"Hi"}],"quality_score":{"score":"GREEN"}}`,
			"APPROVED", `[{"type":"BODY","text":"Hi"}]`, "GREEN",
		},
		{"without a quality", `{"name":"offer","status":"APPROVED","components":[{"type":"BODY","text":"Hi"}]}`, "APPROVED", `[{"type":"BODY","text":"Hi"}]`, "UNKNOWN"},
		{"the quality of another type", `{"status":"PAUSED","components":[{"type":"BODY","text":"Hi"}],"quality_score":"x"}`, "PAUSED", `[{"type":"BODY","text":"Hi"}]`, "UNKNOWN"},
		{"without parts", `{"status":"APPROVED"}`, statusUnreadable, "[]", "UNKNOWN"},
		{"with null for its parts", `{"status":"APPROVED","components":null}`, statusUnreadable, "[]", "UNKNOWN"},
		{"with parts of another type", `{"status":"APPROVED","components":"BODY"}`, statusUnreadable, "[]", "UNKNOWN"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var wire wireTemplate
			if err := json.Unmarshal([]byte(tt.wire), &wire); err != nil {
				t.Fatal(err)
			}
			got := wire.template()
			if got.Status != tt.status || got.Components != tt.components || got.Quality != tt.quality {
				t.Errorf("template = %+v", got)
			}
		})
	}
}

func TestEveryReasonIsTheAccountsOrOneBroadcasts(t *testing.T) {
	t.Parallel()
	one := []string{ReasonTemplate, ReasonMedia, ReasonAddress, ReasonRequest, ReasonRate, ReasonCode}
	for _, reason := range append(Reasons(), ReasonNetwork, "") {
		want := reason != "" && reason != ReasonNetwork && !slices.Contains(one, reason)
		if got := OfAccount(reason); got != want {
			t.Errorf("OfAccount(%q) = %v, want %v", reason, got, want)
		}
	}
}

func TestAFailedCallSaysWhatThePlatformSaid(t *testing.T) {
	t.Parallel()
	torn := errors.New("line torn")
	lost := &CallError{Action: Offline, Reason: ReasonNetwork, Err: torn}
	if !errors.Is(lost, torn) || !strings.Contains(lost.Error(), "line torn") || !strings.Contains(lost.Error(), ReasonNetwork) {
		t.Errorf("a call that was lost says %q", lost)
	}
	refused := &CallError{Action: Operator, Reason: ReasonToken, Code: 190, HTTP: 401}
	if errors.Unwrap(refused) != nil {
		t.Errorf("a call that was answered wraps %v", errors.Unwrap(refused))
	}
	for _, part := range []string{ReasonToken, "190", "401"} {
		if !strings.Contains(refused.Error(), part) {
			t.Errorf("a call that was refused says %q, without %s", refused, part)
		}
	}
}

func TestTheEndOfAnAddressKeepsWhatDividesIt(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"spring?u=4211&x=a.b/c~d-e_f": "spring?u=4211&x=a.b/c~d-e_f", "two words": "two%20words", "ñ": "%C3%B1", "100%": "100%25",
		"%41": "%41", "%4": "%254", "%zz": "%25zz", `"<>`: "%22%3C%3E", "a#b": "a%23b", "a+b": "a%2Bb", "": "",
	} {
		if got := escape(word); got != want {
			t.Errorf("escape(%q) = %q, want %q", word, got, want)
		}
	}
}
