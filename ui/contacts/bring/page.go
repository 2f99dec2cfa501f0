// Package bring is the page on which a file of contacts comes into the shop, step by step, and back out in one go.
package bring

import (
	"context"
	"strings"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/intake"
	"pregon/ui/view"
	"pregon/ui/widget/input"
	"pregon/ui/widget/path"
)

// Store is what the page asks of the shop file.
type Store interface {
	StageImport(ctx context.Context, rows *intake.Reader, in store.Import) (*store.StagedImport, error)
	UndoImport(ctx context.Context, id int64, staff string, progress func(store.ImportProgress)) (store.Undone, error)
}

// step is how far the page is.
type step int

const (
	asking   step = iota // which file, and from where
	choosing             // which sheet of a workbook
	mapping              // what the columns are
	reading              // the file, which takes a while
	deciding             // what it would do
	keeping              // in one go
	finished
	undoing // in one go too
)

// Page is an import on screen.
type Page struct {
	env   *view.Env
	store Store
	over  func() tea.Cmd // the page is done; its owner takes it away
	step  step
	lines [3]*input.Line // file, source, answer
	at    int            // the line that has the keys
	fault string         // what is wrong with what was asked
	hints []string       // files the path may go on with

	options  intake.Options
	phones   store.PhoneChoice
	answered string // the file that these are about
	file     intake.Glance
	known    bool // its columns said themselves which holds the numbers
	cursor   int

	gauge  *gauge
	stop   context.CancelFunc
	staged *store.StagedImport
	plan   store.Imported
	people []store.StagedRow // refused ones
	result store.Imported
	undone *store.Undone

	looking, running, completing view.Latest
}

const (
	fileLine = iota
	sourceLine
	answerLine
)

// New returns the page at its first question. When it is done it calls over.
func New(env *view.Env, s Store, over func() tea.Cmd) *Page {
	p := &Page{env: env, store: s, over: over, options: intake.Options{Map: map[string]string{}}}
	for i := range p.lines {
		p.lines[i] = input.New(300)
	}
	p.focus(fileLine)
	return p
}

func (p *Page) focus(at int) {
	p.at = at
	for i, line := range p.lines {
		if line.Blur(); i == at {
			line.Focus()
		}
	}
}

func (p *Page) value(at int) string { return strings.TrimSpace(p.lines[at].Value()) }

// Typing says that letters belong to a line; without a page they do not.
func (p *Page) Typing() bool {
	return p != nil && (p.step == asking || p.step == deciding && p.bought() && p.lines[answerLine].Focused())
}

// Unsaved asks before a file that was read and not taken in is left.
func (p *Page) Unsaved() string {
	if p == nil || p.step != deciding && p.step != reading && p.step != keeping {
		return ""
	}
	return p.env.Say.T("The file is not taken in yet. Leave it?")
}

// leave lets go of what was staged; nothing of it stays.
func (p *Page) leave() tea.Cmd {
	if p.stop != nil {
		p.stop()
	}
	if p.staged != nil {
		if err := p.staged.Close(); err != nil {
			p.env.Log.Error("close the staged import", "error", err)
		}
		p.staged = nil
	}
	return p.over()
}

func (p *Page) bought() bool { return p.staged != nil && p.staged.Bought() }

// tick asks for the next picture of what runs.
type tick struct{ of *Page }

// Recipient is the tab, also while another is shown.
func (tick) Recipient() view.ID { return view.Contacts }

// gauge is how far the work behind the screen is.
type gauge struct{ last atomic.Value }

func (g *gauge) set(p store.ImportProgress) { g.last.Store(p) }

func (g *gauge) get() store.ImportProgress {
	p, _ := g.last.Load().(store.ImportProgress)
	return p
}

// Update takes the answers and keys that are the page's; false says that a message is somebody else's.
func (p *Page) Update(msg tea.Msg) (tea.Cmd, bool) {
	if p == nil {
		return nil, false
	}
	switch msg := msg.(type) {
	case view.Result[intake.Glance]:
		return p.looked(msg), true
	case view.Result[path.Candidates]:
		p.completed(msg)
		return nil, true
	case view.Result[looked]:
		return p.read(msg), true
	case view.Result[store.Imported]:
		return p.kept(msg), true
	case view.Result[store.Undone]:
		return p.back(msg), true
	case tick:
		if msg.of == p && p.running.Waiting() {
			return p.watch(), true
		}
		return nil, true
	case tea.KeyPressMsg:
		p.typed(msg, msg.String())
		return nil, true
	case tea.PasteMsg:
		p.typed(msg, "")
		return nil, true
	}
	return nil, false
}

// typed gives keys to the line that has them, else moves through the list.
func (p *Page) typed(msg tea.Msg, key string) {
	if p.Typing() {
		if p.lines[p.at].Update(msg) {
			p.fault, p.hints = "", nil
		}
		if key != "up" && key != "down" {
			return
		}
	}
	last := 0
	switch p.step {
	case choosing:
		last = len(p.file.Sheets) - 1
	case mapping:
		last = len(p.file.Columns) - 1
	case deciding:
		last = len(p.people) - 1
	case asking, reading, keeping, finished, undoing:
		return
	}
	move := map[string]int{"down": 1, "j": 1, "up": -1, "k": -1, "pgdown": 8, "pgup": -8, "home": -last, "end": last}[key]
	p.cursor = max(0, min(p.cursor+move, last))
}
