package broadcasts

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/sender"
	"pregon/store"
	"pregon/ui/broadcasts/people"
	"pregon/ui/broadcasts/unknown"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/pace"
	"pregon/ui/widget/rows"
)

// watcher is a broadcast that was started: while it goes, and its report afterwards.
type watcher struct {
	v      *View
	env    *view.Env
	id     store.BroadcastID
	now    seen
	at     int    // the line of the report
	asks   string // "" or the question that waits for y
	asking view.Latest
	acting view.Latest
	again  bool
	pace   *pace.Pacer
}

// seen is a broadcast as it stood at one moment.
type seen struct {
	b        store.Broadcast
	progress sender.Progress
	news     []store.Delivery
	events   []store.BroadcastEvent
	failures []store.Tally
	excluded []store.Tally
	effects  store.Effects // of one that is over
	reads    []int
}

// The reads of a report are counted in steps of two hours over two days.
const (
	readStep  = 2 * time.Hour
	readSteps = 24
)

// acted answers a pause, a resumption, a cancellation.
type acted struct{}

func watch(v *View, b store.Broadcast) (*watcher, tea.Cmd) {
	w := &watcher{v: v, env: v.env, id: b.ID, now: seen{b: b}, pace: pace.New(v.env, view.Broadcasts)}
	return w, w.read()
}

func (w *watcher) Typing() bool { return false }

// Update reads again when something moved, at most ten times a second.
func (w *watcher) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case view.Progress:
		if msg.Broadcast == int64(w.id) {
			return w.pace.Ask(w.read)
		}
	case view.StoreChanged:
		return w.pace.Ask(w.read)
	case view.Result[seen]:
		if !msg.Of(&w.asking) {
			return nil
		}
		if msg.Err != nil {
			return w.v.trouble(msg.Err)
		}
		again := w.again
		w.now, w.again = msg.Value, false
		if w.move(0); again { // there may be fewer lines now
			return w.pace.Ask(w.read)
		}
	case view.Result[acted]:
		if !msg.Of(&w.acting) {
			return nil
		}
		return tea.Batch(w.refused(msg.Err), w.read())
	case rows.Pick:
		if msg.Of == any(w) { // a second click on a line does what enter does
			if w.at == msg.At {
				return w.who()
			}
			return w.move(msg.At - w.at)
		}
	case pace.Wake:
		if w.pace.Woke(msg) {
			return w.read()
		}
	}
	return nil
}

// read asks for everything at once. A question under way is let finish, since while a broadcast runs there is
// always a newer one.
func (w *watcher) read() tea.Cmd {
	if w.asking.Waiting() {
		w.again = true
		return nil
	}
	s, engine, id := w.v.store, w.v.engine, w.id
	return view.Do(w.env, view.Broadcasts, &w.asking, func(ctx context.Context) (seen, error) {
		var now seen
		var errs [8]error // 12 newest lines are more than ever fit
		now.progress, errs[7] = engine.Look(ctx, id)
		now.b, errs[0] = s.Broadcast(ctx, id)
		now.news, errs[1] = s.Noteworthy(ctx, id, 12)
		now.events, errs[2] = s.BroadcastEvents(ctx, id, 12)
		now.failures, errs[3] = s.Failures(ctx, id)
		now.excluded, errs[4] = s.Excluded(ctx, id)
		if now.b.State == store.BroadcastDone || now.b.State == store.BroadcastCancelled {
			now.effects, errs[5] = s.Effects(ctx, id)
			now.reads, errs[6] = s.Reads(ctx, id, now.b.StartedAt, readStep, readSteps)
		}
		return now, errors.Join(errs[:]...)
	})
}

// over says that there is nothing left to watch: the report is shown.
func (w *watcher) over() bool {
	return w.now.b.State == store.BroadcastDone || w.now.b.State == store.BroadcastCancelled
}

// goes says that somebody sends it now: this Pregón or another one on the same shop file.
func (w *watcher) goes() bool { return w.now.progress.Running || w.now.progress.Elsewhere }

// Actions are the keys of this moment.
func (w *watcher) Actions() []view.Action {
	p := w.env.Say
	if w.asks != "" {
		no := func() tea.Cmd { w.asks = ""; return nil }
		return []view.Action{
			{Keys: []string{"n", "esc", "enter"}, Label: p.T("keep on"), Help: p.T("Do not cancel"), Run: no},
			{Keys: []string{"y"}, Label: p.T("cancel for good"), Help: p.T("Who still waits will not get it"), Run: func() tea.Cmd {
				w.asks = ""
				return w.act(w.v.engine.Cancel)
			}, Off: w.busy},
		}
	}
	var actions []view.Action
	leave := p.T("back")
	switch w.now.b.State {
	case store.BroadcastSending:
		leave = p.T("leave it running")
		actions = append(actions, view.Action{Keys: []string{"p"}, Label: p.T("pause"), Help: p.T("Stop calling people; calls under way finish"), Run: func() tea.Cmd { return w.act(w.v.engine.Pause) }, Off: w.busy})
		if !w.goes() {
			actions = append(actions, w.resume())
		}
	case store.BroadcastPaused:
		actions = append(actions, w.resume())
	default:
	}
	if !w.over() {
		actions = append(actions, view.Action{Keys: []string{"c"}, Label: p.T("cancel"), Help: p.T("End it for good; asks first"), Off: w.busy, Run: func() tea.Cmd {
			w.asks = p.T("Cancel for good? %d people who still wait will not get it.", w.waiting())
			return nil
		}})
	}
	return append(actions,
		view.Action{Keys: []string{"esc"}, Label: leave, Help: p.T("Back to the list"), Run: w.v.back},
		view.Action{Keys: []string{"f"}, Label: p.T("failures"), Help: p.T("Show whom it did not reach, and why"), Off: w.spotless, Run: func() tea.Cmd {
			return w.list(p.T("Failed"), store.DeliveryFilter{States: []store.DeliveryState{store.DeliveryFailed, store.DeliveryUnknown}})
		}},
		view.Action{Keys: []string{"u"}, Label: p.T("unknown"), Help: p.T("Work off those of whom nobody knows whether it arrived"), Hidden: w.now.b.Counts[store.DeliveryUnknown] == 0, Run: w.unknown, Off: w.known},
		view.Action{Keys: []string{"enter"}, Label: p.T("who"), Help: p.T("Show the people of this line"), Run: w.who},
		view.Action{Keys: []string{"up", "k"}, Label: p.T("up"), Help: p.T("One line up"), Hidden: true, Run: func() tea.Cmd { return w.move(-1) }},
		view.Action{Keys: []string{"down", "j"}, Label: p.T("down"), Help: p.T("One line down"), Hidden: true, Run: func() tea.Cmd { return w.move(1) }})
}

func (w *watcher) spotless() string {
	if w.now.b.Counts[store.DeliveryFailed]+w.now.b.Counts[store.DeliveryUnknown] > 0 {
		return ""
	}
	return w.env.Say.T("Nothing failed")
}

func (w *watcher) known() string {
	if w.now.b.Counts[store.DeliveryUnknown] > 0 {
		return ""
	}
	return w.env.Say.T("Of everybody it is known what became of the message.")
}

// unknown lays those of whom nobody knows over it.
func (w *watcher) unknown() tea.Cmd {
	p, first := unknown.New(w.env, unknown.Desk{Store: w.v.store, Resume: w.v.engine.Resume, Back: w.v.back, Trouble: w.v.trouble}, w.id)
	w.v.pages = append(w.v.pages, p)
	return first
}

// resume takes up what was paused, or what was sending when its program ended.
func (w *watcher) resume() view.Action {
	p, verb := w.env.Say, w.v.engine.Resume
	if w.now.b.State == store.BroadcastSending {
		verb = func(ctx context.Context, id store.BroadcastID, _ string) error { return w.v.engine.Continue(ctx, id) }
	}
	return view.Action{Keys: []string{"r"}, Label: p.T("go on"), Help: p.T("Go on where it stopped; nobody is called twice"), Run: func() tea.Cmd { return w.act(verb) }, Off: w.busy}
}

// busy keeps a key off until the answer to the one before is there.
func (w *watcher) busy() string {
	if w.acting.Waiting() {
		return w.env.Say.T("One moment, the last key is still being done")
	}
	return ""
}

// refused says why a key did nothing: of a broadcast that does not go on, what to do with one that was begun.
func (w *watcher) refused(err error) tea.Cmd {
	if blocked, ok := errors.AsType[*store.BlockedError](err); ok && len(blocked.Blockers) > 0 {
		return view.Send(view.Tell{Level: view.Caution, Text: w.env.Say.HoldsUp(string(blocked.Blockers[0]))})
	}
	return w.v.trouble(err)
}

func (w *watcher) act(verb func(ctx context.Context, id store.BroadcastID, staff string) error) tea.Cmd {
	id, staff := w.id, w.env.Staff()
	return view.Do(w.env, view.Broadcasts, &w.acting, func(ctx context.Context) (acted, error) {
		return acted{}, verb(ctx, id, staff)
	})
}

func (w *watcher) move(by int) tea.Cmd {
	w.at = max(0, min(w.at+by, len(w.lines())-1))
	return nil
}

func (w *watcher) who() tea.Cmd {
	l := w.lines()[w.at]
	if len(l.filter.States) == 1 && l.filter.States[0] == store.DeliveryUnknown && l.count > 0 {
		return w.unknown()
	}
	return w.list(l.label, l.filter)
}

func (w *watcher) list(title string, filter store.DeliveryFilter) tea.Cmd {
	p, first := people.New(w.env, w.v.store, w.id, title, filter, w.v.back)
	w.v.pages = append(w.v.pages, p)
	return first
}

func (w *watcher) waiting() int {
	return w.now.b.Counts[store.DeliveryQueued] + w.now.b.Counts[store.DeliverySending]
}

// line is one count of the report, with the people behind it.
type line struct {
	label  string
	count  int
	role   theme.Role
	detail bool // part of the line above
	filter store.DeliveryFilter
}

// lines are the counts of the report in the order in which they are asked for.
func (w *watcher) lines() []line {
	p, c := w.env.Say, w.now.b.Counts
	of := func(states ...store.DeliveryState) store.DeliveryFilter { return store.DeliveryFilter{States: states} }
	var list []line
	if n := w.waiting(); n > 0 {
		list = append(list, line{p.T("waiting"), n, theme.Muted, false, of(store.DeliveryQueued, store.DeliverySending)})
	}
	list = append(list,
		line{p.T("accepted"), accepted(c), theme.Plain, false, of(store.DeliveryAccepted, store.DeliverySent, store.DeliveryDelivered, store.DeliveryRead)},
		line{p.T("delivered"), delivered(c), theme.Good, false, of(store.DeliveryDelivered, store.DeliveryRead)},
		line{p.T("read"), c[store.DeliveryRead], theme.Good, false, of(store.DeliveryRead)})
	if w.over() {
		list = append(list,
			line{p.T("answered"), w.now.effects.Answered, theme.Good, false, store.DeliveryFilter{Answered: true}},
			line{p.T("stops caused"), w.now.effects.Stopped, theme.Warn, false, store.DeliveryFilter{Stopped: true}})
	}
	list = append(list,
		line{p.T("left out"), c[store.DeliveryExcluded], theme.Warn, false, of(store.DeliveryExcluded)})
	for _, t := range w.now.excluded {
		words, _ := p.LeftOut(t.Reason)
		list = append(list, line{words, t.Count, theme.Muted, true, store.DeliveryFilter{States: []store.DeliveryState{store.DeliveryExcluded}, Reason: t.Reason}})
	}
	list = append(list, line{p.T("failed"), c[store.DeliveryFailed], theme.Bad, false, of(store.DeliveryFailed)})
	for _, t := range w.now.failures {
		list = append(list, line{people.Failed(p, t.Code, t.Reason), t.Count, theme.Muted, true, store.DeliveryFilter{States: []store.DeliveryState{store.DeliveryFailed}, Code: t.Code, Reason: t.Reason}})
	}
	return append(list, line{p.T("unknown"), c[store.DeliveryUnknown], theme.Warn, false, of(store.DeliveryUnknown)},
		line{p.T("cancelled"), c[store.DeliveryCancelled], theme.Muted, false, of(store.DeliveryCancelled)})
}
