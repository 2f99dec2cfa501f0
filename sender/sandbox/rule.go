package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Rule is one fault: the conditions, all of which must hold, and what happens
// then. The first rule that matches a call decides; a rule without conditions
// matches every call.
type Rule struct {
	Endpoint string     `json:"endpoint"` // messages (when empty), templates, account, token, media
	To       textOrList `json:"to"`       // numbers or business-scoped ids
	Prefix   textOrList `json:"prefix"`   // leading digits of wa_ids
	Template string     `json:"template"`
	Nth      []int      `json:"nth"`   // of the calls meeting the conditions above, from 1
	Every    int        `json:"every"` // each n-th of them
	From     int        `json:"from"`  // from the n-th on
	Until    int        `json:"until"` // up to and with the n-th
	Share    float64    `json:"share"` // this part of them, 0..1
	Times    int        `json:"times"` // at most so often; 0 is no bound

	Do         Action   `json:"do"`
	Code       int      `json:"code"`
	Subcode    int      `json:"subcode"`
	HTTP       int      `json:"http"`
	Details    string   `json:"details"`
	TextData   bool     `json:"string_error_data"`
	RetryAfter string   `json:"retry_after"`
	Accepted   bool     `json:"accepted"` // http, html and error_in_ok only: taken nevertheless
	Delay      Duration `json:"delay"`    // before the answer, on top of the latency
	Text       string   `json:"text"`
	Size       int      `json:"size"` // bytes; 8 MiB when 0
}

// Duration is a time.Duration written as "1.5s".
type Duration time.Duration

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("read duration: %w", err)
	}
	*d = Duration(v)
	return nil
}

// MarshalText writes what UnmarshalText reads.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// textOrList lets "to": "x" stand for "to": ["x"].
type textOrList []string

func (l *textOrList) UnmarshalJSON(data []byte) error {
	list := make([]string, 1)
	var into any = &list
	if len(data) > 0 && data[0] == '"' {
		into = &list[0]
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read list: %w", err)
	}
	*l = list
	return nil
}

type fieldError struct{ field, reason string }

func (e *fieldError) Error() string { return e.field + " " + e.reason }

// action fills in what the other fields make plain: a code is an error, an
// HTTP status is one without JSON, a delay alone is slow.
func (r *Rule) action() Action {
	switch {
	case r.Do != "":
		return r.Do
	case r.Code != 0:
		return DoError
	case r.HTTP != 0:
		return DoHTTP
	case r.Delay > 0:
		return DoSlow
	}
	return ""
}

func (r *Rule) validate() error {
	do := r.action()
	switch {
	case do == "":
		return &fieldError{"do", "is missing"}
	case !slices.Contains(actions, do):
		return &fieldError{"do", fmt.Sprintf("is unknown: %q", string(do))}
	case !slices.Contains([]string{"", "messages", "templates", "account", "token", "media"}, r.Endpoint):
		return &fieldError{"endpoint", fmt.Sprintf("is unknown: %q", r.Endpoint)}
	case r.Endpoint != "" && r.Endpoint != "messages" && !do.onReads():
		return &fieldError{"do", fmt.Sprintf("%q happens to messages only", string(do))}
	case do == DoFail && r.Code == 0:
		return &fieldError{"code", "is missing"}
	case do == DoReply && r.Text == "":
		return &fieldError{"text", "is missing"}
	case do == DoHTTP && r.HTTP == 0:
		return &fieldError{"http", "is missing"}
	case r.HTTP != 0 && (r.HTTP < 200 || r.HTTP > 599):
		return &fieldError{"http", "is outside 200..599"}
	case !(r.Share >= 0 && r.Share <= 1):
		return &fieldError{"share", "is outside 0..1"}
	case r.Size < 0 || r.Size > maxHuge:
		return &fieldError{"size", fmt.Sprintf("is outside 0..%d", maxHuge)}
	case r.Delay < 0:
		return &fieldError{"delay", "is negative"}
	case min(r.Every, r.From, r.Until, r.Times) < 0:
		return &fieldError{"every", "and from, until, times count from 1"}
	case len(r.Nth) > 0 && slices.Min(r.Nth) < 1:
		return &fieldError{"nth", "counts from 1"}
	}
	return r.validatePeople()
}

func (r *Rule) validatePeople() error {
	for _, to := range r.To {
		if plainNumber(to) == "" && !scopedID.MatchString(to) {
			return &fieldError{"to", fmt.Sprintf("is neither a number nor a business-scoped id: %q", to)}
		}
	}
	for _, p := range r.Prefix {
		if !digits(strings.TrimPrefix(p, "+")) {
			return &fieldError{"prefix", fmt.Sprintf("is not digits: %q", p)}
		}
	}
	return nil
}

// failure is the refusal a rule asks for.
func (r *Rule) failure() *failure {
	code := r.Code
	if code == 0 && r.HTTP == 0 {
		code = 131000
	}
	f := &failure{
		code: code, subcode: r.Subcode, status: r.HTTP, details: r.Details,
		textData: r.TextData, retryAfter: r.RetryAfter,
	}
	if code == 190 {
		f.message = "Error validating access token: Session has expired."
	}
	if f.details == "" && code >= 1000 {
		f.details = meaningOf(code).title
	}
	return f
}
