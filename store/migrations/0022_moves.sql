-- +goose Up

-- What a row costs that moves. A list of more than two constants, and one of the row's own values, is a table that
-- SQLite fills and empties again for every row of a trigger. After a trigger that comes before the change it looks the
-- row up once more; one that comes after it refuses as well, since the whole statement is undone.
DROP TRIGGER deliveries_count_update;
-- +goose StatementBegin
CREATE TRIGGER deliveries_count_update AFTER UPDATE OF state ON deliveries WHEN OLD.state <> NEW.state BEGIN
  UPDATE broadcast_counts SET n = n - 1 WHERE broadcast_id = NEW.broadcast_id AND state = OLD.state;
  UPDATE broadcast_counts SET n = n + 1 WHERE broadcast_id = NEW.broadcast_id AND state = NEW.state;
END;
-- +goose StatementEnd
DROP TRIGGER deliveries_moves;
-- +goose StatementBegin
CREATE TRIGGER deliveries_moves AFTER UPDATE OF state, reason ON deliveries
WHEN OLD.state <> 'sending' OR NEW.state <> 'accepted' OR NEW.reason = 'given_up' BEGIN
  SELECT RAISE(ABORT, 'delivery_move: ') WHERE (OLD.state <> 'queued'
        OR NEW.state <> 'sending') AND NOT CASE OLD.state
      WHEN 'queued'    THEN (NEW.state = 'queued' OR NEW.state = 'sending' OR NEW.state = 'excluded'
        OR NEW.state = 'cancelled')
      WHEN 'sending'   THEN (NEW.state = 'queued' OR NEW.state = 'accepted' OR NEW.state = 'sent'
        OR NEW.state = 'delivered' OR NEW.state = 'read' OR NEW.state = 'failed' OR NEW.state = 'unknown')
      WHEN 'accepted'  THEN (NEW.state = 'sent' OR NEW.state = 'delivered' OR NEW.state = 'read'
        OR NEW.state = 'failed')
      WHEN 'sent'      THEN (NEW.state = 'delivered' OR NEW.state = 'read' OR NEW.state = 'failed')
      WHEN 'delivered' THEN NEW.state IN ('read')
      WHEN 'failed'    THEN NEW.state IN ('delivered', 'read')
      WHEN 'unknown'   THEN (NEW.state = 'accepted' OR NEW.state = 'sent' OR NEW.state = 'delivered'
        OR NEW.state = 'read' OR NEW.state = 'failed')
        OR (NEW.state = 'queued' AND EXISTS (SELECT 1 FROM unknown_decisions
          WHERE delivery_id = OLD.id AND attempt = OLD.attempts AND decision = 'resend'))
      ELSE 0 END
    AND NOT ((OLD.state = 'queued' OR OLD.state = 'excluded' OR OLD.state = 'cancelled' OR OLD.state = 'failed')
      AND (NEW.state = 'accepted' OR NEW.state = 'sent' OR NEW.state = 'delivered' OR NEW.state = 'read'
        OR NEW.state = 'failed')
      AND EXISTS (SELECT 1 FROM unknown_decisions WHERE delivery_id = OLD.id AND attempt = OLD.attempts));
  SELECT CASE WHEN EXISTS (SELECT 1 FROM restores WHERE reviewed_at = 0)
      THEN RAISE(ABORT, 'restored: nobody reviewed this file')
    WHEN NOT EXISTS (SELECT 1 FROM standings s, broadcasts b, shop
        WHERE s.contact_id = NEW.contact_id AND s.eligible = 1
          AND b.id = NEW.broadcast_id AND b.state = 'sending'
          AND (shop.require_confirmed = 0 OR s.consent = 'confirmed'))
      THEN RAISE(ABORT, 'gate: this contact may not be called') END
    WHERE NEW.state = 'sending';
  SELECT RAISE(ABORT, 'delivery_move: the attempt is still open')
    WHERE NEW.state = 'queued' AND OLD.state = 'sending' AND EXISTS (
      SELECT 1 FROM outbox WHERE delivery_id = NEW.id AND settled_at = 0);
  SELECT RAISE(ABORT, 'delivery_move: nobody gave it up')
    WHERE NEW.reason = 'given_up' AND NOT EXISTS (SELECT 1 FROM unknown_decisions
      WHERE delivery_id = NEW.id AND attempt = NEW.attempts AND decision = 'give_up');
END;
-- +goose StatementEnd
