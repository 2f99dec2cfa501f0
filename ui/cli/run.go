package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"
	"github.com/zalando/go-keyring"

	"pregon/assets"
	"pregon/store"
	"pregon/ui/say"
	"pregon/ui/theme"
)

// line is one run of the command line.
type line struct {
	Deps
	say *say.Printer

	db, secretsFile, region string
	json                    bool

	secrets map[string]string // of --secrets
	typed   *typed            // in the app
	log     *slog.Logger      // of a service; nil discards
	begun   bool              // the arguments were understood
	sample  store.Imported    // what the practice shop was furnished with
}

// Run runs one command and returns the exit code.
func Run(ctx context.Context, deps Deps) int {
	printer, err := say.New(say.Detect(deps.Env), assets.Locales())
	if err != nil {
		_, _ = fmt.Fprintln(deps.Err, "pregon:", err) // the catalogs are embedded and tested
		return codeFailed
	}
	l := &line{Deps: deps, say: printer, typed: &typed{}}
	if l.Now == nil {
		l.Now = time.Now
	}
	if l.Keyring == nil {
		l.Keyring, l.KeepSecret = fromKeyring, intoKeyring
	}
	root := l.root() //nolint:contextcheck // cobra hands the context to each command
	root.SetArgs(keepMinusWords(deps.Args))
	root.SetIn(deps.In)
	root.SetOut(deps.Out)
	root.SetErr(deps.Err)
	code := codeDone
	_ = fang.Execute(ctx, root, fang.WithVersion(deps.Version), fang.WithoutManpage(), fang.WithErrorHandler(
		func(w io.Writer, _ fang.Styles, err error) { code = l.report(w, err) }))
	return code
}

func (l *line) root() *cobra.Command {
	root := &cobra.Command{
		Use: "pregon", Short: l.say.T("WhatsApp broadcasts to customers who agreed"), Args: cobra.NoArgs,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			l.begun = true
			cmd.Root().SetHelpFunc(l.showHelp)
			return l.readSecrets()
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return l.openApp(cmd.Context()) },
	}
	flags := root.PersistentFlags()
	flags.StringVar(&l.db, "db", "", l.say.T("the shop file"))
	flags.StringVar(&l.secretsFile, "secrets", "", l.say.T("a file with the secrets, readable by you alone"))
	flags.BoolVar(&l.json, "json", false, l.say.T("print the result as JSON"))
	flags.StringVar(&l.region, "region", "", l.say.T("country of numbers without a calling code"))
	root.AddCommand(l.initCommand(), l.contactsCommand(), l.audienceCommand(), l.tagsCommand(), l.consentCommand(), l.templatesCommand(), l.broadcastCommand(),
		l.posterCommand(), l.serveCommand(), l.feedCommand(), l.sandboxCommand(), l.demoCommand())
	root.AddCommand(l.backupCommand(), l.restoreCommand(), l.doctorCommand())
	l.inOurWords(root)
	return root
}

// noun is a command that only holds others.
func noun(use, short string, commands ...*cobra.Command) *cobra.Command {
	parent := &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return cmd.Help()
	}}
	parent.AddCommand(commands...)
	return parent
}

func fromKeyring(name string) string {
	secret, err := keyring.Get("pregon", name)
	if err != nil {
		return "" // no keyring, or nothing in it: who needs the secret says that it is missing
	}
	return secret
}

func intoKeyring(name, secret string) error {
	if err := keyring.Set("pregon", name, secret); err != nil {
		return fmt.Errorf("keep a secret: %w", err)
	}
	return nil
}

// safe makes text from outside harmless to show.
func safe(text string) theme.Text { return theme.Safe(text) }

// work is a command's run with an open shop file.
type work func(ctx context.Context, shop *Shop, args []string) error

// open opens the shop file, runs the work and closes the file again.
func (l *line) open(run work) func(*cobra.Command, []string) error {
	return l.openAnyhow(func(ctx context.Context, shop *Shop, args []string) error {
		if err := l.private(shop.Store); err != nil {
			return err
		}
		l.housekeep(ctx, shop.Store)
		return run(ctx, shop, args)
	})
}

// openAnyhow also opens a shop file that others can read, for what must not wait: an opt-out, and the doctor who says so.
func (l *line) openAnyhow(run work) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		path, err := l.shopFile()
		if err != nil {
			return err
		}
		shop, err := l.Open(cmd.Context(), path, l.connection())
		if err != nil {
			return err
		}
		if words := l.say.BrokenRestore(string(shop.Store.BrokenRestore())); words != "" {
			l.tell(words)
		}
		return closing(cmd.Context(), shop, func() error { return run(cmd.Context(), shop, args) })
	}
}

// private refuses a shop file that others on this computer can read, or change by its folder, with the command that
// mends it. It mends nothing itself: whoever left it open should know that it was.
func (l *line) private(s *store.Store) error {
	state, err := s.FileState()
	if err != nil {
		return err
	}
	folder := filepath.Dir(state.Path)
	switch {
	case len(state.Exposed) > 0:
		names := make([]string, 0, len(state.Exposed))
		for _, name := range state.Exposed {
			names = append(names, inShell(filepath.Join(folder, name)))
		}
		return &failure{codeFailed, []string{
			l.say.T("Others on this computer can read the customers' data (%s).", safe(strings.Join(state.Exposed, " "))),
			l.say.T("Keep it to yourself: %s", safe("chmod 600 "+strings.Join(names, " "))),
		}}
	case state.OpenFolder:
		return &failure{codeFailed, []string{
			l.say.T("Others on this computer can change what lies in the shop file's folder."), l.say.T("Keep it to yourself: %s", safe("chmod 700 "+inShell(folder))),
		}}
	}
	return nil
}

// closing closes the shop after the work, also when the work was interrupted.
func closing(ctx context.Context, shop *Shop, run func() error) (err error) {
	defer func() {
		// A call under way may take 30 s.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 45*time.Second)
		defer cancel()
		if closeErr := shop.close(ctx); err == nil {
			err = closeErr
		}
	}()
	return run()
}

func (s *Shop) close(ctx context.Context) error {
	if s.Engine != nil {
		if err := s.Engine.Close(ctx); err != nil {
			return fmt.Errorf("stop the engine: %w", err)
		}
	}
	return s.Store.Close()
}
