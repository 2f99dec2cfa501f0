-- +goose Up

-- A planned broadcast goes out as its owner saw and confirmed it. Other words make it a draft again; what stands at its
-- head is changed only on a draft.
DROP TRIGGER broadcast_media_begin;
-- +goose StatementBegin
CREATE TRIGGER broadcast_media_begin BEFORE INSERT ON broadcast_media WHEN (
  SELECT state FROM broadcasts WHERE id = NEW.broadcast_id) <> 'draft' BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: only a draft can be edited');
END;
-- +goose StatementEnd
DROP TRIGGER broadcast_media_frozen;
-- +goose StatementBegin
CREATE TRIGGER broadcast_media_frozen BEFORE UPDATE OF broadcast_id, kind, name, mime, sha256, link, data ON broadcast_media
WHEN (SELECT state FROM broadcasts WHERE id = OLD.broadcast_id) <> 'draft' BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: only a draft can be edited');
END;
-- +goose StatementEnd
DROP TRIGGER broadcast_media_kept;
-- +goose StatementBegin
CREATE TRIGGER broadcast_media_kept BEFORE DELETE ON broadcast_media
WHEN (SELECT state FROM broadcasts WHERE id = OLD.broadcast_id) <> 'draft' BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: only a draft can be edited');
END;
-- +goose StatementEnd
