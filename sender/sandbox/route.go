package sandbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

// ServeHTTP answers the Cloud API under /v<n>.<n>/ and the sandbox's own
// pages under /sandbox/.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/sandbox/") {
		s.control.ServeHTTP(w, r)
		return
	}
	w.Header()["Date"] = nil // net/http would tell its own
	if at := s.opt.Clock(); !at.IsZero() {
		w.Header().Set("Date", at.Add(s.ahead()).UTC().Format(http.TimeFormat))
	}
	if r.Method == http.MethodHead { // who only wants to know the time
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.requests.Add(1)
	for n, peak := s.inFlight.Add(1), s.peak.Load(); n > peak && !s.peak.CompareAndSwap(peak, n); peak = s.peak.Load() {
		continue
	}
	defer s.inFlight.Add(-1)

	version, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	id, edge, _ := strings.Cut(strings.TrimSuffix(path, "/"), "/")
	if !isVersion(version) || id == "" {
		s.writeFailure(w, &failure{code: 2500, message: "Unknown path components: " + r.URL.Path})
		return
	}
	w.Header().Set("Facebook-Api-Version", version)
	if f := s.authorise(r); f != nil {
		s.wait(r.Context(), s.opt.Latency)
		s.writeFailure(w, f)
		return
	}
	s.route(w, r, id, edge)
}

func (s *Server) route(w http.ResponseWriter, r *http.Request, id, edge string) {
	switch r.Method + " " + edge {
	case "POST messages":
		s.messages(w, r, id, false)
	case "POST marketing_messages":
		s.messages(w, r, id, true)
	case "POST media":
		s.read(w, r, "media", func() (any, *failure) { return s.takeMedia(r, id) })
	case "GET message_templates":
		s.read(w, r, "templates", func() (any, *failure) { return s.listTemplates(r, id) })
	case "POST message_templates":
		s.read(w, r, "templates", func() (any, *failure) { return s.submitTemplate(r, id) })
	case "GET phone_numbers":
		s.read(w, r, "account", func() (any, *failure) { return s.listNumbers(r, id) })
	case "GET ":
		if id == "debug_token" {
			s.read(w, r, "token", func() (any, *failure) { return s.debugToken(), nil })
			return
		}
		s.read(w, r, "account", func() (any, *failure) { return s.readNode(r, id) })
	case "GET subscribed_apps", "POST subscribed_apps", "DELETE subscribed_apps":
		s.read(w, r, "account", func() (any, *failure) { return s.subscribedApps(r, id) })
	default:
		s.wait(r.Context(), s.opt.Latency)
		if strings.Contains(edge, "/") || !digits(id) {
			s.writeFailure(w, &failure{code: 2500, message: "Unknown path components: /" + edge})
			return
		}
		s.writeFailure(w, noSuchObject(r.Method, id))
	}
}

// noSuchObject is what a wrong id, a right id of the wrong kind and a
// missing permission look like alike.
func noSuchObject(method, id string) *failure {
	return &failure{code: 100, subcode: 33, message: "Unsupported " + strings.ToLower(method) +
		" request. Object with ID '" + id + "' does not exist, cannot be loaded due to missing permissions, " +
		"or does not support this operation."}
}

func isVersion(s string) bool {
	major, minor, ok := strings.Cut(strings.TrimPrefix(s, "v"), ".")
	return ok && len(s) > 0 && s[0] == 'v' && digits(major) && digits(minor)
}

// authorise checks the token, which may also stand in the query, and the
// proof of the app secret where there is one.
func (s *Server) authorise(r *http.Request) *failure {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	var proof string
	if r.URL.RawQuery != "" {
		query := r.URL.Query()
		proof = query.Get("appsecret_proof")
		if scheme == "" {
			scheme, token = "Bearer", query.Get("access_token")
		}
	}
	token = strings.TrimSpace(token)
	if token == "" || (!strings.EqualFold(scheme, "Bearer") && !strings.EqualFold(scheme, "OAuth")) {
		return &failure{code: 190, message: "An access token is required to request this resource."}
	}
	if s.opt.Token != "" && !hmac.Equal([]byte(token), []byte(s.opt.Token)) {
		return &failure{code: 190, message: "Invalid OAuth access token - Cannot parse access token"}
	}
	if proof != "" {
		mac := hmac.New(sha256.New, []byte(s.opt.AppSecret))
		mac.Write([]byte(token))
		if !hmac.Equal([]byte(proof), []byte(hex.EncodeToString(mac.Sum(nil)))) {
			return invalid("Invalid appsecret_proof provided in the API argument")
		}
	}
	return nil
}

// wait is the time the real server would take. It is false when the client
// left before.
func (s *Server) wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// read answers a call that is not a message, unless a rule has other plans.
func (s *Server) read(w http.ResponseWriter, r *http.Request, endpoint string, answer func() (any, *failure)) {
	s.mu.Lock()
	rule := s.state.match(call{endpoint: endpoint}, s.opt.Seed+s.opt.Script.Seed)
	if rule != nil {
		s.state.faults[rule.do]++
	}
	s.mu.Unlock()

	delay := s.opt.Latency
	if rule != nil {
		delay += time.Duration(rule.Delay)
	}
	s.wait(r.Context(), delay)
	body, fail := answer()
	if rule != nil && fail == nil {
		s.misread(w, rule, body)
		return
	}
	if fail != nil {
		s.writeFailure(w, fail)
		return
	}
	s.writeJSON(w, http.StatusOK, body)
}
