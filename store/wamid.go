package store

import (
	"errors"
	"fmt"
)

// The index of wamids is made when somebody asks, not when a message is sent.
// Nearly every status brings our own id back, so most wamids are never looked
// up, and theirs is a random order: an index kept at every answer would write
// about a page for each message, and more the longer the shop is in business.
const (
	filedWamid = `SELECT delivery_id FROM wamids WHERE wamid = ?`
	// Attempts end out of order, so everything below the oldest open one is filed.
	unfiledWamids = `SELECT filed, coalesce((SELECT min(id) - 1 FROM outbox WHERE settled_at = 0),
		(SELECT max(id) FROM outbox), 0) FROM wamids_filed WHERE id = 1`
	fileWamids = `INSERT OR IGNORE INTO wamids SELECT d.wamid, d.id FROM outbox o JOIN deliveries d ON d.id = o.delivery_id
		WHERE o.id > ? AND o.id <= ? AND d.wamid IS NOT NULL ORDER BY d.wamid`
	filedUpTo   = `UPDATE wamids_filed SET filed = ? WHERE id = 1`
	fileWamid   = `INSERT OR IGNORE INTO wamids VALUES (?, ?)`
	recentWamid = `SELECT d.id FROM outbox o JOIN deliveries d ON d.id = o.delivery_id
		WHERE o.id > (SELECT filed FROM wamids_filed WHERE id = 1) AND d.wamid = ? LIMIT 1`
)

// byWamid finds the delivery that the platform gave an id; ErrNotFound when
// there is none. A server that gives one id twice is believed once.
func (t *tx) byWamid(wamid string) (DeliveryID, error) {
	id, err := t.filed(wamid)
	if err == nil || !errors.Is(err, ErrNotFound) {
		return id, err
	}
	if err := t.fileNew(); err != nil {
		return 0, fmt.Errorf("file the ids of messages: %w", err)
	}
	if id, err = t.filed(wamid); errors.Is(err, ErrNotFound) {
		err = t.scan(recentWamid, []any{wamid}, &id)
	}
	return id, err
}

func (t *tx) filed(wamid string) (id DeliveryID, err error) {
	if wamid == "" {
		return 0, ErrNotFound
	}
	return id, t.scan(filedWamid, []any{wamid}, &id)
}

func (t *tx) fileNew() error {
	var filed, upTo int64
	if err := t.scan(unfiledWamids, nil, &filed, &upTo); err != nil || upTo <= filed {
		return err
	}
	if _, err := t.exec(fileWamids, filed, upTo); err != nil {
		return err
	}
	_, err := t.exec(filedUpTo, upTo)
	return err
}

// nameLate files the id of a message whose attempt ended without one.
func (t *tx) nameLate(wamid string, id DeliveryID) error {
	if wamid == "" {
		return nil
	}
	_, err := t.exec(fileWamid, wamid, id)
	return err
}
