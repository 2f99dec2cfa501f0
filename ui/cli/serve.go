package cli

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"pregon/store"
	"pregon/ui/say"
)

type serveFlags struct{ webhook, public string }

// webhookPath is where the platform's events are received.
const webhookPath = "/webhook"

// The pace of the round trips through the public address: a proxy may start
// after us, so one that failed is tried again sooner.
const (
	tripEvery = 15 * time.Minute
	tripAgain = time.Minute
)

func (l *line) serveCommand() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use: "serve", Short: l.say.T("receive WhatsApp's events and keep the schedule, until stopped"), Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			l.log = slog.New(slog.NewTextHandler(l.Err, nil))
			return l.open(func(ctx context.Context, shop *Shop, _ []string) error { return l.serve(ctx, shop, f) })(cmd, args)
		},
	}
	cmd.Flags().StringVar(&f.webhook, "webhook", "127.0.0.1:8084", l.say.T("address to receive events at; a proxy with TLS stands before it"))
	cmd.Flags().StringVar(&f.public, "public-url", "", l.say.T("address WhatsApp posts to, to be tried every 15 minutes"))
	return cmd
}

// serve works until it is stopped, which is its normal end.
func (l *line) serve(ctx context.Context, shop *Shop, f serveFlags) error {
	settings, err := shop.Store.Shop(ctx)
	if err != nil {
		return err
	}
	public, err := l.publicAddress(f.public)
	if err != nil {
		return err
	}
	feed := Feed{
		AppSecret: l.secret("PREGON_APP_SECRET"), VerifyToken: l.secret("PREGON_VERIFY_TOKEN"), Whose: whose(settings), Log: l.log,
	}
	if err := l.trusted(feed); err != nil {
		return err
	}
	receiver := l.Webhook(shop.Store, feed)
	mux := http.NewServeMux()
	mux.Handle(webhookPath, receiver)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { l.health(w, r, shop) })
	server, err := listen(ctx, f.webhook, mux, usualPatience(), l.log)
	if err != nil {
		return &failure{codeFailed, []string{
			l.say.T("The address %s cannot be used: %s. Nothing was started.", safe(f.webhook), safe(err.Error())),
			l.say.T("Stop what uses it, or name another one with %s.", "--webhook"),
		}}
	}
	if err := l.announce(ctx, shop, server, public); err != nil {
		return err
	}
	return errors.Join(l.working(ctx, shop, receiver, server, public), server.end(ctx, 10*time.Second))
}

// working returns when ctx ends, or with what broke the server.
func (l *line) working(ctx context.Context, shop *Shop, receiver Receiver, server *listening, public string) (broken error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var work sync.WaitGroup
	work.Go(func() { shop.Engine.Schedule(ctx) })
	work.Go(func() { l.keepHouse(ctx, shop.Store, housekeepEvery, ctx.Done()) })
	work.Go(func() { l.followShop(ctx, shop.Store, receiver) })
	if public != "" {
		work.Go(func() { l.proveDoor(ctx, shop.Store, receiver, public) })
	}
	select {
	case <-ctx.Done():
	case broken = <-server.ended:
	}
	cancel()
	work.Wait()
	return broken
}

// followEvery is how soon the receiver knows of another number. The platform
// does not repeat what was taken for another shop's.
const followEvery = time.Second

// followShop tells the receiver when the shop gets another number or account.
func (l *line) followShop(ctx context.Context, s *store.Store, receiver Receiver) {
	ticker := time.NewTicker(followEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		settings, err := s.Shop(ctx)
		if err == nil {
			receiver.Serve(whose(settings))
		} else if ctx.Err() == nil {
			l.log.Error("read the shop", "err", err)
		}
	}
}

// trusted refuses to receive what nobody could tell from a forgery.
func (l *line) trusted(feed Feed) error {
	var missing []string
	if feed.AppSecret == "" {
		missing = append(missing, "PREGON_APP_SECRET")
	}
	if feed.VerifyToken == "" {
		missing = append(missing, "PREGON_VERIFY_TOKEN")
	}
	if len(missing) == 0 {
		return nil
	}
	return l.refuse(
		l.say.T("Without %s nobody could tell WhatsApp's events from forged ones. Nothing was started.", strings.Join(missing, ", ")),
		l.say.T("The app secret stands in Meta's app settings; the verify token is a word you make up and enter there too."),
		l.say.T("Put both into the environment, into a file for %s, or into the keyring.", "--secrets"))
}

// publicAddress is the address the platform posts to, with its path.
func (l *line) publicAddress(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "https" && (u.Scheme != "http" || !onThisMachine(text))) {
		return "", l.refuse(l.say.T("%s is no public address: it has to begin with https://. Nothing was started.", safe(text)))
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = webhookPath
	}
	return u.String(), nil
}

// announce says where it listens, and what is missing for the rest.
func (l *line) announce(ctx context.Context, shop *Shop, server *listening, public string) error {
	account, err := shop.Store.Account(ctx)
	if err != nil {
		return err
	}
	if l.secret("PREGON_TOKEN") == "" {
		l.tell(l.say.T("There is no access token: events are received, but nothing can be sent."))
	}
	if public == "" {
		l.tell(l.say.T("Nobody checks that WhatsApp reaches this machine: name its public address with %s.", "--public-url"))
	}
	document := map[string]string{"webhook": server.url(webhookPath), "healthz": server.url("/healthz"), "public_url": public}
	return l.print(document, func(p *paper) {
		p.line(l.say.T("Events are received at %s until you stop it.", server.url(webhookPath)))
		p.line(l.feedWords(account, l.zoned(ctx, shop.Store)))
	})
}

// feedWords say when the feed was last heard.
func (l *line) feedWords(account store.Account, zoned *say.Printer) string {
	now := l.Now()
	switch {
	case !account.FeedConnected():
		return l.say.T("No event was ever heard. Write to the shop's number from a phone: that is one.")
	case !account.FeedFresh(now):
		return l.say.T("The feed is silent since %s. No broadcast starts until it is heard again.", zoned.Exact(account.FeedHeardAt))
	}
	return l.say.T("The feed was last heard %s.", l.say.Ago(account.FeedHeardAt, now))
}

// proveDoor goes through the public address again and again, and writes down how it ended.
func (l *line) proveDoor(ctx context.Context, s *store.Store, receiver Receiver, public string) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		problem := receiver.RoundTrip(ctx, public)
		if ctx.Err() != nil {
			return // broken off, which says nothing of the address
		}
		if err := s.RecordRoundTrip(ctx, public, problem); err != nil {
			l.log.Error("record the round trip", "err", err)
		}
		next := tripEvery
		if problem != store.DoorOpen {
			l.log.Warn("WhatsApp does not reach this machine", "problem", problem)
			next = tripAgain
		}
		timer.Reset(next)
	}
}
