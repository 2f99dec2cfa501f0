-- +goose Up

-- Audiences kept under a name. A name is found whatever its case and accents.
CREATE TABLE saved_audiences (
  id         INTEGER PRIMARY KEY,
  name       TEXT    NOT NULL CHECK (name <> ''),
  folded     TEXT    NOT NULL UNIQUE CHECK (folded <> ''),
  query      TEXT    NOT NULL CHECK (query <> ''),
  changed_by TEXT    NOT NULL DEFAULT '',
  changed_at INTEGER NOT NULL
) STRICT;

-- Whose consent may expire, by the day it was given.
CREATE INDEX standings_consented ON standings (consent_at) WHERE consent IN ('given', 'confirmed');

-- What renaming, merging and removing a tag changed, so that it can be undone.
CREATE TABLE tag_changes (
  id        INTEGER PRIMARY KEY,
  tags      TEXT    NOT NULL CHECK (json_valid(tags)), -- those that went
  became    TEXT    NOT NULL DEFAULT '',               -- '': they were removed
  people    INTEGER NOT NULL CHECK (people >= 0),
  staff     TEXT    NOT NULL DEFAULT '',
  at        INTEGER NOT NULL,
  undone_at INTEGER NOT NULL DEFAULT 0
) STRICT;
-- No foreign key to contacts: that a tag was tidied up is nothing a contact did.
CREATE TABLE tag_change_rows (
  change_id  INTEGER NOT NULL REFERENCES tag_changes (id),
  tag        TEXT    NOT NULL CHECK (tag <> ''),
  contact_id INTEGER NOT NULL,
  added      INTEGER NOT NULL CHECK (added IN (0, 1)),
  PRIMARY KEY (change_id, tag, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_change_rows_contact ON tag_change_rows (contact_id);
-- The id may be given to somebody else.
-- +goose StatementBegin
CREATE TRIGGER tag_change_rows_gone AFTER DELETE ON contacts BEGIN
  DELETE FROM tag_change_rows WHERE contact_id = OLD.id;
END;
-- +goose StatementEnd
