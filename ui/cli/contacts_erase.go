package cli

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"pregon/store"
)

func (l *line) eraseCommand() *cobra.Command {
	var staff string
	var now bool
	cmd := &cobra.Command{
		Use: "erase PHONE", Short: l.say.T("block a contact for good, and take what names it out of the file"), Args: cobra.ExactArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			return l.erase(ctx, shop.Store, args[0], staff, now)
		}),
	}
	cmd.Flags().StringVar(&staff, "staff", "", l.say.T("who does it"))
	cmd.Flags().BoolVar(&now, "now", false, l.say.T("take it out of the file at once; nothing brings it back"))
	return cmd
}

// erase is the first step of an erasure and, with now, also the second. Somebody erased before may be purged now.
func (l *line) erase(ctx context.Context, s *store.Store, number, staff string, now bool) error {
	c, err := l.contact(ctx, s, number)
	if err != nil {
		return err
	}
	staff = l.staff(ctx, s, staff)
	if err := s.Erase(ctx, c.ID, staff); err != nil && (!now || !errors.Is(err, store.ErrErased)) {
		return err
	}
	if now {
		defer l.tellCopies(s)()
		err := s.Purge(ctx, c.ID, staff)
		if errors.Is(err, store.ErrNotEmptied) {
			l.tell(l.say.T("Another program still reads the shop file, so a trace may stay in its log until tomorrow's cleaning."))
			err = nil
		}
		if err != nil {
			return err
		}
	}
	number = l.called(c)
	at, purged, err := s.PurgeDate(ctx, c.ID)
	if err != nil {
		return err
	}
	if c, err = s.Contact(ctx, c.ID); err != nil {
		return err
	}
	document := struct {
		contactDocument
		PurgeAt string `json:"purge_at"`
		Purged  bool   `json:"purged"`
	}{documentOf(c), stamp(at), purged}
	return l.print(document, func(p *paper) {
		p.line(l.say.T("%s is blocked for good and on the suppression list.", number))
		if purged {
			p.line(l.say.T("Everything that named this person has left the file. Older backups still hold it."))
			return
		}
		p.line(l.say.T("Name, number and all that names this person leave the file on %s, or at once with %s.", l.say.Date(at), "--now"))
	})
}

// tellCopies says afterwards how many copies of the shop file went with a purge.
func (l *line) tellCopies(s *store.Store) func() {
	before, err := s.Copies()
	return func() {
		after, also := s.Copies()
		if gone := len(before) - len(after); err == nil && also == nil && gone > 0 {
			l.tell(l.say.T("Copies of the shop file from before an update were deleted, since they still hold people who are to be forgotten: %s.", l.say.Number(gone)))
		}
	}
}

// housekeepEvery is how often a program that stays open looks whether a day has passed.
const housekeepEvery = time.Hour

// housekeep does what time asks for, at most once a day, and says what it did. It keeps nobody from working: what it
// cannot do today it does tomorrow.
func (l *line) housekeep(ctx context.Context, s *store.Store) {
	l.settleImport(ctx, s)
	done, err := s.RetainIfDue(ctx)
	switch {
	case errors.Is(err, context.Canceled):
	case err != nil:
		l.tell(l.say.T("Old consents could not be looked through today: %s", safe(err.Error())))
	case !done.Nothing():
		if done.Copies > 0 {
			l.tell(l.say.T("Copies of the shop file from before an update were deleted, since they still hold people who are to be forgotten: %s.", l.say.Number(done.Copies)))
		}
		if done.Kept > 0 {
			l.tell(l.say.T("Files that were kept when a backup was put back were deleted, since they have had their four weeks or could not be cleared of people who are to be forgotten: %s.", l.say.Number(done.Kept)))
		}
		l.tell(l.say.T("Kept long enough. Consents expired: %s. People erased: %s. Gone from the file: %s.",
			l.say.Number(done.Expired), l.say.Number(done.Erased), l.say.Number(done.Purged)))
	}
}

// settleImport ends an import whose process died, and says which way.
func (l *line) settleImport(ctx context.Context, s *store.Store) {
	settled, err := s.SettleImport(ctx)
	switch {
	case errors.Is(err, context.Canceled):
	case err != nil:
		l.tell(l.say.T("An interrupted import could not be ended just now: %s", safe(err.Error())))
	case settled.Undone:
		l.tell(l.say.T("An import was being taken back when Pregon ended. All of it is taken back now."))
	case settled.Finished:
		l.tell(l.say.T("An interrupted import was finished: all of its file is in the shop."))
	case settled.ID != 0:
		l.tell(l.say.T("An interrupted import was taken back: nothing of its file is in the shop."))
	}
}

// keepHouse does it again and again until that is over, for a program that stays open.
func (l *line) keepHouse(ctx context.Context, s *store.Store, every time.Duration, over <-chan struct{}) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-over:
			return
		case <-ticker.C:
			l.housekeep(ctx, s)
		}
	}
}

// besideHouse keeps house while the app has the screen, for a counter that is never closed. What it did is said once the
// screen is free again.
func (l *line) besideHouse(ctx context.Context, s *store.Store, every time.Duration, run func() error) error {
	over := make(chan struct{})
	later, said := *l, &bytes.Buffer{}
	later.Err = said
	var work sync.WaitGroup
	work.Go(func() { later.keepHouse(ctx, s, every, over) })
	err := run()
	close(over)
	work.Wait()
	_, _ = l.Err.Write(said.Bytes()) // stderr is the last resort
	return err
}
