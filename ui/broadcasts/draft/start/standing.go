package start

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/sender"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
)

// Ask is how the shop stands with Meta, for a template.
type Ask func(ctx context.Context, of sender.HealthOf) ([]sender.Finding, error)

// Standing is how the shop stands with Meta, asked once each time the step is come to.
type Standing struct {
	env    *view.Env
	ask    Ask
	asking view.Latest
	asked  bool
	found  []sender.Finding // besides what the draft's own check says
}

// NewStanding returns a standing that nobody has asked for yet.
func NewStanding(env *view.Env, ask Ask) *Standing { return &Standing{env: env, ask: ask} }

// Forget makes the next Ask ask again: what stopped it may be mended since.
func (s *Standing) Forget() { s.asked = false }

// Ask asks, unless it was asked since Forget.
func (s *Standing) Ask(template, language string) tea.Cmd {
	if s.asked || template == "" {
		return nil
	}
	s.asked, s.found = true, nil
	of := sender.HealthOf{Template: template, Language: language}
	return view.Do(s.env, view.Broadcasts, &s.asking, func(ctx context.Context) ([]sender.Finding, error) {
		findings, err := s.ask(ctx, of)
		return sender.Beyond(findings), err
	})
}

// Take takes an answer; false where it is to another question.
func (s *Standing) Take(answer view.Result[[]sender.Finding]) bool {
	if !answer.Of(&s.asking) {
		return false
	}
	s.found = answer.Value
	return true
}

// waiting says that the answer is not there yet.
func (s *Standing) waiting() bool { return s != nil && s.asking.Waiting() }

// stops says that something of what was found keeps it from going.
func (s *Standing) stops() bool {
	return s != nil && slices.ContainsFunc(s.found, func(f sender.Finding) bool { return f.Level == sender.LevelStop })
}

// why is the first of what keeps it from going.
func (s *Standing) why() string {
	for _, f := range s.found {
		if f.Level == sender.LevelStop {
			return s.say(f)
		}
	}
	return ""
}

// say is a finding with the next step behind it.
func (s *Standing) say(f sender.Finding) string {
	f.Facts.Name = theme.Safe(f.Facts.Name).String()
	what, next := s.env.Say.Finding(f.Code, say.Detail(f.Facts))
	return strings.TrimSpace(what + " " + next)
}

// lines say what was found, with the next step behind it.
func (s *Standing) lines(width int) []string {
	var lines []string
	if s == nil {
		return lines
	}
	for _, f := range s.found {
		role := theme.Warn
		if f.Level == sender.LevelStop {
			role = theme.Bad
		}
		lines = append(lines, theme.Wrap(s.env.Theme.Mark(role, s.say(f)), width)...)
	}
	return lines
}
