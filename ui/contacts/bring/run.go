package bring

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/intake"
	"pregon/ui/view"
)

// looked is a file that was read whole.
type looked struct {
	staged *store.StagedImport
	people []store.StagedRow // the first of those who are refused
}

const (
	shownRefused = 200
	watching     = 100 * time.Millisecond
)

// begin runs work that can be stopped, with a gauge that is looked at again and again.
func begin[T any](p *Page, work func(context.Context, *gauge) (T, error)) tea.Cmd {
	stopped, stop := context.WithCancel(p.env.Ctx)
	p.stop, p.gauge = stop, &gauge{}
	g := p.gauge
	run := view.Do(p.env, view.Contacts, &p.running, func(ctx context.Context) (T, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(stopped, cancel)()
		return work(ctx, g)
	})
	return tea.Batch(run, p.watch())
}

func (p *Page) watch() tea.Cmd {
	return p.env.After(watching, func(time.Time) tea.Msg { return tick{p} })
}

// readFile reads the file whole and compares it with the shop; nothing changes.
func (p *Page) readFile() tea.Cmd {
	path, options := p.path(), p.options
	in := store.Import{
		File: filepath.Base(path), Source: p.value(sourceLine), Staff: p.env.Staff(), Phones: p.phones,
	}
	if p.staged != nil {
		if err := p.staged.Close(); err != nil {
			return view.Send(view.Failed{Err: err})
		}
		p.staged = nil
	}
	p.step, p.fault = reading, ""
	return begin(p, func(ctx context.Context, g *gauge) (looked, error) {
		in.Progress = g.set
		return p.stage(ctx, path, options, in)
	})
}

func (p *Page) stage(ctx context.Context, path string, options intake.Options, in store.Import) (l looked, err error) {
	file, err := os.Open(path)
	if err != nil {
		return l, fmt.Errorf("open the file: %w", err)
	}
	defer func() { _ = file.Close() }() // only read
	rows, err := intake.Open(file, options)
	if err != nil {
		return l, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if l.staged, err = p.store.StageImport(ctx, rows, in); err != nil {
		return l, err
	}
	l.people, err = l.staged.Rows(ctx, store.RowRejected, shownRefused)
	return l, err
}

// read shows what the file would do.
func (p *Page) read(answer view.Result[looked]) tea.Cmd {
	if !answer.Of(&p.running) {
		if answer.Value.staged != nil { // nobody waits for it any more
			_ = answer.Value.staged.Close()
		}
		return nil
	}
	p.stop()
	if answer.Err != nil {
		p.step = mapping
		return p.failed(answer.Err)
	}
	p.staged, p.people = answer.Value.staged, answer.Value.people
	p.plan, p.step, p.cursor = p.staged.Preview(), deciding, 0
	p.focus(answerLine)
	return nil
}

// failed says what went wrong, on the page where it has words for it.
func (p *Page) failed(err error) tea.Cmd {
	if p.fault = p.trouble(err); p.fault == "" {
		return view.Send(view.Failed{Err: err})
	}
	return nil
}

// keep takes the file in.
func (p *Page) keep() tea.Cmd {
	staged := p.staged
	staged.Vouch(p.value(answerLine))
	p.step = keeping
	return begin(p, func(ctx context.Context, g *gauge) (store.Imported, error) {
		staged.Watch(g.set)
		return staged.Commit(ctx)
	})
}

func (p *Page) kept(answer view.Result[store.Imported]) tea.Cmd {
	if !answer.Of(&p.running) {
		return nil
	}
	p.stop()
	if answer.Err != nil {
		p.step = deciding
		return p.failed(answer.Err)
	}
	p.result, p.step = answer.Value, finished
	err := p.staged.Close()
	if p.staged = nil; err != nil {
		return view.Send(view.Failed{Err: err})
	}
	return nil
}

// undo takes the import back.
func (p *Page) undo() tea.Cmd {
	id, staff := p.result.ID, p.env.Staff()
	p.step = undoing
	return begin(p, func(ctx context.Context, g *gauge) (store.Undone, error) {
		return p.store.UndoImport(ctx, id, staff, g.set)
	})
}

func (p *Page) back(answer view.Result[store.Undone]) tea.Cmd {
	if !answer.Of(&p.running) {
		return nil
	}
	p.stop()
	if p.step = finished; answer.Err != nil {
		return p.failed(answer.Err)
	}
	p.undone = &answer.Value
	return nil
}
