package restored

import (
	"strings"

	"pregon/store"
	"pregon/ui/theme"
)

func (p *Page) twice() string {
	return p.env.Say.T("If you are wrong, some get it twice.")
}

// confirmed says for how many a planned broadcast is.
func (p *Page) confirmed(b store.Broadcast) string {
	if !b.Confirmed.Given() {
		return p.env.Say.T("Nobody has confirmed it.")
	}
	return p.env.Say.T("Confirmed for %d people by %s.", b.Confirmed.People, theme.Safe(b.Confirmed.By))
}

// keepsItsTime says what a planned broadcast does by itself once the file is unlocked.
func (p *Page) keepsItsTime(b store.Broadcast) string {
	say, late := p.env.Say, p.env.Now().Sub(b.SendAt)
	switch {
	case !b.Confirmed.Given() || b.Asks() != "" || late > store.MissedAfter:
		return say.T("It stays planned, but asks before anybody gets it.")
	case late >= 0:
		return say.T("Its time has just come: it goes out at once.")
	}
	return say.T("It stays planned and goes out by itself at its time.")
}

// counts are the people of a broadcast in each state, as the backup knew them.
func (p *Page) counts(b store.Broadcast) string {
	var parts []string
	for _, state := range []store.DeliveryState{
		store.DeliveryQueued, store.DeliverySending, store.DeliveryAccepted, store.DeliverySent, store.DeliveryDelivered,
		store.DeliveryRead, store.DeliveryFailed, store.DeliveryUnknown, store.DeliveryExcluded, store.DeliveryCancelled,
	} {
		if n := b.Counts[state]; n > 0 {
			parts = append(parts, p.env.Say.Number(n)+" "+p.env.Say.Tally(string(state)))
		}
	}
	if len(parts) == 0 {
		return p.env.Say.T("Nobody is in it.")
	}
	return p.env.Say.T("As the backup knew it: %s", strings.Join(parts, " "+p.env.Theme.Glyph.Separator+" "))
}

func (p *Page) fate(b store.Broadcast) string {
	say, on := p.env.Say, p.goes[b.ID]
	switch {
	case on && b.State == store.BroadcastScheduled:
		return p.keepsItsTime(b)
	case on:
		return say.T("stays paused until somebody lets it go on.")
	case b.State == store.BroadcastScheduled:
		return say.T("is a draft again, without a time.")
	}
	return say.T("ends for good; %d do not get it.", b.Counts[store.DeliveryQueued])
}
