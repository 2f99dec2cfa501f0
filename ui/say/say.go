package say

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

// Printer speaks one language and one time zone. It is safe for use by several goroutines.
type Printer struct {
	out      *message.Printer
	tag      language.Tag
	zone     *time.Location
	decimal  string
	weekdays [7]string
	months   [12]string
}

// forms is the order in which plural selectors are given to x/text, which takes the first that fits.
var forms = [...]string{"=0", "=1", "zero", "one", "two", "few", "many", "other"}

// New returns the printer for a language, a BCP 47 tag such as "es" or "pt-BR". Each catalog is the JSON of
// one language: English sentence to its translation, or to its plural forms {"one": …, "other": …}, chosen
// by the first whole number among the arguments. A sentence no catalog has stands for itself. The language
// nearest to lang among the catalogs is spoken, English where none is near; only these two are read, since every
// command begins with it.
func New(lang string, catalogs map[string][]byte) (*Printer, error) {
	tags := []language.Tag{language.English}
	named := map[string]language.Tag{}
	for name := range catalogs {
		tag, err := language.Parse(name)
		if err != nil {
			return nil, fmt.Errorf("read language %q: %w", name, err)
		}
		named[name] = tag
		if tag != language.English {
			tags = append(tags, tag)
		}
	}
	tag := nearest(lang, tags)
	builder := catalog.NewBuilder(catalog.Fallback(language.English))
	for name, its := range named {
		if base := baseOf(its); base != baseOf(tag) && base != "en" {
			continue
		}
		if err := load(builder, its, catalogs[name]); err != nil {
			return nil, fmt.Errorf("read catalog %s: %w", name, err)
		}
	}
	p := &Printer{out: message.NewPrinter(tag, message.Catalog(builder)), tag: tag, zone: time.Local}
	p.decimal = strings.Trim(p.out.Sprintf("%.1f", 0.5), "05")
	p.weekdays, p.months = p.names()
	return p, nil
}

// In returns the printer for the shop's time zone; New takes the machine's.
func (p *Printer) In(zone *time.Location) *Printer {
	q := *p
	q.zone = zone
	return &q
}

// Language is the BCP 47 tag of the language spoken.
func (p *Printer) Language() string { return p.tag.String() }

// T says an English sentence in the reader's language. The sentence must be a literal, since a test looks
// for it in the catalogs. Its verbs are those of fmt; %d is written as people of the language write numbers,
// so a code or a year is passed as a string. Text from outside is passed as theme.Text.
func (p *Printer) T(sentence string, args ...any) string {
	return p.out.Sprintf(sentence, args...)
}

func nearest(lang string, tags []language.Tag) language.Tag {
	want, err := language.Parse(lang)
	if err != nil {
		return language.English
	}
	_, i, confidence := language.NewMatcher(tags).Match(want)
	if confidence == language.No {
		return language.English
	}
	// The region is kept for the number format: es-MX writes 4,211 where es writes 4211.
	if base, _ := want.Base(); base.String() == baseOf(tags[i]) {
		return want
	}
	return tags[i]
}

func baseOf(tag language.Tag) string {
	base, _ := tag.Base()
	return base.String()
}

func load(builder *catalog.Builder, tag language.Tag, data []byte) error {
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(data, &entries); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	for key, raw := range entries {
		msg, err := entry(key, raw)
		if err != nil {
			return err
		}
		if err := builder.Set(tag, key, msg); err != nil {
			return fmt.Errorf("add %q: %w", key, err)
		}
	}
	return nil
}

// entry decodes one translation and refuses one whose verbs are not those of its key.
func entry(key string, raw json.RawMessage) (catalog.Message, error) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return catalog.String(text), check(key, text)
	}
	var byForm map[string]string
	if err := json.Unmarshal(raw, &byForm); err != nil {
		return nil, fmt.Errorf("%q is neither a text nor plural forms: %w", key, err)
	}
	count := countArg(key)
	if count == 0 || byForm["other"] == "" {
		return nil, fmt.Errorf("%q: %w", key, ErrPlural)
	}
	var cases []any
	for _, form := range forms {
		text, ok := byForm[form]
		if !ok {
			continue
		}
		if err := check(key, text); err != nil {
			return nil, err
		}
		cases = append(cases, form, catalog.String(numbered(text)))
		delete(byForm, form)
	}
	if len(byForm) > 0 {
		return nil, fmt.Errorf("%q: unknown form: %w", key, ErrPlural)
	}
	return plural.Selectf(count, "%d", cases...), nil
}
