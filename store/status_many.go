package store

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Nearly every status moves a message that was accepted one step on, and many
// come together, so these are applied many rows to a statement. What is anything
// else is left to status.
const (
	advanceFew = 4 // are not worth it

	// ?1 is [[delivery, "wamid", "user id", "state", "first", "sent", "delivered", "read", "sent told", "delivered told"], …].
	// The moments are those of apply, one status after the other.
	advanceRows = `UPDATE deliveries SET state = j.state, held = 0, ended_at = 0, code = 0, reason = '',
		accepted_at = CASE accepted_at WHEN 0 THEN j.first ELSE accepted_at END,
		sent_at = CASE WHEN sent_at = 0 THEN j.sent WHEN j.sent_told > 0 THEN min(sent_at, j.sent_told) ELSE sent_at END,
		delivered_at = CASE WHEN delivered_at = 0 THEN j.delivered
			WHEN j.delivered_told > 0 THEN min(delivered_at, j.delivered_told) ELSE delivered_at END,
		read_at = CASE read_at WHEN 0 THEN j.read ELSE read_at END
		FROM (SELECT value ->> 0 AS id, value ->> 1 AS wamid, value ->> 2 AS user_id, value ->> 3 AS state,
			CAST(value ->> 4 AS INTEGER) AS first, CAST(value ->> 5 AS INTEGER) AS sent,
			CAST(value ->> 6 AS INTEGER) AS delivered, CAST(value ->> 7 AS INTEGER) AS read,
			CAST(value ->> 8 AS INTEGER) AS sent_told, CAST(value ->> 9 AS INTEGER) AS delivered_told FROM json_each(?1)) j
		WHERE deliveries.id = j.id AND deliveries.wamid = j.wamid AND CASE j.state
			WHEN 'sent' THEN deliveries.state = 'accepted'
			WHEN 'delivered' THEN deliveries.state IN ('accepted', 'sent')
			ELSE deliveries.state IN ('accepted', 'sent', 'delivered') END
		AND EXISTS (SELECT 1 FROM standings s JOIN contacts c ON c.id = s.contact_id
			WHERE s.contact_id = deliveries.contact_id AND s.platform <> 'unreachable' AND j.user_id IN ('', c.user_id))
		RETURNING wamid`
)

// journey is what several statuses say of one message, one after the other.
type journey struct {
	delivery                     DeliveryID
	wamid, user                  string
	state                        DeliveryState
	first, sent, delivered, read int64
	sentTold, deliveredTold      int64 // the earliest that was told by name
	odd                          bool  // not for advanceRows
}

// statuses applies what was told of messages.
func (t *tx) statuses(list []Status) error {
	rest, err := t.advanceMany(list)
	if err != nil {
		return err
	}
	for _, status := range rest {
		if err := t.status(status); err != nil {
			return fmt.Errorf("status of %s: %w", status.PublicID, err)
		}
	}
	return nil
}

// advanceMany applies the plain statuses in one statement and returns the others.
func (t *tx) advanceMany(list []Status) ([]Status, error) {
	journeys := make(map[string]*journey, len(list))
	order := make([]*journey, 0, len(list))
	for _, status := range list {
		j := journeys[status.Wamid]
		if j == nil {
			j = &journey{wamid: status.Wamid, user: status.UserID, delivery: deliveryOf(status), odd: status.Wamid == ""}
			journeys[status.Wamid] = j
			order = append(order, j)
		}
		j.add(status, dated(status.At, t.now).UnixMilli())
	}
	var plain rows
	for _, j := range order {
		if j.delivery == 0 && !j.odd { // our own id was left out
			id, err := t.byWamid(j.wamid)
			if err := ignoreNotFound(err); err != nil {
				return nil, err
			}
			j.delivery, j.odd = id, id == 0
		}
		if !j.odd {
			plain.add(int64(j.delivery), j.wamid, j.user, string(j.state), digits(j.first), digits(j.sent), digits(j.delivered), digits(j.read),
				digits(j.sentTold), digits(j.deliveredTold))
		}
	}
	if plain.n <= advanceFew {
		return list, nil
	}
	if err := t.linkMany(order); err != nil {
		return nil, err
	}
	err := t.each(advanceRows, []any{plain.list()}, func(scan func(...any) error) error {
		var wamid string
		err := scan(&wamid)
		delete(journeys, wamid)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("apply statuses: %w", err)
	}
	rest := make([]Status, 0, len(journeys))
	for _, status := range list {
		if journeys[status.Wamid] != nil {
			rest = append(rest, status)
		}
	}
	return rest, nil
}

// add takes the next status, as apply would for a row that is accepted.
func (j *journey) add(status Status, at int64) {
	if status.UserID != j.user || deliveryOf(status) != j.delivery || rank(status.State) < rank(DeliverySent) {
		j.odd = true
		return
	}
	if j.first == 0 {
		j.first = at
	}
	switch status.State {
	case DeliverySent:
		j.sentTold = earliest(j.sentTold, at)
	case DeliveryDelivered:
		j.deliveredTold = earliest(j.deliveredTold, at)
	default:
	}
	if rank(status.State) <= rank(j.state) {
		j.sent, j.delivered = earliest(j.sent, j.sentTold), earliest(j.delivered, j.deliveredTold)
		return
	}
	j.state = status.State
	j.sent = cmp.Or(j.sent, at)
	if rank(j.state) >= rank(DeliveryDelivered) {
		j.delivered = cmp.Or(j.delivered, at)
	}
	if j.state == DeliveryRead {
		j.read = cmp.Or(j.read, at)
	}
}

// earliest is the smaller of two moments, where 0 is none.
func earliest(a, b int64) int64 {
	if a == 0 || (b != 0 && b < a) {
		return b
	}
	return a
}

func digits(n int64) string { return strconv.FormatInt(n, 10) }

// deliveryOf is our own id in a status, 0 where it was left out.
func deliveryOf(status Status) DeliveryID {
	_, row, _ := strings.Cut(status.PublicID, ".")
	id, err := strconv.ParseInt(row, 10, 64)
	if err != nil {
		return 0
	}
	return DeliveryID(id)
}
