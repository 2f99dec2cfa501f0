// Command pregon sends WhatsApp broadcasts to customers who agreed to get them.
// This file joins the shop file, the engine and the screens, and does nothing else.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // Windows has no time zones of its own

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/sender/webhook"
	"pregon/store"
	"pregon/ui/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code) //nolint:forbidigo // this is main
}

// run is the whole program with its surroundings as arguments; it returns the exit code.
func run(ctx context.Context, args []string, env func(string) string, in io.Reader, out, complaints io.Writer) int {
	return cli.Run(ctx, cli.Deps{
		Args: args, Env: env, In: in, Out: out, Err: complaints, Version: version(),
		Open: open, Sandbox: startSandbox, Webhook: receiver,
		App: func(ctx context.Context, seat cli.Seat) error { return seat.Open(ctx) },
	})
}

// open is the only place where a shop file is opened. The outbox goes to the
// engine and to nothing else.
func open(ctx context.Context, path string, connect cli.Connect) (*cli.Shop, error) {
	s, outbox, err := store.Open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	config := sender.Config{BaseURL: connect.BaseURL, Version: connect.Version, Token: connect.Token, Log: connect.Log}
	if connect.Rate > 0 {
		config.Rate = &connect.Rate
	}
	return &cli.Shop{Store: s, Engine: sender.New(outbox, s, config)}, nil
}

// practiceServer is the sandbox with its address.
type practiceServer struct {
	*sandbox.Server
	url string
}

func (p practiceServer) URL() string { return p.url }

func startSandbox(ctx context.Context, practice cli.Practice) (cli.Sandbox, error) {
	options := sandbox.Options{
		Token: practice.Token, AppSecret: practice.AppSecret, PhoneNumberID: practice.PhoneNumberID,
		WABAID: practice.WABAID, Latency: practice.Latency, Rate: practice.Rate,
	}
	var err error
	if practice.Templates != nil {
		if options.Templates, err = sandbox.ParseTemplates(practice.Templates); err != nil {
			return nil, &cli.InputError{Err: err}
		}
	}
	if practice.Script != nil {
		if options.Script, err = sandbox.ParseScript(practice.Script); err != nil {
			return nil, &cli.InputError{Err: err}
		}
	}
	server, err := sandbox.New(options) //nolint:contextcheck // it lives until Close, not until ctx ends
	if err != nil {
		return nil, &cli.InputError{Err: err}
	}
	url, err := server.Start(ctx, practice.Addr)
	if err != nil {
		return nil, errors.Join(&cli.InputError{Err: err}, server.Close())
	}
	return practiceServer{server, url}, nil
}

// door is the receiver as the command line knows it.
type door struct{ *webhook.Handler }

func (d door) Serve(whose cli.Whose) { d.Handler.Serve(webhook.Shop(whose)) }

func receiver(s *store.Store, feed cli.Feed) cli.Receiver {
	return door{webhook.New(s, webhook.Config{
		AppSecret: feed.AppSecret, VerifyToken: feed.VerifyToken, Shop: webhook.Shop(feed.Whose), Log: feed.Log,
	})}
}

// version is the module's, as the go tool stamped it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.Main.Version
}
