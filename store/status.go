package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pregon/store/phone"
)

// Status is what the platform's feed says became of one accepted message.
type Status struct {
	Wamid    string        `json:"wamid"`
	PublicID string        `json:"public_id"` // as Claim.PublicID gave it; "" when the feed left it out
	State    DeliveryState `json:"state"`     // sent, delivered, read or failed
	At       time.Time     `json:"at"`
	Code     int           `json:"code"` // of a failure
	// Phone and UserID are recipient_id with a plus and recipient_user_id, ""
	// if not told: together with the delivery they say which ids belong together.
	// They are not kept with a status that names no delivery yet.
	Phone  phone.E164 `json:"-"`
	UserID string     `json:"-"`
}

const (
	// What a person decided of an unknown delivery is still unknown to the feed.
	settledState = `CASE WHEN d.state IN ('queued', 'excluded', 'cancelled', 'failed') AND EXISTS (SELECT 1
		FROM unknown_decisions u WHERE u.delivery_id = d.id AND u.attempt = d.attempts) AND d.reason <> 'undelivered'
		THEN 'unknown' ELSE d.state END`
	deliveryByPublic = `SELECT d.id, d.contact_id, ` + settledState + `, d.wamid IS NULL FROM deliveries d
		JOIN broadcasts b ON b.id = d.broadcast_id WHERE d.id = ? AND b.public_id = ?`
	deliveryByID = `SELECT d.id, d.contact_id, ` + settledState + `, d.wamid IS NULL FROM deliveries d WHERE d.id = ?`
	// A status implies those before it; each first moment is kept.
	advanceDelivery = `UPDATE deliveries SET state = ?2, wamid = coalesce(wamid, nullif(?3, '')), held = 0,
		accepted_at = CASE accepted_at WHEN 0 THEN ?4 ELSE accepted_at END,
		sent_at = CASE WHEN sent_at = 0 THEN ?4 ELSE sent_at END,
		delivered_at = CASE WHEN ?2 IN ('delivered', 'read') AND delivered_at = 0 THEN ?4 ELSE delivered_at END,
		read_at = CASE WHEN ?2 = 'read' AND read_at = 0 THEN ?4 ELSE read_at END, ended_at = 0, code = 0, reason = ''
		WHERE id = ?1`
	// A status that came late still fills in its own moment.
	datedDelivery = `UPDATE deliveries SET wamid = coalesce(wamid, nullif(?3, '')),
		sent_at = CASE WHEN ?2 = 'sent' THEN min(sent_at, ?4) ELSE sent_at END,
		delivered_at = CASE WHEN ?2 = 'delivered' AND delivered_at > 0 THEN min(delivered_at, ?4) ELSE delivered_at END
		WHERE id = ?1`
	failDelivery = `UPDATE deliveries SET state = 'failed', wamid = coalesce(wamid, nullif(?2, '')), reason = 'undelivered', code = ?3,
		ended_at = ?4 WHERE id = ?1`
	eventsOfWamid = `SELECT payload FROM events WHERE wamid = ? AND wamid <> '' ORDER BY occurred_at`
	platformOf    = `SELECT contact_id, platform FROM standings WHERE contact_id = (
		SELECT coalesce(nullif(merged_into, 0), contact_id) FROM standings WHERE contact_id = ?)`
)

// rank orders the states a status can move a delivery through.
func rank(state DeliveryState) int {
	switch state {
	case DeliveryAccepted:
		return 1
	case DeliverySent:
		return 2
	case DeliveryDelivered:
		return 3
	case DeliveryRead:
		return 4
	case DeliveryQueued, DeliveryExcluded, DeliverySending, DeliveryFailed, DeliveryUnknown, DeliveryCancelled:
	}
	return 0
}

func (t *tx) status(status Status) error {
	status.At = dated(status.At, t.now)
	d, err := t.named(status)
	if errors.Is(err, ErrNotFound) {
		return t.keep(status)
	}
	if err != nil {
		return err
	}
	if status.UserID != "" {
		if d.contact, err = t.recipient(d.contact, status); err != nil {
			return err
		}
	}
	return t.apply(status, d)
}

// sent is a delivery that a status speaks of.
type sent struct {
	id       DeliveryID
	contact  ContactID
	state    DeliveryState
	nameless bool // the platform has not told us its own id yet
}

func (d *sent) into() []any { return []any{&d.id, &d.contact, &d.state, &d.nameless} }

// recipient links what names the person in a status with whom we sent to.
func (t *tx) recipient(contact ContactID, status Status) (ContactID, error) {
	now, err := t.position(contact)
	if err == nil && now.erased { // or merged, and then she is another contact now
		if contact, err = t.living(contact); err == nil {
			now, err = t.position(contact)
		}
	}
	if err != nil || now.erased || now.userID == status.UserID {
		return contact, err
	}
	other, err := t.byUser(status.UserID)
	switch {
	case err != nil:
		return 0, err
	case other == 0:
		return contact, t.setIdentity(now, kindUser, status.UserID, status.At, status.Wamid)
	case other == contact:
		return contact, nil
	}
	return t.unite(contact, other, status.At, status.Wamid)
}

// named finds the delivery by our own id, else by the platform's.
func (t *tx) named(status Status) (d sent, err error) {
	err = ErrNotFound
	if public, row, ok := strings.Cut(status.PublicID, "."); ok {
		if number, parseErr := strconv.ParseInt(row, 10, 64); parseErr == nil {
			err = t.scan(deliveryByPublic, []any{number, public}, d.into()...)
		}
	}
	if errors.Is(err, ErrNotFound) {
		var id DeliveryID
		if id, err = t.byWamid(status.Wamid); err == nil {
			err = t.scan(deliveryByID, []any{id}, d.into()...)
		}
	}
	return d, err
}

func (t *tx) keep(status Status) error {
	payload, err := json.Marshal(status)
	if err != nil {
		return fmt.Errorf("encode the status: %w", err)
	}
	_, err = t.exec(keepEvent, status.Wamid+":"+string(status.State), "status", status.Wamid, millis(status.At),
		t.now.UnixMilli(), string(payload))
	return err
}

// apply moves the delivery forward, or leaves it where it is.
func (t *tx) apply(status Status, d sent) error {
	at, id, state := status.At.UnixMilli(), d.id, d.state
	switch state {
	case DeliverySending, DeliveryAccepted, DeliverySent, DeliveryDelivered, DeliveryRead, DeliveryUnknown, DeliveryFailed:
	case DeliveryQueued, DeliveryExcluded, DeliveryCancelled:
		return nil // nothing went out that we know of; never move a row by a stranger's word
	}
	if d.nameless {
		if err := t.nameLate(status.Wamid, id); err != nil {
			return err
		}
	}
	if status.State == DeliveryFailed {
		if rank(state) >= rank(DeliveryDelivered) || state == DeliveryFailed {
			return nil
		}
		if _, err := t.exec(failDelivery, id, status.Wamid, status.Code, at); err != nil {
			return err
		}
		if err := t.troubleOf(id, status); err != nil {
			return err
		}
		return t.failedFor(d.contact, status)
	}
	if rank(status.State) <= rank(state) || (state == DeliveryFailed && rank(status.State) < rank(DeliveryDelivered)) {
		_, err := t.exec(datedDelivery, id, status.State, status.Wamid, at)
		return err
	}
	if _, err := t.exec(advanceDelivery, id, status.State, status.Wamid, at); err != nil {
		return err
	}
	if rank(status.State) < rank(DeliveryDelivered) {
		return nil
	}
	return t.reached(d.contact, status)
}

// failedFor draws the consequences of a failure for the person.
func (t *tx) failedFor(contact ContactID, status Status) error {
	const codeStopped = 131050 // the person stopped marketing from this business
	if status.Code == codeStopped {
		return t.platformStop(contact, status.Code, status.At, status.Wamid)
	}
	return t.unreachable(contact, status.Code, status.At)
}

// reached ends a rest: who gets a message is reachable again.
func (t *tx) reached(contact ContactID, status Status) error {
	var platform Platform
	if err := t.scan(platformOf, []any{contact}, &contact, &platform); err != nil || platform != PlatformUnreachable {
		return err
	}
	return ignoreErased(t.platform(PlatformEvent{
		Contact: contact, Type: "reachable", At: status.At, Evidence: status.Wamid,
	}))
}

// rematch applies what came before the wamid was known.
func (t *tx) rematch(wamid string) error {
	if wamid == "" {
		return nil
	}
	var kept []Status
	err := t.each(eventsOfWamid, []any{wamid}, func(scan func(...any) error) error {
		var payload string
		var status Status
		if err := scan(&payload); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(payload), &status); err != nil {
			return fmt.Errorf("decode a kept status: %w", err)
		}
		kept = append(kept, status)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read kept statuses: %w", err)
	}
	for _, status := range kept {
		if err := t.status(status); err != nil {
			return err
		}
	}
	return nil
}
