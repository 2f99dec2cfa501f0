-- +goose Up

-- What became of an import, and what it takes to undo it as a whole.
ALTER TABLE imports ADD COLUMN unchanged  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN duplicates INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN suppressed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN opted_in   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN tags       TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(tags));
ALTER TABLE imports ADD COLUMN signs      TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(signs));
ALTER TABLE imports ADD COLUMN undone_at  INTEGER NOT NULL DEFAULT 0;

-- What an import changed of people who were known, and what it put on the
-- ledgers. Who is added without a proof needs no line: her own row says it.
CREATE TABLE import_changes (
  import_id     INTEGER NOT NULL REFERENCES imports (id),
  contact_id    INTEGER NOT NULL REFERENCES contacts (id),
  row           INTEGER NOT NULL,
  before        TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(before)),
  after         TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(after)),
  consent_event TEXT    NOT NULL DEFAULT '',
  saved_event   TEXT    NOT NULL DEFAULT '',
  PRIMARY KEY (import_id, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_changes_contact ON import_changes (contact_id);
-- +goose StatementBegin
CREATE TRIGGER import_changes_erased AFTER UPDATE OF erased ON standings WHEN NEW.erased = 1 BEGIN
  UPDATE import_changes SET before = '{}', after = '{}' WHERE contact_id = NEW.contact_id;
END;
-- +goose StatementEnd

-- The same as before, without a list that SQLite builds anew for every row.
DROP TRIGGER contacts_standing;
-- +goose StatementBegin
CREATE TRIGGER contacts_standing AFTER INSERT ON contacts BEGIN
  INSERT INTO standings (contact_id, suppressed) VALUES (NEW.id,
    EXISTS (SELECT 1 FROM suppressions WHERE mac = NEW.phone_mac)
    OR EXISTS (SELECT 1 FROM suppressions WHERE mac = NEW.user_mac));
END;
-- +goose StatementEnd
