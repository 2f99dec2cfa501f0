package store

import (
	"errors"
	"fmt"
)

// Customers save a number, and calls go out from the number that the platform's
// id stands for. Nobody counts as having saved the shop's number while these are
// two, or while the id was changed and the platform has not said that its number
// is the one that was saved. The triggers on shop keep standings to that.
const (
	selectCallsFrom = `SELECT number_said, attested_from FROM shop WHERE id = 1`
	updateCallsFrom = `UPDATE shop SET number_said = ?, attested_from = ? WHERE id = 1`
	countAttested   = `SELECT count(*) FROM standings WHERE saved IN ('says_saved', 'seen_by_staff', 'self_written') AND erased = 0`
)

// numberSaid takes the platform's word for which number the shop's id stands
// for. An answer about another id than the shop's came too late to tell.
func (t *tx) numberSaid(a Account) error {
	shop, err := t.shop()
	if errors.Is(err, ErrNotSetUp) {
		return nil
	}
	if err != nil || a.DisplayNumber == "" || a.PhoneNumberID != shop.PhoneNumberID {
		return err
	}
	var before string
	var since int64
	if err := t.scan(selectCallsFrom, nil, &before, &since); err != nil {
		return fmt.Errorf("read what the number id stands for: %w", err)
	}
	said, from := a.DisplayNumber, since
	if shop.Number.ShownAs(a.DisplayNumber) {
		said, from = string(shop.Number), 0
	}
	if said == before && from == since {
		return nil
	}
	counted, err := t.attestedAfter(func() error {
		_, err := t.exec(updateCallsFrom, said, from)
		return err
	})
	if err != nil || counted.before == counted.after {
		return err
	}
	return t.audit(AuditEvent{
		Type: "number_said", Subject: "shop", Detail: fmt.Sprintf("the platform says that number id %s is %s; %s",
			clean(shop.PhoneNumberID), shorten(clean(said), maxWords), counted),
	})
}

// attested is how many counted as having saved the shop's number before a change, and after it.
type attested struct{ before, after int }

func (a attested) String() string {
	return fmt.Sprintf("who saved it: %d before, %d now", a.before, a.after)
}

// attestedAfter counts them around a change.
func (t *tx) attestedAfter(change func() error) (attested, error) {
	var a attested
	if err := t.scan(countAttested, nil, &a.before); err != nil {
		return attested{}, fmt.Errorf("count who saved the number: %w", err)
	}
	if err := change(); err != nil {
		return attested{}, err
	}
	if err := t.scan(countAttested, nil, &a.after); err != nil {
		return attested{}, fmt.Errorf("count who saved the number: %w", err)
	}
	return a, nil
}

const anySending = `SELECT EXISTS (SELECT 1 FROM broadcasts WHERE state = 'sending')`

// movesNumber refuses to change what calls go out from under a broadcast that is being sent.
func (t *tx) movesNumber(shop Shop) error {
	before, err := t.shop()
	if errors.Is(err, ErrNotSetUp) {
		return nil
	}
	if err != nil {
		return err
	}
	var field string
	switch {
	case before.Number != shop.Number:
		field = "number"
	case before.PhoneNumberID != shop.PhoneNumberID:
		field = "phone-number-id"
	default:
		return nil
	}
	sending, err := t.any(anySending)
	if err == nil && sending {
		return &InvalidError{Field: field, Reason: "sending"}
	}
	return err
}
