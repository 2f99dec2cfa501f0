package draft

import (
	"context"
	"fmt"
	"maps"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/view"
)

// kept answers a save, counted a check together with how the broadcast stands in the shop file.
type (
	kept struct {
		id store.BroadcastID
		n  int
	}
	counted struct {
		check store.Check
		now   store.Broadcast // no id: not saved yet
		n     int
	}
)

// Unsaved says that something typed is not in the shop file.
func (c *Page) Unsaved() bool { return c.edits != c.kept || c.crowd.Text() != c.draft.Audience }

// Saving says that a change is on its way into the shop file: the page must still hear the answer.
func (c *Page) Saving() bool { return c.edits != c.kept }

// edit notes a change: it is saved and counted soon. Other words or people than those that were planned take the
// plan back, in the shop file as well.
func (c *Page) edit() tea.Cmd {
	c.edits++
	c.start.Changed()
	said := tea.Cmd(nil)
	if !c.start.Planned().IsZero() && c.step != stepName {
		c.plan(store.Broadcast{})
		said = view.Send(view.Tell{Level: view.Caution, Text: c.env.Say.T("The plan is taken back, because the broadcast is another now. Plan it anew in step 5.")})
	}
	return tea.Batch(said, c.saves.Ask(c.keep), c.looks.Ask(c.look))
}

// keep saves the draft. A save under way is never broken off, since the first one makes the draft.
func (c *Page) keep() tea.Cmd {
	if c.keeping.Waiting() || c.edits == c.kept {
		return nil
	}
	if strings.TrimSpace(c.draft.Name) == "" {
		c.draft.Name = c.name.Name()
	}
	id, draft, n, by := c.id, c.copied(), c.edits, c.env.Staff()
	return view.Do(c.env, view.Broadcasts, &c.keeping, func(ctx context.Context) (kept, error) {
		if id != 0 {
			return kept{id, n}, c.desk.Store.SaveDraft(ctx, id, draft)
		}
		b, err := c.desk.Store.CreateBroadcast(ctx, draft, by)
		if err != nil {
			return kept{}, fmt.Errorf("keep the draft: %w", err)
		}
		return kept{b.ID, n}, nil
	})
}

func (c *Page) wasKept(k kept, err error) tea.Cmd {
	if err != nil {
		return c.desk.Trouble(err)
	}
	c.id, c.kept = k.id, k.n
	c.name.Saved()
	return tea.Batch(c.keep(), c.prepare())
}

// look counts who gets it, and sees how it stands in the shop file, where somebody else may have done something.
func (c *Page) look() tea.Cmd {
	id, draft, n := c.id, c.copied(), c.edits
	return view.Do(c.env, view.Broadcasts, &c.looking, func(ctx context.Context) (counted, error) {
		var now store.Broadcast
		if id != 0 {
			var err error
			if now, err = c.desk.Store.Broadcast(ctx, id); err != nil {
				return counted{}, err
			}
			draft.Media = now.Media
		}
		check, err := c.desk.Store.CheckDraft(ctx, draft)
		if err != nil {
			return counted{}, fmt.Errorf("check the draft: %w", err)
		}
		return counted{check, now, n}, nil
	})
}

func (c *Page) wasCounted(a counted, err error) tea.Cmd {
	if err != nil {
		return c.desk.Trouble(err)
	}
	switch a.now.State {
	case store.BroadcastScheduled:
		if !c.Unsaved() {
			c.plan(a.now)
		}
	case store.BroadcastSending, store.BroadcastPaused, store.BroadcastDone, store.BroadcastCancelled:
		if !c.starting.Waiting() {
			return c.desk.Started(c.id) // somebody else started or ended it
		}
	case store.BroadcastDraft:
		c.plan(store.Broadcast{})
	}
	c.check, c.looked, c.draft.Media = &a.check, a.n, a.now.Media
	again := c.again
	if c.again = false; again {
		return tea.Batch(c.prepare(), c.meet(), c.looks.Ask(c.look))
	}
	return tea.Batch(c.prepare(), c.meet())
}

// meet shows the message to those who get it; while words are chosen also to who lacks one.
func (c *Page) meet() tea.Cmd {
	if c.check == nil {
		return nil
	}
	of, loose := c.check.Sendable, c.step == stepWords || len(c.check.Unbound) > 0
	if loose {
		of += c.check.Excluded[store.ReasonMissingParameter]
	}
	return c.reader.Meet(c.draft, of, loose)
}

// copied is the draft as it is now, for work that runs beside the screen.
func (c *Page) copied() store.Draft {
	draft := c.draft
	draft.Bindings = maps.Clone(c.draft.Bindings)
	return draft
}
