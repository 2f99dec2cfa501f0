package store

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// What a call, or a message that failed after it was accepted, tells of the
// whole account keeps every broadcast from going out, not only the one that met it.

// stopPrefix begins the reasons of stops that a call met; a sync that reads the
// account healthy ends them. Those that the platform announced end by its own word.
const stopPrefix = "platform_"

// QualityRests is how long nobody is called after the platform slowed the number
// down for its quality (131048, "hours" by its manual). No reading tells its end.
const QualityRests = 2 * time.Hour

const (
	stopByCall = `UPDATE account SET stopped = ?1, stopped_until = ?2, stopped_at = ?3
		WHERE stopped = '' OR substr(stopped, 1, 9) = 'platform_'`
	clearByCall = `UPDATE account SET stopped = '', stopped_until = 0
		WHERE substr(stopped, 1, 9) = 'platform_' AND stopped <> 'platform_quality'`
	accountRead   = `SELECT read_at FROM account`
	templateOf    = `SELECT b.template, b.language FROM broadcasts b JOIN deliveries d ON d.broadcast_id = b.id WHERE d.id = ?`
	templateStops = `UPDATE templates SET status = ?3, synced_at = ?4 WHERE name = ?1 AND language = ?2 AND status = 'APPROVED'`
)

// laterTroubles are the codes with which a message fails after it was accepted
// although the trouble is the account's (cloudapi, section 7).
var laterTroubles = map[int]string{
	368: pausedAccount, 131031: pausedAccount, 131042: "platform_payment", 131044: "platform_payment", 131048: pausedQuality,
	131064: pausedQuality, 131037: "platform_number",
}

// laterTemplates are those that are the template's, and its status from then on.
var laterTemplates = map[int]string{132015: "PAUSED", 132016: "DISABLED"}

// StoppedByCall reports whether it was a call that met the stop.
func (a Account) StoppedByCall() bool { return strings.HasPrefix(a.Stopped, stopPrefix) }

// StopAccount keeps everything from going out: what is being sent pauses for
// the reason, one of the sender's, and nothing starts before ClearStop.
func (o *Outbox) StopAccount(ctx context.Context, reason string, code int) error {
	return o.write(ctx, func(t *tx) error { return t.stopAll(reason, code) })
}

func (t *tx) stopAll(reason string, code int) error {
	var until int64
	if reason == pausedQuality {
		until = t.now.Add(QualityRests).UnixMilli()
	}
	if _, err := t.exec(stopByCall, reason, until, t.now.UnixMilli()); err != nil {
		return fmt.Errorf("stop the account: %w", err)
	}
	return t.pauseAll(BroadcastEvent{Reason: reason, Code: code}, sendingNow)
}

// ClearStop lets broadcasts go out again after the account was read healthy. A
// stop that the platform announced, or for quality, stays until its own end.
func (s *Store) ClearStop(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error {
		changed, err := t.exec(clearByCall)
		if err != nil {
			return fmt.Errorf("let the account go on: %w", err)
		}
		if changed == 0 {
			return nil
		}
		return t.audit(AuditEvent{Type: "account_healthy", Subject: "account"})
	})
}

// troubleOf draws the consequences of a late failure for everybody. One that is
// older than the last reading of the account was known to it.
func (t *tx) troubleOf(id DeliveryID, status Status) error {
	var read int64
	if err := t.scan(accountRead, nil, &read); err != nil {
		return fmt.Errorf("look when the account was read: %w", err)
	}
	if !status.At.After(moment(read)) {
		return nil
	}
	if reason := laterTroubles[status.Code]; reason != "" {
		return t.stopAll(reason, status.Code)
	}
	template := laterTemplates[status.Code]
	if template == "" {
		return nil
	}
	var name, language string
	if err := t.scan(templateOf, []any{id}, &name, &language); err != nil {
		return fmt.Errorf("find the template: %w", err)
	}
	if _, err := t.exec(templateStops, name, language, template, t.now.UnixMilli()); err != nil {
		return fmt.Errorf("note that the template stopped: %w", err)
	}
	return t.pauseAll(BroadcastEvent{Reason: pausedTemplate, Code: status.Code}, sendingWith, name, language)
}
