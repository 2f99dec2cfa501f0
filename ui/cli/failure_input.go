package cli

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"pregon/store"
	"pregon/store/audience"
	"pregon/store/phone"
	"pregon/ui/theme"
)

func itoa[N ~int | ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// explainInput is about what the user gave. nil where the error is something else.
func (l *line) explainInput(err error) []string {
	var invalid *store.InvalidError
	var move *store.MoveError
	var blocked *store.BlockedError
	var syntax *audience.SyntaxError
	var number *numberError
	var input *InputError
	var ask *store.AskError
	var used *store.InUseError
	switch {
	case errors.As(err, &input):
		return []string{l.say.T("The practice API does not take that: %s. Nothing was started.", safe(input.Error()))}
	case errors.As(err, &syntax):
		return l.explainQuery(err, syntax)
	case errors.As(err, &number):
		words := l.say.WrongNumber(phone.Code(number.err))
		if text := safe(number.text).String(); text != "" {
			words = text + ": " + words
		}
		return []string{
			words,
			l.say.T("Nothing was changed. Write it with its calling code, or name the country with %s.", "--region"),
		}
	case errors.As(err, &invalid):
		field := "--" + safe(invalid.Field).String()
		if slices.Contains([]string{"phone", "tag", "query"}, invalid.Field) {
			field = invalid.Field
		}
		return []string{l.say.Invalid(field, invalid.Reason) + " " + l.say.T("Nothing was changed.")}
	case errors.As(err, &move):
		lines := []string{l.say.Moved(move.Of, move.From, move.To, move.NeedsAct) + " " + l.say.T("Nothing was changed.")}
		if move.NeedsAct {
			lines = append(lines, l.say.T("Record a signed card, the QR code, a message or the web form (--method) with its --evidence."))
		}
		return lines
	case errors.As(err, &blocked):
		lines := make([]string, 0, 1+len(blocked.Blockers))
		lines = append(lines, l.say.T("The broadcast cannot start. Nothing was sent."))
		for _, blocker := range blocked.Blockers {
			lines = append(lines, l.blockerLines(blocker)...)
		}
		return lines
	case errors.As(err, &used):
		return l.inUseWords(used)
	case errors.As(err, &ask):
		return []string{l.say.T("It cannot be confirmed like this. %s Nothing was changed.", l.say.Asks(string(ask.Question))), l.say.T("Look at it again: %s", "pregon broadcast check")}
	}
	return nil
}

// explainQuery marks the place of the mistake under the query.
func (l *line) explainQuery(err error, syntax *audience.SyntaxError) []string {
	lines := make([]string, 0, 3)
	lines = append(lines, l.say.WrongSearch(syntax.Code.String(), syntax.Want)+" "+l.say.T("Nothing was changed."))
	var with *queryError
	if !errors.As(err, &with) || syntax.Pos > len(with.query) || syntax.End > len(with.query) {
		return lines
	}
	const indent = "  "
	before := theme.Width(safe(with.query[:syntax.Pos]).String())
	under := max(1, theme.Width(safe(with.query[syntax.Pos:syntax.End]).String()))
	return append(lines, indent+safe(with.query).String(), indent+strings.Repeat(" ", before)+strings.Repeat("^", under))
}

// blockerLines say what keeps a broadcast from starting, and the flag that accepts it where there is one.
func (l *line) blockerLines(b store.Blocker) []string {
	lines := []string{safe(l.say.Blocker(string(b))).String()}
	if b == store.BlockerNoFeed {
		lines = append(lines, l.say.T("%s accepts that on the record.", "--without-feed"))
	}
	return lines
}
