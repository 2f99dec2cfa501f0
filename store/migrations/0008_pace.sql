-- +goose Up

-- The one time zone a number tells, where it is another than the shop's: nobody is called at night there.
ALTER TABLE deliveries ADD COLUMN zone TEXT NOT NULL DEFAULT '';

-- The picture, video or document at the head of a broadcast: its bytes or where they lie on the web, and under which
-- id the platform has them now.
CREATE TABLE broadcast_media (
  broadcast_id INTEGER PRIMARY KEY REFERENCES broadcasts (id),
  kind         TEXT    NOT NULL CHECK (kind IN ('IMAGE', 'VIDEO', 'DOCUMENT')),
  name         TEXT    NOT NULL DEFAULT '',
  mime         TEXT    NOT NULL DEFAULT '',
  sha256       TEXT    NOT NULL DEFAULT '',
  link         TEXT    NOT NULL DEFAULT '',
  data         BLOB,
  media_id     TEXT    NOT NULL DEFAULT '',
  media_for    TEXT    NOT NULL DEFAULT '',
  uploaded_at  INTEGER NOT NULL DEFAULT 0,
  CHECK ((link <> '') = (data IS NULL)),
  CHECK (data IS NULL OR (length(data) BETWEEN 1 AND 16777216 AND mime <> '' AND sha256 <> '')),
  CHECK ((media_id <> '') = (uploaded_at <> 0))
) STRICT;
-- What the owner confirmed stands.
-- +goose StatementBegin
CREATE TRIGGER broadcast_media_begin BEFORE INSERT ON broadcast_media WHEN (
  SELECT state FROM broadcasts WHERE id = NEW.broadcast_id) NOT IN ('draft', 'scheduled') BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: started broadcasts cannot be edited');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER broadcast_media_frozen BEFORE UPDATE OF broadcast_id, kind, name, mime, sha256, link, data ON broadcast_media
WHEN (SELECT state FROM broadcasts WHERE id = OLD.broadcast_id) NOT IN ('draft', 'scheduled') BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: started broadcasts cannot be edited');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER broadcast_media_kept BEFORE DELETE ON broadcast_media
WHEN (SELECT state FROM broadcasts WHERE id = OLD.broadcast_id) NOT IN ('draft', 'scheduled') BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: started broadcasts cannot be edited');
END;
-- +goose StatementEnd
