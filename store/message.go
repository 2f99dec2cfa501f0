package store

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Message is what a template says, as the platform describes it
// (GET message_templates), read leniently.
type Message struct {
	Name, Language string
	Components     []Component

	source string // the components as the platform has them, with their examples
}

// Component is one part of a template. Type and Format are upper case, as in
// the management API: HEADER, BODY, FOOTER, BUTTONS; TEXT, IMAGE, VIDEO, ….
type Component struct {
	Type    string   `json:"type"`
	Format  string   `json:"format,omitempty"`
	Text    string   `json:"text,omitempty"`
	Buttons []Button `json:"buttons,omitempty"`
}

// Button is one button of a template. Type is QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE, ….
type Button struct {
	Type  string `json:"type"`
	Text  string `json:"text,omitempty"`
	URL   string `json:"url,omitempty"`
	Phone string `json:"phone_number,omitempty"`
}

// Params are the words put in for a template's parameters, by parameter key.
type Params map[string]string

// Parameter is one place of a template that needs a word.
type Parameter struct {
	// Key is how bindings name it: "1" or "first_name" in the body,
	// "header.1" in the header, "button.0" for the URL of the first button.
	Key string
	// Component is HEADER, BODY or BUTTONS; Button the index among all buttons.
	Component string
	Button    int
	// Name is the parameter_name of a named template, "" when positional.
	Name string
}

var placeholder = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_]+)\s*\}\}`)

// Parameters lists the places in the order in which the API wants them.
func (m *Message) Parameters() []Parameter {
	var list []Parameter
	for _, c := range m.Components {
		switch c.Type {
		case "HEADER":
			if c.Format == "TEXT" || c.Format == "" {
				list = append(list, parametersOf(c.Text, "HEADER", "header.", 0)...)
			}
		case "BODY":
			list = append(list, parametersOf(c.Text, "BODY", "", 0)...)
		case "BUTTONS":
			for i, b := range c.Buttons {
				if b.Type == "COPY_CODE" || (b.Type == "URL" && placeholder.MatchString(b.URL)) {
					list = append(list, Parameter{Key: "button." + strconv.Itoa(i), Component: "BUTTONS", Button: i})
				}
			}
		}
	}
	return list
}

func parametersOf(text, component, prefix string, button int) []Parameter {
	var list []Parameter
	for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
		p := Parameter{Key: prefix + match[1], Component: component, Button: button}
		if _, err := strconv.Atoi(match[1]); err != nil {
			p.Name = match[1]
		}
		if !slices.ContainsFunc(list, func(q Parameter) bool { return q.Key == p.Key }) {
			list = append(list, p)
		}
	}
	// Positional values are matched by order, whatever order the text has them in.
	slices.SortStableFunc(list, func(a, b Parameter) int {
		n, errA := strconv.Atoi(strings.TrimPrefix(a.Key, prefix))
		m, errB := strconv.Atoi(strings.TrimPrefix(b.Key, prefix))
		if errA != nil || errB != nil {
			return 0
		}
		return n - m
	})
	return list
}

// MediaHeader is IMAGE, VIDEO, DOCUMENT or LOCATION when the template needs
// such a header, else "".
func (m *Message) MediaHeader() string {
	for _, c := range m.Components {
		if c.Type == "HEADER" && c.Format != "" && c.Format != "TEXT" {
			return c.Format
		}
	}
	return ""
}

// Part returns the first component of a type (HEADER, BODY, FOOTER, BUTTONS),
// or the zero Component.
func (m *Message) Part(kind string) Component {
	for _, c := range m.Components {
		if c.Type == kind {
			return c
		}
	}
	return Component{}
}

// Fill returns a component's text with this person's words in it. What has no
// word stays as written in the template.
func (c Component) Fill(params Params) string {
	prefix := ""
	if c.Type == "HEADER" {
		prefix = "header."
	}
	return placeholder.ReplaceAllStringFunc(c.Text, func(place string) string {
		key := prefix + placeholder.FindStringSubmatch(place)[1]
		if word, ok := params[key]; ok {
			return word
		}
		return place
	})
}

func decodeMessage(name, language, components string) (*Message, error) {
	m := &Message{Name: name, Language: language, source: components}
	if err := json.Unmarshal([]byte(components), &m.Components); err != nil {
		return nil, fmt.Errorf("decode template %s: %w", name, err)
	}
	for i := range m.Components {
		m.Components[i].Type = strings.ToUpper(m.Components[i].Type)
		m.Components[i].Format = strings.ToUpper(m.Components[i].Format)
	}
	return m, nil
}
