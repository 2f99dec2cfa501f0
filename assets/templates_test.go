package assets_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pregon/assets"
)

// sampleTemplate is the part of the Cloud API's answer that these tests look at.
type sampleTemplate struct {
	Name       string            `json:"name"`
	Language   string            `json:"language"`
	Status     string            `json:"status"`
	Category   string            `json:"category"`
	Format     string            `json:"parameter_format"`
	Components []sampleComponent `json:"components"`
}

type sampleComponent struct {
	Type    string `json:"type"`
	Text    string `json:"text"`
	Example struct {
		Positional [][]string `json:"body_text"`
		Named      []struct {
			Name string `json:"param_name"`
		} `json:"body_text_named_params"`
	} `json:"example"`
	Buttons []struct {
		Text string `json:"text"`
	} `json:"buttons"`
}

// The limits are those of Meta's template reference: names, 1,024 characters of body that neither start nor end with
// a variable, 60 of header and footer, 25 of a button's label, and an example for every variable.
func TestSampleTemplatesKeepTheRulesOfTheAPI(t *testing.T) {
	t.Parallel()
	lawfulName := regexp.MustCompile(`^[a-z0-9_]{1,512}$`)
	for _, template := range templates(t) {
		t.Run(template.Name+"/"+template.Language, func(t *testing.T) {
			t.Parallel()
			if !lawfulName.MatchString(template.Name) {
				t.Error("not a lawful name")
			}
			for _, component := range template.Components {
				checkComponent(t, template.Format, component)
			}
		})
	}
}

func checkComponent(t *testing.T, format string, component sampleComponent) {
	t.Helper()
	length := utf8.RuneCountInString(component.Text)
	switch component.Type {
	case "BODY":
		if length == 0 || length > 1024 {
			t.Errorf("body of %d characters", length)
		}
		if strings.HasPrefix(component.Text, "{{") || strings.HasSuffix(component.Text, "}}") {
			t.Error("body starts or ends with a variable")
		}
		if got, want := variables(component.Text), exampleNames(format, component); !slices.Equal(got, want) {
			t.Errorf("variables %v, examples for %v", got, want)
		}
	case "HEADER", "FOOTER":
		if length > 60 || len(variables(component.Text)) > 0 {
			t.Errorf("%s is too long or holds a variable: %q", component.Type, component.Text)
		}
	case "BUTTONS":
		for _, button := range component.Buttons {
			if utf8.RuneCountInString(button.Text) > 25 {
				t.Errorf("button %q is too long", button.Text)
			}
		}
	default:
		t.Errorf("unknown component %q", component.Type)
	}
}

func TestEverySampleTemplateHasAWayOut(t *testing.T) {
	t.Parallel()
	word := map[string]string{"en": "STOP", "es": "BAJA", "pt_BR": "SAIR"}
	for _, template := range templates(t) {
		said := slices.ContainsFunc(template.Components, func(c sampleComponent) bool {
			return c.Type == "FOOTER" && strings.Contains(c.Text, word[template.Language])
		})
		if word[template.Language] == "" || !said {
			t.Errorf("%s/%s: the footer names no way out", template.Name, template.Language)
		}
	}
}

func TestSampleTemplatesShowEveryKindTheScreensTell(t *testing.T) {
	t.Parallel()
	wanted := map[string]bool{
		"APPROVED MARKETING en":    false,
		"APPROVED MARKETING es":    false,
		"APPROVED MARKETING pt_BR": false,
		"APPROVED UTILITY es":      false,
		"PAUSED MARKETING es":      false,
		"PENDING MARKETING en":     false,
	}
	named := false
	for _, template := range templates(t) {
		kind := template.Status + " " + template.Category + " " + template.Language
		if _, known := wanted[kind]; !known {
			t.Errorf("%s is of a kind not listed: %s", template.Name, kind)
		}
		wanted[kind] = true
		named = named || template.Format == "NAMED"
	}
	for kind, found := range wanted {
		if !found {
			t.Errorf("no template is %s", kind)
		}
	}
	if !named {
		t.Error("no template has named parameters")
	}
}

func templates(t *testing.T) []sampleTemplate {
	t.Helper()
	var answer struct {
		Data []sampleTemplate `json:"data"`
	}
	if err := json.Unmarshal(assets.SampleTemplates(), &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Data) == 0 {
		t.Fatal("no templates")
	}
	return answer.Data
}

func variables(text string) []string {
	var names []string
	for _, match := range regexp.MustCompile(`\{\{([a-z0-9_]+)\}\}`).FindAllStringSubmatch(text, -1) {
		names = append(names, match[1])
	}
	return names
}

// exampleNames returns what the examples of a body are for: names, or "1", "2" and so on.
func exampleNames(format string, component sampleComponent) []string {
	var names []string
	if format == "NAMED" {
		for _, example := range component.Example.Named {
			names = append(names, example.Name)
		}
		return names
	}
	for _, example := range component.Example.Positional {
		for i := range example {
			names = append(names, string(rune('1'+i)))
		}
	}
	return names
}
