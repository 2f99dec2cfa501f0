package bring

import (
	"path/filepath"
	"strconv"
	"strings"

	"pregon/store"
	"pregon/store/intake"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/meter"
	"pregon/ui/widget/sheet"
)

// Render draws the step the page is at.
func (p *Page) Render(size view.Size) view.Frame {
	d := &drawing{sheet.New(p.env.Theme, size), p, size}
	switch p.step {
	case asking:
		d.asking()
	case choosing:
		d.Say(theme.Strong, p.env.Say.T("Which sheet has the contacts?"))
		d.List(len(p.file.Sheets), p.cursor, func(at int) string { return theme.Safe(p.file.Sheets[at]).String() })
	case mapping:
		d.mapping()
	case reading, keeping, undoing:
		d.running()
	case deciding:
		d.deciding()
	case finished:
		d.finished()
	}
	return d.Frame()
}

// drawing is the page being written.
type drawing struct {
	*sheet.Sheet
	p    *Page
	size view.Size
}

func (d *drawing) asking() {
	say, p := d.p.env.Say, d.p
	d.Say(theme.Strong, say.T("Bring contacts from a file"))
	d.Say(theme.Muted, say.T("CSV, Excel, or the cards of a phone, from Google, Outlook or iPhone. You see first what it would do; nobody in it gets a message before she agreed."))
	d.Gap()
	d.Field(say.T("File"), p.lines[fileLine], say.T("drop it here, or type where it lies; tab completes"))
	d.Field(say.T("Source"), p.lines[sourceLine], say.T("where did these numbers come from? order forms, old till …"))
	d.Mark(theme.Warn, d.p.fault)
	if len(p.hints) > 0 {
		const most = 40
		d.Gap()
		d.Say(theme.Muted, theme.Safe(strings.Join(p.hints[:min(len(p.hints), most)], "   ")).String())
	}
}

func (d *drawing) title() {
	p := d.p
	parts := []string{theme.Safe(filepath.Base(p.path())).String(), p.env.Say.Format(string(p.file.Format))}
	if p.file.Sheet != "" {
		parts = append(parts, theme.Safe(p.file.Sheet).String())
	}
	d.Say(theme.Strong, strings.Join(parts, " "+p.env.Theme.Glyph.Separator+" "))
}

func (d *drawing) mapping() {
	say, p, th := d.p.env.Say, d.p, d.p.env.Theme
	d.title()
	if p.file.Phone {
		d.Say(theme.Muted, say.T("This is what its columns are taken for. %s changes it.", th.Glyph.RightKey))
	} else {
		d.Mark(theme.Warn, say.T("Nobody can tell which column holds the numbers. A column of WhatsApp's ids is enough. Go to it and press %s until it says so.", th.Glyph.RightKey))
	}
	d.Mark(theme.Warn, d.p.fault)
	d.Gap()
	wide := max(10, min(26, d.size.W/3))
	d.List(len(p.file.Columns), p.cursor, func(at int) string {
		c := p.file.Columns[at]
		header := theme.Safe(c.Header).String()
		if !p.file.Header || header == "" {
			header = say.T("column %s", strconv.Itoa(at+1)+" "+header)
		}
		words, role := p.means(c), theme.Muted
		if c.Role == intake.RolePhone || c.Role == intake.RoleUserID {
			role = theme.Accent
		}
		return th.Fit(header, wide) + "  " + th.Paint(role, th.Fit(words, 16)) + "  " + th.Paint(theme.Muted, p.sample(at))
	})
}

// sample are the first values of a column.
func (p *Page) sample(at int) string {
	var values []string
	for _, row := range p.file.Samples {
		if at < len(row) && strings.TrimSpace(row[at]) != "" {
			values = append(values, theme.Safe(row[at]).String())
		}
	}
	return strings.Join(values, " "+p.env.Theme.Glyph.Separator+" ")
}

// means says what a column is taken for: a free field by its own name.
func (p *Page) means(c intake.Column) string {
	if c.Role == intake.RoleField {
		return theme.Safe(c.Key).String()
	}
	return p.env.Say.Column(string(c.Role))
}

func (d *drawing) running() {
	say, g := d.p.env.Say, d.p.gauge.get()
	d.title()
	d.Gap()
	words, note := say.T("One moment …"), ""
	switch g.Step {
	case store.ImportReading:
		words = say.T("Reading: %d rows so far", g.Rows)
	case store.ImportComparing:
		words = say.T("Comparing %d rows with your contacts", g.Of)
	case store.ImportKeeping:
		words, note = say.T("Taking them in: %d of %d", g.Rows, g.Of), say.T("All of it appears at once at the end. If anything goes wrong, the contacts stay as they were.")
	case store.ImportWriting:
		words, note = say.T("Writing what the file says of them: %d of %d", g.Rows, g.Of), say.T("They are in. If you stop it now, all of it is taken back.")
	case store.ImportLooking:
		words = say.T("Looking to whom something happened since: %d of %d", g.Rows, g.Of)
	case store.ImportLeaving:
		words, note = say.T("Taking back: %d of %d", g.Rows, g.Of), say.T("They are gone from every list already.")
	}
	if g.Rows > 0 && g.Of > 0 {
		d.Line("  " + meter.Bar(d.p.env.Theme, theme.Accent, max(10, min(50, d.size.W-4)), g.Rows, g.Of))
	}
	d.Say(theme.Plain, words)
	d.Say(theme.Muted, note)
}

func (d *drawing) deciding() {
	say, p := d.p.env.Say, d.p
	d.title()
	d.Say(theme.Muted, say.T("Nothing is changed yet. This is what taking it in would do:"))
	d.Mark(theme.Warn, d.p.fault)
	d.counts(p.plan)
	if p.bought() {
		signs := make([]string, len(p.plan.Signs))
		for i, sign := range p.plan.Signs {
			signs[i] = say.Sign(string(sign))
		}
		d.Gap()
		d.Mark(theme.Warn, say.T("This looks like a bought list: %s. Whoever never asked for your messages reports them, and the number is blocked.", strings.Join(signs, "; ")))
		d.Field(say.T("Answer"), p.lines[answerLine], say.T("how did these people become your customers?"))
	}
	d.Mark(theme.Warn, say.InTurkey(p.plan.Signed))
	if p.several() {
		d.Mark(theme.Warn, say.T("Some people have several mobiles: f takes the first, b all."))
	}
	if len(p.people) > 0 {
		d.Gap()
		d.Say(theme.Muted, say.T("Not taken, and why:"))
		d.List(len(p.people), p.cursor, p.refused)
	}
}

// counts says what becomes of the rows; what is none is left out, but for the first line.
func (d *drawing) counts(r store.Imported) {
	say, th := d.p.env.Say, d.p.env.Theme
	for i, one := range []struct {
		n     int
		role  theme.Role
		words string
	}{
		{r.Added, theme.Good, say.T("new contacts")},
		{r.Updated, theme.Good, say.T("known, with something new")},
		{r.Unchanged, theme.Muted, say.T("known, nothing new")},
		{r.Duplicates, theme.Muted, say.T("stand twice in the file")},
		{r.Suppressed, theme.Muted, say.T("blocked for good: not touched")},
		{r.Twins, theme.Warn, say.T("name two contacts as one person: D lists them")},
		{r.OptedIn, theme.Good, say.T("agreed, with proof")},
		{r.Unproven, theme.Warn, say.T("said yes without proof: they must be asked")},
		{r.Rejected, theme.Warn, say.T("cannot be taken")},
	} {
		switch {
		case one.n == 0 && i > 0:
			continue
		case one.n == 0:
			one.role = theme.Muted
		}
		text := th.Paint(theme.Strong, theme.PadLeft(say.Number(one.n), 9)) + "  " + th.Mark(one.role, one.words)
		d.Line(th.Truncate(text, d.size.W-1, theme.Right))
	}
}

// refused is a row that is not taken: where, why, and what stands there.
func (p *Page) refused(at int) string {
	row, say := p.people[at], p.env.Say
	words := say.Reject(row.Reason)
	if words == "" {
		words = theme.Safe(row.Reason).String()
	}
	text := say.T("line %s: %s", strconv.Itoa(row.Line), words)
	if row.Value != "" {
		text += " " + theme.Safe(row.Value).String()
	}
	if row.Name != "" && row.Name != row.Value {
		text += " " + p.env.Theme.Glyph.Separator + " " + theme.Safe(row.Name).String()
	}
	return text
}

func (d *drawing) finished() {
	say, p := d.p.env.Say, d.p
	d.title()
	d.Mark(theme.Warn, d.p.fault)
	if u := p.undone; u != nil {
		d.Mark(theme.Good, say.T("Taken back: %d contacts are gone again, %d are as before.", u.Removed, u.Restored))
		if u.Kept > 0 {
			d.Mark(theme.Warn, say.T("%d contacts stay, because something happened to them since.", u.Kept))
		}
		return
	}
	d.Mark(theme.Good, say.T("They are in. Who has not agreed yet gets nothing: ask at the counter."))
	d.Gap()
	d.counts(p.result)
	d.Gap()
	d.Say(theme.Muted, say.T("Wrong file? u takes all of it back."))
}
