-- +goose Up

-- The import that is on its way in. It takes people in in many short
-- transactions, so that nobody waits long behind it; who has an id from first
-- to last is not there yet for anybody who reads. One last change of this row
-- shows all of them, or a start after a crash takes them out again. import_id
-- is 0 where none is on its way; a range that begins at the end of all numbers
-- hides nobody.
CREATE TABLE arriving (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  import_id INTEGER NOT NULL,
  first     INTEGER NOT NULL,
  last      INTEGER NOT NULL
) STRICT;

INSERT INTO arriving VALUES (1, 0, 9223372036854775807, 0);

-- What the import still has to write on people: what it changes on those who
-- are known (known = 1), and what stands in the file of their consent. Kept
-- here, since it goes on after a crash once the people are shown.
CREATE TABLE arriving_rows (
  seq        INTEGER PRIMARY KEY,
  row        INTEGER NOT NULL,
  contact_id INTEGER NOT NULL,
  known      INTEGER NOT NULL CHECK (known IN (0, 1)),
  name       TEXT    NOT NULL,
  language   TEXT    NOT NULL,
  fields     TEXT    NOT NULL CHECK (json_valid(fields)),
  tags       TEXT    NOT NULL,
  proof      TEXT
) STRICT;

-- Whom somebody writes down meanwhile goes before the file: the row of the
-- file leaves, and the import finds her known.
-- +goose StatementBegin
CREATE TRIGGER contacts_arriving_insert BEFORE INSERT ON contacts
WHEN (SELECT import_id FROM arriving) NOT IN (0, coalesce(NEW.import_id, 0)) BEGIN
  DELETE FROM contact_tags WHERE contact_id IN (SELECT c.id FROM contacts c, arriving a
    WHERE (c.phone = NEW.phone OR c.user_id = NEW.user_id) AND c.id BETWEEN a.first AND a.last);
  DELETE FROM standings WHERE contact_id IN (SELECT c.id FROM contacts c, arriving a
    WHERE (c.phone = NEW.phone OR c.user_id = NEW.user_id) AND c.id BETWEEN a.first AND a.last);
  DELETE FROM contacts WHERE (phone = NEW.phone OR user_id = NEW.user_id)
    AND id BETWEEN (SELECT first FROM arriving) AND (SELECT last FROM arriving);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER contacts_arriving_update BEFORE UPDATE OF phone, user_id ON contacts
WHEN (SELECT import_id FROM arriving) <> 0 BEGIN
  DELETE FROM contact_tags WHERE contact_id IN (SELECT c.id FROM contacts c, arriving a
    WHERE (c.phone = NEW.phone OR c.user_id = NEW.user_id) AND c.id BETWEEN a.first AND a.last AND c.id <> OLD.id);
  DELETE FROM standings WHERE contact_id IN (SELECT c.id FROM contacts c, arriving a
    WHERE (c.phone = NEW.phone OR c.user_id = NEW.user_id) AND c.id BETWEEN a.first AND a.last AND c.id <> OLD.id);
  DELETE FROM contacts WHERE (phone = NEW.phone OR user_id = NEW.user_id)
    AND id BETWEEN (SELECT first FROM arriving) AND (SELECT last FROM arriving) AND id <> OLD.id;
END;
-- +goose StatementEnd

-- Nobody else is given an id of those who are on their way.
-- +goose StatementBegin
CREATE TRIGGER contacts_arriving_ids AFTER INSERT ON contacts
WHEN NEW.id BETWEEN (SELECT first FROM arriving) AND (SELECT last FROM arriving)
  AND (SELECT import_id FROM arriving) IS NOT NEW.import_id BEGIN
  SELECT RAISE(ABORT, 'arriving: this id is taken');
END;
-- +goose StatementEnd
