package cloudapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// Submitted is what the platform says of a template that was handed in.
type Submitted struct {
	ID       string
	Status   string // PENDING, APPROVED, REJECTED
	Category string // Meta's, which need not be the one that was asked for
}

// SubmitTemplate hands one template in, as JSON. It reaches nobody. The errors
// are *CallError; after one with the reason network it may have been taken.
func (c *Client) SubmitTemplate(ctx context.Context, template []byte) (Submitted, error) {
	token, err := c.token(ctx)
	if err != nil || !printable(token) {
		return Submitted{}, &CallError{Action: Operator, Reason: ReasonToken, Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+c.account+"/message_templates", bytes.NewReader(template))
	if err != nil {
		return Submitted{}, &CallError{Action: Operator, Reason: ReasonAddress, Err: err}
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return Submitted{}, &CallError{Action: Lose, Reason: ReasonNetwork, Err: withoutURL(err)}
	}
	c.date(resp.Header)
	body, err := readAll(resp, maxAnswer)
	if err != nil {
		return Submitted{}, &CallError{Action: Lose, Reason: ReasonNetwork, HTTP: resp.StatusCode, Err: err}
	}
	if failure, failed := failureIn(body); failed || resp.StatusCode/100 != 2 {
		a := judgeFailure(resp.StatusCode, failure, failed)
		return Submitted{}, &CallError{Action: a.Action, Reason: a.Reason, Code: a.Code, Subcode: failure.Subcode.value, HTTP: resp.StatusCode, Trace: a.Trace}
	}
	var taken struct {
		ID       text `json:"id"`
		Status   text `json:"status"`
		Category text `json:"category"`
	}
	if err := json.Unmarshal(body, &taken); err != nil || taken.ID == "" {
		return Submitted{}, &CallError{Action: Lose, Reason: ReasonNetwork, HTTP: resp.StatusCode, Err: fmt.Errorf("decode the answer: %w", orUnread(err))}
	}
	return Submitted{string(taken.ID), string(taken.Status), string(taken.Category)}, nil
}

// errNoID: the platform says yes and not to what.
var errNoID = errors.New("no id in the answer")

func orUnread(err error) error {
	if err == nil {
		return errNoID
	}
	return err
}
