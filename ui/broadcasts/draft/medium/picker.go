package medium

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/input"
	"pregon/ui/widget/path"
	"pregon/ui/widget/place"
	"pregon/ui/widget/rows"
)

// ID is the address of the page.
const ID view.ID = "medium"

// Picker is the page on which a file is chosen: by its path, or among those of other broadcasts.
type Picker struct {
	env   *view.Env
	store Store
	of    store.BroadcastID
	kind  string
	line  *input.Line
	hints []string          // what the path may go on with
	fault string            // why the file cannot stand there
	known []store.Broadcast // whose files fit, the newest first
	at    int               // of them, -1 is the path
	yes   bool
	done  bool

	listing, completing, taking view.Latest
}

// New returns the page for a draft whose template has a kind of media at its head; Init looks for what is there.
func New(env *view.Env, s Store, of store.BroadcastID, kind string) *Picker {
	p := &Picker{env: env, store: s, of: of, kind: kind, line: input.New(1000), at: -1}
	p.line.Focus()
	return p
}

// ID is the address of the page.
func (p *Picker) ID() view.ID { return ID }

// Title is the heading.
func (p *Picker) Title() string {
	return p.env.Say.T("%s at the head of the message", p.env.Say.Media(p.kind))
}

// Typing says that letters belong to the path.
func (p *Picker) Typing() bool { return true }

// Done says whether something stands at the head now.
func (p *Picker) Done() (view.Answer, bool) { return view.Answer{Dialog: ID, Yes: p.yes}, p.done }

// Init looks which files of other broadcasts fit.
func (p *Picker) Init() tea.Cmd {
	return view.Do(p.env, ID, &p.listing, func(ctx context.Context) ([]store.Broadcast, error) {
		list, err := p.store.Broadcasts(ctx)
		if err != nil {
			return nil, err
		}
		seen := map[string]bool{}
		var known []store.Broadcast
		for _, b := range list {
			what := b.Media.SHA256 + b.Media.Link
			if b.Media.Kind == p.kind && b.ID != p.of && !seen[what] {
				known = append(known, b)
			}
			seen[what] = true
		}
		return known, nil
	})
}

// Update takes answers, keys and clicks.
func (p *Picker) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case view.Result[[]store.Broadcast]:
		if msg.Of(&p.listing) && msg.Err == nil { // without them the path is enough
			p.known = msg.Value
		}
	case view.Result[path.Candidates]:
		p.completed(msg)
	case view.Result[store.Media]:
		return p.taken(msg)
	case rows.Pick:
		if again := p.at == msg.At; again && p.busy() == "" {
			return p.take()
		}
		return p.stand(msg.At)
	case tea.KeyPressMsg, tea.PasteMsg:
		if p.at < 0 && p.line.Update(msg) {
			p.hints, p.fault = nil, ""
		}
	}
	return nil
}

// Actions are what can be done now.
func (p *Picker) Actions() []view.Action {
	say := p.env.Say
	return []view.Action{
		{Keys: []string{"enter"}, Label: say.T("take it"), Help: say.T("Put this file at the head of the message; nothing is sent by it."), Run: p.take, Off: p.busy},
		{Keys: []string{"tab"}, Label: say.T("complete"), Help: say.T("Complete the name of the file."), Run: p.complete, Hidden: p.at >= 0},
		{Keys: []string{"down"}, Label: say.T("down"), Help: say.T("One line down"), Run: func() tea.Cmd { return p.stand(p.at + 1) }, Hidden: true},
		{Keys: []string{"up"}, Label: say.T("up"), Help: say.T("One line up"), Run: func() tea.Cmd { return p.stand(p.at - 1) }, Hidden: true},
		{Keys: []string{"esc"}, Label: say.T("leave it"), Help: say.T("Change nothing."), Run: func() tea.Cmd { p.done = true; return nil }, Off: p.saving},
	}
}

func (p *Picker) saving() string {
	if p.taking.Waiting() {
		return p.env.Say.T("One moment: it is being saved.")
	}
	return ""
}

func (p *Picker) busy() string {
	if p.at < 0 && strings.TrimSpace(p.line.Value()) == "" {
		return p.env.Say.T("Type where the file is, or drop it on the terminal.")
	}
	return p.saving()
}

// stand goes to a file that is known, or to the path.
func (p *Picker) stand(at int) tea.Cmd {
	p.at, p.fault = min(max(at, -1), len(p.known)-1), ""
	if p.at < 0 {
		p.line.Focus()
		return nil
	}
	p.line.Blur()
	return nil
}

// Render draws the path, what is wrong with it, and the files of other broadcasts.
func (p *Picker) Render(size view.Size) view.Frame {
	th, say := p.env.Theme, p.env.Say
	line := place.Line(th, p.line, size.W, say.T("path of the file, or drop it here"))
	var below []string
	switch {
	case p.fault != "":
		below = theme.Wrap(th.Mark(theme.Bad, p.fault), size.W)
	case len(p.hints) > 0:
		below = theme.Wrap(th.Paint(theme.Muted, theme.Safe(strings.Join(p.hints, "  ")).String()), size.W)
		below = below[:min(len(below), 3)]
	default:
		below = theme.Wrap(th.Paint(theme.Muted, p.limits()), size.W)
	}
	page := place.Column(line, place.Text(append([]string{" "}, below...)...))
	if len(p.known) > 0 {
		page = place.Column(page, place.Text(" ", th.Paint(theme.Strong, say.T("From other broadcasts"))))
		list := make([]view.Frame, 0, len(p.known))
		for _, b := range p.known {
			list = append(list, place.Text(th.Truncate(Called(say, b.Media)+"  "+th.Paint(theme.Muted, theme.Safe(b.Name).String()), size.W-rows.Indent, theme.Right)))
		}
		page = place.Column(page, rows.Render(th, p, list, p.at, view.Size{W: size.W, H: max(1, size.H-place.Height(page))}))
	}
	return place.Crop(th, page, size)
}

// limits says what WhatsApp takes of a kind.
func (p *Picker) limits() string {
	switch p.kind {
	case "IMAGE":
		return p.env.Say.T("A picture is a JPEG or PNG of at most 5 MB.")
	case "VIDEO":
		return p.env.Say.T("A video is an MP4 or 3GP of at most 16 MB.")
	}
	return p.env.Say.T("A document is a PDF, Word, Excel, PowerPoint or text file of at most 16 MB.")
}
