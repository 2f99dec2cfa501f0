-- +goose Up

-- Names and numbers are found by any three signs that follow each other, so
-- that what is typed may stand anywhere in them. Two spaces at the end let the
-- last signs begin a gram of their own: what is shorter than a gram is looked
-- up by the grams that begin with it.
DROP TRIGGER contacts_fts_insert;
DROP TRIGGER contacts_fts_update;
DROP TRIGGER contacts_fts_delete;
DROP TABLE contacts_fts;
CREATE VIRTUAL TABLE contacts_grams USING fts5 (
  text, content = '', contentless_delete = 1, tokenize = 'trigram', detail = none
);
CREATE VIRTUAL TABLE contacts_gram_list USING fts5vocab (contacts_grams, row);
INSERT INTO contacts_grams (rowid, text) SELECT id, folded || ' ' || coalesce(phone, '') || '  ' FROM contacts;
-- +goose StatementBegin
CREATE TRIGGER contacts_grams_insert AFTER INSERT ON contacts BEGIN
  INSERT INTO contacts_grams (rowid, text) VALUES (NEW.id, NEW.folded || ' ' || coalesce(NEW.phone, '') || '  ');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contacts_grams_update AFTER UPDATE OF folded, phone ON contacts
WHEN OLD.folded <> NEW.folded OR OLD.phone IS NOT NEW.phone BEGIN
  UPDATE contacts_grams SET text = NEW.folded || ' ' || coalesce(NEW.phone, '') || '  ' WHERE rowid = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contacts_grams_delete AFTER DELETE ON contacts BEGIN
  DELETE FROM contacts_grams WHERE rowid = OLD.id;
END;
-- +goose StatementEnd

-- Holds all that a list in the order of names is searched by.
DROP INDEX contacts_folded;
CREATE INDEX contacts_folded ON contacts (folded, phone);
-- The few who are in no list.
CREATE INDEX standings_erased ON standings (contact_id) WHERE erased = 1;
