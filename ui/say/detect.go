package say

import (
	"strings"

	"golang.org/x/text/language"
)

// Detect picks the language of the reader from the environment: PREGON_LANG, then LC_ALL, LC_MESSAGES and
// LANG as POSIX orders them. getenv is os.Getenv or its like. What is unset, "C" or unreadable is English.
func Detect(getenv func(string) string) string {
	for _, name := range []string{"PREGON_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		value := getenv(name)
		if value == "" {
			continue
		}
		value, _, _ = strings.Cut(value, ".")
		value, _, _ = strings.Cut(value, "@")
		tag, err := language.Parse(strings.ReplaceAll(value, "_", "-"))
		if err != nil || value == "C" || value == "POSIX" {
			return language.English.String()
		}
		return tag.String()
	}
	return language.English.String()
}
