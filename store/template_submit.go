package store

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Proposal is one template of a file, ready to be handed in (POST message_templates).
type Proposal struct {
	Name, Language string
	Body           []byte // JSON; only what Meta takes of a new template
}

// proposedKeys are what a new template is made of; what else a file holds (id, status, quality) is Meta's to say.
func proposedKeys() []string {
	return []string{"name", "language", "category", "components", "parameter_format", "message_send_ttl_seconds", "cta_url_link_tracking_opted_out"}
}

// Proposals reads a file of templates as [LintTemplates] does and returns each as it is handed in. A template with a
// fault is not: look at the faults first. The error is of the JSON, or ErrNoTemplate.
func Proposals(data []byte) ([]Proposal, error) {
	list, err := readProposed(data)
	if err != nil {
		return nil, err
	}
	raw, err := rawProposed(data)
	if err != nil || len(raw) != len(list) {
		return nil, fmt.Errorf("read the templates: %w", orNoTemplate(err))
	}
	proposals := make([]Proposal, 0, len(list))
	for n, p := range list {
		body := map[string]any{}
		for _, key := range proposedKeys() {
			if value, found := raw[n][key]; found {
				body[key] = value
			}
		}
		body["category"] = strings.ToUpper(p.Category)
		if _, said := body["parameter_format"]; !said && p.named() {
			body["parameter_format"] = "NAMED" // without it Meta counts the places
		}
		text, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("encode a template: %w", err)
		}
		proposals = append(proposals, Proposal{Name: p.Name, Language: p.Language, Body: text})
	}
	return proposals, nil
}

func orNoTemplate(err error) error {
	if err == nil {
		return ErrNoTemplate
	}
	return err
}

// rawProposed reads the same templates with every key they have.
func rawProposed(data []byte) ([]map[string]json.RawMessage, error) {
	text := []byte(strings.TrimSpace(strings.TrimPrefix(string(data), "\ufeff")))
	var list []map[string]json.RawMessage
	if len(text) > 0 && text[0] == '[' {
		err := json.Unmarshal(text, &list)
		return list, err //nolint:wrapcheck // wrapped once, by the caller
	}
	var one map[string]json.RawMessage
	if err := json.Unmarshal(text, &one); err != nil {
		return nil, err //nolint:wrapcheck // wrapped once, by the caller
	}
	if inner, found := one["data"]; found {
		if err := json.Unmarshal(inner, &list); err == nil && len(list) > 0 {
			return list, nil
		}
	}
	return []map[string]json.RawMessage{one}, nil
}

// named reports whether the places of a template have names.
func (p proposed) named() bool {
	for _, c := range p.Components {
		for _, match := range anyPlace.FindAllStringSubmatch(c.Text, -1) {
			if strings.Trim(strings.TrimSpace(match[1]), "0123456789") != "" {
				return true
			}
		}
	}
	return false
}
