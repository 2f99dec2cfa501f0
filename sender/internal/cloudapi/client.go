package cloudapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Config says which number of which account is spoken for, and where.
type Config struct {
	BaseURL       string // https://graph.facebook.com
	Version       string // v26.0
	PhoneNumberID string
	WABAID        string
	// Token is asked before every call, so it should remember what it read.
	Token func(context.Context) (string, error)
	HTTP  *http.Client     // made by NewHTTP, for everything but sending
	Lines *Lines           // for sending; nil makes them
	Limit time.Duration    // how long one call may take; 0 is 30 s
	Now   func() time.Time // compared with the server's clock; nil is time.Now
}

// Client speaks for one number.
type Client struct {
	base, number, account string
	token                 func(context.Context) (string, error)
	http                  *http.Client
	limit                 time.Duration
	now                   func() time.Time

	mu    sync.Mutex
	ahead time.Duration // guarded by mu, as is dated
	dated bool

	lines    *Lines
	server   server
	known    bool // the address is one that lines lead to
	proxied  bool
	sendPath string // after base
	lineHead string // of a request on a line, up to the token
	last     atomic.Pointer[form]
	headed   atomic.Pointer[Head]
}

// New makes a client; it opens no connection.
func New(c Config) *Client {
	if c.Limit == 0 {
		c.Limit = 30 * time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	base := strings.TrimRight(c.BaseURL, "/") + "/" + url.PathEscape(c.Version) + "/"
	client := &Client{
		base: base, number: url.PathEscape(c.PhoneNumberID), account: url.PathEscape(c.WABAID),
		token: c.Token, http: c.HTTP, limit: c.Limit, now: c.Now, lines: c.Lines,
	}
	client.sendPath = client.number + "/messages"
	if client.lines == nil {
		client.lines = NewLines()
	}
	address, err := url.Parse(base + client.sendPath)
	if err != nil {
		return client // SendTemplate says so
	}
	client.server, client.known = serverOf(address)
	if proxy, err := http.ProxyFromEnvironment(&http.Request{URL: address}); err != nil || proxy != nil {
		client.proxied = true
	}
	client.lineHead = "POST " + address.RequestURI() + " HTTP/1.1\r\nHost: " + address.Host +
		"\r\nUser-Agent: pregon\r\nContent-Type: application/json\r\nAuthorization: Bearer "
	return client
}

// NewHTTP makes the HTTP client for so many calls at once.
//
// It speaks HTTP/1.1 only: a lost connection then leaves one call unknown, not
// all that share it, and the transport never repeats a POST of which a byte was
// written. Redirects are not followed, since they would carry the token away.
func NewHTTP(calls int) *http.Client {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
			TLSHandshakeTimeout:   10 * time.Second,
			IdleConnTimeout:       30 * time.Second,
			ExpectContinueTimeout: time.Second,
			MaxIdleConns:          calls,
			MaxIdleConnsPerHost:   calls,
			MaxConnsPerHost:       calls,
			DisableCompression:    true, // answers are a few hundred bytes
			Protocols:             protocols,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// errTooLarge says that an answer went over maxAnswer or maxPage.
var errTooLarge = errors.New("the answer is too large")

// The most that is read of an answer to a send, and of one page of a list, in bytes.
const (
	maxAnswer = 1 << 20
	maxPage   = 16 << 20
)

// readAll reads an answer to its end, so that the connection can be used again.
func readAll(resp *http.Response, most int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(resp.Body, most+1))
	if closeErr := resp.Body.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if int64(len(body)) > most {
		return nil, errTooLarge
	}
	return body, nil
}

// get reads one object. Its errors are *CallError, or those of the network.
func (c *Client) get(ctx context.Context, path string, query url.Values) ([]byte, error) {
	token, err := c.token(ctx)
	if err != nil {
		return nil, &CallError{Action: Operator, Reason: ReasonToken, Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path+"?"+query.Encode(), nil)
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, &CallError{Action: Offline, Reason: ReasonNetwork, Err: withoutURL(err)}
	}
	c.date(resp.Header)
	body, err := readAll(resp, maxPage)
	if err != nil {
		return nil, &CallError{Action: Offline, Reason: ReasonNetwork, HTTP: resp.StatusCode, Err: err}
	}
	if failure, failed := failureIn(body); failed || resp.StatusCode/100 != 2 {
		a := judgeFailure(resp.StatusCode, failure, failed)
		return nil, &CallError{Action: a.Action, Reason: a.Reason, Code: a.Code, Subcode: failure.Subcode.value, HTTP: resp.StatusCode, Trace: a.Trace}
	}
	return body, nil
}

// withoutURL drops the address from an error of net/http: it says nothing that
// is not known, and what is logged should not grow by it.
func withoutURL(err error) error {
	if outer, ok := errors.AsType[*url.Error](err); ok {
		return outer.Err
	}
	return err
}

// retryAfter reads the header of that name, in seconds or as a date.
func retryAfter(header http.Header, now time.Time) time.Duration {
	const most = time.Hour
	text := strings.TrimSpace(header.Get("Retry-After"))
	if text == "" {
		return 0
	}
	if seconds, err := strconv.Atoi(text); err == nil {
		return min(max(time.Duration(min(seconds, 86400))*time.Second, 0), most)
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(at.Sub(now), 0), most)
	}
	return 0
}
