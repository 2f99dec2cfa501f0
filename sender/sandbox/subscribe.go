package sandbox

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

func (s *Server) callbackURL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.callback
}

// SetCallback changes where webhooks go from now on; an empty address stops
// them. The error is an *OptionError.
func (s *Server) SetCallback(address string) error {
	if address != "" {
		if err := validCallback(address); err != nil {
			return &OptionError{"CallbackURL", err.Error()}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.callback = address
	return nil
}

// challenge is what the sandbox asks a callback to repeat.
const challenge = "4071955830"

// Subscribe verifies a callback by Meta's handshake and then sends webhooks to it.
func (s *Server) Subscribe(ctx context.Context, address, verifyToken string) error {
	if err := validCallback(address); err != nil {
		return &OptionError{"CallbackURL", err.Error()}
	}
	target, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("parse callback URL: %w", err)
	}
	query := target.Query()
	query.Set("hub.mode", "subscribe")
	query.Set("hub.challenge", challenge)
	query.Set("hub.verify_token", verifyToken)
	target.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return fmt.Errorf("make handshake: %w", err)
	}
	res, err := s.opt.Client.Do(req)
	if err != nil {
		return fmt.Errorf("verify callback: %w", err)
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, 1<<10))
	if closeErr := res.Body.Close(); err == nil {
		err = closeErr
	}
	switch {
	case err != nil:
		return fmt.Errorf("verify callback: %w", err)
	case res.StatusCode != http.StatusOK || string(answer) != challenge:
		return fmt.Errorf("verify callback: answered %s and not with the challenge", res.Status)
	}
	return s.SetCallback(address)
}

// subscribedApps is the account's own switch for webhooks.
func (s *Server) subscribedApps(r *http.Request, id string) (any, *failure) {
	if !s.isAccount(id) {
		return nil, noSuchObject(r.Method, id)
	}
	switch r.Method {
	case http.MethodGet:
		if s.silent() {
			return map[string]any{"data": []any{}}, nil
		}
		app := map[string]any{"id": "700000000000001", "name": "Pregon"}
		return map[string]any{"data": []any{map[string]any{"whatsapp_business_api_data": app}}}, nil
	case http.MethodDelete:
		s.setSubscribed(false)
		if err := s.SetCallback(""); err != nil {
			return nil, invalid("%v", err)
		}
	default:
		var body struct {
			URI   string `json:"override_callback_uri"`
			Token string `json:"verify_token"`
		}
		if r.ContentLength != 0 {
			if fail := readJSON(r, &body); fail != nil {
				return nil, fail
			}
		}
		if body.URI != "" {
			if err := s.Subscribe(r.Context(), body.URI, body.Token); err != nil {
				return nil, &failure{code: 2200, message: "(#2200) Callback verification failed"}
			}
		}
	}
	if r.Method == http.MethodPost {
		s.setSubscribed(true)
	}
	return map[string]bool{"success": true}, nil
}

func (s *Server) setSubscribed(yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deaf = !yes
}

// silent reports whether no app gets the account's webhooks.
func (s *Server) silent() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.deaf || s.opt.Script.Account.Unheard
}
