package sandbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pregon/sender/sandbox"
)

func TestOptionsThatCannotWorkAreRefused(t *testing.T) {
	t.Parallel()
	for field, opt := range map[string]sandbox.Options{
		"Latency":       {Latency: -1},
		"Rate":          {Rate: -1},
		"DailyLimit":    {DailyLimit: -1},
		"PhoneNumberID": {PhoneNumberID: "+1"},
		"WABAID":        {WABAID: "x"},
		"CallbackURL":   {CallbackURL: "ftp://shop.example"},
		"Shares":        {Shares: &sandbox.Shares{Offline: 2}},
		"Templates":     {Templates: []sandbox.Template{{Name: "x"}}},
	} {
		_, err := sandbox.New(opt)
		if optErr, ok := errors.AsType[*sandbox.OptionError](err); !ok || optErr.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	same := sandbox.Options{PhoneNumberID: "1", WABAID: "1"}
	if _, err := sandbox.New(same); err == nil {
		t.Error("one id for number and account was taken")
	}
	twice := sandbox.Options{Templates: append(many(1), many(1)...)}
	if _, err := sandbox.New(twice); err == nil {
		t.Error("a template was taken twice")
	}
}

func TestOnlyThisMachineReachesTheServer(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "localhost:0"} {
		if _, err := d.Start(t.Context(), addr); !errors.Is(err, sandbox.ErrNotLoopback) {
			t.Errorf("%s: %v", addr, err)
		}
	}
	if _, err := d.Start(t.Context(), "127.0.0.1"); err == nil {
		t.Error("an address without a port was taken")
	}
}

func TestListenerClosesWithItsContext(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	url, err := d.Start(ctx, "[::1]:0")
	if err != nil {
		t.Skipf("no IPv6 here: %v", err)
	}
	cancel()
	waitFor(t, func() bool {
		_, err := d.Start(t.Context(), strings.TrimPrefix(url, "http://"))
		return err == nil // the port is free again
	})
}

func TestCloseTwiceIsSafeAndEndsEverything(t *testing.T) {
	t.Parallel()
	server, err := sandbox.New(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := server.Start(t.Context(), "127.0.0.1:0"); !errors.Is(err, sandbox.ErrClosed) {
		t.Errorf("start: %v", err)
	}
	if _, err := server.Dial(t.Context(), "", ""); !errors.Is(err, sandbox.ErrClosed) {
		t.Errorf("dial: %v", err)
	}
}

// In a bubble with a clock of its own everything happens at its time: answers
// after the latency, webhooks after their delays, by themselves.
func TestTimePassesAsItShouldInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		exactly := func(d time.Duration) sandbox.Span { return sandbox.Span{Min: d, Max: d} }
		var told notes
		server, err := sandbox.New(sandbox.Options{
			Latency: 50 * time.Millisecond, CallbackURL: "http://shop.example/webhook", Shares: perfect(),
			Delays: &sandbox.Delays{Sent: exactly(time.Second), Delivered: exactly(2 * time.Second), Read: exactly(time.Minute)},
			Client: &http.Client{Transport: &told},
		})
		if err != nil {
			t.Fatal(err)
		}
		client := &http.Client{Transport: &http.Transport{DialContext: server.Dial}}
		began := time.Now()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://sandbox"+version+number+"/messages", strings.NewReader(offer(ana)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer x")
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); res.StatusCode != http.StatusOK || took != 50*time.Millisecond {
			t.Errorf("answered %s after %s", res.Status, took)
		}
		<-time.After(2 * time.Minute)
		if got := told.since(began); got != "sent 1s, delivered 3s, read 1m3s" {
			t.Errorf("told %q", got)
		}
		client.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
}

// notes is a callback within the process that writes down when it heard what.
type notes struct {
	mu   sync.Mutex
	list []note
}

type note struct {
	status string
	at     time.Time
}

func (n *notes) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	var h hook
	if err := json.Unmarshal(body, &h); err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, st := range h.Entry[0].Changes[0].Value.Statuses {
		n.list = append(n.list, note{st.Status, time.Now()})
	}
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: req}, nil
}

func (n *notes) since(began time.Time) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var list []string
	for _, note := range n.list {
		list = append(list, note.status+" "+note.at.Sub(began).Truncate(10*time.Millisecond).String())
	}
	return strings.Join(list, ", ")
}

func TestManyAtOnceAreEachInTheLogOnce(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{CallbackURL: e.url, Shares: perfect(), Latency: time.Millisecond})
	var all sync.WaitGroup
	for n := range 200 {
		all.Go(func() {
			if a, err := d.try(http.MethodPost, version+number+"/messages", offer(person(n))); err != nil || a.status != http.StatusOK {
				t.Errorf("person %d: %s %v", n, a.raw, err)
			}
		})
	}
	all.Wait()
	d.drain()
	wamids := make(map[string]bool)
	for _, c := range d.Calls() {
		wamids[c.Wamid] = true
	}
	st := d.Stats()
	if len(wamids) != 200 || st.Accepted != 200 || st.People != 200 || st.Repeats != 0 || st.Unanswered != 0 || st.InFlight != 0 {
		t.Errorf("%d wamids, stats %+v", len(wamids), st)
	}
	if got := len(e.statuses()); got != 600 {
		t.Errorf("%d statuses", got)
	}
}

func TestProofOfTheAppSecretIsCheckedWhereThereIsOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{AppSecret: "s3cret"})
	proof := strings.TrimPrefix(sandbox.Sign("s3cret", []byte("practice")), "sha256=")
	if a := d.call(http.MethodGet, version+number+"?appsecret_proof="+proof, ""); a.status != http.StatusOK {
		t.Errorf("right proof: %s", a.raw)
	}
	if a := d.call(http.MethodGet, version+number+"?appsecret_proof=0", ""); a.Error.Code != 100 {
		t.Errorf("wrong proof: %s", a.raw)
	}
}

func TestTokenIsNeededEvenWhereAnyWillDo(t *testing.T) {
	t.Parallel()
	server, err := sandbox.New(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	url, err := server.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		header, query string
		want          int
	}{
		{"", "", http.StatusUnauthorized},
		{"Bearer ", "", http.StatusUnauthorized},
		{"Basic abc", "", http.StatusUnauthorized},
		{"Bearer abc", "", http.StatusOK},
		{"OAuth abc", "", http.StatusOK},
		{"", "?access_token=abc", http.StatusOK},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+version+number+tt.query, nil)
		if err != nil {
			t.Fatal(err)
		}
		if tt.header != "" {
			req.Header.Set("Authorization", tt.header)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
		if res.StatusCode != tt.want {
			t.Errorf("%q %q: %s", tt.header, tt.query, res.Status)
		}
	}
}
