// Package assets holds the texts and pictures that travel inside the program: the consent wordings, the message
// catalogs, the sample shop of the practice mode and the price list. It imports nothing of ours and
// decides nothing; what a wording or a price means is the business of the packages that read it.
package assets

import (
	"cmp"
	"embed"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

//go:embed notices locale sample rates.csv
var files embed.FS

// Notice is one wording shown to a customer when she is asked. A wording that was ever shown is proof and is never
// edited: a better one is a new file with the next version beside the old one.
type Notice struct {
	ID       string // kind and language, such as "optin-es"; "saved-…" is the line that asks to save the number
	Version  int    // counts from 1 for each ID
	Language string // BCP 47, such as "es"
	Text     string // one paragraph; {shop}, {products}, {times}, {number} and {privacy} are filled from the settings
}

// Notices returns every version of every wording, ordered by ID and version. An error means that a file under
// notices/ is not named ID.vN.md, which the tests of this package rule out.
func Notices() ([]Notice, error) {
	entries, err := files.ReadDir("notices")
	if err != nil {
		return nil, fmt.Errorf("list notices: %w", err)
	}

	notices := make([]Notice, 0, len(entries))
	for _, entry := range entries {
		notice, err := readNotice(entry.Name())
		if err != nil {
			return nil, fmt.Errorf("read notice %s: %w", entry.Name(), err)
		}
		notices = append(notices, notice)
	}
	slices.SortFunc(notices, func(a, b Notice) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version))
	})
	return notices, nil
}

func readNotice(name string) (Notice, error) {
	id, rest, _ := strings.Cut(name, ".v")
	version, err := strconv.Atoi(strings.TrimSuffix(rest, ".md"))
	if err != nil {
		return Notice{}, fmt.Errorf("version: %w", err)
	}
	text, err := files.ReadFile(path.Join("notices", name))
	if err != nil {
		return Notice{}, fmt.Errorf("text: %w", err)
	}
	_, language, _ := strings.Cut(id, "-")
	return Notice{ID: id, Version: version, Language: language, Text: strings.TrimSpace(string(text))}, nil
}

// Locales returns the message catalogs by language, each a JSON object from the English sentence to its translation
// or, where a count decides the wording, to an object from plural category ("one", "other") to translation.
// English is there for its plurals only.
func Locales() map[string][]byte {
	return map[string][]byte{
		"en": mustRead("locale/en.json"),
		"es": mustRead("locale/es.json"),
		"pt": mustRead("locale/pt.json"),
	}
}

// SampleTemplates returns the message templates of the practice shop, shaped as the Cloud API answers
// GET /{waba-id}/message_templates.
func SampleTemplates() []byte {
	return mustRead("sample/templates.json")
}

// Rates returns the price list as CSV: country (ISO 3166, ZZ for every other), market, category, currency, micros
// (millionths of the currency for one delivered message) and from (the first day the price holds). Lines that start
// with # say where the prices come from and what they leave out.
func Rates() []byte {
	return mustRead("rates.csv")
}

// mustRead reads a file named in this source. It panics if the file was not embedded, which is a slip in the
// program and not a fault at run time: the tests read every file.
func mustRead(name string) []byte {
	data, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return data
}
