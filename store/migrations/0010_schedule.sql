-- +goose Up

-- Who confirmed that a scheduled broadcast is to start by itself, when, and how
-- many people were to get it then; zero: nobody has.
ALTER TABLE broadcasts ADD COLUMN confirmed_by     TEXT    NOT NULL DEFAULT '';
ALTER TABLE broadcasts ADD COLUMN confirmed_at     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE broadcasts ADD COLUMN confirmed_people INTEGER NOT NULL DEFAULT 0 CHECK (confirmed_people >= 0);
CREATE INDEX broadcasts_due ON broadcasts (send_at) WHERE state = 'scheduled' AND reason = '';

-- What was confirmed are these words to these people at this time: any other
-- needs another confirmation.
-- +goose StatementBegin
CREATE TRIGGER broadcasts_reconfirm AFTER UPDATE OF template, language, audience, bindings, send_at ON broadcasts
WHEN OLD.state IN ('draft', 'scheduled') AND (OLD.template <> NEW.template OR OLD.language <> NEW.language
  OR OLD.audience <> NEW.audience OR OLD.bindings <> NEW.bindings OR OLD.send_at <> NEW.send_at) BEGIN
  UPDATE broadcasts SET confirmed_by = '', confirmed_at = 0, confirmed_people = 0, reason = '' WHERE id = NEW.id;
END;
-- +goose StatementEnd

-- A scheduled broadcast that did not start by itself asks its owner, and says why.
-- +goose StatementBegin
CREATE TRIGGER broadcasts_asks BEFORE UPDATE OF reason ON broadcasts
WHEN NEW.state = 'scheduled' AND NEW.reason NOT IN ('', 'missed', 'grew', 'unconfirmed', 'blocked') BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: a scheduled broadcast has no such question');
END;
-- +goose StatementEnd

-- How the last round trip through the shop's public address ended; one row.
CREATE TABLE door (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  url       TEXT    NOT NULL DEFAULT '',
  tried_at  INTEGER NOT NULL DEFAULT 0,
  passed_at INTEGER NOT NULL DEFAULT 0,
  problem   TEXT    NOT NULL DEFAULT '' CHECK (problem IN ('', 'unreachable', 'certificate', 'foreign'))
) STRICT;
INSERT INTO door (id) VALUES (1);
