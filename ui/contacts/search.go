package contacts

import (
	"context"
	"image"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/contacts/person"
	"pregon/ui/contacts/query"
	"pregon/ui/view"
)

// searchTyped takes a key of the search: faults show at once, the list follows when the keys rest.
func (v *View) searchTyped(msg tea.Msg) tea.Cmd {
	if !v.search.Update(msg) {
		return nil
	}
	v.keys++
	key := v.keys
	return v.env.After(rest, func(time.Time) tea.Msg { return rested{key} })
}

// focusSearch gives the search the keys, and learns what can be named in it.
func (v *View) focusSearch() tea.Cmd {
	v.search.Focus()
	return v.learn()
}

func (v *View) learn() tea.Cmd {
	return view.Do(v.env, view.Contacts, &v.learning, v.store.Vocabulary)
}

// apply shows what the search says now. What cannot be read leaves the list as it is.
func (v *View) apply() tea.Cmd {
	if !v.search.Readable() || v.search.Value() == v.query {
		return nil
	}
	v.query = v.search.Value()
	return tea.Batch(v.table.Load(person.Source{Store: v.store, Query: v.query}), v.count())
}

// list shows the contacts of a query that comes from elsewhere.
func (v *View) list(text string) tea.Cmd {
	v.person, v.prompt, v.inside, v.peeked = nil, nil, false, 0
	v.fetching.Drop()
	v.search.Set(text)
	v.search.Blur()
	v.keys++
	return v.apply()
}

func (v *View) count() tea.Cmd {
	text := v.query
	return view.Do(v.env, view.Contacts, &v.counting, func(ctx context.Context) (query.Tally, error) { return query.Count(ctx, v.store, text) })
}

func (v *View) counted(answer view.Result[query.Tally]) tea.Cmd {
	switch {
	case !answer.Of(&v.counting):
	case answer.Err != nil:
		return v.failed(answer.Err)
	default:
		v.tally = answer.Value
	}
	return nil
}

// renderSearch draws the search with the counts of what it finds.
func (v *View) renderSearch(size view.Size) view.Frame {
	say := v.env.Say
	counts := say.T("%d of %d · %d can get it", v.tally.Found.Total, v.tally.All.Total, v.tally.Found.Sendable)
	if picked := len(v.table.Picked()); picked > 0 {
		counts = say.T("%d picked", picked) + " · " + counts
	}
	frame := v.search.Render(size.W, counts, say.T("name, number, tag:vip, consent:given, -tag:staff"))
	frame.Zones = []view.Zone{{Area: image.Rect(0, 0, size.W, 1), Msg: searchPressed{}}}
	if v.prompt != nil {
		frame.Cursor = nil
	}
	return frame
}
