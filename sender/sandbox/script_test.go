package sandbox_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"pregon/sender/sandbox"
)

func TestScriptIsReadAsDocumented(t *testing.T) {
	t.Parallel()
	script, err := sandbox.ParseScript([]byte(`{
	  "seed": 7,
	  "account":  {"quality": "RED", "status": "FLAGGED", "tier": "TIER_250", "throughput": "HIGH", "unpaid": true, "unverified": true},
	  "shares":   {"undeliverable": 0.02, "offline": 0.03, "unread": 0.3},
	  "delays":   {"sent": "150ms..600ms", "delivered": "3s", "read": "1s..12s", "failed": "1s", "held": "10s", "reply": "2s"},
	  "webhooks": {"double": 0.1, "reverse": 0.1, "batch": 50, "silent": false},
	  "rules": [
	    {"to": "+16045550101", "do": "fail", "code": 131049},
	    {"nth": [3], "http": 500},
	    {"every": 10, "code": 131000, "times": 5},
	    {"from": 200, "code": 132015},
	    {"share": 0.01, "do": "reset_after"},
	    {"to": ["16045550101", "US.2041"], "prefix": ["+1604"], "delay": "1.5s"},
	    {"endpoint": "templates", "nth": [1], "do": "html"}
	  ]
	}`))
	if err != nil {
		t.Fatal(err)
	}
	if script.Seed != 7 || !script.Account.Unpaid || script.Shares.Unread != 0.3 || script.Webhooks.Batch != 50 {
		t.Errorf("script %+v", script)
	}
	if got := script.Delays.Sent; got != (sandbox.Span{Min: 150 * time.Millisecond, Max: 600 * time.Millisecond}) {
		t.Errorf("sent %v", got)
	}
	if got := script.Delays.Delivered; got != (sandbox.Span{Min: 3 * time.Second, Max: 3 * time.Second}) {
		t.Errorf("delivered %v", got)
	}
	if len(script.Rules) != 7 || len(script.Rules[5].To) != 2 || time.Duration(script.Rules[5].Delay) != 1500*time.Millisecond {
		t.Errorf("rules %+v", script.Rules)
	}
}

func TestPartsLeftOutKeepTheirDefaults(t *testing.T) {
	t.Parallel()
	script, err := sandbox.ParseScript([]byte(`{"shares":{"unread":1},"delays":{"held":"1h"}}`))
	if err != nil {
		t.Fatal(err)
	}
	if script.Shares.Undeliverable != sandbox.DefaultShares().Undeliverable || script.Delays.Sent != sandbox.DefaultDelays().Sent {
		t.Errorf("shares %+v, delays %+v", script.Shares, script.Delays)
	}
}

func TestScriptErrorsNameThePlace(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, script string
		line, column int
		path, reason string
	}{
		{"empty", ``, 1, 1, "script", "unexpected end"},
		{"a list", `[]`, 1, 1, "script", "not a JSON object"},
		{"null", `null`, 1, 1, "script", "not a JSON object"},
		{"broken", "{\n  \"seed\": 1,\n}", 3, 1, "script", "invalid character"},
		{"unknown part", "{\n  \"speed\": 1}", 2, 3, "speed", "not part of a script"},
		{"wrong type", "{\"seed\": \"x\"}", 1, 10, "seed", "cannot be a string"},
		{"unknown field", "{\"rules\": [\n  {\"do\":\"slow\"},\n  {\"too\": \"x\"}]}", 3, 3, "rules[1]", "too"},
		{"field of a wrong type", "{\"rules\": [{\"do\":\"slow\", \"every\": \"x\"}]}", 1, 12, "rules[0].every", "cannot be a string"},
		{"rules that are no list", "{\"rules\": 1}", 1, 11, "rules", "not a list"},
		{"no action", "{\"rules\": [{}]}", 1, 12, "rules[0].do", "missing"},
		{"unknown action", "{\"rules\": [{\"do\":\"explode\"}]}", 1, 12, "rules[0].do", "explode"},
		{"unknown endpoint", "{\"rules\": [{\"do\":\"slow\",\"endpoint\":\"calls\"}]}", 1, 12, "rules[0].endpoint", "calls"},
		{"message fault on a read", "{\"rules\": [{\"do\":\"held\",\"endpoint\":\"templates\"}]}", 1, 12, "rules[0].do", "messages only"},
		{"failure without a code", "{\"rules\": [{\"do\":\"fail\"}]}", 1, 12, "rules[0].code", "missing"},
		{"reply without a text", "{\"rules\": [{\"do\":\"reply\"}]}", 1, 12, "rules[0].text", "missing"},
		{"http without a status", "{\"rules\": [{\"do\":\"http\"}]}", 1, 12, "rules[0].http", "missing"},
		{"status out of range", "{\"rules\": [{\"http\":99}]}", 1, 12, "rules[0].http", "outside"},
		{"share out of range", "{\"rules\": [{\"do\":\"slow\",\"share\":2}]}", 1, 12, "rules[0].share", "outside"},
		{"size out of range", "{\"rules\": [{\"do\":\"huge\",\"size\":-1}]}", 1, 12, "rules[0].size", "outside"},
		{"negative delay", "{\"rules\": [{\"do\":\"slow\",\"delay\":\"-1s\"}]}", 1, 12, "rules[0].delay", "negative"},
		{"delay without a unit", "{\"rules\": [{\"do\":\"slow\",\"delay\":\"5\"}]}", 1, 12, "rules[0]", "duration"},
		{"negative count", "{\"rules\": [{\"do\":\"slow\",\"every\":-1}]}", 1, 12, "rules[0].every", "from 1"},
		{"zeroth call", "{\"rules\": [{\"do\":\"slow\",\"nth\":[0]}]}", 1, 12, "rules[0].nth", "from 1"},
		{"no number", "{\"rules\": [{\"do\":\"slow\",\"to\":\"ana\"}]}", 1, 12, "rules[0].to", "ana"},
		{"no prefix", "{\"rules\": [{\"do\":\"slow\",\"prefix\":[\"x\"]}]}", 1, 12, "rules[0].prefix", "digits"},
		{"share of people out of range", "{\"shares\": {\"unread\": -1}}", 1, 12, "shares", "outside"},
		{"too many people", "{\"shares\": {\"undeliverable\": 0.6, \"offline\": 0.6}}", 1, 12, "shares", "more than 1"},
		{"span backwards", "{\"delays\": {\"sent\": \"2s..1s\"}}", 1, 12, "delays", "backwards"},
		{"batch too large", "{\"webhooks\": {\"batch\": 1001}}", 1, 14, "webhooks.batch", "outside"},
		{"double out of range", "{\"webhooks\": {\"double\": 1.5}}", 1, 14, "webhooks.double", "outside"},
		{"reverse out of range", "{\"webhooks\": {\"reverse\": -0.5}}", 1, 14, "webhooks.reverse", "outside"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := sandbox.ParseScript([]byte(tt.script))
			scriptErr, ok := errors.AsType[*sandbox.ScriptError](err)
			if !ok {
				t.Fatalf("error %v", err)
			}
			if scriptErr.Line != tt.line || scriptErr.Column != tt.column || scriptErr.Path != tt.path {
				t.Errorf("place %d:%d %s, want %d:%d %s (%v)", scriptErr.Line, scriptErr.Column, scriptErr.Path, tt.line, tt.column, tt.path, err)
			}
			if !strings.Contains(err.Error(), tt.reason) {
				t.Errorf("%q does not say %q", err, tt.reason)
			}
		})
	}
}

func TestScriptBuiltByAProgramIsCheckedToo(t *testing.T) {
	t.Parallel()
	for _, script := range []sandbox.Script{
		{Rules: []sandbox.Rule{{}}},
		{Webhooks: sandbox.Webhooks{Double: 2}},
		{Shares: &sandbox.Shares{Unread: 2}},
	} {
		_, err := sandbox.New(sandbox.Options{Script: script})
		if _, ok := errors.AsType[*sandbox.ScriptError](err); !ok {
			t.Errorf("%+v: error %v", script, err)
		}
	}
}

func TestSpanIsWrittenAsItIsRead(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`"2s"`, `"500ms..4s"`} {
		var span sandbox.Span
		if err := json.Unmarshal([]byte(text), &span); err != nil {
			t.Fatal(err)
		}
		if out, err := json.Marshal(span); err != nil || string(out) != text {
			t.Errorf("%s became %s %v", text, out, err)
		}
	}
}

// FuzzParseScript: any text is either a script that New takes or an error with a place.
func FuzzParseScript(f *testing.F) {
	f.Add(`{"rules":[{"to":"+16045550101","do":"fail","code":131049},{"nth":[1,2],"http":500}]}`)
	f.Add(`{"seed":7,"delays":{"sent":"1s..2s"},"shares":{"unread":0.5},"webhooks":{"batch":3}}`)
	f.Add("{\n\"rules\": [{\"do\": \"slow\", \"delay\": \"1s\"},]}")
	f.Add(`{"rules":null}`)
	f.Fuzz(func(t *testing.T, text string) {
		script, err := sandbox.ParseScript([]byte(text))
		if err != nil {
			scriptErr, ok := errors.AsType[*sandbox.ScriptError](err)
			if !ok || scriptErr.Line < 1 || scriptErr.Column < 1 || scriptErr.Line > 1+strings.Count(text, "\n") {
				t.Fatalf("error %#v", err)
			}
			return
		}
		server, err := sandbox.New(sandbox.Options{Script: script})
		if err != nil {
			t.Fatalf("parsed, but not usable: %v", err)
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
}
