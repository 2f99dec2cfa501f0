package medium

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/path"
)

// mostRead is more than any file that can be sent; a file beyond it is not read to its end.
const mostRead = 17 << 20

// otherKindError says that a file is good, but not what the template has at its head.
type otherKindError struct{ kind string }

func (e *otherKindError) Error() string { return "the file is of another kind: " + e.kind }

// read reads a file as the shop file keeps it, and holds it against what the template has at its head.
func read(name, kind string) (m store.Media, err error) {
	file, err := os.Open(name)
	if err != nil {
		return m, fmt.Errorf("open the file: %w", err)
	}
	defer func() { _ = file.Close() }() // only read
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return m, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	data, err := io.ReadAll(io.LimitReader(file, mostRead))
	if err != nil {
		return m, fmt.Errorf("read the file: %w", err)
	}
	if m, err = store.ReadMedia(filepath.Base(name), data); err == nil && m.Kind != kind {
		err = &otherKindError{m.Kind}
	}
	return m, err
}

// take puts the file that was typed, or one that is in the shop file already, at the head of the draft.
func (p *Picker) take() tea.Cmd {
	name, kind, id := path.Typed(p.line.Value()), p.kind, p.of
	pick := func(context.Context) (store.Media, error) { return read(name, kind) }
	if p.at >= 0 {
		from := p.known[p.at].ID
		pick = func(ctx context.Context) (store.Media, error) { return p.store.Media(ctx, from) }
	}
	return view.Do(p.env, ID, &p.taking, func(ctx context.Context) (store.Media, error) {
		m, err := pick(ctx)
		if err != nil {
			return store.Media{}, err
		}
		return m, p.store.SetMedia(ctx, id, m)
	})
}

func (p *Picker) taken(answer view.Result[store.Media]) tea.Cmd {
	if !answer.Of(&p.taking) {
		return nil
	}
	if answer.Err != nil {
		if p.fault = p.trouble(answer.Err); p.fault == "" {
			return view.Send(view.Failed{Err: answer.Err})
		}
		return nil
	}
	p.yes, p.done = true, true
	return view.Send(view.Tell{Level: view.Done, Text: p.env.Say.T("It stands at the head of the message: %s", Called(p.env.Say, answer.Value))})
}

// trouble says why a file cannot stand there; "" where the page has no words for it.
func (p *Picker) trouble(err error) string {
	say := p.env.Say
	other, isOther := errors.AsType[*otherKindError](err)
	invalid, isInvalid := errors.AsType[*store.InvalidError](err)
	move, isMove := errors.AsType[*store.MoveError](err)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return say.T("There is no such file.")
	case errors.Is(err, fs.ErrPermission):
		return say.T("This file may not be read.")
	case errors.Is(err, fs.ErrInvalid):
		return say.T("This is a folder. tab goes on into it.")
	case isOther:
		return say.T("The template has %s at its head, and the file is %s. Nothing was changed.", say.Head(p.kind), say.Head(other.kind))
	case isInvalid && invalid.Reason == "empty":
		return say.T("This file is empty.")
	case isInvalid:
		return say.Invalid(theme.Safe(filepath.Base(path.Typed(p.line.Value()))).String(), invalid.Reason)
	case isMove:
		return say.T("That is no longer possible: this broadcast is %s.", say.Broadcast(move.From))
	}
	return say.Trouble(store.Code(err))
}

// complete looks what the path may go on with.
func (p *Picker) complete() tea.Cmd {
	begun := path.Typed(p.line.Value())
	return view.Do(p.env, ID, &p.completing, func(context.Context) (path.Candidates, error) { return path.Look(begun), nil })
}

// completed takes over what all candidates begin with, and shows them where there are several.
func (p *Picker) completed(answer view.Result[path.Candidates]) {
	if !answer.Of(&p.completing) {
		return
	}
	if whole := answer.Value.Common(); len(whole) > len(path.Typed(p.line.Value())) {
		p.line.Set(whole)
	}
	if p.hints = answer.Value.Names; len(p.hints) == 1 {
		p.hints = nil
	}
}
