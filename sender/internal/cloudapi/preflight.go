package cloudapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Token is what an access token says of itself, as Graph's debug_token tells
// its own bearer (developers.facebook.com/docs/graph-api/reference/debug_token).
type Token struct {
	Valid     bool
	ExpiresAt time.Time // zero: it never does, or Meta does not say
	Scopes    []string  // the permissions it was made with; empty where Meta does not say
}

// Token asks what the access token may do and until when. The errors are *CallError.
func (c *Client) Token(ctx context.Context) (Token, error) {
	token, err := c.token(ctx)
	if err != nil {
		return Token{}, &CallError{Action: Operator, Reason: ReasonToken, Err: err}
	}
	body, err := c.get(ctx, "debug_token", url.Values{"input_token": {token}})
	if err != nil {
		return Token{}, fmt.Errorf("ask what the token may do: %w", err)
	}
	var wire struct {
		Data object[struct {
			Valid   json.RawMessage `json:"is_valid"`
			Expires number          `json:"expires_at"`
			Scopes  list[text]      `json:"scopes"`
		}] `json:"data"`
	}
	if err := json.Unmarshal(body, &wire); err != nil {
		return Token{}, fmt.Errorf("decode the token: %w", err)
	}
	t := Token{Valid: string(wire.Data.value.Valid) != "false"}
	if at := wire.Data.value.Expires.value; at > 0 {
		t.ExpiresAt = time.Unix(int64(at), 0).UTC()
	}
	for _, scope := range wire.Data.value.Scopes {
		t.Scopes = append(t.Scopes, string(scope))
	}
	return t, nil
}

// Payer is what the account says of the money. The zero value is an account
// without a payment method.
type Payer struct {
	Currency string
	Funded   bool
}

// Payer reads how the account pays. The errors are *CallError.
func (c *Client) Payer(ctx context.Context) (Payer, error) {
	body, err := c.get(ctx, c.account, url.Values{"fields": {"id,currency,primary_funding_id"}})
	if err != nil {
		return Payer{}, fmt.Errorf("read the account: %w", err)
	}
	var wire struct {
		Currency text            `json:"currency"`
		Funding  json.RawMessage `json:"primary_funding_id"`
	}
	if err := json.Unmarshal(body, &wire); err != nil {
		return Payer{}, fmt.Errorf("decode the account: %w", err)
	}
	none := len(wire.Funding) == 0 || string(wire.Funding) == "null" || string(wire.Funding) == `""` || string(wire.Funding) == "0"
	return Payer{Currency: string(wire.Currency), Funded: !none}, nil
}

// Subscribed reports whether any app gets the account's webhooks. The errors
// are *CallError.
func (c *Client) Subscribed(ctx context.Context) (bool, error) {
	body, err := c.get(ctx, c.account+"/subscribed_apps", nil)
	if err != nil {
		return false, fmt.Errorf("read the subscribed apps: %w", err)
	}
	var wire struct {
		Data list[json.RawMessage] `json:"data"`
	}
	if err := json.Unmarshal(body, &wire); err != nil {
		return false, fmt.Errorf("decode the subscribed apps: %w", err)
	}
	return len(wire.Data) > 0, nil
}

// NumberID looks whether an id that was given as a number's is an account's
// instead, and which of that account's numbers is ours: its id, "" where none
// is. False when the id is no account that can be read.
func (c *Client) NumberID(ctx context.Context, ours func(shown string) bool) (id string, account bool) {
	body, err := c.get(ctx, c.number+"/phone_numbers", url.Values{"fields": {"id,display_phone_number"}})
	if err != nil {
		return "", false
	}
	var wire struct {
		Data list[struct {
			ID      text `json:"id"`
			Display text `json:"display_phone_number"`
		}] `json:"data"`
	}
	if json.Unmarshal(body, &wire) != nil {
		return "", false
	}
	for _, n := range wire.Data {
		if ours(string(n.Display)) {
			return string(n.ID), true
		}
	}
	return "", true
}

// AccountIsNumber looks whether the id that was given as the account's is a
// number's instead.
func (c *Client) AccountIsNumber(ctx context.Context) bool {
	_, err := c.get(ctx, c.account, url.Values{"fields": {"id,display_phone_number"}})
	return err == nil
}

// Ahead is how far this machine's clock is ahead of the server's, by the Date
// of the last answer; false before any. The header counts whole seconds.
func (c *Client) Ahead() (time.Duration, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead, c.dated
}

// AskTime asks the server for nothing but its time, for Ahead. It takes no
// token; what fails leaves the time unknown.
func (c *Client) AskTime(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, c.base, nil)
	if err != nil {
		return fmt.Errorf("make the request: %w", err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("ask for the time: %w", withoutURL(err))
	}
	c.date(resp.Header)
	if err := resp.Body.Close(); err != nil {
		return fmt.Errorf("ask for the time: %w", err)
	}
	return nil
}

// date compares the clocks.
func (c *Client) date(header http.Header) {
	served, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead, c.dated = c.now().Sub(served), true
}
