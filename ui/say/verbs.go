package say

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

var (
	// ErrPlural means that an entry with plural forms lacks "other", has an unknown form, or its key no %d.
	ErrPlural = errors.New("plural forms do not fit")
	// ErrVerbs means that a translation uses other arguments than its key.
	ErrVerbs = errors.New("translation does not take the arguments of its key")
)

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[-+# 0]*\d*(?:\.\d+)?([a-zA-Z%])`)

// verbs lists the arguments of a sentence as "1d", "2s", sorted.
func verbs(sentence string) []string {
	var out []string
	next := 1
	for _, m := range verb.FindAllStringSubmatch(sentence, -1) {
		if m[2] == "%" {
			continue
		}
		if m[1] != "" {
			// The pattern only lets digits through; a number too long for int stays wrong and is refused by check.
			next, _ = strconv.Atoi(m[1])
		}
		out = append(out, strconv.Itoa(next)+m[2])
		next++
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// check refuses a translation whose arguments are not those of the key. A plural form may leave the number
// out ("one contact").
func check(key, translation string) error {
	want, got := verbs(key), verbs(translation)
	for _, v := range got {
		if !slices.Contains(want, v) {
			return fmt.Errorf("%q: %q has %%%s: %w", key, translation, v, ErrVerbs)
		}
	}
	for _, v := range want {
		if v[len(v)-1] != 'd' && !slices.Contains(got, v) {
			return fmt.Errorf("%q: %q lacks %%%s: %w", key, translation, v, ErrVerbs)
		}
	}
	return nil
}

// numbered gives every verb its explicit number, "%[1]s": x/text complains of arguments left over only where
// verbs are not numbered, and a plural form may leave its number out.
func numbered(text string) string {
	next := 1
	return verb.ReplaceAllStringFunc(text, func(v string) string {
		m := verb.FindStringSubmatch(v)
		if m[2] == "%" {
			return v
		}
		if m[1] != "" {
			next, _ = strconv.Atoi(m[1])
			next++
			return v
		}
		next++
		return "%[" + strconv.Itoa(next-1) + "]" + v[1:]
	})
}

// countArg is the position of the first %d among the arguments, counted from one, or zero.
func countArg(sentence string) int {
	next := 1
	for _, m := range verb.FindAllStringSubmatch(sentence, -1) {
		if m[2] == "%" {
			continue
		}
		if m[1] != "" {
			next, _ = strconv.Atoi(m[1])
		}
		if m[2] == "d" {
			return next
		}
		next++
	}
	return 0
}
