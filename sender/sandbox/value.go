package sandbox

import (
	"strings"
	"unicode/utf8"
)

// texts checks the values of one text with variables.
func (c *checker) texts(component string, index int, want *slot, params []parameter) *failure {
	if len(params) != len(want.vars) {
		return wrongCount(component, len(params), len(want.vars))
	}
	length := want.fixed
	seen := make([]bool, len(want.vars))
	for i := range params {
		at, fail := c.variable(component, want, &params[i], i)
		if fail != nil {
			return fail
		}
		if seen[at] {
			return refuse(132012, "%s: parameter_name %s is there twice", component, want.vars[at].name)
		}
		seen[at] = true
		value, fail := valueOf(component, &params[i])
		if fail != nil {
			return fail
		}
		length += utf8.RuneCountInString(value) * want.vars[at].uses
		c.add(component, index, params[i].Name, value)
	}
	if length > want.limit {
		return refuse(132005, "%s: translated text is %d characters long, at most %d are allowed", component, length, want.limit)
	}
	return nil
}

// variable finds which variable a parameter fills. A button's URL takes its
// one value by position even in a template with named variables.
func (c *checker) variable(component string, want *slot, p *parameter, i int) (int, *failure) {
	if !c.form.named || component == "button" {
		if p.Name != "" && component != "button" {
			return 0, refuse(132012, "%s: parameter_name is not allowed in a positional template", component)
		}
		return i, nil
	}
	if p.Name == "" {
		return 0, &failure{code: 100, message: "(#100) Invalid parameter", details: "Parameter name is missing or empty"}
	}
	at := want.index(p.Name)
	if at < 0 {
		return 0, refuse(132012, "%s: parameter_name %s does not exist in the template", component, p.Name)
	}
	return at, nil
}

func valueOf(component string, p *parameter) (string, *failure) {
	switch strings.ToLower(p.Type) {
	case "text":
		return p.Text, checkValue(component, p.Text)
	case "currency":
		if component != "body" || p.Currency == nil || len(p.Currency.Code) != 3 || p.Currency.Amount == nil {
			return "", refuse(132012, "%s: currency needs fallback_value, code and amount_1000", component)
		}
		return p.Currency.Fallback, checkValue(component, p.Currency.Fallback)
	case "date_time":
		if component != "body" || p.DateTime == nil {
			return "", refuse(132012, "%s: date_time needs fallback_value", component)
		}
		return p.DateTime.Fallback, checkValue(component, p.DateTime.Fallback)
	default:
		return "", refuse(132012, "%s: Format mismatch, expected TEXT, received %s", component, strings.ToUpper(p.Type))
	}
}

// checkValue holds the rules of every value: not empty, one line, no runs of spaces.
func checkValue(component, value string) *failure {
	switch {
	case strings.TrimSpace(value) == "":
		return refuse(132018, "%s: Parameter of type text is missing text value", component)
	case strings.ContainsAny(value, "\n\r\t"), strings.Contains(value, "     "):
		return refuse(132018, "%s: Param text cannot have new-line/tab characters or more than 4 consecutive spaces", component)
	}
	return nil
}

func (c *checker) add(component string, index int, name, value string) {
	c.params = append(c.params, Param{component, c.base + index, name, value})
}
