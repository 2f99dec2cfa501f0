// Package review is the queue of what customers wrote that may be a refusal: her words, and two answers of one size.
// Until somebody decides, she gets nothing.
package review

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
	"pregon/ui/widget/question"
)

// Store is the part of the shop file the queue needs.
type Store interface {
	Reviews(ctx context.Context) ([]store.ReviewCase, error)
	ResolveReview(ctx context.Context, id string, decision store.ReviewDecision, staff string) error
}

// Queue is what waits, shown one customer at a time. Its answers go to the view that owns it.
type Queue struct {
	env   *view.Env
	store Store
	owner view.ID
	cases []store.ReviewCase
	at    int
	top   int // first line of her words on screen

	reading, judging view.Latest
}

// New returns an empty queue; Load fills it.
func New(env *view.Env, s Store, owner view.ID) *Queue {
	return &Queue{env: env, store: s, owner: owner}
}

// Load asks what waits.
func (p *Queue) Load() tea.Cmd { return view.Do(p.env, p.owner, &p.reading, p.store.Reviews) }

// Len is how many wait.
func (p *Queue) Len() int { return len(p.cases) }

// Update takes the answers of the shop file.
func (p *Queue) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case view.Result[[]store.ReviewCase]:
		switch {
		case !msg.Of(&p.reading):
		case msg.Err != nil:
			return p.failed(msg.Err)
		default:
			p.set(msg.Value)
		}
	case view.Result[store.ReviewDecision]:
		if msg.Of(&p.judging) {
			return p.judged(msg.Value, msg.Err)
		}
	}
	return nil
}

// set puts new cases into the queue and stays with the customer on screen while she is in it.
func (p *Queue) set(cases []store.ReviewCase) {
	now, ok := p.Case()
	p.cases = cases
	if !ok {
		p.at = 0
		return
	}
	if i := slices.IndexFunc(cases, func(c store.ReviewCase) bool { return c.ID == now.ID }); i >= 0 {
		p.at = i
		return
	}
	p.at, p.top = min(p.at, max(0, len(cases)-1)), 0
}

// Actions are the two answers, as near as each other.
func (p *Queue) Actions(back func() tea.Cmd) []view.Action {
	say := p.env.Say
	return []view.Action{
		{Keys: []string{"s", "S"}, Label: say.T("She meant stop"), Help: say.T("Record her words as a withdrawal: she gets nothing more."), Run: p.decide(store.ReviewWithdraw), Off: p.noJudging},
		{Keys: []string{"n", "N"}, Label: say.T("Not a refusal"), Help: say.T("Record that she meant something else: everything is as before."), Run: p.decide(store.ReviewNotARefusal), Off: p.noJudging},
		{Keys: []string{"enter"}, Label: say.T("her history"), Help: say.T("Show her history, and why she can or cannot get broadcasts."), Run: p.open, Off: p.nobody},
		{Keys: []string{"esc"}, Label: say.T("back"), Help: say.T("Back to where you were; what is undecided stays so."), Run: back},
	}
}

func (p *Queue) nobody() string {
	if _, ok := p.Case(); !ok {
		return p.env.Say.T("Nothing waits for your judgement.")
	}
	return ""
}

func (p *Queue) noJudging() string {
	switch {
	case p.judging.Waiting():
		return p.env.Say.T("One moment: it is being saved.")
	case strings.TrimSpace(p.env.Staff()) == "":
		return p.env.Say.T("Nobody knows who you are: every entry names who recorded it. Start again with --staff NAME.")
	}
	return p.nobody()
}

func (p *Queue) open() tea.Cmd {
	c, _ := p.Case()
	return view.Send(view.OpenContact{ID: int64(c.Contact)})
}

func (p *Queue) decide(decision store.ReviewDecision) func() tea.Cmd {
	return func() tea.Cmd {
		c, _ := p.Case()
		staff := p.env.Staff()
		return view.Do(p.env, p.owner, &p.judging, func(ctx context.Context) (store.ReviewDecision, error) {
			return decision, p.store.ResolveReview(ctx, c.ID, decision, staff)
		})
	}
}

func (p *Queue) judged(decision store.ReviewDecision, err error) tea.Cmd {
	say, tell := p.env.Say, view.Tell{Level: view.Done}
	switch {
	case store.Code(err) == "not_found":
		tell = view.Tell{Level: view.Note, Text: say.T("Somebody else decided this just now.")}
	case err != nil:
		return tea.Batch(p.Load(), p.failed(err))
	case decision == store.ReviewWithdraw:
		tell.Text = say.T("Recorded: she meant stop, and gets nothing more.")
	default:
		tell.Text = say.T("Recorded: it was no refusal. Everything is as before.")
	}
	return tea.Batch(p.Load(), view.Send(tell))
}

// failed says what an error means for the reader, where that is known.
func (p *Queue) failed(err error) tea.Cmd {
	if text := p.env.Say.Trouble(store.Code(err)); text != "" {
		return view.Send(view.Tell{Level: view.Trouble, Text: text})
	}
	return view.Send(view.Failed{Err: err})
}

// Case is the customer on screen, false where the queue is empty.
func (p *Queue) Case() (store.ReviewCase, bool) {
	if p.at >= len(p.cases) {
		return store.ReviewCase{}, false
	}
	return p.cases[p.at], true
}

// Move goes through the queue, and with the page keys through her words.
func (p *Queue) Move(key string) {
	switch key {
	case "down", "j", "right":
		p.at, p.top = min(p.at+1, max(0, len(p.cases)-1)), 0
	case "up", "k", "left":
		p.at, p.top = max(0, p.at-1), 0
	case "pgdown":
		p.top += 3
	case "pgup":
		p.top = max(0, p.top-3)
	}
}

// Render draws whom it is about, what she wrote and when, what holds until it is decided, and the answers.
func (p *Queue) Render(size view.Size) view.Frame {
	say, th := p.env.Say, p.env.Theme
	c, ok := p.Case()
	if !ok {
		return place.Text(p.wrapped(theme.Good, th.Glyph.Good+" "+say.T("Nothing waits for your judgement."), size.W)...)
	}
	of := say.T("%d of %d", p.at+1, len(p.cases))
	title := theme.PadRight("  "+th.Paint(theme.Strong, say.T("What did she mean?")), max(0, size.W-theme.Width(of)-2)) + th.Paint(theme.Muted, of)
	number := theme.Safe(c.Address(say.T("erased"))).String()
	head := []string{title, "  " + th.Paint(theme.Muted, number+" "+th.Glyph.Separator+" "+say.Ago(c.At, p.env.Now()))}
	if name := theme.Safe(c.Name).String(); strings.TrimSpace(name) != "" {
		head = append(head, "  "+name)
	}
	foot := place.Text(p.wrapped(theme.Muted, p.holds(c), size.W)...)
	stop, other := say.T("She meant stop"), say.T("Not a refusal")
	answers := question.Pair(th, size.W, question.Choice{Letter: "S", Label: stop, Msg: tea.KeyPressMsg{Code: 's', Text: "s"}},
		question.Choice{Letter: "N", Label: other, Msg: tea.KeyPressMsg{Code: 'n', Text: "n"}})
	room := size.H - len(head) - place.Height(foot) - place.Height(answers)
	spare := max(0, min(3, room-1)) // blank lines before her words, before what holds and before the answers
	words := p.words(c, size.W, max(1, room-spare))
	blank := func(n int) view.Frame {
		if spare < n {
			return view.Frame{}
		}
		return place.Text(" ")
	}
	return place.Crop(th, place.Column(place.Text(head...), blank(1), place.Text(words...), blank(2), foot, blank(3), answers), size)
}

// holds says what is so until somebody decides.
func (p *Queue) holds(c store.ReviewCase) string {
	say := p.env.Say
	if c.Withdrawn {
		return say.T("It was taken for a stop, and she gets nothing. If she meant something else, that takes the stop back.")
	}
	return say.T("Until you decide she gets nothing. When in doubt, it is a stop: she can always come back herself.")
}

// words are what she wrote, in at most height lines.
func (p *Queue) words(c store.ReviewCase, width, height int) []string {
	say, th := p.env.Say, p.env.Theme
	var lines []string
	for _, message := range c.Messages {
		text := theme.SafeLines(message).String()
		if strings.TrimSpace(text) == "" {
			text = say.T("(no words: a voice message, a sticker or a picture; listen to it in the phone app)")
		}
		for i, line := range theme.Wrap(text, min(width, 92)-6) {
			lead := "    "
			if i == 0 {
				lead = "  " + th.Paint(theme.Accent, th.Glyph.Side) + " "
			}
			lines = append(lines, lead+line)
		}
	}
	if len(lines) == 0 {
		lines = []string{"    " + th.Paint(theme.Muted, say.T("Her words are no longer kept."))}
	}
	p.top = max(0, min(p.top, len(lines)-height))
	end := min(len(lines), p.top+height)
	shown := slices.Clone(lines[p.top:end])
	if end < len(lines) {
		last := len(shown) - 1
		shown[last] = th.Truncate(shown[last], width-12, theme.Right) + " " + th.Paint(theme.Key, "pgdown") + " " + th.Glyph.Ellipsis
	}
	return shown
}

func (p *Queue) wrapped(role theme.Role, text string, width int) []string {
	lines := theme.Wrap(text, width-3)
	for i, line := range lines {
		lines[i] = "  " + p.env.Theme.Paint(role, line)
	}
	return lines
}
