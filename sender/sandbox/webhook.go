package sandbox

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// parcel is one POST to the callback, kept as it is for every further try.
type parcel struct {
	body    []byte
	updates int
	tries   int
	first   time.Time
}

// keepTrying is how long Meta retries before it drops a webhook.
const keepTrying = 7 * 24 * time.Hour

func callbackClient() *http.Client {
	return &http.Client{
		Timeout:       10 * time.Second,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// post sends one batch and returns what must be tried again, if anything.
func (s *Server) post(ctx context.Context, batch []*update) *update {
	s.mu.Lock()
	target, home := s.callback, s.state
	s.mu.Unlock()
	if target == "" {
		return nil
	}
	p := batch[0].again
	if p == nil {
		body, err := json.Marshal(s.envelope(batch))
		if err != nil {
			s.opt.Logger.Error("encode webhook", "err", err)
			return nil
		}
		p = &parcel{body: body, updates: len(batch), first: s.opt.Now()}
	}
	err := s.postParcel(ctx, target, p.body)
	s.mu.Lock()
	defer s.mu.Unlock()
	home.hooks.Posts++
	if err == nil {
		home.hooks.Updates += p.updates
		return nil
	}
	home.hooks.Refused++
	p.tries++
	now := s.opt.Now()
	if now.Sub(p.first) > keepTrying {
		s.opt.Logger.Warn("webhook dropped", "err", err, "tries", p.tries)
		return nil
	}
	s.opt.Logger.Info("webhook not taken", "err", err, "tries", p.tries)
	return &update{again: p, home: home, due: now.Add(pause(p.tries))}
}

// pause is none before the second try and doubles from a second to an hour.
func pause(tries int) time.Duration {
	if tries <= 1 {
		return 0
	}
	return min(time.Second<<min(tries-2, 12), time.Hour)
}

func (s *Server) postParcel(ctx context.Context, target string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("make webhook: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "facebookexternalua")
	req.Header.Set("X-Hub-Signature-256", Sign(s.opt.AppSecret, body))
	res, err := s.opt.Client.Do(req)
	if err != nil {
		return fmt.Errorf("post webhook: %w", err)
	}
	_, err = io.Copy(io.Discard, io.LimitReader(res.Body, maxRequest))
	if closeErr := res.Body.Close(); err == nil {
		err = closeErr
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("post webhook: answered %s", res.Status)
	}
	if err != nil {
		return fmt.Errorf("read answer of webhook: %w", err)
	}
	return nil
}

// Sign returns the value of X-Hub-Signature-256 for a body: "sha256=" and the
// lower-case hexadecimal HMAC-SHA256 under the app secret.
func Sign(appSecret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
