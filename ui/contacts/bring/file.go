package bring

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/intake"
	"pregon/ui/view"
	"pregon/ui/widget/path"
)

// sampleRows is how many rows are shown before anything is read.
const sampleRows = 3

// look opens the file and finds its columns.
func (p *Page) look() tea.Cmd {
	name, options := p.path(), p.options
	return view.Do(p.env, view.Contacts, &p.looking, func(context.Context) (intake.Glance, error) { return lookAt(name, options) })
}

func lookAt(name string, options intake.Options) (g intake.Glance, err error) {
	file, err := os.Open(name)
	if err != nil {
		return g, fmt.Errorf("open the file: %w", err)
	}
	defer func() { _ = file.Close() }() // only read
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return g, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return intake.Look(file, options, sampleRows)
}

// looked shows the columns, or what is wrong with the file.
func (p *Page) looked(answer view.Result[intake.Glance]) tea.Cmd {
	if !answer.Of(&p.looking) {
		return nil
	}
	if answer.Err != nil {
		p.step = asking
		p.focus(fileLine)
		if p.fault = p.trouble(answer.Err); p.fault == "" {
			return view.Send(view.Failed{Err: answer.Err})
		}
		return nil
	}
	before := p.step
	p.file = answer.Value
	if len(p.options.Map) == 0 {
		p.known = p.file.Phone
	}
	if p.step = mapping; len(p.file.Sheets) > 0 {
		p.step = choosing
	}
	if before != p.step {
		p.cursor = 0
	}
	return nil
}

// path is the file that was typed.
func (p *Page) path() string { return path.Typed(p.value(fileLine)) }

// complete looks what the path may go on with.
func (p *Page) complete() tea.Cmd {
	begun := p.path()
	return view.Do(p.env, view.Contacts, &p.completing, func(context.Context) (path.Candidates, error) { return path.Look(begun), nil })
}

// completed takes over what all candidates begin with, and shows them where there are several.
func (p *Page) completed(answer view.Result[path.Candidates]) {
	if !answer.Of(&p.completing) {
		return
	}
	if whole := answer.Value.Common(); len(whole) > len(p.path()) {
		p.lines[fileLine].Set(whole)
	}
	if p.hints = answer.Value.Names; len(p.hints) == 1 {
		p.hints = nil
	}
}

// mapping is the file's columns with what was said of them.
func (p *Page) mapping() intake.Mapping {
	return intake.Mapping{Columns: p.file.Columns, Header: p.file.Header, Phone: p.known, Map: p.options.Map}
}

// turn gives the column of the cursor another meaning, and looks again.
func (p *Page) turn(step int) tea.Cmd {
	p.mapping().Turn(p.cursor, step)
	return p.look()
}

// trouble says what is wrong with a file; "" where the page has no words for it.
func (p *Page) trouble(err error) string {
	say := p.env.Say
	late, ok := errors.AsType[*store.StoppedError](err)
	switch {
	case ok && late.Undone.Kept > 0:
		return say.T("Stopped; the import is taken back. %d contacts stay, because something happened to them since.", late.Undone.Kept)
	case ok:
		return say.T("Stopped. They had been in for a moment; the import is taken back.")
	case errors.Is(err, fs.ErrNotExist):
		return say.T("There is no such file.")
	case errors.Is(err, fs.ErrPermission):
		return say.T("This file may not be read.")
	case errors.Is(err, fs.ErrInvalid):
		return say.T("This is a folder. tab goes on into it.")
	case errors.Is(err, context.Canceled) && !errors.Is(err, store.ErrHalfUndone):
		return say.T("Stopped. Nothing of the file was taken in.")
	}
	return cmp.Or(say.FileTrouble(intake.Code(err)), say.Trouble(store.Code(err)))
}
