package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/adrg/xdg"

	"pregon/assets"
	"pregon/sender"
	"pregon/store"
	"pregon/ui"
	"pregon/ui/access"
	"pregon/ui/audiences"
	"pregon/ui/broadcasts"
	"pregon/ui/consent"
	"pregon/ui/contacts"
	"pregon/ui/papers"
	"pregon/ui/restored"
	"pregon/ui/say"
	"pregon/ui/settings"
	"pregon/ui/templates"
	"pregon/ui/theme"
	"pregon/ui/view"
)

// framesPerSecond halves the wait for the first frame and after every key.
const framesPerSecond = 120

// garbage is how much, in hundredths of what it keeps, the app lets lie before it clears up. A list of a million is most of
// what it keeps; there is a processor to spare, and not always memory.
const garbage = 50

// Open opens the terminal app and returns when it is left.
func (seat Seat) Open(ctx context.Context) error {
	defer debug.SetGCPercent(debug.SetGCPercent(garbage))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	log, closeLog, err := openLog(seat.Shop.Store.Path())
	if err != nil {
		return err
	}
	defer closeLog()
	env, err := seat.env(ctx, log)
	if err != nil {
		return err
	}
	prices, err := store.ReadPrices(assets.Rates())
	if err != nil {
		return err
	}
	program := tea.NewProgram(seat.app(ctx, env, prices), tea.WithContext(ctx), tea.WithInput(seat.In), tea.WithOutput(seat.Out),
		tea.WithFPS(framesPerSecond))
	if _, err := program.Run(); err != nil {
		return fmt.Errorf("run the app: %w", err)
	}
	return nil
}

// env is what all screens share.
func (seat Seat) env(ctx context.Context, log *slog.Logger) (*view.Env, error) {
	printer, err := say.New(seat.Language, assets.Locales())
	if err != nil {
		return nil, fmt.Errorf("read the catalogs: %w", err)
	}
	zone := time.Local
	if shop, err := seat.Shop.Store.Shop(ctx); err == nil {
		zone = shop.Location()
	}
	glyphs := theme.Unicode()
	if theme.WantsASCII(seat.Env) {
		glyphs = theme.ASCII()
	}
	return &view.Env{
		Ctx: ctx, Theme: theme.New(glyphs), Say: printer.In(zone), Log: log,
		Now: func() time.Time { return time.Now().In(zone) }, After: tea.Tick, Work: &view.Work{},
		Staff: func() string { return seat.Staff }, Practice: seat.Practice, Hold: seat.Hold,
	}, nil
}

func (seat Seat) app(ctx context.Context, env *view.Env, prices *store.PriceList) *ui.App {
	s, engine := seat.Shop.Store, seat.Shop.Engine
	var typing func() view.Dialog
	if seat.Secrets != nil {
		typing = func() view.Dialog {
			return access.New(env, access.Desk{Secrets: seat.Secrets, Shop: s.Shop, Check: engine.Health, Sending: func() bool {
				_, sending := engine.Current()
				return sending
			}})
		}
	}
	hers := func(contact store.ContactID) view.Dialog {
		return papers.New(env, papers.Desk{Store: s, Speak: speak, Folder: seat.documents()}, contact)
	}
	return ui.New(env, ui.Options{
		Views: []view.View{
			contacts.New(env, s).WithPapers(hers), consent.New(env, s), templates.New(env, s, engine), broadcasts.New(env, s, engine).WithPrices(prices),
		},
		Say:      seat.Say,
		Header:   func(ctx context.Context) (ui.Header, error) { return header(ctx, s) },
		Changes:  s.Changes(ctx),
		Progress: engine.Watch(ctx),
		Running:  func() view.Progress { return running(engine) },

		Settings:  func() view.Dialog { return settings.New(env, s, seat.saveShop(env)) },
		Restored:  func() view.Dialog { return restored.New(env, s) },
		Audiences: func(query string) view.Dialog { return audiences.New(env, s, query) },
		Access:    typing,
		BareMouse: seat.Env("PREGON_MOUSE") == "off",
	})
}

// speak is the printer of any language there are texts in.
func speak(language string) (*say.Printer, error) { return say.New(language, assets.Locales()) }

// documents is the folder of the platform in which people look for what a program wrote for them.
func (seat Seat) documents() string {
	if folder := seat.Env("XDG_DOCUMENTS_DIR"); filepath.IsAbs(folder) {
		return folder
	}
	return xdg.UserDirs.Documents
}

func header(ctx context.Context, s *store.Store) (ui.Header, error) {
	shop, err := s.Shop(ctx)
	if errors.Is(err, store.ErrNotSetUp) {
		return ui.Header{NotSetUp: true}, nil
	}
	if err != nil {
		return ui.Header{}, fmt.Errorf("read the header: %w", err)
	}
	account, err := s.Account(ctx)
	if err != nil {
		return ui.Header{}, fmt.Errorf("read the header: %w", err)
	}
	reviews, err := s.Reviews(ctx)
	if err != nil {
		return ui.Header{}, fmt.Errorf("read the header: %w", err)
	}
	h := ui.Header{Shop: shop.Name, FeedHeard: account.FeedHeardAt, Reviews: len(reviews)}
	waiting, err := s.Restored(ctx)
	if waiting != nil {
		h.Restored = waiting.BackupAt
	}
	return h, err
}

// askNumber is how long the settings wait for what Meta says of another number id.
const askNumber = 10 * time.Second

// saveShop sets the shop up or changes it, with the wordings that follow from it. Of another number id Meta is asked at
// once, since who saved the number counts again as soon as it is known to be the same.
func (seat Seat) saveShop(env *view.Env) settings.Save {
	s := seat.Shop.Store
	return func(ctx context.Context, shop store.Shop, staff string) error {
		before, err := s.Shop(ctx)
		if err != nil && !errors.Is(err, store.ErrNotSetUp) {
			return err
		}
		if err := s.SaveShop(ctx, shop, staff); err != nil {
			return err
		}
		newest, err := wordings(shop)
		if err != nil {
			return err
		}
		if err := s.PublishNotices(ctx, newest, staff); err != nil {
			return err
		}
		if before.PhoneNumberID != "" && before.PhoneNumberID != shop.PhoneNumberID {
			ctx, cancel := context.WithTimeout(ctx, askNumber)
			defer cancel()
			if err := seat.Shop.Engine.SyncAccount(ctx); err != nil {
				env.Log.Warn("what another number id stands for is not known yet", "err", err)
			}
		}
		return nil
	}
}

// running is the broadcast this process sends or follows, as the header shows it.
func running(engine interface {
	Current() (sender.Progress, bool)
},
) view.Progress {
	p, sending := engine.Current()
	total := p.Counts.Audience()
	waiting := p.Counts[store.DeliveryQueued] + p.Counts[store.DeliverySending]
	return view.Progress{
		Broadcast: int64(p.Broadcast), Name: p.Name, Done: total - waiting, Total: total, Running: sending,
		Elsewhere: p.Elsewhere,
	}
}

// openLog opens the log beside the shop file. It holds no numbers and no names.
func openLog(shopFile string) (*slog.Logger, func(), error) {
	path := filepath.Clean(shopFile + ".log")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open the log: %w", err)
	}
	return slog.New(slog.NewTextHandler(file, nil)), func() { _ = file.Close() }, nil
}
