package audiences

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/audience"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
)

// written says what a change did, or why it was refused.
func (l *List) written(answer view.Result[written]) tea.Cmd {
	if !answer.Of(&l.writing) {
		return nil
	}
	if answer.Err != nil {
		return l.refused(answer.Err)
	}
	say, a := l.env.Say, answer.Value.now
	name := theme.Safe(a.Name)
	var text string
	l.gone = nil
	switch answer.Value.verb {
	case kept:
		l.done = true
		text = say.T("Kept as %s. f4 lists what is kept.", theme.Safe(audience.Named{Name: a.Name}.String()))
	case renamed:
		text = say.T("It is called %s now.", name)
	case deleted:
		l.gone = &a
		text = say.T("%s is deleted; u takes that back.", name)
	case restored:
		text = say.T("%s is there again.", name)
	}
	told := view.Send(view.Tell{Level: view.Done, Text: text})
	if l.query != "" {
		return told
	}
	l.name = nil
	return tea.Batch(l.table.Reload(), told)
}

// refused marks the line of the name, or says who needs the audience.
func (l *List) refused(err error) tea.Cmd {
	say := l.env.Say
	invalid, isInvalid := errors.AsType[*store.InvalidError](err)
	wrong, isWrong := errors.AsType[*audience.SyntaxError](err)
	used, isUsed := errors.AsType[*store.InUseError](err)
	switch {
	case isUsed:
		names := theme.Safe(strings.Join(used.Broadcasts, ", ")).String()
		return view.Send(view.Tell{Level: view.Caution, Text: say.T("Nothing was changed: %s still asks for it. Change that first.", names)})
	case errors.Is(err, store.ErrConflict) && l.query != "":
		l.taken = l.name.Value("name")
		l.name.Mark("name", say.T("There is one of this name. Enter again puts this in its place: drafts that name it follow."))
		return nil
	case errors.Is(err, store.ErrConflict) && l.name != nil:
		l.name.Mark("name", say.T("There is one of this name already."))
		return nil
	case errors.Is(err, store.ErrConflict):
		return view.Send(view.Tell{Level: view.Caution, Text: say.T("There is one of this name already.")})
	case isInvalid && l.name != nil:
		l.name.Mark("name", say.Refused(invalid.Reason))
		return nil
	case isWrong && l.name != nil:
		l.name.Mark("name", say.WrongSearch(wrong.Code.String(), nil))
		return nil
	}
	if text := say.Trouble(store.Code(err)); text != "" {
		return view.Send(view.Tell{Level: view.Trouble, Text: text})
	}
	return view.Send(view.Failed{Err: err})
}

// Render draws the list, and below it whom the one under the cursor means, or the line of its new name.
func (l *List) Render(size view.Size) view.Frame {
	th, say := l.env.Theme, l.env.Say
	if l.query != "" {
		return l.naming(size)
	}
	if l.table.Loaded() && l.table.Len() == 0 {
		text := say.T("No audience is saved yet: ctrl+s saves one where it is typed.")
		return place.Text(theme.Wrap(th.Paint(theme.Muted, text), size.W)...)
	}
	below := l.meaning(size.W)
	if l.name != nil {
		below = l.name.Render(view.Size{W: size.W, H: min(max(1, size.H/2), l.name.Height(size))})
	}
	room := view.Size{W: size.W, H: max(2, size.H-place.Height(below)-1)}
	return place.Crop(th, place.Column(l.table.Render(room), place.Text(" "), below), size)
}

// meaning is whom the audience under the cursor means, who changed it last, and when.
func (l *List) meaning(width int) view.Frame {
	th, say := l.env.Theme, l.env.Say
	a, ok := l.table.Current()
	if !ok {
		return place.Text(" ")
	}
	lines := theme.Wrap(theme.Safe(a.Query).String(), width)
	lines = lines[:min(len(lines), 3)]
	by := say.T("by %s, %s", theme.Safe(a.By), say.Ago(a.At, l.env.Now()))
	if a.counts.Total == 0 {
		by = say.T("nobody now") + " " + th.Glyph.Separator + " " + by
	}
	return place.Text(append(lines, th.Paint(theme.Muted, by))...)
}

// naming draws what is to be kept, with how many it means now, and the line of its name.
func (l *List) naming(size view.Size) view.Frame {
	th, say := l.env.Theme, l.env.Say
	lines := theme.Wrap(theme.Safe(l.query).String(), size.W)
	lines = lines[:min(len(lines), 3)]
	if l.counts != nil {
		lines = append(lines, th.Paint(theme.Muted, say.T("%d people", l.counts.Total))+"  "+th.Mark(theme.Good, say.T("%d can get it", l.counts.Sendable)))
	} else {
		lines = append(lines, th.Paint(theme.Muted, say.T("counting")))
	}
	lines = append(lines, " ")
	lines = append(lines, theme.Wrap(th.Paint(theme.Muted, say.T("Not these people are kept but the question: whoever fits when it is used is in it.")), size.W)...)
	head := place.Text(append(lines, " ")...)
	return place.Crop(th, place.Column(head, l.name.Render(view.Size{W: size.W, H: max(1, size.H-place.Height(head))})), size)
}
