package draft

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/broadcasts/draft/start"
	"pregon/ui/view"
	"pregon/ui/widget/place"
	"pregon/ui/widget/rows"
)

// started answers a start, or with a plan that it is planned for then.
type started struct{ plan store.Broadcast }

// prepare says to the last step how the draft stands; once it was looked at as it is, it may start.
func (c *Page) prepare() tea.Cmd {
	ready := c.check != nil && c.edits == c.looked && !c.Unsaved()
	if c.step == stepCheck && c.check != nil && c.edits == c.looked {
		c.seen = c.edits
	}
	if c.step != stepSend {
		return nil
	}
	var asking tea.Cmd
	if ready && c.start.Planned().IsZero() {
		asking = c.standing.Ask(c.draft.Template, c.draft.Language)
	}
	now := start.Situation{Standing: c.standing, Counting: !ready, Unseen: c.seen != c.edits, Starting: c.starting.Waiting()}
	if c.check != nil {
		now.Count = c.check.Sendable
		for _, b := range c.check.Blockers {
			if b == store.BlockerNoFeed {
				now.Feedless = true
			} else {
				now.Blockers = append(now.Blockers, b)
			}
		}
	}
	if !c.crowd.Readable() {
		now.Blockers = []store.Blocker{store.BlockerNoAudience}
	}
	c.feedless = now.Feedless
	return tea.Batch(asking, c.start.Prepare(now))
}

// perform gives the last step its keys and ticks, and starts or plans when it says so.
func (c *Page) perform(begin bool, cmd tea.Cmd) tea.Cmd {
	if !begin || c.starting.Waiting() {
		return cmd
	}
	id, at, people, how := c.id, c.start.Goes(), c.check.Sendable, store.Start{Staff: c.env.Staff(), WithoutFeed: c.feedless}
	return view.Do(c.env, view.Broadcasts, &c.starting, func(ctx context.Context) (started, error) {
		if !at.IsZero() {
			plan := store.Schedule{At: at, Staff: how.Staff, People: people, WithoutFeed: how.WithoutFeed}
			if err := c.desk.Store.ScheduleBroadcast(ctx, id, plan); err != nil {
				return started{}, fmt.Errorf("plan the broadcast: %w", err)
			}
			b, err := c.desk.Store.Broadcast(ctx, id)
			return started{b}, err
		}
		return started{}, c.desk.Start(ctx, id, how)
	})
}

func (c *Page) wasStarted(answer view.Result[started]) tea.Cmd {
	p := c.env.Say
	switch plan := answer.Value.plan; {
	case answer.Of(&c.planning):
		if answer.Err != nil {
			return c.desk.Trouble(answer.Err)
		}
		c.plan(store.Broadcast{})
		return tea.Batch(c.stand(stepCheck), view.Send(view.Tell{Level: view.Done, Text: p.T("The plan is taken back. Nothing goes out by itself.")}))
	case !answer.Of(&c.starting):
		return nil
	case answer.Err != nil:
		return tea.Batch(c.desk.Trouble(answer.Err), c.look())
	case plan.ID == 0:
		return c.desk.Started(c.id)
	default:
		c.plan(plan)
		return tea.Batch(c.prepare(), view.Send(view.Tell{Level: view.Done, Text: p.T("Planned for %s", p.Exact(plan.SendAt))}))
	}
}

// plan notes how it stands in the shop file: planned, or with the zero broadcast not.
func (c *Page) plan(b store.Broadcast) {
	c.draft.SendAt = b.SendAt
	c.start.Plan(b)
}

// unplan takes the time back at which it was to start.
func (c *Page) unplan() tea.Cmd {
	id, staff := c.id, c.env.Staff()
	return view.Do(c.env, view.Broadcasts, &c.planning, func(ctx context.Context) (started, error) {
		return started{}, c.desk.Store.ScheduleBroadcast(ctx, id, store.Schedule{Staff: staff})
	})
}

// send draws the last step, and below it again who is left out.
func (c *Page) send(size view.Size) view.Frame {
	top := c.start.Render(rows.Pick{Of: lines{c, "panel"}, At: start.LineWhen}, size.W)
	room := max(1, size.H-place.Height(top)-1)
	return place.Column(top, place.Text(" "), c.verdict().Render(nil, -1, view.Size{W: size.W, H: room}))
}
