-- +goose Up

-- A draft that was thrown away stays, so that its id never means another broadcast; it is in no list.
ALTER TABLE broadcasts ADD COLUMN discarded_at INTEGER NOT NULL DEFAULT 0;

-- What a person decided of a call of which nobody knows what became: one decision for each attempt.
CREATE TABLE unknown_decisions (
  delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
  attempt     INTEGER NOT NULL CHECK (attempt > 0),
  decision    TEXT    NOT NULL CHECK (decision IN ('resend', 'give_up')),
  staff       TEXT    NOT NULL CHECK (staff <> ''),
  at          INTEGER NOT NULL,
  PRIMARY KEY (delivery_id, attempt)
) STRICT, WITHOUT ROWID;
-- +goose StatementBegin
CREATE TRIGGER unknown_decisions_begin BEFORE INSERT ON unknown_decisions WHEN NOT EXISTS (
  SELECT 1 FROM deliveries WHERE id = NEW.delivery_id AND state = 'unknown' AND attempts = NEW.attempt) BEGIN
  SELECT RAISE(ABORT, 'delivery_move: only what is unknown is decided');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER unknown_decisions_truth BEFORE UPDATE ON unknown_decisions BEGIN
  SELECT RAISE(ABORT, 'append_only: unknown_decisions');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER unknown_decisions_kept BEFORE DELETE ON unknown_decisions BEGIN
  SELECT RAISE(ABORT, 'append_only: unknown_decisions');
END;
-- +goose StatementEnd

-- Unknown goes back to the queue by a recorded decision alone. What was decided can still be settled by a status
-- that comes late: the decision changed what we do, not what happened.
DROP TRIGGER deliveries_moves;
-- +goose StatementBegin
CREATE TRIGGER deliveries_moves BEFORE UPDATE OF state ON deliveries
WHEN NOT CASE OLD.state
  WHEN 'queued'    THEN NEW.state IN ('queued', 'sending', 'excluded', 'cancelled')
  WHEN 'sending'   THEN NEW.state IN ('queued', 'accepted', 'sent', 'delivered', 'read', 'failed', 'unknown')
  WHEN 'accepted'  THEN NEW.state IN ('sent', 'delivered', 'read', 'failed')
  WHEN 'sent'      THEN NEW.state IN ('delivered', 'read', 'failed')
  WHEN 'delivered' THEN NEW.state IN ('read')
  WHEN 'failed'    THEN NEW.state IN ('delivered', 'read')
  WHEN 'unknown'   THEN NEW.state IN ('accepted', 'sent', 'delivered', 'read', 'failed')
    OR (NEW.state = 'queued' AND EXISTS (SELECT 1 FROM unknown_decisions
      WHERE delivery_id = OLD.id AND attempt = OLD.attempts AND decision = 'resend'))
  ELSE 0 END
AND NOT (OLD.state IN ('queued', 'excluded', 'cancelled', 'failed')
  AND NEW.state IN ('accepted', 'sent', 'delivered', 'read', 'failed')
  AND EXISTS (SELECT 1 FROM unknown_decisions WHERE delivery_id = OLD.id AND attempt = OLD.attempts))
BEGIN
  SELECT RAISE(ABORT, 'delivery_move: ');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deliveries_given_up BEFORE UPDATE OF state, reason ON deliveries
WHEN NEW.reason = 'given_up' AND NOT EXISTS (SELECT 1 FROM unknown_decisions
  WHERE delivery_id = NEW.id AND attempt = NEW.attempts AND decision = 'give_up') BEGIN
  SELECT RAISE(ABORT, 'delivery_move: nobody gave it up');
END;
-- +goose StatementEnd

-- A broadcast that is done is opened again, paused, for somebody who is to get it after all.
DROP TRIGGER broadcasts_moves;
-- +goose StatementBegin
CREATE TRIGGER broadcasts_moves BEFORE UPDATE OF state ON broadcasts
WHEN OLD.state <> NEW.state AND NOT CASE OLD.state
  WHEN 'draft'     THEN NEW.state IN ('scheduled', 'sending', 'cancelled')
  WHEN 'scheduled' THEN NEW.state IN ('draft', 'sending', 'cancelled')
  WHEN 'sending'   THEN NEW.state IN ('paused', 'done', 'cancelled')
  WHEN 'paused'    THEN NEW.state IN ('sending', 'cancelled')
  WHEN 'done'      THEN NEW.state = 'paused' AND EXISTS (SELECT 1 FROM deliveries d JOIN unknown_decisions u
    ON u.delivery_id = d.id AND u.attempt = d.attempts WHERE d.broadcast_id = NEW.id AND d.state = 'queued')
  ELSE 0 END
BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: ');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER broadcasts_discarded BEFORE UPDATE OF discarded_at ON broadcasts
WHEN OLD.started_at <> 0 OR OLD.discarded_at <> 0 BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: only a draft is thrown away');
END;
-- +goose StatementEnd
