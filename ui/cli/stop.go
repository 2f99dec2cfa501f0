package cli

import (
	"errors"

	"pregon/sender"
)

// platform puts a call that failed into words.
func (l *line) platform(err error) error {
	var call *sender.CallError
	if !errors.As(err, &call) || errors.Is(err, errNoToken) {
		return err
	}
	return &failure{codeFailed, []string{
		l.say.T("WhatsApp could not be asked. Nothing was changed."), l.say.Stopped(call.Reason),
	}}
}
