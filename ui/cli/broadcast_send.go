package cli

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pregon/sender"
	"pregon/store"
)

type sendFlags struct {
	yes, withoutFeed, wait bool
	rate                   int
	rated                  bool // --rate was given
	staff, at              string
}

type outcomeDocument struct {
	ID     store.BroadcastID    `json:"id"`
	State  store.BroadcastState `json:"state"`
	Counts countsDocument       `json:"counts"`
	Reason string               `json:"reason"`
}

func (l *line) sendCommand() *cobra.Command {
	var f sendFlags
	cmd := &cobra.Command{Use: "send ID", Short: l.say.T("send it, or go on with what was interrupted"), Args: cobra.ExactArgs(1)}
	l.sendFlags(cmd, &f)
	cmd.Flags().BoolVar(&f.yes, "yes", false, l.say.T("yes, send it: stands for typing the count and for the hold"))
	cmd.Flags().BoolVar(&f.withoutFeed, "without-feed", false, l.say.T("accept that a STOP is seen in the phone app only"))
	cmd.Flags().StringVar(&f.at, "at", "", l.say.T("when it is to go out, with %s running; %s is at once", "pregon serve", atOnce))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		f.rated = cmd.Flags().Changed("rate")
		return l.open(func(ctx context.Context, shop *Shop, args []string) error { return l.send(ctx, shop, args[0], f) })(cmd, args)
	}
	return cmd
}

func (l *line) resumeCommand() *cobra.Command {
	var f sendFlags
	cmd := &cobra.Command{Use: "resume ID", Short: l.say.T("go on with a paused broadcast"), Args: cobra.ExactArgs(1)}
	l.sendFlags(cmd, &f)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		f.rated, f.yes = cmd.Flags().Changed("rate"), true
		return l.open(func(ctx context.Context, shop *Shop, args []string) error {
			b, err := l.broadcast(ctx, shop.Store, args[0])
			if err != nil {
				return err
			}
			if b.State != store.BroadcastPaused && b.State != store.BroadcastSending {
				return &store.MoveError{Of: "broadcast", From: string(b.State), To: string(store.BroadcastSending)}
			}
			return l.send(ctx, shop, args[0], f)
		})(cmd, args)
	}
	return cmd
}

func (l *line) sendFlags(cmd *cobra.Command, f *sendFlags) {
	cmd.Flags().IntVar(&f.rate, "rate", 0, l.say.T("messages a second; 0 is as fast as answers come"))
	cmd.Flags().BoolVar(&f.wait, "wait", false, l.say.T("sit out closing hours and the messaging limit"))
	cmd.Flags().StringVar(&f.staff, "staff", "", l.say.T("who does it"))
}

func (l *line) send(ctx context.Context, shop *Shop, text string, f sendFlags) error {
	b, err := l.broadcast(ctx, shop.Store, text)
	if err != nil {
		return err
	}
	if !f.yes {
		return l.refuse(l.say.T("A broadcast cannot be called back. Nothing was sent."),
			l.say.T("Look at %s first, then say it with %s.", "pregon broadcast check "+itoa(b.ID), "--yes"))
	}
	if f.rate < 0 {
		return &store.InvalidError{Field: "rate", Reason: "unknown"}
	}
	switch b.State {
	case store.BroadcastDone:
		l.tell(l.say.T("It is done already; nothing was sent again."))
		return l.printOutcome(ctx, shop.Store, b.ID, "")
	case store.BroadcastCancelled:
		return &store.MoveError{Of: "broadcast", From: string(b.State), To: string(store.BroadcastSending)}
	case store.BroadcastDraft, store.BroadcastScheduled:
		at, err := l.sendTime(ctx, shop.Store, b, f.at)
		if err != nil {
			return err
		}
		if !at.IsZero() {
			return l.confirm(ctx, shop, b, at, f)
		}
	case store.BroadcastSending, store.BroadcastPaused:
	}
	if err := l.prepare(ctx, shop, b); err != nil {
		return err
	}
	options := sender.RunOptions{
		Start: store.Start{Staff: l.staff(ctx, shop.Store, f.staff), WithoutFeed: f.withoutFeed}, Wait: f.wait,
	}
	if f.rated {
		options.Rate = &f.rate
	}
	stop := l.watch(ctx, shop, b.ID)
	ended, err := shop.Engine.Run(ctx, b.ID, options)
	stop()
	if blocked, ok := errors.AsType[*store.BlockedError](err); ok && b.State == store.BroadcastPaused {
		return l.heldUp(blocked)
	}
	return l.finished(ctx, shop.Store, b.ID, ended, err)
}

// heldUp says what keeps a broadcast that was begun from going on.
func (l *line) heldUp(blocked *store.BlockedError) error {
	lines := make([]string, 0, 1+len(blocked.Blockers))
	lines = append(lines, l.say.T("The broadcast cannot go on yet. Nothing more was sent."))
	for _, blocker := range blocked.Blockers {
		lines = append(lines, safe(l.say.HoldsUp(string(blocker))).String())
	}
	return l.refuse(lines...)
}

// prepare makes sure that a practice shop reaches nobody, that there is a token, and that nothing else keeps messages
// from going out. A platform that does not answer is no reason not to begin: the run itself will wait.
func (l *line) prepare(ctx context.Context, shop *Shop, b store.Broadcast) error {
	settings, err := shop.Store.Shop(ctx)
	if err != nil {
		return err
	}
	connection := l.connection()
	if settings.Practice && !onThisMachine(connection.BaseURL) {
		return l.refuse(l.say.T("This is a practice shop, which sends to the practice API only. Nothing was sent."),
			l.say.T("Start it with %s and name it in %s.", "pregon sandbox", "PREGON_API_URL"))
	}
	if _, err := connection.Token(ctx); err != nil {
		return err
	}
	findings, err := shop.Engine.Health(ctx, sender.HealthOf{Template: b.Template, Language: b.Language})
	if err != nil {
		return err
	}
	zoned := l.zoned(ctx, shop.Store)
	if stops := stopping(sender.Beyond(findings)); len(stops) > 0 {
		what, next := findingWords(zoned, stops[0])
		return l.refuse(l.say.T("The broadcast cannot start. Nothing was sent."), strings.TrimSpace(what+" "+next),
			l.say.T("See all that is to be mended: %s", "pregon doctor"))
	}
	told := &paper{}
	l.healthLines(told, zoned, findings)
	if text := strings.TrimSuffix(told.String(), "\n"); text != "" {
		l.tell(text)
	}
	return nil
}

func onThisMachine(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())
}

// finished prints where the broadcast stands after a run and says what a person has to do.
func (l *line) finished(ctx context.Context, s *store.Store, id store.BroadcastID, ended sender.Ended, err error) error {
	keep := context.WithoutCancel(ctx) // what was done is told also after Ctrl+C
	reason := ended.Reason
	if ended.Wait.Reason != "" {
		reason = string(ended.Wait.Reason)
	}
	again := l.say.T("The same command goes on from there: %s", "pregon broadcast send "+itoa(id)+" --yes")
	if err != nil {
		if errors.Is(err, context.Canceled) && ended.Elsewhere {
			left := l.say.T("You only stopped watching. %s sends it and goes on.", l.holder(keep, s))
			return errors.Join(&failure{codeInterrupted, []string{left, l.watchAgain(id)}}, l.printOutcome(keep, s, id, reason))
		}
		if errors.Is(err, context.Canceled) {
			return errors.Join(&failure{codeInterrupted, []string{l.say.T("Interrupted. What was sent is saved, and nobody gets it twice."), again}},
				l.printOutcome(keep, s, id, reason))
		}
		return err
	}
	if err := l.printOutcome(keep, s, id, reason); err != nil {
		return err
	}
	switch {
	case ended.State == store.BroadcastDone:
		return nil
	case ended.State == store.BroadcastCancelled:
		return &failure{codeFailed, []string{l.say.T("It was cancelled. Who was waiting will not get it.")}}
	case ended.Wait.Reason != "" && ended.Elsewhere:
		left := l.say.T("All that is left has to wait: %s.", l.zoned(keep, s).Waits(string(ended.Wait.Reason), ended.Wait.Until, l.Now()))
		return &failure{codeStopped, []string{left, l.say.T("%s goes on by itself then.", l.holder(keep, s)), l.watchAgain(id)}}
	case ended.Wait.Reason != "":
		left := l.say.T("All that is left has to wait: %s.", l.zoned(keep, s).Waits(string(ended.Wait.Reason), ended.Wait.Until, l.Now()))
		return &failure{codeStopped, []string{left, again}}
	}
	stopped := l.say.T("It stopped: %s", l.say.Stopped(ended.Reason))
	if ended.Code != 0 {
		stopped = l.say.T("It stopped (%s): %s", itoa(ended.Code), l.say.Stopped(ended.Reason))
	}
	return &failure{codeStopped, []string{stopped, again}}
}

// holder names the process that sends.
func (l *line) holder(ctx context.Context, s *store.Store) string {
	held, err := s.Holder(ctx)
	if err != nil || held == nil {
		return l.say.T("Another Pregón")
	}
	return l.say.T("Another Pregón (process %s on %s)", itoa(held.PID), safe(held.Host))
}

func (l *line) watchAgain(id store.BroadcastID) string {
	return l.say.T("The same command watches it again: %s", "pregon broadcast send "+itoa(id)+" --yes")
}

func (l *line) printOutcome(ctx context.Context, s *store.Store, id store.BroadcastID, reason string) error {
	b, err := s.Broadcast(ctx, id)
	if err != nil {
		return err
	}
	if reason == "" {
		reason = b.Reason
	}
	return l.print(outcomeDocument{id, b.State, countsOf(b.Counts), reason}, func(p *paper) {
		p.line(l.say.Broadcast(string(b.State)) + ": " + l.countLine(b.Counts))
	})
}

// watch shows how far the run is, on stderr: a bar on a terminal, else a line when something moved, seldom.
func (l *line) watch(ctx context.Context, shop *Shop, id store.BroadcastID) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	live := isTerminal(l.Err)
	const pace = 150 * time.Millisecond
	seldom := 20 // a line every three seconds
	if live {
		seldom = 1
	}
	go func() {
		defer close(done)
		ticker := time.NewTicker(pace)
		defer ticker.Stop()
		last, told := "", false
		for look := 1; ; look++ {
			select {
			case <-ctx.Done():
				if live && last != "" {
					l.tell("")
				}
				return
			case <-ticker.C:
			}
			progress, known := shop.Engine.Snapshot(id)
			if !known {
				continue
			}
			if progress.Elsewhere && !told {
				told = true
				l.tell(l.say.T("%s sends it, and goes on when you leave with Ctrl+C.", l.holder(ctx, shop.Store)))
			}
			if text := l.progressLine(progress, live); text != last && look%seldom == 0 {
				l.showProgress(text, live)
				last = text
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}
