package store

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"pregon/store/optout"
)

// A code is made of so many words of the shop's name, and tried with so many
// numbers behind it.
const (
	codeWords = 2
	codeTries = 999
)

// PromptFor returns the standing question with this very wording, and puts one
// up where there is none. A wording that changed gets another code, so that it
// is always known which one a customer read. Refuses like OpenPrompt.
func (s *Store) PromptFor(ctx context.Context, notice Notice, staff string) (Prompt, error) {
	prompts, err := s.Prompts(ctx)
	if err != nil {
		return Prompt{}, err
	}
	for _, p := range prompts {
		if p.Notice == notice.ID && p.Version == notice.Version {
			return p, nil
		}
	}
	shop, err := s.Shop(ctx)
	if err != nil {
		return Prompt{}, err
	}
	name := strings.Fields(optout.Normal(shop.Name))
	p, err := s.freeCode(ctx, strings.Join(name[:min(codeWords, len(name))], " "), notice, staff)
	if meansSomething(err) {
		return s.freeCode(ctx, "shop", notice, staff)
	}
	return p, err
}

// freeCode puts up the question under the first code that was never used.
func (s *Store) freeCode(ctx context.Context, stem string, notice Notice, staff string) (p Prompt, err error) {
	for n := 1; n <= codeTries; n++ {
		p, err = s.OpenPrompt(ctx, Prompt{Code: numbered(stem, n), Notice: notice.ID, Version: notice.Version, Staff: staff})
		if !errors.Is(err, ErrConflict) {
			break
		}
	}
	return p, err
}

// numbered is the first code as it is, and every further one with its number.
func numbered(stem string, n int) string {
	if n == 1 && stem != "" {
		return stem
	}
	return strings.TrimSpace(stem + " " + strconv.Itoa(n))
}

// meansSomething says that customers write the code's words for other reasons.
func meansSomething(err error) bool {
	invalid, ok := errors.AsType[*InvalidError](err)
	return ok && invalid.Field == "code" && invalid.Reason == "taken"
}
