package say_test

import (
	"testing"
)

// Every code of a file of contacts has words in every language; what is new is left to whoever asks.
func TestCodesOfFilesHaveWords(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "es"} {
		p := printer(t, lang)
		for what, words := range map[string]func(string) string{
			"reject": p.Reject, "sign": p.Sign, "column": p.Column, "trouble": func(code string) string { return p.FileTrouble(code, 3) },
		} {
			for _, code := range map[string][]string{
				"reject": {
					"invalid_number", "no_number", "needs_country", "several_numbers", "spoiled_number", "name_too_long", "bad_quotes",
					"too_many_cells", "cell_too_long", "unfinished_card",
				},
				"sign": {"no_names", "consecutive", "foreign", "many_unknown"},
				"column": {
					"", "phone", "user_id", "country", "name", "first_name", "middle_name", "last_name", "other_name", "language", "tags", "label",
					"claim", "consent_at", "consent_method", "consent_notice", "consent_evidence", "saved_grade", "saved_at",
				},
				"trouble": {"empty_file", "old_workbook", "workbook", "format", "quote", "too_large", "header", "mapping"},
			}[what] {
				if words(code) == "" {
					t.Errorf("%s: %s %q has no words", lang, what, code)
				}
			}
			if got := words("new\x1b"); got != "" {
				t.Errorf("%s: an unknown %s is %q", lang, what, got)
			}
		}
		for format, want := range map[string]string{
			"google": "Google", "outlook": "Outlook", "xlsx": "Excel", "csv": "CSV", "vcard": "cards",
		} {
			if got := p.Format(format); got != want {
				t.Errorf("%s: %q", format, got)
			}
		}
	}
}
