-- +goose Up

-- The import that is being taken back. It works in many short transactions too,
-- so that nobody waits long behind it. First it looks through those whom it
-- added; then one change hides all who leave, from which on nobody sees them;
-- then what it changed is restored, and those who are hidden are removed from
-- the last to the first. A start after a crash goes on. import_id is 0 where
-- none is taken back; a range that begins at the end of all numbers is nobody.
CREATE TABLE leaving (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  import_id INTEGER NOT NULL,
  staff     TEXT    NOT NULL DEFAULT '',
  first     INTEGER NOT NULL,
  last      INTEGER NOT NULL,             -- those behind it are removed already
  looked    INTEGER NOT NULL DEFAULT 0,   -- looked through up to this one
  hidden    INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
  changed   INTEGER NOT NULL DEFAULT 0,   -- restored up to this one
  removed   INTEGER NOT NULL DEFAULT 0,
  kept      INTEGER NOT NULL DEFAULT 0,
  restored  INTEGER NOT NULL DEFAULT 0,
  voided    INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO leaving (id, import_id, first, last) VALUES (1, 0, 9223372036854775807, 0);

-- Those of the range who do not leave, because something happened to them since.
CREATE TABLE staying (contact_id INTEGER PRIMARY KEY) STRICT;

-- To whom something happens meanwhile stays, and is seen again if she was hidden.
-- +goose StatementBegin
CREATE TRIGGER contacts_staying AFTER UPDATE OF updated_at ON contacts
WHEN NEW.id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contact_tags_staying AFTER INSERT ON contact_tags
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consent_events_staying AFTER INSERT ON consent_events
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER saved_number_events_staying AFTER INSERT ON saved_number_events
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER platform_events_staying AFTER INSERT ON platform_events
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_events_staying AFTER INSERT ON identity_events
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER review_events_staying AFTER INSERT ON review_events
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deliveries_staying AFTER INSERT ON deliveries
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER outbox_staying AFTER INSERT ON outbox
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER inbound_staying AFTER INSERT ON inbound
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER past_identities_staying AFTER INSERT ON past_identities
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER erasures_staying AFTER INSERT ON erasures
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER merges_staying_kept AFTER INSERT ON merges
WHEN NEW.kept BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.kept);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER merges_staying_gone AFTER INSERT ON merges
WHEN NEW.gone BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.gone);
END;
-- +goose StatementEnd

-- As before, and whom somebody writes down who is hidden because she leaves. Who stays is not replaced.
DROP TRIGGER contacts_arriving_insert;
-- +goose StatementBegin
CREATE TRIGGER contacts_arriving_insert BEFORE INSERT ON contacts
WHEN (SELECT first < 9223372036854775807 AND import_id IS NOT NEW.import_id FROM arriving) BEGIN
  DELETE FROM contact_tags WHERE contact_id IN (SELECT c.id FROM contacts c, arriving a
    WHERE (c.phone = NEW.phone OR c.user_id = NEW.user_id) AND c.id BETWEEN a.first AND a.last)
    AND contact_id NOT IN (SELECT contact_id FROM staying);
  DELETE FROM standings WHERE contact_id IN (SELECT c.id FROM contacts c, arriving a
    WHERE (c.phone = NEW.phone OR c.user_id = NEW.user_id) AND c.id BETWEEN a.first AND a.last)
    AND contact_id NOT IN (SELECT contact_id FROM staying);
  DELETE FROM contacts WHERE (phone = NEW.phone OR user_id = NEW.user_id)
    AND id BETWEEN (SELECT first FROM arriving) AND (SELECT last FROM arriving)
    AND id NOT IN (SELECT contact_id FROM staying);
END;
-- +goose StatementEnd

DROP TRIGGER contacts_arriving_update;
-- +goose StatementBegin
CREATE TRIGGER contacts_arriving_update BEFORE UPDATE OF phone, user_id ON contacts
WHEN (SELECT first < 9223372036854775807 FROM arriving) BEGIN
  DELETE FROM contact_tags WHERE contact_id IN (SELECT c.id FROM contacts c, arriving a
    WHERE (c.phone = NEW.phone OR c.user_id = NEW.user_id) AND c.id BETWEEN a.first AND a.last AND c.id <> OLD.id)
    AND contact_id NOT IN (SELECT contact_id FROM staying);
  DELETE FROM standings WHERE contact_id IN (SELECT c.id FROM contacts c, arriving a
    WHERE (c.phone = NEW.phone OR c.user_id = NEW.user_id) AND c.id BETWEEN a.first AND a.last AND c.id <> OLD.id)
    AND contact_id NOT IN (SELECT contact_id FROM staying);
  DELETE FROM contacts WHERE (phone = NEW.phone OR user_id = NEW.user_id)
    AND id BETWEEN (SELECT first FROM arriving) AND (SELECT last FROM arriving) AND id <> OLD.id
    AND id NOT IN (SELECT contact_id FROM staying);
END;
-- +goose StatementEnd
