// Package scan shows the shop's QR code on the whole screen: the customer scans it and joins with a message of her own.
package scan

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
	"pregon/ui/widget/qr"
)

// ID is the address of the code.
const ID view.ID = "scan"

// narrowest is the least border in modules; the standard's four stand where the room is, and phones read two.
const narrowest = 2

// Store is the part of the shop file the code needs.
type Store interface {
	PromptFor(ctx context.Context, notice store.Notice, staff string) (store.Prompt, error)
}

// Code is the code on the whole screen until any key.
type Code struct {
	env        *view.Env
	store      Store
	shop       store.Shop
	notice     store.Notice
	code       qr.Code
	text, link string // "" until the question is there
	done       bool

	asking view.Latest
}

// New shows the code by which a customer answers the question with this wording; Init asks for it.
func New(env *view.Env, s Store, shop store.Shop, notice store.Notice) *Code {
	return &Code{env: env, store: s, shop: shop, notice: notice}
}

// ID is the address of the code.
func (c *Code) ID() view.ID { return ID }

// Title is the name of the page.
func (c *Code) Title() string { return c.env.Say.T("Our QR code") }

// Init asks for the standing question with these words, so that a message by the code says which they were; where there
// is none, one is put up.
func (c *Code) Init() tea.Cmd {
	staff := c.env.Staff()
	return view.Do(c.env, ID, &c.asking, func(ctx context.Context) (store.Prompt, error) {
		return c.store.PromptFor(ctx, c.notice, staff)
	})
}

// asked makes the code, with the word to join in the language of the words.
func (c *Code) asked(answer view.Result[store.Prompt]) tea.Cmd {
	if !answer.Of(&c.asking) {
		return nil
	}
	err := answer.Err
	if err == nil {
		c.text = store.JoinText(answer.Value.Code, c.notice.Language)
		c.link = c.shop.JoinLink(c.text)
		c.code, err = qr.New(c.link)
	}
	if err == nil {
		return nil
	}
	c.done = true
	if text := c.env.Say.Trouble(store.Code(err)); text != "" {
		return view.Send(view.Tell{Level: view.Trouble, Text: text})
	}
	return view.Send(view.Failed{Err: err})
}

// Fills takes the whole window.
func (c *Code) Fills() bool { return true }

// Typing is so: every key, letters too, goes back.
func (c *Code) Typing() bool { return true }

// Actions are none: any key goes back.
func (c *Code) Actions() []view.Action { return nil }

// Done says that a key was pressed.
func (c *Code) Done() (view.Answer, bool) { return view.Answer{Dialog: ID}, c.done }

// Update takes the answer, and goes back on any key or click.
func (c *Code) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case view.Result[store.Prompt]:
		return c.asked(msg)
	case tea.KeyPressMsg, tea.MouseClickMsg:
		c.done = true
	}
	return nil
}

// Render draws the code in the middle with what to do below it, or says how large the window must be.
func (c *Code) Render(size view.Size) view.Frame {
	th, say := c.env.Theme, c.env.Say
	if c.link == "" {
		return place.Text(say.T("One moment …"))
	}
	told := append(theme.Wrap(say.T("Scan this, then send “%s”.", theme.Safe(c.text)), size.W),
		th.Paint(theme.Muted, say.T("Any key goes back.")))
	for border := qr.Quiet; border >= narrowest; border-- {
		// What is told may be cut to its first line, not the code.
		for _, words := range [][]string{told, told[:1]} {
			if lines := c.drawn(border, size.W, size.H-len(words)); lines != nil {
				return place.Text(middle(append(lines, words...), size)...)
			}
		}
	}
	width, height := c.cells(narrowest)
	words := theme.Wrap(say.T("This window is too small for our QR code: it needs %s by %s. The link does the same:", say.Number(width), say.Number(height+1)), size.W)
	for link := c.link; link != ""; {
		n := min(len(link), size.W) // ASCII by its making
		words, link = append(words, th.Paint(theme.Strong, link[:n])), link[n:]
	}
	return place.Crop(th, place.Text(append(words, told...)...), size)
}

func (c *Code) cells(border int) (width, height int) {
	if c.env.Theme.Blocks() {
		return c.code.Cells(border)
	}
	return c.code.PlainCells(border)
}

// drawn is the code, or nothing where it does not fit.
func (c *Code) drawn(border, width, height int) []string {
	th := c.env.Theme
	if w, h := c.cells(border); w > width || h > height {
		return nil
	}
	if !th.Blocks() {
		return c.code.PlainLines(border, th.Ink, th.Paper)
	}
	lines := c.code.Lines(border)
	for i, line := range lines {
		lines[i] = th.Paper(line)
	}
	return lines
}

// middle sets lines in the middle of a room.
func middle(lines []string, size view.Size) []string {
	out := make([]string, 0, size.H)
	for range (size.H - len(lines)) / 2 {
		out = append(out, "")
	}
	for _, line := range lines {
		out = append(out, strings.Repeat(" ", max(0, (size.W-theme.Width(line))/2))+line)
	}
	return out
}
