-- +goose Up

-- The last call that was made from another number: a number that is new begins slowly, as the first one did.
ALTER TABLE shop ADD COLUMN calls_before INTEGER NOT NULL DEFAULT 0;
-- +goose StatementBegin
CREATE TRIGGER shop_warms AFTER UPDATE OF phone_number_id ON shop WHEN OLD.phone_number_id <> NEW.phone_number_id BEGIN
  UPDATE shop SET calls_before = (SELECT coalesce(max(id), 0) FROM outbox);
END;
-- +goose StatementEnd
