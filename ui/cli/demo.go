package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"pregon/assets"
	"pregon/store"
	"pregon/store/intake"
)

// The practice shop. Its numbers are kept for fiction.
const (
	practiceName          = "Panadería Luna"
	practiceNumber        = "+16045550199"
	practicePhoneNumberID = "600000000000031"
	practiceWABAID        = "500000000000041"
	practiceStaff         = "Marta"
	practiceLatency       = 60 * time.Millisecond
	practiceRate          = 2 // messages a second: slow enough to watch, and to stop
)

func (l *line) demoCommand() *cobra.Command {
	var fresh bool
	cmd := &cobra.Command{
		Use: "demo", Short: l.say.T("a practice shop; sends nothing to anyone"), Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return l.demo(cmd.Context(), fresh) },
	}
	cmd.Flags().BoolVar(&fresh, "fresh", false, l.say.T("begin with a new practice shop"))
	return cmd
}

// practice is the practice shop while it runs.
type practice struct {
	*Shop
	sandbox Sandbox
}

func (l *line) demo(ctx context.Context, fresh bool) error {
	path := l.db
	if path == "" {
		var err error
		if path, err = l.dataFile("demo.db"); err != nil {
			return err
		}
	}
	play := !isTerminal(l.Out) || !isTerminal(l.In)
	fresh, err := l.startsFresh(ctx, path, fresh, play)
	if err != nil {
		return err
	}
	if fresh {
		if err := removeShop(path); err != nil {
			return err
		}
	}
	return l.practise(ctx, path, play, func(p *practice) error {
		if play {
			return l.play(ctx, p)
		}
		return l.seat(ctx, p.Shop, true, practiceHold)
	})
}

// startsFresh says whether the file is to go. Only a practice shop ever does; and
// the plain run through needs customers who got nothing lately.
func (l *line) startsFresh(ctx context.Context, path string, asked, play bool) (bool, error) {
	if _, err := os.Stat(path); err != nil {
		return false, nil //nolint:nilerr // there is none yet; opening it tells what else is wrong
	}
	shop, err := l.Open(ctx, path, Connect{})
	if err != nil {
		return false, err
	}
	fresh := asked
	err = closing(ctx, shop, func() error {
		settings, err := shop.Store.Shop(ctx)
		if errors.Is(err, store.ErrNotSetUp) {
			return nil
		}
		if err != nil {
			return err
		}
		if !settings.Practice {
			return l.refuse(l.say.T("This is a real shop and no place to practise. Nothing was changed."),
				l.say.T("Leave %s out: the practice shop has a file of its own.", "--db"))
		}
		broadcasts, err := shop.Store.Broadcasts(ctx)
		fresh = fresh || (play && len(broadcasts) > 0)
		return err
	})
	return fresh, err
}

func removeShop(path string) error {
	for _, suffix := range []string{"", "-wal", "-shm", ".key", ".lock", ".log"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove the old practice shop: %w", err)
		}
	}
	return nil
}

// practise starts the sandbox, the practice shop over it and the feed between them, and ends all three after the work.
func (l *line) practise(ctx context.Context, path string, play bool, run func(*practice) error) (err error) {
	token, secret, verify := rand.Text(), rand.Text(), rand.Text()
	api := Practice{
		Addr: "127.0.0.1:0", Token: token, AppSecret: secret, PhoneNumberID: practicePhoneNumberID, WABAID: practiceWABAID,
		Templates: assets.SampleTemplates(), Latency: practiceLatency,
	}
	rate := practiceRate
	if play {
		api.Latency, rate = 0, 0 // nobody watches
	}
	server, err := l.Sandbox(ctx, api)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	shop, err := l.Open(ctx, path, Connect{
		BaseURL: server.URL(), Token: func(context.Context) (string, error) { return token, nil }, Rate: rate,
	})
	if err != nil {
		return err
	}
	return closing(ctx, shop, func() (err error) {
		if err := l.furnish(ctx, shop.Store); err != nil {
			return err
		}
		handler := l.Webhook(shop.Store, Feed{AppSecret: secret, VerifyToken: verify, Whose: Whose{PhoneNumberID: practicePhoneNumberID}})
		mux := http.NewServeMux()
		mux.Handle(webhookPath, handler)
		feed, err := listen(ctx, "127.0.0.1:0", mux, usualPatience(), slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, feed.end(ctx, 0)) }()
		if err := errors.Join(server.Subscribe(ctx, feed.url(webhookPath), verify), shop.Store.FeedHeard(ctx)); err != nil {
			return err
		}
		if _, err := shop.Engine.SyncTemplates(ctx); err != nil {
			return l.platform(err)
		}
		if err := shop.Engine.SyncAccount(ctx); err != nil {
			return l.platform(err)
		}
		return run(&practice{shop, server})
	})
}

// furnish makes the shop and its customers, where they are not there yet.
func (l *line) furnish(ctx context.Context, s *store.Store) error {
	if _, err := s.Shop(ctx); !errors.Is(err, store.ErrNotSetUp) {
		return err
	}
	settings := store.DefaultShop()
	settings.Name, settings.Region, settings.Number = practiceName, "CA", practiceNumber
	settings.PhoneNumberID, settings.WABAID = practicePhoneNumberID, practiceWABAID
	settings.Timezone, settings.Language = "America/Vancouver", l.say.Language()[:2]
	settings.Products, settings.PrivacyURL = l.say.T("bread and pastries"), "https://example.com/privacy"
	settings.Practice, settings.Staff = true, practiceStaff
	if err := s.SaveShop(ctx, settings, practiceStaff); err != nil {
		return err
	}
	if err := l.publishNotices(ctx, s, settings, practiceStaff); err != nil {
		return err
	}
	data, err := assets.SampleContactsOn(l.Now())
	if err != nil {
		return err
	}
	rows, err := intake.Open(bytes.NewReader(data), intake.Options{})
	if err != nil {
		return err
	}
	imported, err := s.Import(ctx, rows, store.Import{File: "contacts.csv", Source: l.say.T("sample"), Staff: practiceStaff})
	l.sample = imported
	return err
}
