package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pregon/assets"
	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/ui/cli"
)

// tuesday is ten in the morning on a working day, so that no test depends on when it runs.
var tuesday = time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC)

// desk is a place where pregon is typed: its own folder, environment and clock, and a practice API beside it.
type desk struct {
	*testing.T
	folder  string
	env     map[string]string
	in      string
	sandbox *sandbox.Server
	now     func() time.Time
	ahead   *atomic.Int64 // nanoseconds by which the desk and its practice API are ahead
}

// answer is what one command left behind.
type answer struct {
	code        int
	out, errors string
}

func newDesk(t *testing.T, opt sandbox.Options) *desk {
	t.Helper()
	d, err := deskIn(t.Context(), t.TempDir(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.sandbox.Close(); err != nil {
			t.Error(err)
		}
	})
	d.T = t
	return d
}

// deskIn is a desk that works in a folder, before it belongs to a test.
func deskIn(ctx context.Context, folder string, opt sandbox.Options) (*desk, error) {
	began := time.Now()
	ahead := &atomic.Int64{}
	now := func() time.Time { return tuesday.Add(time.Since(began) + time.Duration(ahead.Load())) }
	opt.Now = now
	templates, err := sandbox.ParseTemplates(assets.SampleTemplates())
	if err != nil {
		return nil, err
	}
	opt.Templates = templates
	server, err := sandbox.New(opt) //nolint:contextcheck // it lives until Close
	if err != nil {
		return nil, err
	}
	url, err := server.Start(ctx, "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	return &desk{folder: folder, sandbox: server, now: now, ahead: ahead, env: map[string]string{
		"XDG_DATA_HOME": folder, "PREGON_LANG": "en", "PREGON_TOKEN": "practice", "PREGON_API_URL": url, "USER": "marta",
	}}, nil
}

// open joins store and engine as main does, with the desk's clock.
func (d *desk) open(ctx context.Context, path string, connect cli.Connect) (*cli.Shop, error) {
	s, outbox, err := store.Open(ctx, path, store.WithClock(d.now))
	if err != nil {
		return nil, err
	}
	engine := sender.New(outbox, s, sender.Config{
		BaseURL: connect.BaseURL, Version: connect.Version, Token: connect.Token, Now: d.now,
	})
	return &cli.Shop{Store: s, Engine: engine}, nil
}

func (d *desk) command(ctx context.Context, args ...string) answer {
	var complaints locked
	return d.commandTo(ctx, &complaints, args...)
}

func (d *desk) commandTo(ctx context.Context, complaints *locked, args ...string) answer {
	var out bytes.Buffer
	code := d.commandInto(ctx, &out, complaints, args...)
	return answer{code, out.String(), complaints.String()}
}

func (d *desk) commandInto(ctx context.Context, out, complaints io.Writer, args ...string) (code int) {
	env := maps.Clone(d.env)
	return cli.Run(ctx, cli.Deps{
		Args: args, Env: func(name string) string { return env[name] }, In: strings.NewReader(d.in), Out: out, Err: complaints,
		Version: "test", Now: d.now, Open: d.open, Sandbox: startPractice, Webhook: receiver, Keyring: func(string) string { return "" },
	})
}

// practiceServer is the practice API as the command line wants it.
type practiceServer struct {
	*sandbox.Server
	url string
}

func (p practiceServer) URL() string { return p.url }

func startPractice(ctx context.Context, practice cli.Practice) (cli.Sandbox, error) {
	var script sandbox.Script
	var err error
	if practice.Script != nil {
		if script, err = sandbox.ParseScript(practice.Script); err != nil {
			return nil, &cli.InputError{Err: err}
		}
	}
	server, err := sandbox.New(sandbox.Options{ //nolint:contextcheck // it lives until Close
		Latency: practice.Latency, Rate: practice.Rate, Script: script,
	})
	if err != nil {
		return nil, &cli.InputError{Err: err}
	}
	url, err := server.Start(ctx, practice.Addr)
	if err != nil {
		return nil, &cli.InputError{Err: err}
	}
	return practiceServer{server, url}, nil
}

// run types a command that ends with a code, and returns what it printed.
func (d *desk) run(code int, args ...string) answer {
	d.Helper()
	got := d.command(d.Context(), args...)
	if got.code != code {
		d.Fatalf("pregon %s: exit %d, want %d\n%s%s", strings.Join(args, " "), got.code, code, got.out, got.errors)
	}
	return got
}

// read types a command with --json and decodes the one document it prints.
func (d *desk) read(into any, args ...string) {
	d.Helper()
	got := d.run(0, append(args, "--json")...)
	decode(d.T, got.out, into)
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	if decoder.More() {
		t.Errorf("more than one document: %q", text)
	}
}

// file writes a file beside the shop and returns its path.
func (d *desk) file(name, text string) string {
	d.Helper()
	path := filepath.Join(d.folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		d.Fatal(err)
	}
	return path
}

// setUp are the words that set the tests' shop up.
func setUp() []string {
	return []string{
		"init", "--name", "Panadería Luna", "--region", "CA", "--number", "604 555 0199", "--timezone", "UTC",
		"--phone-number-id", sandbox.DefaultPhoneNumberID, "--waba-id", sandbox.DefaultWABAID, "--staff", "Marta",
	}
}

// bareShop and livedShop hold the files of a shop that was made once, by the commands themselves: tests begin with a
// copy. The one was set up, the other has something of everything.
var (
	bareShop  = sync.OnceValues(func() (map[string][]byte, error) { return filesAfter(sandbox.Options{}, setUp()) })
	livedShop = sync.OnceValues(func() (map[string][]byte, error) {
		return filesAfter(sandbox.Options{Script: sandbox.Script{Rules: []sandbox.Rule{
			{To: []string{number(1)}, Code: 131026}, {To: []string{number(2)}, Do: sandbox.DoResetAfter},
		}}}, append([][]string{setUp()}, life()...)...)
	})
)

// filesAfter types commands in a folder of their own and returns the shop's files as they are then.
func filesAfter(opt sandbox.Options, commands ...[]string) (map[string][]byte, error) {
	folder, err := os.MkdirTemp("", "pregon")
	if err != nil {
		return nil, err
	}
	d, err := deskIn(context.Background(), folder, opt)
	if err != nil {
		return nil, err
	}
	d.in = proofs(6) // number 0 to 5, for an import from stdin
	for _, args := range commands {
		if got := d.command(context.Background(), args...); got.code != 0 {
			return nil, fmt.Errorf("%v: exit %d: %s", args, got.code, got.errors)
		}
	}
	files := map[string][]byte{}
	for _, name := range []string{"shop.db", "shop.db.key"} {
		if files[name], err = os.ReadFile(filepath.Join(folder, "pregon", name)); err != nil {
			return nil, err
		}
	}
	return files, errors.Join(d.sandbox.Close(), os.RemoveAll(folder))
}

// newShop is a desk whose shop is set up.
func newShop(t *testing.T, opt sandbox.Options) *desk {
	t.Helper()
	return copied(t, opt, bareShop)
}

func copied(t *testing.T, opt sandbox.Options, made func() (map[string][]byte, error)) *desk {
	t.Helper()
	d := newDesk(t, opt)
	files, err := made()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(d.folder, "pregon"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(d.folder, "pregon", name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func number(n int) string { return fmt.Sprintf("+1604555%04d", n) }

const proofHeader = "name,phone,consent_at,consent_method,consent_notice,consent_evidence,saved_grade,saved_at\n"

// customers writes a file of people who agreed and saved the number.
func (d *desk) customers(count int) string {
	d.Helper()
	return d.file("customers.csv", proofs(count))
}

func proofs(count int) string {
	var text strings.Builder
	text.WriteString(proofHeader)
	for n := range count {
		fmt.Fprintf(&text, "Customer %d,%s,2026-11-01T10:00:00Z,paper,optin-en@1,card %d,says_saved,2026-11-02T10:00:00Z\n", n, number(n), n)
	}
	return text.String()
}

// composed is the id of a broadcast to so many customers.
func (d *desk) composed(count int) string {
	d.Helper()
	d.run(0, "contacts", "import", d.customers(count), "--source", "till")
	d.run(0, "templates", "sync")
	return d.create()
}

func (d *desk) create() string {
	d.Helper()
	return strings.TrimSpace(d.run(0, createBread()...).out)
}

func createBread() []string {
	args := []string{"broadcast", "create", "--name", "Bread", "--template", "fresh_bread", "--lang", "en", "--audience", "added:<30d"}
	for _, key := range []string{"1", "2", "3", "4"} {
		args = append(args, "--param", key+"=@first_name:neighbour")
	}
	return args
}

// wait asks until it holds; it fails after some seconds.
func (d *desk) wait(what string, holds func() bool) {
	d.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	limit := time.After(20 * time.Second)
	for !holds() {
		select {
		case <-ticker.C:
		case <-limit:
			d.Fatalf("%s: not within 20 s", what)
		}
	}
}

// typing runs a command beside the test.
type typing struct {
	cancel     context.CancelFunc
	done       chan answer
	complaints locked
}

func (d *desk) start(args ...string) *typing {
	ctx, cancel := context.WithCancel(d.Context())
	running := &typing{cancel: cancel, done: make(chan answer, 1)}
	var once sync.WaitGroup
	once.Go(func() { running.done <- d.commandTo(ctx, &running.complaints, args...) })
	d.Cleanup(func() {
		cancel()
		once.Wait()
	})
	return running
}
