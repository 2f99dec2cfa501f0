package cloudapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"pregon/store"
)

// SendTemplate makes the one call a claim allows, and makes it once. It is the
// only function of the program that posts a message. What it returns tells
// whether anything was, may have been, or was certainly not taken.
func (c *Client) SendTemplate(ctx context.Context, claim store.Claim) Answer {
	token, err := c.token(ctx)
	if err != nil || !printable(token) {
		return Answer{Action: Operator, Reason: ReasonToken, Kept: true}
	}
	form, err := c.formOf(claim.Message())
	if err != nil || !form.whole(claim.Params()) {
		return Answer{Action: Bug, Reason: ReasonRequest, Kept: true}
	}
	post := &post{token: token, write: func() ([]byte, error) {
		to, err := claim.Spend()
		if err != nil {
			return nil, err
		}
		return form.body(to, claim.Params(), claim.PublicID())
	}}
	switch {
	case c.proxied:
		return c.viaHTTP(ctx, post)
	case c.known:
		return c.viaLine(ctx, post)
	}
	return Answer{Action: Operator, Reason: ReasonAddress, Kept: true}
}

// post is one call that is about to be made. write spends the claim, so it is
// called last and once.
type post struct {
	token string
	write func() ([]byte, error)
}

// unwritten is the answer where write failed: nothing was sent by us.
func unwritten(err error) Answer {
	switch {
	case errors.Is(err, store.ErrSpent):
		return Answer{Action: Lose, Why: whyLost} // somebody else's call; never ours to repeat
	case errors.Is(err, store.ErrNoClaim), errors.Is(err, store.ErrExpired):
		return Answer{Action: Keep, Kept: true}
	}
	return Answer{Action: Bug, Reason: ReasonRequest}
}

// viaLine makes the call on a line of its own.
func (c *Client) viaLine(ctx context.Context, p *post) Answer {
	until := time.Now().Add(c.limit)
	var body []byte
	for {
		l, err := c.lines.get(ctx, c.server, until)
		if err != nil {
			return unanswered(err, false)
		}
		if body == nil {
			if body, err = p.write(); err != nil {
				c.lines.put(l)
				return unwritten(err)
			}
		}
		fresh := l.usedAt.IsZero()
		_ = l.conn.SetDeadline(until) // a line that cannot be told fails at once
		answer, written, err := l.exchange(ctx, c.head(p.token), body, maxAnswer)
		if err == nil && answer.again {
			c.lines.put(l)
		} else {
			l.close()
		}
		switch {
		case err == nil:
			c.date(answer.header)
			return judged(answer.status, answer.header, answer.body)
		case answer.status == http.StatusTooManyRequests:
			return Answer{Action: Slow, HTTP: answer.status, After: retryAfter(answer.header, time.Now())}
		case written || fresh:
			return unanswered(err, written)
		}
		// The server had let go of a resting line and nothing was written: another line.
	}
}

// head is the request up to the number of bytes that follow.
func (c *Client) head(token string) []byte {
	b := append(make([]byte, 0, 512), c.lineHead...)
	return append(append(b, token...), "\r\nContent-Length: "...)
}

// printable reports whether a token can stand in a header.
func printable(token string) bool {
	for i := range len(token) {
		if token[i] <= ' ' || token[i] >= 0x7f {
			return false
		}
	}
	return token != ""
}

// viaHTTP makes the call by net/http, which knows how to ask a proxy.
func (c *Client) viaHTTP(ctx context.Context, p *post) Answer {
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	var written atomic.Bool
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, tracing(&written)), http.MethodPost,
		c.base+c.sendPath, http.NoBody)
	if err != nil {
		return Answer{Action: Operator, Reason: ReasonAddress, Kept: true}
	}
	req.Header.Set("Authorization", "Bearer "+p.token)
	req.Header.Set("Content-Type", "application/json")
	body, err := p.write()
	if err != nil {
		return unwritten(err)
	}
	setBody(req, body)
	resp, err := c.http.Do(req)
	if err != nil {
		return unanswered(err, written.Load())
	}
	text, err := readAll(resp, maxAnswer)
	switch {
	case err == nil:
		c.date(resp.Header)
		return judged(resp.StatusCode, resp.Header, text)
	case resp.StatusCode == http.StatusTooManyRequests:
		return Answer{Action: Slow, HTTP: resp.StatusCode, After: retryAfter(resp.Header, time.Now())}
	}
	return unanswered(err, true)
}

func judged(status int, header http.Header, body []byte) Answer {
	a := judge(status, body)
	a.After = max(a.After, retryAfter(header, time.Now()))
	return a
}

// formOf lays a template out once.
func (c *Client) formOf(m *store.Message) (*form, error) {
	head := Head{}
	if h := c.headed.Load(); h != nil {
		head = *h
	}
	if f := c.last.Load(); f != nil && f.message == m && f.head == head {
		return f, nil
	}
	f, err := newForm(m, head)
	if err == nil {
		c.last.Store(f)
	}
	return f, err
}

// tracing notes when a request may have left. The transport tries again by
// itself only on a connection on which not a byte was written, and takes
// another one then, so the newest connection is the one that counts.
func tracing(written *atomic.Bool) *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn:              func(httptrace.GotConnInfo) { written.Store(false) },
		WroteHeaders:         func() { written.Store(true) },
		WroteRequest:         func(httptrace.WroteRequestInfo) { written.Store(true) },
		GotFirstResponseByte: func() { written.Store(true) },
	}
}

// setBody gives the request its body, with a way to read it again for the
// transport's own second try.
func setBody(req *http.Request, body []byte) {
	req.ContentLength = int64(len(body))
	req.Body = io.NopCloser(bytes.NewReader(body))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
}
