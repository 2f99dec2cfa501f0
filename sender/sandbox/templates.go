package sandbox

import (
	"net/http"
	"strings"
)

var templateDefaults = []string{
	"name", "parameter_format", "components", "language", "status", "category", "sub_category", "previous_category",
}

func templateNode(f *form) node {
	return node{
		{"name", f.Name},
		{"parameter_format", f.ParameterFormat},
		{"components", f.Components},
		{"language", f.Language},
		{"status", f.Status},
		{"category", f.Category},
		{"sub_category", optional(f.SubCategory)},
		{"previous_category", optional(f.Previous)},
		{"correct_category", optional(f.Correct)},
		{"quality_score", f.Quality},
		{"rejected_reason", f.RejectedReason},
		{"message_send_ttl_seconds", ttl(f.SendTTL)},
		{"health_status", templateHealth(f)},
		{"id", f.ID},
	}
}

func optional(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func ttl(seconds int) any {
	if seconds == 0 {
		return nil
	}
	return seconds
}

func templateHealth(f *form) any {
	can := "BLOCKED"
	if f.Status == "APPROVED" {
		can = "AVAILABLE"
	}
	return map[string]any{
		"can_send_message": can,
		"entities":         []entity{{"MESSAGE_TEMPLATE", f.ID, can, nil}},
	}
}

// listTemplates answers GET message_templates with its filters.
func (s *Server) listTemplates(r *http.Request, id string) (any, *failure) {
	if !s.isAccount(id) {
		return nil, noSuchObject("get", id)
	}
	s.mu.Lock()
	s.account = id
	s.endReviews(s.opt.Now(), false) // also where nobody is told
	s.mu.Unlock()
	query := r.URL.Query()
	var nodes []node
	for _, f := range s.library.Load().order {
		if !matches(query.Get("name"), f.Name, true) || !matches(query.Get("name_or_content"), f.Name, true) ||
			!matches(query.Get("language"), f.Language, false) || !matches(query.Get("status"), f.Status, false) ||
			!matches(query.Get("category"), f.Category, false) || !matches(query.Get("quality_score"), f.Quality.Score, false) {
			continue
		}
		n, fail := templateNode(f).pick("WhatsAppMessageTemplate", query.Get("fields"), templateDefaults...)
		if fail != nil {
			return nil, fail
		}
		nodes = append(nodes, n)
	}
	return paged(r, nodes)
}

// matches is true for an empty filter. Graph's lists are written as a,b or ["a","b"].
func matches(filter, value string, part bool) bool {
	if filter == "" {
		return true
	}
	for want := range strings.SplitSeq(strings.Trim(filter, "[]"), ",") {
		want = strings.Trim(want, `" `)
		if strings.EqualFold(want, value) || (part && strings.Contains(value, want)) {
			return true
		}
	}
	return false
}
