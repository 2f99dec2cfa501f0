package sandbox

import (
	"strings"
	"time"
)

// ahead is how far the scripted clock is ahead.
func (s *Server) ahead() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Duration(s.opt.Script.Account.Clock)
}

// debugToken is what a token tells of itself; expires_at is 0 for one that
// lives for ever.
func (s *Server) debugToken() any {
	a := s.accountState()
	expires, valid := int64(0), true
	if a.Expires != 0 {
		at := s.opt.Now().Add(time.Duration(a.Expires))
		expires, valid = at.Unix(), a.Expires > 0
	}
	scopes := strings.Fields(or(a.Scopes, "whatsapp_business_management whatsapp_business_messaging"))
	return map[string]any{"data": map[string]any{
		"app_id": "700000000000001", "type": "SYSTEM_USER", "application": "Pregon", "expires_at": expires, "is_valid": valid, "scopes": scopes,
	}}
}
