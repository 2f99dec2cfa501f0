-- +goose Up

-- Who was erased takes nothing new, by whichever road it comes; blanking what
-- is left of her is all that can still happen to her row.
-- +goose StatementBegin
CREATE TRIGGER contacts_erased BEFORE UPDATE OF name, folded, language, country, fields, source ON contacts
WHEN EXISTS (SELECT 1 FROM standings WHERE contact_id = OLD.id AND erased = 1)
  AND (NEW.name NOT IN (OLD.name, '') OR NEW.folded NOT IN (OLD.folded, '') OR NEW.language NOT IN (OLD.language, '')
    OR NEW.country NOT IN (OLD.country, '') OR NEW.fields NOT IN (OLD.fields, '{}') OR NEW.source NOT IN (OLD.source, 'erased'))
BEGIN
  SELECT RAISE(ABORT, 'erased: contacts');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contact_tags_erased BEFORE INSERT ON contact_tags
WHEN EXISTS (SELECT 1 FROM standings WHERE contact_id = NEW.contact_id AND erased = 1)
BEGIN
  SELECT RAISE(ABORT, 'erased: contact_tags');
END;
-- +goose StatementEnd
