package sandbox

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Template has the shape of one element of GET message_templates. Types of
// components and buttons are upper case there.
type Template struct {
	ID              string      `json:"id"`
	Name            string      `json:"name"`
	Language        string      `json:"language"`
	Status          string      `json:"status"`
	Category        string      `json:"category"`
	SubCategory     string      `json:"sub_category,omitempty"`
	Previous        string      `json:"previous_category,omitempty"`
	Correct         string      `json:"correct_category,omitempty"`
	ParameterFormat string      `json:"parameter_format,omitempty"`
	Quality         *Quality    `json:"quality_score,omitempty"`
	RejectedReason  string      `json:"rejected_reason,omitempty"`
	SendTTL         int         `json:"message_send_ttl_seconds,omitempty"`
	Components      []Component `json:"components"`
}

// Quality is a template's quality_score; Date is in Unix seconds.
type Quality struct {
	Score string `json:"score"`
	Date  int64  `json:"date,omitempty"`
}

// Component is a header, body, footer, set of buttons, carousel or limited-time offer.
type Component struct {
	Type    string          `json:"type"`
	Format  string          `json:"format,omitempty"`
	Text    string          `json:"text,omitempty"`
	Example json.RawMessage `json:"example,omitempty"`
	Buttons []Button        `json:"buttons,omitempty"`
	Cards   []Card          `json:"cards,omitempty"`
	Offer   *Offer          `json:"limited_time_offer,omitempty"`
}

// Offer is the text of a limited-time offer and whether it runs out.
type Offer struct {
	Text          string `json:"text"`
	HasExpiration bool   `json:"has_expiration,omitempty"`
}

// Button is one button of a template.
type Button struct {
	Type        string          `json:"type"`
	Text        string          `json:"text,omitempty"`
	URL         string          `json:"url,omitempty"`
	PhoneNumber string          `json:"phone_number,omitempty"`
	Example     json.RawMessage `json:"example,omitempty"`
}

// Card is one card of a carousel.
type Card struct {
	Components []Component `json:"components"`
}

//go:embed templates.json
var defaultTemplates []byte

// DefaultTemplates are a small shop's: approved ones with and without
// variables, by position and by name, and one of every state that cannot be sent.
func DefaultTemplates() []Template {
	list, err := ParseTemplates(defaultTemplates)
	if err != nil {
		return nil // a test parses the embedded file, so this cannot happen
	}
	return list
}

// ParseTemplates reads an answer of GET message_templates, or only its list.
func ParseTemplates(data []byte) ([]Template, error) {
	var page struct {
		Data []Template `json:"data"`
	}
	if trimmed := strings.TrimSpace(string(data)); strings.HasPrefix(trimmed, "[") {
		if err := json.Unmarshal(data, &page.Data); err != nil {
			return nil, fmt.Errorf("read templates: %w", err)
		}
		return page.Data, nil
	}
	if err := json.Unmarshal(data, &page); err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	return page.Data, nil
}

// templateKey is what a send names.
type templateKey struct{ name, language string }

// library is the account's templates in their order, ready to check sends against.
type library struct {
	order []*form
	byKey map[templateKey]*form
	names map[string]bool
}

const firstTemplateID = 800000000000021

func newLibrary(list []Template) (*library, error) {
	lib := &library{byKey: make(map[templateKey]*form, len(list)), names: make(map[string]bool)}
	for i, tpl := range list {
		if tpl.Name == "" || tpl.Language == "" {
			return nil, &OptionError{"Templates", fmt.Sprintf("number %d has no name or no language", i+1)}
		}
		key := templateKey{tpl.Name, tpl.Language}
		if lib.byKey[key] != nil {
			return nil, &OptionError{"Templates", fmt.Sprintf("%s in %s is there twice", tpl.Name, tpl.Language)}
		}
		tpl.ID = or(tpl.ID, strconv.Itoa(firstTemplateID+i))
		tpl.Status = or(tpl.Status, "APPROVED")
		tpl.Category = or(tpl.Category, "MARKETING")
		tpl.ParameterFormat = or(tpl.ParameterFormat, "POSITIONAL")
		tpl.RejectedReason = or(tpl.RejectedReason, "NONE")
		if tpl.Quality == nil {
			tpl.Quality = &Quality{Score: "UNKNOWN"}
		}
		f := newForm(tpl)
		lib.order = append(lib.order, f)
		lib.byKey[key] = f
		lib.names[tpl.Name] = true
	}
	return lib, nil
}

// find answers as a send is answered when the template cannot be used.
func (lib *library) find(name, language string) (*form, *failure) {
	f := lib.byKey[templateKey{name, language}]
	switch {
	case f == nil && !lib.names[name]:
		return nil, refuse(132001, "template name (%s) does not exist in %s", name, language)
	case f == nil:
		return nil, refuse(132001, "template name (%s) does not exist in the translation %s", name, language)
	}
	switch f.Status {
	case "APPROVED":
		return f, nil
	case "PAUSED":
		return nil, refuse(132015, "template (%s) is paused due to low quality", name)
	case "DISABLED":
		return nil, refuse(132016, "template (%s) is disabled", name)
	default:
		return nil, refuse(132001, "template name (%s) is not approved in %s", name, language)
	}
}
