-- +goose Up

-- What the platform says of the number and the account; one row.
CREATE TABLE account (
  id              INTEGER PRIMARY KEY CHECK (id = 1),
  display_number  TEXT    NOT NULL DEFAULT '',
  verified_name   TEXT    NOT NULL DEFAULT '',
  quality         TEXT    NOT NULL DEFAULT 'UNKNOWN',
  messaging_limit INTEGER NOT NULL DEFAULT 250,
  throughput      INTEGER NOT NULL DEFAULT 80,
  status          TEXT    NOT NULL DEFAULT '',
  currency        TEXT    NOT NULL DEFAULT '',
  read_at         INTEGER NOT NULL DEFAULT 0,
  feed_since      INTEGER NOT NULL DEFAULT 0,
  feed_heard_at   INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO account (id) VALUES (1);

CREATE TABLE templates (
  id         INTEGER PRIMARY KEY,
  meta_id    TEXT    NOT NULL DEFAULT '',
  name       TEXT    NOT NULL,
  language   TEXT    NOT NULL,
  status     TEXT    NOT NULL,
  category   TEXT    NOT NULL,
  quality    TEXT    NOT NULL DEFAULT 'UNKNOWN',
  components TEXT    NOT NULL CHECK (json_valid(components)),
  synced_at  INTEGER NOT NULL,
  UNIQUE (name, language)
) STRICT;

CREATE TABLE broadcasts (
  id            INTEGER PRIMARY KEY,
  public_id     TEXT    NOT NULL UNIQUE,
  name          TEXT    NOT NULL CHECK (name <> ''),
  template      TEXT    NOT NULL,
  language      TEXT    NOT NULL,
  components    TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(components)),
  category      TEXT    NOT NULL DEFAULT '',
  audience      TEXT    NOT NULL,
  bindings      TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(bindings)),
  state         TEXT    NOT NULL DEFAULT 'draft'
    CHECK (state IN ('draft', 'scheduled', 'sending', 'paused', 'done', 'cancelled')),
  reason        TEXT    NOT NULL DEFAULT '',
  code          INTEGER NOT NULL DEFAULT 0,
  send_at       INTEGER NOT NULL DEFAULT 0,
  frozen_at     INTEGER NOT NULL DEFAULT 0,
  without_feed  INTEGER NOT NULL DEFAULT 0 CHECK (without_feed IN (0, 1)),
  created_by    TEXT    NOT NULL DEFAULT '',
  started_by    TEXT    NOT NULL DEFAULT '',
  created_at    INTEGER NOT NULL,
  started_at    INTEGER NOT NULL DEFAULT 0,
  finished_at   INTEGER NOT NULL DEFAULT 0
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER broadcasts_begin BEFORE INSERT ON broadcasts WHEN NEW.state <> 'draft' BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: only a draft can be created');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER broadcasts_moves BEFORE UPDATE OF state ON broadcasts
WHEN OLD.state <> NEW.state AND NOT CASE OLD.state
  WHEN 'draft'     THEN NEW.state IN ('scheduled', 'sending', 'cancelled')
  WHEN 'scheduled' THEN NEW.state IN ('draft', 'sending', 'cancelled')
  WHEN 'sending'   THEN NEW.state IN ('paused', 'done', 'cancelled')
  WHEN 'paused'    THEN NEW.state IN ('sending', 'cancelled')
  ELSE 0 END
BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: ');
END;
-- +goose StatementEnd
-- A started broadcast is what the owner confirmed: its words and people stand.
-- +goose StatementBegin
CREATE TRIGGER broadcasts_frozen
BEFORE UPDATE OF name, template, language, components, audience, bindings, public_id ON broadcasts
WHEN OLD.state IN ('sending', 'paused', 'done', 'cancelled') BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: started broadcasts cannot be edited');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER broadcasts_whole BEFORE UPDATE OF state ON broadcasts
WHEN NEW.state = 'sending' AND NEW.frozen_at = 0 BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: audience not frozen');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER broadcasts_settled BEFORE UPDATE OF state ON broadcasts
WHEN NEW.state = 'done' AND OLD.state <> 'done' AND EXISTS (
  SELECT 1 FROM deliveries WHERE broadcast_id = NEW.id AND state IN ('queued', 'sending')) BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: people are still waiting');
END;
-- +goose StatementEnd

-- What happened to a broadcast as a whole, for its screen and its report.
CREATE TABLE broadcast_events (
  id           INTEGER PRIMARY KEY,
  broadcast_id INTEGER NOT NULL REFERENCES broadcasts (id),
  at           INTEGER NOT NULL,
  type         TEXT    NOT NULL,
  reason       TEXT    NOT NULL DEFAULT '',
  code         INTEGER NOT NULL DEFAULT 0,
  until        INTEGER NOT NULL DEFAULT 0,
  staff        TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX broadcast_events_broadcast ON broadcast_events (broadcast_id, id);

CREATE TABLE deliveries (
  id           INTEGER PRIMARY KEY,
  broadcast_id INTEGER NOT NULL REFERENCES broadcasts (id),
  contact_id   INTEGER NOT NULL REFERENCES contacts (id),
  state        TEXT    NOT NULL DEFAULT 'queued'
    CHECK (state IN ('queued', 'excluded', 'sending', 'accepted', 'sent', 'delivered', 'read', 'failed', 'unknown', 'cancelled')),
  not_before   INTEGER NOT NULL DEFAULT 0,
  reason       TEXT    NOT NULL DEFAULT '',
  code         INTEGER NOT NULL DEFAULT 0,
  params       TEXT,
  attempts     INTEGER NOT NULL DEFAULT 0,
  wamid        TEXT,
  held         INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
  attempted_at INTEGER NOT NULL DEFAULT 0,
  accepted_at  INTEGER NOT NULL DEFAULT 0,
  sent_at      INTEGER NOT NULL DEFAULT 0,
  delivered_at INTEGER NOT NULL DEFAULT 0,
  read_at      INTEGER NOT NULL DEFAULT 0,
  ended_at     INTEGER NOT NULL DEFAULT 0,
  UNIQUE (contact_id, broadcast_id),
  CHECK (state <> 'excluded' OR reason <> ''),
  CHECK (state <> 'sending' OR attempts > 0)
) STRICT;
CREATE INDEX deliveries_state ON deliveries (broadcast_id, state, not_before, id);
CREATE UNIQUE INDEX deliveries_wamid ON deliveries (wamid) WHERE wamid IS NOT NULL;

-- The attempts: one line per claim, written in the claim's transaction.
CREATE TABLE engines (
  id         INTEGER PRIMARY KEY,
  run        TEXT    NOT NULL UNIQUE,
  pid        INTEGER NOT NULL,
  host       TEXT    NOT NULL,
  started_at INTEGER NOT NULL,
  beat_at    INTEGER NOT NULL,
  ended_at   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE outbox (
  id          INTEGER PRIMARY KEY,
  engine_id   INTEGER NOT NULL REFERENCES engines (id),
  delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
  contact_id  INTEGER NOT NULL REFERENCES contacts (id),
  claimed_at  INTEGER NOT NULL,
  settled_at  INTEGER NOT NULL DEFAULT 0,
  outcome     TEXT    NOT NULL DEFAULT ''
    CHECK (outcome IN ('', 'accepted', 'later', 'refused', 'opted_out', 'unknown', 'unspent'))
) STRICT;
CREATE INDEX outbox_claimed ON outbox (claimed_at, contact_id);
CREATE INDEX outbox_open ON outbox (delivery_id) WHERE settled_at = 0;

-- The lock on the queue: rows are born queued, and only an eligible contact of
-- a broadcast that is sending can be called.
-- +goose StatementBegin
CREATE TRIGGER deliveries_begin BEFORE INSERT ON deliveries
WHEN NEW.state <> 'queued' OR NEW.attempts <> 0 OR NEW.wamid IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'delivery_move: rows are born queued');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deliveries_late BEFORE INSERT ON deliveries
WHEN (SELECT frozen_at FROM broadcasts WHERE id = NEW.broadcast_id) <> 0 BEGIN
  SELECT RAISE(ABORT, 'delivery_move: the audience is frozen');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deliveries_gate BEFORE UPDATE OF state ON deliveries
WHEN NEW.state = 'sending' AND NOT EXISTS (
  SELECT 1 FROM standings s, broadcasts b, shop
  WHERE s.contact_id = NEW.contact_id AND s.eligible = 1
    AND b.id = NEW.broadcast_id AND b.state = 'sending'
    AND (shop.require_confirmed = 0 OR s.consent = 'confirmed')) BEGIN
  SELECT RAISE(ABORT, 'gate: this contact may not be called');
END;
-- +goose StatementEnd
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
  ELSE 0 END
BEGIN
  SELECT RAISE(ABORT, 'delivery_move: ');
END;
-- +goose StatementEnd
-- Back to the queue only with an attempt that certainly did not go out.
-- +goose StatementBegin
CREATE TRIGGER deliveries_requeue BEFORE UPDATE OF state ON deliveries
WHEN OLD.state = 'sending' AND NEW.state = 'queued' AND EXISTS (
  SELECT 1 FROM outbox WHERE delivery_id = NEW.id AND settled_at = 0) BEGIN
  SELECT RAISE(ABORT, 'delivery_move: the attempt is still open');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER outbox_truth BEFORE UPDATE ON outbox WHEN OLD.settled_at <> 0 BEGIN
  SELECT RAISE(ABORT, 'append_only: outbox');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER outbox_kept BEFORE DELETE ON outbox BEGIN
  SELECT RAISE(ABORT, 'append_only: outbox');
END;
-- +goose StatementEnd

-- How many of each broadcast are in each state, kept by the rows themselves.
CREATE TABLE broadcast_counts (
  broadcast_id INTEGER NOT NULL REFERENCES broadcasts (id),
  state        TEXT    NOT NULL,
  n            INTEGER NOT NULL,
  PRIMARY KEY (broadcast_id, state)
) STRICT, WITHOUT ROWID;
-- +goose StatementBegin
CREATE TRIGGER deliveries_count_insert AFTER INSERT ON deliveries BEGIN
  INSERT INTO broadcast_counts VALUES (NEW.broadcast_id, NEW.state, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deliveries_count_update AFTER UPDATE OF state ON deliveries WHEN OLD.state <> NEW.state BEGIN
  UPDATE broadcast_counts SET n = n - 1 WHERE broadcast_id = OLD.broadcast_id AND state = OLD.state;
  INSERT INTO broadcast_counts VALUES (NEW.broadcast_id, NEW.state, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deliveries_count_delete AFTER DELETE ON deliveries BEGIN
  SELECT RAISE(ABORT, 'append_only: deliveries') WHERE OLD.state <> 'queued' OR
    (SELECT frozen_at FROM broadcasts WHERE id = OLD.broadcast_id) <> 0;
  UPDATE broadcast_counts SET n = n - 1 WHERE broadcast_id = OLD.broadcast_id AND state = OLD.state;
END;
-- +goose StatementEnd

-- Facts from the platform that name no delivery we know yet.
CREATE TABLE events (
  id          INTEGER PRIMARY KEY,
  key         TEXT    NOT NULL UNIQUE,
  type        TEXT    NOT NULL,
  wamid       TEXT    NOT NULL DEFAULT '',
  occurred_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  payload     TEXT    NOT NULL
) STRICT;
CREATE INDEX events_wamid ON events (wamid) WHERE wamid <> '';
