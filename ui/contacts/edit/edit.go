// Package edit is the card of one contact as people fill it in: which fields there are, what is wrong with them, and
// what they mean for the shop file.
package edit

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"pregon/store"
	"pregon/store/phone"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/form"
)

// languages are those that customers speak most where the shops are; one that a contact has beside them is kept.
var languages = []string{"es", "en", "pt", "ca", "fr", "de", "it", "hi", "id", "ar", "tr"}

// prefix of the key of a free field.
const prefix = "field."

// Card is the form of one contact.
type Card struct {
	*form.Form
	env    *view.Env
	region string // completes national numbers
	known  store.Contact
}

// New is the card of somebody who is not among the contacts yet.
func New(env *view.Env, region string) *Card {
	say := env.Say
	c := &Card{env: env, region: region}
	c.Form = form.New(env,
		form.Field{Key: "phone", Label: say.T("Number"), Hint: say.T("as people write it"), Check: c.wrongNumber},
		form.Field{Key: "name", Label: say.T("Name")},
		form.Field{Key: "source", Label: say.T("Known from"), Hint: say.T("counter, order, list of 2025"), Check: func(value string) string {
			if strings.TrimSpace(value) == "" {
				return say.T("This must not be empty.")
			}
			return ""
		}},
		form.Field{Key: "language", Label: say.T("Language"), Options: c.speaks("")},
		form.Field{Key: "tag", Label: say.T("Tags"), Hint: "vip wholesale"},
	)
	return c
}

// Known is the card of a contact.
func Known(env *view.Env, known store.Contact) *Card {
	say := env.Say
	c := &Card{env: env, known: known}
	fields := append(make([]form.Field, 0, 4+len(known.Fields)),
		form.Field{Key: "name", Label: say.T("Name"), Value: known.Name},
		form.Field{Key: "language", Label: say.T("Language"), Value: known.Language, Options: c.speaks(known.Language)},
		form.Field{Key: "tag", Label: say.T("Tags"), Hint: "vip wholesale", Value: strings.Join(known.Tags, " ")},
	)
	for _, key := range slices.Sorted(maps.Keys(known.Fields)) {
		fields = append(fields, form.Field{
			Key: prefix + key, Label: theme.Safe(key).String(), Value: known.Fields[key], Limit: 500, Help: say.T("Empty it to take it away."),
		})
	}
	fields = append(fields, form.Field{
		Key: "field", Label: say.T("More"), Hint: say.T("city: Vigo"), Limit: 500,
		Help: say.T("What it is, a colon, and what is true of her."), Check: func(value string) string {
			if _, _, ok := pair(value); !ok && strings.TrimSpace(value) != "" {
				return say.T("Write what it is and a colon: city: Vigo")
			}
			return ""
		},
	})
	c.Form = form.New(env, fields...)
	return c
}

func (c *Card) wrongNumber(value string) string {
	if _, err := phone.Parse(value, c.region); err != nil {
		return c.env.Say.WrongNumber(phone.Code(err))
	}
	return ""
}

// speaks are the languages to choose from, each in its own name.
func (c *Card) speaks(known string) []form.Option {
	list := slices.Clone(languages)
	if known != "" && !slices.Contains(list, known) {
		list = append(list, known)
	}
	options := append(make([]form.Option, 0, 1+len(list)), form.Option{Value: "", Label: c.env.Say.T("not known")})
	for _, code := range list {
		label := code
		if tag, err := language.Parse(code); err == nil {
			label = display.Self.Name(tag)
		}
		options = append(options, form.Option{Value: code, Label: label})
	}
	return options
}

// pair reads "city: Vigo".
func pair(text string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(text, ":")
	return strings.TrimSpace(key), strings.TrimSpace(value), ok && strings.TrimSpace(key) != "" && strings.TrimSpace(value) != ""
}

// Added is the new contact of a valid form. Of one that is not it has no number, which the store refuses.
func (c *Card) Added() store.NewContact {
	number, err := phone.Parse(c.Value("phone"), c.region)
	if err != nil {
		number = ""
	}
	return store.NewContact{
		Phone: number, Name: c.Value("name"), Source: c.Value("source"), Language: c.Value("language"), Tags: Tags(c.Value("tag")),
	}
}

// Edited is what was changed of a known contact. What nobody touched stays as it is, also where it cannot be shown in
// one line.
func (c *Card) Edited() store.EditContact {
	var edit store.EditContact
	if c.Touched("name") {
		name := c.Value("name")
		edit.Name = &name
	}
	if c.Touched("language") {
		spoken := c.Value("language")
		edit.Language = &spoken
	}
	if c.Touched("tag") {
		tags := Tags(c.Value("tag"))
		edit.Tags = &tags
	}
	edit.Fields = make(map[string]string)
	for key := range c.known.Fields {
		if c.Touched(prefix + key) {
			edit.Fields[key] = c.Value(prefix + key)
		}
	}
	if key, value, ok := pair(c.Value("field")); ok {
		edit.Fields[key] = value
	}
	return edit
}

// NewTags are the tags that she does not have yet.
func (c *Card) NewTags() []string {
	return slices.DeleteFunc(Tags(c.Value("tag")), func(tag string) bool { return slices.Contains(c.known.Tags, tag) })
}

// Tags reads "vip, wholesale".
func Tags(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
}

// Changes reads "+vip -old new": what has no minus is added.
func Changes(text string) (add, remove []string) {
	for _, word := range Tags(text) {
		if old, ok := strings.CutPrefix(word, "-"); ok {
			remove = append(remove, old)
		} else {
			add = append(add, strings.TrimPrefix(word, "+"))
		}
	}
	return add, remove
}
