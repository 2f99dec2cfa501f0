-- +goose Up

-- What one message costs while it is sent and told of. A row that moves from state to state is in no index that
-- moves with it: the queue holds who waits, "ended" those few who did not get it, and the rest is read in the order
-- of the broadcast.
DROP INDEX deliveries_state;
CREATE INDEX deliveries_broadcast ON deliveries (broadcast_id);
CREATE INDEX deliveries_queue ON deliveries (broadcast_id, not_before, id) WHERE state = 'queued';
CREATE INDEX deliveries_ended ON deliveries (broadcast_id, state, ended_at) WHERE ended_at > 0;

-- One trigger instead of five: each costs a call for every row, whether it has anything to say or not.
DROP TRIGGER deliveries_gate;
DROP TRIGGER deliveries_restored;
DROP TRIGGER deliveries_requeue;
DROP TRIGGER deliveries_given_up;
DROP TRIGGER deliveries_moves;
-- +goose StatementBegin
CREATE TRIGGER deliveries_moves BEFORE UPDATE OF state, reason ON deliveries
WHEN OLD.state <> 'sending' OR NEW.state <> 'accepted' OR NEW.reason = 'given_up' BEGIN
  SELECT RAISE(ABORT, 'delivery_move: ') WHERE NOT CASE OLD.state
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
DROP TRIGGER broadcasts_settled;
-- +goose StatementBegin
CREATE TRIGGER broadcasts_settled BEFORE UPDATE OF state ON broadcasts
WHEN NEW.state = 'done' AND OLD.state <> 'done' AND (
  EXISTS (SELECT 1 FROM deliveries WHERE broadcast_id = NEW.id AND state = 'queued')
  OR EXISTS (SELECT 1 FROM broadcast_counts WHERE broadcast_id = NEW.id AND state = 'sending' AND n > 0)) BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: people are still waiting');
END;
-- +goose StatementEnd

-- Every broadcast has a count of every state from its beginning, so that a move is one statement.
CREATE TABLE delivery_states (state TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO delivery_states VALUES ('queued'), ('excluded'), ('sending'), ('accepted'), ('sent'), ('delivered'), ('read'),
  ('failed'), ('unknown'), ('cancelled');
INSERT OR IGNORE INTO broadcast_counts SELECT b.id, s.state, 0 FROM broadcasts b, delivery_states s;
-- +goose StatementBegin
CREATE TRIGGER broadcasts_counted AFTER INSERT ON broadcasts BEGIN
  INSERT INTO broadcast_counts SELECT NEW.id, state, 0 FROM delivery_states;
END;
-- +goose StatementEnd
DROP TRIGGER deliveries_count_insert;
-- +goose StatementBegin
CREATE TRIGGER deliveries_count_insert AFTER INSERT ON deliveries BEGIN
  UPDATE broadcast_counts SET n = n + 1 WHERE broadcast_id = NEW.broadcast_id AND state = NEW.state;
END;
-- +goose StatementEnd
DROP TRIGGER deliveries_count_update;
-- +goose StatementBegin
CREATE TRIGGER deliveries_count_update AFTER UPDATE OF state ON deliveries WHEN OLD.state <> NEW.state BEGIN
  UPDATE broadcast_counts SET n = n + iif(state = NEW.state, 1, -1)
  WHERE broadcast_id = NEW.broadcast_id AND state IN (OLD.state, NEW.state);
END;
-- +goose StatementEnd

-- The platform's ids are looked up seldom, so they are filed when somebody asks: up to that row of the outbox.
DROP INDEX deliveries_wamid;
CREATE TABLE wamids (
  wamid       TEXT PRIMARY KEY,
  delivery_id INTEGER NOT NULL REFERENCES deliveries (id)
) STRICT, WITHOUT ROWID;
CREATE TABLE wamids_filed (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  filed INTEGER NOT NULL
) STRICT;
INSERT INTO wamids SELECT wamid, id FROM deliveries WHERE wamid IS NOT NULL ORDER BY wamid;
INSERT INTO wamids_filed SELECT 1, coalesce((SELECT min(id) - 1 FROM outbox WHERE settled_at = 0), (SELECT max(id) FROM outbox), 0);
