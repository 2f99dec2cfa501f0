// Package ritual is how something begins that cannot be taken back. The number of people is typed, key by key,
// Enter says so, and then there is a time in which any key stops it. Enter alone, a key held down and a paste
// never begin anything.
package ritual

import (
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/input"
	"pregon/ui/widget/pace"
	"pregon/ui/widget/place"
)

// Ritual is drawn in the page, so that what is about to happen stays visible. The zero value is not ready.
type Ritual struct {
	env    *view.Env
	owner  view.ID
	line   *input.Line
	deed   Deed   // a count of 0 is closed
	accept string // the word to be typed before, "" where none is asked for
	until  time.Time
	beat   int
}

// Deed is what the ritual is for.
type Deed struct {
	Count int    // of people, to be typed
	Terms string // what is to be accepted in words first; "" for nothing
	// Ask is the question where it is another than sending to Count people; it says what to type.
	Ask string
	// Harmless deeds can be taken back afterwards, or reach only whoever does them: nothing is held.
	Harmless bool
}

// New returns a closed ritual whose ticks go to owner.
func New(env *view.Env, owner view.ID) *Ritual {
	return &Ritual{env: env, owner: owner, line: input.New(12)}
}

// Open asks for the count of a deed, before it for the acceptance of its terms where there are any. Another deed than
// before begins anew and stops what is being held; the same one changes nothing.
func (r *Ritual) Open(deed Deed) {
	if r.deed == deed && deed.Count > 0 {
		return
	}
	r.Close()
	r.deed = deed
	if deed.Count > 0 {
		r.line.Focus()
		if deed.Terms != "" {
			r.accept = r.env.Say.T("ACCEPT")
		}
	}
}

// Close forgets everything.
func (r *Ritual) Close() {
	r.Release()
	r.deed, r.accept = Deed{}, ""
	r.line.Set("")
	r.line.Blur()
}

// Typing says that keys belong to the ritual.
func (r *Ritual) Typing() bool { return r.deed.Count > 0 }

// Holding says that it will begin by itself unless a key stops it.
func (r *Ritual) Holding() bool { return !r.until.IsZero() }

// Release stops it.
func (r *Ritual) Release() {
	r.until = time.Time{}
	r.beat++
}

// Update takes keys and ticks; begin is true once, when the time to stop it is over.
func (r *Ritual) Update(msg tea.Msg) (begin bool, cmd tea.Cmd) {
	switch msg := msg.(type) {
	case pace.Wake:
		if msg.Of != any(r) || msg.N != r.beat || !r.Holding() {
			return false, nil
		}
		if r.env.Now().Before(r.until) {
			return false, r.tick()
		}
		r.Close()
		return true, nil
	case tea.KeyPressMsg:
		if r.Holding() {
			r.Release()
			return false, view.Send(view.Tell{Level: view.Note, Text: r.env.Say.T("Stopped. Nothing was sent.")})
		}
		if msg.IsRepeat {
			return false, nil
		}
		if msg.String() == "enter" {
			return r.enter()
		}
		r.line.Update(msg)
	case tea.MouseClickMsg:
		r.Release()
	}
	return false, nil
}

func (r *Ritual) enter() (begin bool, cmd tea.Cmd) {
	typed := strings.TrimSpace(r.line.Value())
	switch {
	case r.deed.Count == 0:
		return false, nil
	case typed == "" && r.accept != "":
		return false, view.Send(view.Tell{Level: view.Caution, Text: r.env.Say.T("Enter alone begins nothing: type %s first.", r.accept)})
	case typed == "":
		return false, view.Send(view.Tell{Level: view.Caution, Text: r.env.Say.T("Enter alone begins nothing: type %s first.", r.env.Say.Number(r.deed.Count))})
	case r.accept != "" && !strings.EqualFold(typed, r.accept):
		return false, view.Send(view.Tell{Level: view.Caution, Text: r.env.Say.T("That is not %s. Nothing was sent.", r.accept)})
	case r.accept != "":
		r.accept = ""
		r.line.Set("")
		return false, nil
	case strings.Map(digit, typed) != strconv.Itoa(r.deed.Count):
		return false, view.Send(view.Tell{Level: view.Caution, Text: r.env.Say.T("That is not %d. Nothing was sent.", r.deed.Count)})
	case r.deed.Harmless:
		r.Close()
		return true, nil
	}
	r.line.Set("")
	r.until = r.env.Now().Add(r.env.Hold)
	return false, r.tick()
}

// digit lets people write the number as it is shown, with points, commas or blanks between the thousands.
func digit(c rune) rune {
	if strings.ContainsRune(".,' \u00a0\u202f\u2019", c) {
		return -1
	}
	return c
}

func (r *Ritual) tick() tea.Cmd {
	r.beat++
	n := r.beat
	wait := min(time.Second, max(r.until.Sub(r.env.Now()), 0))
	return r.env.After(wait, func(time.Time) tea.Msg { return pace.Wake{To: r.owner, Of: r, N: n} })
}

// Render draws it with the cursor where the count is typed.
func (r *Ritual) Render(width int) view.Frame {
	p, th := r.env.Say, r.env.Theme
	switch {
	case r.deed.Count == 0:
		return view.Frame{}
	case r.Holding():
		left := max(r.until.Sub(r.env.Now()), 0)
		words := p.T("Sends to %d people in %s", r.deed.Count, p.Duration(left))
		return place.Text(th.Mark(theme.Warn, th.Truncate(words, width-2, theme.Right)),
			th.Paint(theme.Strong, th.Truncate(p.T("Press any key to stop"), width, theme.Right)))
	}
	question := r.deed.Ask
	if question == "" {
		question = p.T("Type %d to send to %d people", r.deed.Count, r.deed.Count)
	}
	var lines []string
	if r.accept != "" {
		question = p.T("Type %s to start all the same; it goes on the record", r.accept)
		lines = theme.Wrap(th.Paint(theme.Warn, r.deed.Terms), width)
	}
	lines = append(lines, theme.Wrap(th.Paint(theme.Strong, question), width)...)
	text, cursor, _ := r.line.Render(th, 12, "")
	f := place.Text(append(lines, th.Paint(theme.Key, th.Glyph.Pointer)+" "+text)...)
	f.Cursor = tea.NewCursor(2+cursor, len(lines))
	return f
}
