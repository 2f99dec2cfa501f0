package sandbox

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// ErrNotLoopback refuses an address that other machines could reach.
var ErrNotLoopback = errors.New("not a loopback address")

// ErrClosed is returned by what cannot happen after Close.
var ErrClosed = errors.New("sandbox closed")

// failure is a refusal of the Cloud API, before it becomes JSON.
type failure struct {
	code, subcode int
	status        int    // HTTP; 0 looks it up by code
	message       string // replaces the title of the code
	details       string
	textData      bool // error_data as a JSON string, as some answers have it
	retryAfter    string
}

func (f *failure) Error() string { return f.text() }

func refuse(code int, format string, args ...any) *failure {
	return &failure{code: code, details: fmt.Sprintf(format, args...)}
}

// invalid is the plain Graph refusal without error_data.
func invalid(format string, args ...any) *failure {
	return &failure{code: 100, message: "(#100) " + fmt.Sprintf(format, args...)}
}

func (f *failure) httpStatus() int {
	if f.status != 0 {
		return f.status
	}
	return meaningOf(f.code).status
}

func (f *failure) text() string {
	if f.message != "" {
		return f.message
	}
	return fmt.Sprintf("(#%d) %s", f.code, meaningOf(f.code).title)
}

// errorBody is the shape of every refusal.
type errorBody struct {
	Error errorObject `json:"error"`
}

type errorObject struct {
	Message   string `json:"message"`
	Type      string `json:"type"`
	Code      int    `json:"code"`
	Subcode   int    `json:"error_subcode,omitempty"`
	Data      any    `json:"error_data,omitempty"`
	Transient bool   `json:"is_transient,omitempty"`
	Trace     string `json:"fbtrace_id"`
}

type errorData struct {
	Product string `json:"messaging_product,omitempty"`
	Details string `json:"details,omitempty"`
}

func (f *failure) body(trace string) errorBody {
	obj := errorObject{
		Message: f.text(), Type: "OAuthException", Code: f.code, Subcode: f.subcode,
		Transient: meaningOf(f.code).transient, Trace: trace,
	}
	if f.details != "" {
		obj.Data = errorData{"whatsapp", f.details}
	}
	if f.textData {
		text, err := json.Marshal(errorData{"whatsapp", f.details})
		if err == nil {
			obj.Data = string(text)
		}
	}
	return errorBody{obj}
}

// trace makes the id that Meta's support asks for.
func (s *Server) trace() string {
	var raw [16]byte
	binary.BigEndian.PutUint64(raw[:8], mix(s.opt.Seed+s.traces.Add(1)))
	binary.BigEndian.PutUint64(raw[8:], mix(s.traces.Load()))
	return "A" + base64.RawURLEncoding.EncodeToString(raw[:])
}

// writeFailure answers with f and counts it by its code.
func (s *Server) writeFailure(w http.ResponseWriter, f *failure) {
	s.countRefusal(f.code)
	trace := s.trace()
	w.Header().Set("X-Fb-Trace-Id", trace)
	if f.retryAfter != "" {
		w.Header().Set("Retry-After", f.retryAfter)
	}
	if f.httpStatus() == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `OAuth "Facebook Platform" "invalid_token" `+strconv.Quote(f.text()))
	}
	s.writeJSON(w, f.httpStatus(), f.body(trace))
}

// writeJSON sends one document.
func (s *Server) writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		s.opt.Logger.Error("encode answer", "err", err)
		status, body = http.StatusInternalServerError, []byte(`{"error":{"code":131000}}`)
	}
	s.write(w, status, jsonType, body)
}

const (
	jsonType = "application/json; charset=UTF-8"
	htmlType = "text/html; charset=utf-8"
)

// write reports whether the whole answer was handed to the network. It was
// not if the client went away, which is its right.
func (s *Server) write(w http.ResponseWriter, status int, contentType string, body []byte) bool {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil { //nolint:gosec // the answer of an API, never a page of ours
		return false
	}
	return http.NewResponseController(w).Flush() == nil
}
