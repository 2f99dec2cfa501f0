package cli

import (
	"context"
	"errors"
	"time"

	"pregon/store"
	"pregon/ui/access"
)

// openApp opens the terminal app on the shop file.
func (l *line) openApp(ctx context.Context) error {
	path, err := l.shopFile()
	if err != nil {
		return err
	}
	shop, err := l.Open(ctx, path, l.connection())
	if err != nil {
		return err
	}
	return closing(ctx, shop, func() error {
		if err := l.private(shop.Store); err != nil {
			return err
		}
		l.housekeep(ctx, shop.Store)
		settings, err := shop.Store.Shop(ctx)
		if err != nil && !errors.Is(err, store.ErrNotSetUp) {
			return err
		}
		return l.besideHouse(ctx, shop.Store, housekeepEvery, func() error { return l.seat(ctx, shop, settings.Practice, ritualHold) })
	})
}

// ritualHold is the time to stop a broadcast after it was confirmed; practiceHold the short one of the demo.
const (
	ritualHold   = time.Minute
	practiceHold = 3 * time.Second
)

func (l *line) seat(ctx context.Context, shop *Shop, practice bool, hold time.Duration) error {
	if l.App == nil || !isTerminal(l.Out) || !isTerminal(l.In) {
		return l.refuse(l.say.T("The app needs a terminal, and this is none. Nothing was changed."),
			l.say.T("All of it can be done by commands as well: see %s.", "pregon --help"))
	}
	var typing access.Secrets
	if !practice {
		typing = secrets{l}
	}
	return l.App(ctx, Seat{
		Shop: shop, In: l.In, Out: l.Out, Env: l.Env, Language: l.say.Language(), Staff: l.staff(ctx, shop.Store, ""),
		Practice: practice, Hold: hold, Secrets: typing, Say: l.say.BrokenRestore(string(shop.Store.BrokenRestore())),
	})
}
