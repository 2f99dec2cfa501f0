-- +goose Up

-- A file put back from a backup may not know what was sent after the backup was
-- made. Until somebody looked at what it believes to be pending, nothing is sent.
CREATE TABLE restores (
  id          INTEGER PRIMARY KEY,
  backup_at   INTEGER NOT NULL,
  restored_at INTEGER NOT NULL,
  staff       TEXT    NOT NULL DEFAULT '',
  kept        TEXT    NOT NULL DEFAULT '',
  carried     INTEGER NOT NULL DEFAULT 0,
  unread      INTEGER NOT NULL DEFAULT 0 CHECK (unread IN (0, 1)),
  reviewed_at INTEGER NOT NULL DEFAULT 0,
  reviewed_by TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX restores_open ON restores (id) WHERE reviewed_at = 0;

-- +goose StatementBegin
CREATE TRIGGER restores_once BEFORE UPDATE ON restores
WHEN OLD.reviewed_at <> 0 OR NEW.reviewed_at = 0 OR NEW.id <> OLD.id OR NEW.backup_at <> OLD.backup_at
  OR NEW.restored_at <> OLD.restored_at OR NEW.staff <> OLD.staff OR NEW.kept <> OLD.kept
  OR NEW.carried <> OLD.carried OR NEW.unread <> OLD.unread BEGIN
  SELECT RAISE(ABORT, 'append_only: restores');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER restores_kept BEFORE DELETE ON restores BEGIN
  SELECT RAISE(ABORT, 'append_only: restores');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deliveries_restored BEFORE UPDATE OF state ON deliveries
WHEN NEW.state = 'sending' AND EXISTS (SELECT 1 FROM restores WHERE reviewed_at = 0) BEGIN
  SELECT RAISE(ABORT, 'restored: nobody reviewed this file');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER broadcasts_restored BEFORE UPDATE OF state ON broadcasts
WHEN NEW.state IN ('sending', 'scheduled') AND OLD.state <> NEW.state AND EXISTS (SELECT 1 FROM restores WHERE reviewed_at = 0) BEGIN
  SELECT RAISE(ABORT, 'restored: nobody reviewed this file');
END;
-- +goose StatementEnd
