package sandbox

import (
	"net/http"
	"slices"
)

// isNumber and isAccount tell what an id stands for. An id that the options
// do not fix may be anything.
func (s *Server) isNumber(id string) bool {
	if s.opt.PhoneNumberID != "" {
		return id == s.opt.PhoneNumberID
	}
	return digits(id) && (s.opt.WABAID == "" || id != s.opt.WABAID)
}

func (s *Server) isAccount(id string) bool {
	if s.opt.WABAID != "" {
		return id == s.opt.WABAID
	}
	return digits(id) && (s.opt.PhoneNumberID == "" || id != s.opt.PhoneNumberID)
}

// accountFields are asked of an account and never of a number, which tells
// the two apart where the options leave the ids open.
var accountFields = []string{
	"name", "currency", "primary_funding_id", "timezone_id", "country", "account_review_status",
	"business_verification_status", "marketing_messages_onboarding_status", "message_template_namespace",
}

func (s *Server) readNode(r *http.Request, id string) (any, *failure) {
	fields := r.URL.Query().Get("fields")
	for _, f := range s.library.Load().order {
		if f.ID == id {
			return templateNode(f).pick("WhatsAppMessageTemplate", fields, templateDefaults...)
		}
	}
	asked := splitFields(fields)
	wantsAccount := slices.ContainsFunc(asked, func(f string) bool { return slices.Contains(accountFields, f) })
	s.mu.Lock()
	known := s.account
	s.mu.Unlock()
	switch account := s.isAccount(id); {
	case account && (wantsAccount || id == known || !s.isNumber(id)):
		return s.accountNode(id).pick("WhatsAppBusinessAccount", fields, "name", "timezone_id", "message_template_namespace")
	case s.isNumber(id):
		s.mu.Lock()
		s.number = id
		s.mu.Unlock()
		return s.numberNode(id).pick("WhatsAppBusinessPhoneNumber", fields, numberDefaults...)
	}
	return nil, noSuchObject("get", id)
}

func (s *Server) listNumbers(r *http.Request, id string) (any, *failure) {
	if !s.isAccount(id) {
		return nil, noSuchObject("get", id)
	}
	s.mu.Lock()
	s.account = id
	number := s.number
	s.mu.Unlock()
	n, fail := s.numberNode(number).pick("WhatsAppBusinessPhoneNumber", r.URL.Query().Get("fields"), numberDefaults...)
	if fail != nil {
		return nil, fail
	}
	return paged(r, []node{n})
}

var numberDefaults = []string{
	"verified_name", "code_verification_status", "display_phone_number", "quality_rating", "platform_type",
	"throughput", "last_onboarded_time",
}

func (s *Server) numberNode(id string) node {
	a := s.accountState()
	return node{
		{"verified_name", s.opt.VerifiedName},
		{"code_verification_status", "VERIFIED"},
		{"display_phone_number", s.opt.DisplayNumber},
		{"quality_rating", a.Quality},
		{"quality_score", map[string]string{"score": a.Quality}},
		{"platform_type", "CLOUD_API"},
		{"throughput", map[string]string{"level": a.Throughput}},
		{"last_onboarded_time", "2026-01-05T09:00:00+0000"},
		{"whatsapp_business_manager_messaging_limit", a.Tier},
		{"messaging_limit_tier", a.Tier},
		{"status", a.Status},
		{"name_status", "APPROVED"},
		{"new_name_status", "NONE"},
		{"account_mode", "LIVE"},
		{"is_on_biz_app", false},
		{"is_official_business_account", false},
		{"is_pin_enabled", true},
		{"country_code", nil},
		{"country_dial_code", nil},
		{"certificate", nil},
		{"webhook_configuration", map[string]string{"application": s.callbackURL()}},
		{"health_status", s.health(a, entity{"PHONE_NUMBER", id, numberHealth(a), nil})},
		{"id", id},
	}
}

func (s *Server) accountNode(id string) node {
	a := s.accountState()
	var funding any = "300000000000061"
	if a.Unpaid {
		funding = nil
	}
	verification := "verified"
	if a.Unverified {
		verification = "not_verified"
	}
	return node{
		{"name", s.opt.VerifiedName},
		{"timezone_id", "1"},
		{"message_template_namespace", "00000000_0000_0000_0000_000000000000"},
		{"currency", s.opt.Currency},
		{"country", nil},
		{"account_review_status", "APPROVED"},
		{"business_verification_status", verification},
		{"primary_funding_id", funding},
		{"marketing_messages_onboarding_status", "ONBOARDED"},
		{"marketing_messages_lite_api_status", "ONBOARDED"},
		{"owner_business_info", nil},
		{"on_behalf_of_business_info", nil},
		{"health_status", s.health(a)},
		{"id", id},
	}
}

// accountState is the scripted state with the defaults filled in.
func (s *Server) accountState() Account {
	s.mu.Lock()
	a := s.opt.Script.Account
	s.mu.Unlock()
	a.Quality = or(a.Quality, "GREEN")
	a.Status = or(a.Status, "CONNECTED")
	a.Tier = or(a.Tier, tier(s.opt.DailyLimit))
	if s.opt.Rate >= highRate {
		a.Throughput = or(a.Throughput, "HIGH")
	}
	a.Throughput = or(a.Throughput, "STANDARD")
	return a
}

// highRate is the throughput after Meta's automatic upgrade, in messages per second.
const highRate = 1000
