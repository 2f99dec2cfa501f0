package sender

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pregon/sender/internal/cloudapi"
	"pregon/store"
)

// SyncTemplates reads the account's templates into the shop file and returns
// how many there are. Fails with *CallError, or store.ErrNotSetUp.
func (e *Engine) SyncTemplates(ctx context.Context) (int, error) {
	shop, err := e.store.Shop(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the shop: %w", err)
	}
	told, err := e.store.TemplatesTold(ctx)
	if err != nil {
		return 0, err
	}
	list, err := e.client(shop).Templates(ctx)
	if err != nil {
		return 0, fmt.Errorf("synchronise the templates: %w", err)
	}
	if err := e.store.SaveTemplates(ctx, list); err != nil {
		return 0, fmt.Errorf("save the templates: %w", err)
	}
	e.news.read(told, e.config.Now())
	return len(list), nil
}

// SyncAccount reads the number and its account into the shop file. Fails as
// SyncTemplates does.
func (e *Engine) SyncAccount(ctx context.Context) error {
	shop, err := e.store.Shop(ctx)
	if err != nil {
		return fmt.Errorf("read the shop: %w", err)
	}
	account, err := e.client(shop).Account(ctx)
	if err != nil {
		return fmt.Errorf("synchronise the account: %w", err)
	}
	if err := e.keep(ctx, shop, account); err != nil {
		return err
	}
	return e.clearStop(ctx, shop, account)
}

// keep saves what was heard of the shop's number. A server on this machine names whatever number it likes: of another
// than the shop's it proves nothing.
func (e *Engine) keep(ctx context.Context, shop store.Shop, heard store.Account) error {
	if !loopback(e.config.BaseURL) || shop.Number.ShownAs(heard.DisplayNumber) {
		heard.PhoneNumberID = shop.PhoneNumberID
	}
	if err := e.store.SaveAccount(ctx, heard); err != nil {
		return fmt.Errorf("save the account: %w", err)
	}
	return nil
}

// clearStop ends a stop that a call met, once number and account read healthy.
func (e *Engine) clearStop(ctx context.Context, shop store.Shop, number store.Account) error {
	known, err := e.store.Account(ctx)
	if err != nil || !known.StoppedByCall() {
		return err
	}
	health, err := e.client(shop).Health(ctx)
	if err != nil {
		return fmt.Errorf("synchronise the account: %w", err)
	}
	if health.CanSend == "BLOCKED" || (number.Status != "" && number.Status != "CONNECTED") || number.Quality == qualityRed {
		return nil
	}
	if err := e.store.ClearStop(ctx); err != nil {
		return fmt.Errorf("let the account go on: %w", err)
	}
	return nil
}

// resume lets a paused broadcast go on. Where what Meta said last of number or
// template is against it, Meta is asked whether that still holds.
func (e *Engine) resume(ctx context.Context, id store.BroadcastID, staff string) error {
	err := e.outbox.Resume(ctx, id, staff)
	blocked, ok := errors.AsType[*store.BlockedError](err)
	if !ok || !slices.ContainsFunc(blocked.Blockers, ofMeta) {
		return err
	}
	e.refresh(ctx)
	return e.outbox.Resume(ctx, id, staff)
}

// ofMeta reports whether Meta may have lifted it since it was last asked.
func ofMeta(why store.Blocker) bool {
	return slices.Contains([]store.Blocker{
		store.BlockerQualityRed, store.BlockerNumberStatus, store.BlockerNotApproved, store.BlockerTemplateRed, store.BlockerNoTemplate,
	}, why)
}

// mendWithin is how long a start waits for the account to be read again.
const mendWithin = 10 * time.Second

// mended looks whether what stopped the account is over. Where it cannot be
// told, the stop stands, and what starts says so.
func (e *Engine) mended(ctx context.Context) error {
	account, err := e.store.Account(ctx)
	if err != nil || !account.StoppedByCall() {
		return err
	}
	e.token.forget() // the owner may have mended it
	ctx, cancel := context.WithTimeout(ctx, mendWithin)
	defer cancel()
	err = e.SyncAccount(ctx)
	if call, unread := errors.AsType[*CallError](err); unread {
		e.config.Log.Warn("the account is still stopped", "reason", account.Stopped, "err", call)
		return nil
	}
	return err
}

// SubmittedTemplate is what Meta says of a template that was handed in.
type SubmittedTemplate = cloudapi.Submitted

// SubmitTemplate hands one template in, as [store.Proposal] has it; it reaches nobody. Fails with *CallError, or
// store.ErrNotSetUp.
func (e *Engine) SubmitTemplate(ctx context.Context, template []byte) (SubmittedTemplate, error) {
	shop, err := e.store.Shop(ctx)
	if err != nil {
		return SubmittedTemplate{}, fmt.Errorf("read the shop: %w", err)
	}
	submitted, err := e.client(shop).SubmitTemplate(ctx, template)
	if err != nil {
		return SubmittedTemplate{}, fmt.Errorf("hand the template in: %w", err)
	}
	return submitted, nil
}
