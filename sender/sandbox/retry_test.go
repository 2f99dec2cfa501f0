package sandbox_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pregon/sender/sandbox"
)

// stubborn is a callback within the process that refuses so many times.
type stubborn struct {
	mu     sync.Mutex
	deny   int
	times  []time.Time
	bodies []string
	hang   chan struct{} // closed to let go of what hangs; nil hangs nothing
}

func (s *stubborn) RoundTrip(req *http.Request) (*http.Response, error) {
	if s.hang != nil {
		select {
		case <-s.hang:
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times = append(s.times, time.Now())
	s.bodies = append(s.bodies, string(body))
	status := http.StatusOK
	if s.deny > 0 {
		s.deny--
		status = http.StatusServiceUnavailable
	}
	return &http.Response{StatusCode: status, Body: http.NoBody, Request: req}, nil
}

func (s *stubborn) tries() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.times
}

// bubble makes a server inside a synctest bubble whose callback is c, and a
// client of it; both are closed by the returned function.
func bubble(t *testing.T, c http.RoundTripper, opt sandbox.Options) (*sandbox.Server, *http.Client, func()) {
	t.Helper()
	opt.CallbackURL, opt.Client, opt.Delays, opt.Shares = "http://shop.example/webhook", &http.Client{Transport: c}, instant(), perfect()
	server, err := sandbox.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DialContext: server.Dial}}
	return server, client, func() {
		client.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}
}

func sendInBubble(t *testing.T, client *http.Client) int {
	t.Helper()
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
	return res.StatusCode
}

func TestRetriesComeAtOnceAndThenLessAndLessOften(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &stubborn{deny: 6}
		_, client, stop := bubble(t, c, sandbox.Options{})
		defer stop()
		sendInBubble(t, client)
		<-time.After(time.Hour)
		times := c.tries()
		if len(times) != 7 {
			t.Fatalf("%d tries, want 7", len(times))
		}
		for i, want := range []float64{0, 1, 2, 4, 8, 16} {
			if got := times[i+1].Sub(times[i]).Round(time.Second).Seconds(); got != want {
				t.Errorf("try %d came %v s after the one before, want %v", i+2, got, want)
			}
		}
		for _, body := range c.bodies[1:] {
			if body != c.bodies[0] {
				t.Error("a retry has another body")
			}
		}
	})
}

func TestRetriesEndAfterAWeek(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &stubborn{deny: 1 << 30}
		server, client, stop := bubble(t, c, sandbox.Options{})
		defer stop()
		began := time.Now()
		sendInBubble(t, client)
		<-time.After(8 * 24 * time.Hour)
		times := c.tries()
		last := times[len(times)-1].Sub(began)
		if last < 7*24*time.Hour || last > 7*24*time.Hour+time.Hour {
			t.Errorf("last try after %s", last)
		}
		if longest := times[len(times)-1].Sub(times[len(times)-2]); longest.Round(time.Second) != time.Hour {
			t.Errorf("tries are %s apart in the end", longest)
		}
		if st := server.Stats().Webhooks; st.Pending != 0 || st.Updates != 0 {
			t.Errorf("stats %+v", st)
		}
	})
}

func TestReceiverThatHangsHoldsUpNoMessage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &stubborn{hang: make(chan struct{})}
		server, client, stop := bubble(t, c, sandbox.Options{})
		defer stop()
		for range 10 {
			if status := sendInBubble(t, client); status != http.StatusOK {
				t.Fatalf("answered %d", status)
			}
		}
		synctest.Wait()
		if got := len(c.tries()); got != 0 {
			t.Errorf("%d webhooks went through", got)
		}
		close(c.hang)
		<-time.After(time.Minute)
		if st := server.Stats().Webhooks; st.Updates != 30 {
			t.Errorf("stats %+v", st)
		}
	})
}

func TestResetForgetsTheWebhookThatIsOnItsWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &stubborn{hang: make(chan struct{}), deny: 1}
		server, client, stop := bubble(t, c, sandbox.Options{})
		defer stop()
		sendInBubble(t, client)
		<-time.After(time.Second) // it hangs now
		server.Reset()
		close(c.hang)
		<-time.After(time.Hour)
		if got := len(c.tries()); got != 1 {
			t.Errorf("posted %d times: it came back after the reset", got)
		}
	})
}

func TestCloseDoesNotWaitForAReceiverThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &stubborn{hang: make(chan struct{})}
		_, client, stop := bubble(t, c, sandbox.Options{})
		sendInBubble(t, client)
		<-time.After(time.Second)
		began := time.Now()
		stop()
		if took := time.Since(began); took != 0 {
			t.Errorf("close took %s", took)
		}
	})
}

func TestDrainEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &stubborn{hang: make(chan struct{})}
		server, client, stop := bubble(t, c, sandbox.Options{})
		defer stop()
		sendInBubble(t, client)
		ctx, cancel := withTimeout(t, time.Second)
		defer cancel()
		if err := server.Drain(ctx); err == nil {
			t.Error("drained into a receiver that hangs")
		}
	})
}

func TestLatencyCountsForRefusalsToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &stubborn{}
		_, client, stop := bubble(t, c, sandbox.Options{
			Latency: 40 * time.Millisecond,
			Script:  rules(sandbox.Rule{Nth: []int{2}, Code: 131000, Delay: sandbox.Duration(2 * time.Second)}),
		})
		defer stop()
		for i, want := range []time.Duration{40 * time.Millisecond, 2040 * time.Millisecond} {
			began := time.Now()
			sendInBubble(t, client)
			if took := time.Since(began); took != want {
				t.Errorf("call %d took %s, want %s", i+1, took, want)
			}
		}
	})
}
