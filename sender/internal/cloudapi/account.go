package cloudapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"pregon/store"
)

// What a number may send a second: by default, after Meta's upgrade, and beside
// the phone app.
const (
	standardThroughput = 80
	highThroughput     = 1000
	besideApp          = 20
)

// smallestLimit is the messaging limit of a new portfolio, and what is assumed
// where Meta's word is not understood.
const smallestLimit = 250

// Account reads what Meta says of the number and of the account that pays.
// FeedSince, FeedHeardAt and ReadAt stay zero. The errors are *CallError.
func (c *Client) Account(ctx context.Context) (store.Account, error) {
	account, err := c.Number(ctx)
	if err != nil {
		return store.Account{}, err
	}
	body, err := c.get(ctx, c.account, url.Values{"fields": {"id,name,currency"}})
	if err != nil {
		return store.Account{}, fmt.Errorf("read the account: %w", err)
	}
	var wire struct {
		Currency text `json:"currency"`
	}
	if err := json.Unmarshal(body, &wire); err != nil {
		return store.Account{}, fmt.Errorf("decode the account: %w", err)
	}
	account.Currency = string(wire.Currency)
	return account, nil
}

// Number reads what Meta says of the number. The errors are *CallError.
func (c *Client) Number(ctx context.Context) (store.Account, error) {
	body, err := c.get(ctx, c.number, url.Values{"fields": {"id,display_phone_number,verified_name,quality_rating," +
		"throughput,whatsapp_business_manager_messaging_limit,status,is_on_biz_app"}})
	if err != nil {
		return store.Account{}, fmt.Errorf("read the number: %w", err)
	}
	var wire struct {
		Display    text            `json:"display_phone_number"`
		Name       text            `json:"verified_name"`
		Quality    text            `json:"quality_rating"`
		Status     text            `json:"status"`
		Limit      json.RawMessage `json:"whatsapp_business_manager_messaging_limit"`
		OldLimit   json.RawMessage `json:"messaging_limit_tier"` // its name until October 2025
		BesideApp  json.RawMessage `json:"is_on_biz_app"`
		Throughput object[struct {
			Level text `json:"level"`
		}] `json:"throughput"`
	}
	if err := json.Unmarshal(body, &wire); err != nil {
		return store.Account{}, fmt.Errorf("decode the number: %w", err)
	}
	if len(wire.Limit) == 0 {
		wire.Limit = wire.OldLimit
	}
	a := store.Account{
		DisplayNumber: string(wire.Display), VerifiedName: string(wire.Name), Status: string(wire.Status),
		Quality: string(wire.Quality), MessagingLimit: messagingLimit(strings.Trim(string(wire.Limit), `"`)),
		Throughput: standardThroughput,
	}
	if a.Quality == "" || a.Quality == "NA" {
		a.Quality = "UNKNOWN"
	}
	switch {
	case string(wire.BesideApp) == "true":
		a.Throughput = besideApp
	case wire.Throughput.value.Level == "HIGH":
		a.Throughput = highThroughput
	}
	return a, nil
}

// messagingLimit is the limit in Meta's word; 0 is without limit.
func messagingLimit(word string) int {
	if limit, understood := store.ReadMessagingLimit(word); understood {
		return limit
	}
	return smallestLimit
}

// Health is Meta's own preflight of a number.
type Health struct {
	CanSend string // AVAILABLE, LIMITED or BLOCKED; the worst of the entities
	// Troubles are what limits or blocks.
	Troubles []Trouble
}

// Trouble is one error of one entity: PHONE_NUMBER, WABA, BUSINESS, APP.
type Trouble struct {
	Entity  string
	CanSend string
	Code    int
}

// Health asks for the preflight. The errors are *CallError.
func (c *Client) Health(ctx context.Context) (Health, error) {
	body, err := c.get(ctx, c.number, url.Values{"fields": {"health_status"}})
	if err != nil {
		return Health{}, fmt.Errorf("read the health: %w", err)
	}
	var wire struct {
		Health object[struct {
			CanSend  text `json:"can_send_message"`
			Entities list[struct {
				Type    text `json:"entity_type"`
				CanSend text `json:"can_send_message"`
				Errors  list[struct {
					Code number `json:"error_code"`
				}] `json:"errors"`
			}] `json:"entities"`
		}] `json:"health_status"`
	}
	if err := json.Unmarshal(body, &wire); err != nil {
		return Health{}, fmt.Errorf("decode the health: %w", err)
	}
	h := Health{CanSend: string(wire.Health.value.CanSend)}
	for _, entity := range wire.Health.value.Entities {
		for _, e := range entity.Errors {
			h.Troubles = append(h.Troubles, Trouble{string(entity.Type), string(entity.CanSend), e.Code.value})
		}
	}
	return h, nil
}
