package restored

import (
	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
)

// Render draws the step; what does not fit is scrolled to.
func (p *Page) Render(size view.Size) view.Frame {
	if !p.read {
		return view.Frame{}
	}
	page := &text{th: p.env.Theme, width: size.W}
	b, one := p.broadcast()
	switch {
	case one:
		p.about(page, b)
	case p.last() && !p.nothing():
		p.sum(page)
	default:
		p.begin(page)
	}
	lines := page.lines
	p.over = max(0, len(lines)-size.H)
	p.top = min(p.top, p.over)
	shown := lines[p.top:min(len(lines), p.top+size.H)]
	if p.over > p.top {
		rest := p.env.Theme.Paint(theme.Muted, p.env.Say.T("%d more lines", p.over-p.top+1)+" ") + p.env.Theme.Paint(theme.Key, "pgdown")
		shown = append(shown[:len(shown)-1:len(shown)-1], rest)
	}
	return place.Crop(p.env.Theme, place.Text(shown...), size)
}

// begin says what happened, what is missing, and what is to be done.
func (p *Page) begin(page *text) {
	say, r := p.env.Say, p.now.waiting
	who := theme.Safe(r.Staff).String()
	if who == "" {
		who = say.T("somebody")
	}
	page.mark(theme.Warn, say.T("This is the shop file as it was on %s. %s put it back on %s.", say.Exact(r.BackupAt), who, say.Exact(r.At)))
	if p.nothing() {
		page.say(theme.Plain, say.T("It does not know what went out in between. So nothing goes out until somebody has read this and unlocked it."))
	} else {
		page.say(theme.Plain, say.T("It does not know what went out in between. So nothing goes out until you have said of each broadcast what becomes of it."))
	}
	page.gap()
	switch {
	case r.Unread:
		page.mark(theme.Warn, say.T("The file that was there was damaged, so nobody could look for a STOP in it that came after the backup. Enter those you know of by hand."))
	case r.Kept != "":
		page.mark(theme.Good, say.T("%d people who said stop after the backup were taken over from the file that was there.", r.Carried))
	default:
		page.mark(theme.Warn, say.T("Who said stop after %s is not in it. Enter those you know of by hand.", say.Exact(r.BackupAt)))
	}
	page.gap()
	if p.nothing() {
		page.say(theme.Plain, say.T("No broadcast had begun or was planned in it: there is nothing to decide."))
	} else {
		page.say(theme.Plain, say.T("%d broadcasts had begun or were planned in it. You decide about one after the other, and nothing is done before the last step.", len(p.now.open)))
	}
	p.drafts(page)
	if p.nothing() {
		page.gap()
		p.unlocks(page)
		p.signed(page)
	}
}

func (p *Page) drafts(page *text) {
	if p.now.drafts > 0 {
		page.say(theme.Muted, p.env.Say.T("%d drafts stay as they are. They may have been sent after the backup: look before you send one.", p.now.drafts))
	}
}

// about asks what becomes of one broadcast, with what each answer does and cannot do.
func (p *Page) about(page *text, b store.Broadcast) {
	say, since := p.env.Say, p.env.Say.Exact(p.now.waiting.BackupAt)
	page.say(theme.Strong, theme.Safe(b.Name).String())
	waiting := b.Counts[store.DeliveryQueued]
	if b.State == store.BroadcastScheduled {
		page.say(theme.Plain, say.T("It was planned for %s.", say.Exact(b.SendAt))+" "+p.confirmed(b))
		page.choice("e", say.T("It may have gone out after the backup, or you are not sure"),
			say.T("It is a draft again and has no time. Nobody gets it unless you start it anew."))
		page.choice("g", say.T("You know that nobody got it after %s", since), p.keepsItsTime(b)+" "+p.twice())
		p.decided(page, b)
		return
	}
	page.say(theme.Plain, say.T("It had begun when the backup was made, and stands still now."))
	page.say(theme.Muted, p.counts(b))
	page.choice("e", say.T("It may have gone out after the backup, or you are not sure"),
		say.T("It ends for good. The %d who still wait in it do not get it; who has it keeps it.", waiting))
	page.choice("g", say.T("You know that nobody got it after %s", since),
		say.T("It stays paused with the %d who wait. Nobody is called until somebody opens it and lets it go on.", waiting)+" "+p.twice())
	p.decided(page, b)
}

// decided says what was answered before, where somebody came back.
func (p *Page) decided(page *text, b store.Broadcast) {
	on, already := p.goes[b.ID]
	if !already {
		return
	}
	page.gap()
	if on {
		page.mark(theme.Good, p.env.Say.T("You chose to keep it."))
		return
	}
	page.mark(theme.Good, p.env.Say.T("You chose to end it."))
}

// sum says what the last key does, broadcast by broadcast.
func (p *Page) sum(page *text) {
	p.unlocks(page)
	page.gap()
	for _, b := range p.now.open {
		page.say(theme.Plain, theme.Safe(b.Name).String()+": "+p.fate(b))
	}
	p.drafts(page)
	page.gap()
	p.signed(page)
}

func (p *Page) unlocks(page *text) {
	page.say(theme.Strong, p.env.Say.T("With this key the shop may send again. The key itself sends nothing."))
}

// signed says whose word it is.
func (p *Page) signed(page *text) {
	page.say(theme.Muted, p.env.Say.T("It goes on the record that %s reviewed the file. It cannot be taken back.", theme.Safe(p.env.Staff())))
}
