package cli

import (
	"errors"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// misused is a command that was typed in a way it does not have: what is wrong, and whose help tells more.
func (l *line) misused(cmd *cobra.Command, what string, hints ...string) error {
	lines := append([]string{l.say.T("This command was not understood: %s", what)}, hints...)
	return l.refuse(append(lines, l.say.T("Nothing was changed. See %s.", cmd.CommandPath()+" --help"))...)
}

func (l *line) noCommand(cmd *cobra.Command, word string) error {
	var hints []string
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(word); len(near) > 0 {
		hints = append(hints, l.say.T("Did you mean %s?", cmd.CommandPath()+" "+near[0]))
	}
	return l.misused(cmd, l.say.T("there is no command %s", safe(word)), hints...)
}

// argsRefused says which word is missing or too many, by the words that stand in the command's usage.
func (l *line) argsRefused(cmd *cobra.Command, args []string) error {
	if cmd.HasSubCommands() && len(args) > 0 {
		return l.noCommand(cmd, args[0])
	}
	wanted := wantedWords(cmd.Use)
	if len(args) < len(wanted) {
		return l.misused(cmd, l.say.T("%s is missing", wanted[len(args)]))
	}
	extra := ""
	if len(args) > 0 {
		extra = args[min(len(wanted), len(args)-1)]
	}
	return l.misused(cmd, l.say.T("%s is too much", safe(strings.TrimPrefix(extra, minusWord))))
}

// wantedWords are the words a command cannot do without: those of its usage in capitals and without brackets.
func wantedWords(use string) []string {
	var words []string
	depth := 0
	for word := range strings.FieldsSeq(use) {
		depth += strings.Count(word, "[")
		if depth == 0 && strings.IndexFunc(word, unicode.IsLower) < 0 {
			words = append(words, word)
		}
		depth -= strings.Count(word, "]")
	}
	return words
}

// flagRefused puts what is wrong with a flag into words.
func (l *line) flagRefused(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var valueless *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	var syntax *pflag.InvalidSyntaxError
	switch {
	case errors.As(err, &unknown):
		return l.misused(cmd, l.say.T("there is no flag %s", safe(dashed(unknown.GetSpecifiedName()))))
	case errors.As(err, &valueless):
		return l.misused(cmd, l.say.T("%s needs a value", safe(dashed(valueless.GetSpecifiedName()))))
	case errors.As(err, &invalid):
		return l.misused(cmd, l.say.T("%s is no value for %s", safe(invalid.GetValue()), safe(dashed(invalid.GetFlag().Name))))
	case errors.As(err, &syntax):
		return l.misused(cmd, l.say.T("there is no flag %s", safe(syntax.GetSpecifiedFlag())))
	}
	return err
}

// dashed is a flag as it is typed: -x, --name.
func dashed(name string) string {
	if len([]rune(name)) == 1 {
		return "-" + name
	}
	return "--" + name
}
