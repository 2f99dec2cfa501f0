-- +goose Up

-- Which start is freezing the audience: of two at once the later goes on.
ALTER TABLE broadcasts ADD COLUMN freezing TEXT NOT NULL DEFAULT '';

-- The pace its owner asked for, in messages a second: NULL is the number's own, 0 no cap.
ALTER TABLE broadcasts ADD COLUMN rate INTEGER CHECK (rate >= 0);

-- What the process that sends a broadcast tells those that watch it from elsewhere.
CREATE TABLE runs (
  broadcast_id INTEGER PRIMARY KEY REFERENCES broadcasts (id),
  engine_id    INTEGER NOT NULL REFERENCES engines (id),
  wait         TEXT    NOT NULL DEFAULT '',
  until        INTEGER NOT NULL DEFAULT 0,
  slower       TEXT    NOT NULL DEFAULT ''
) STRICT;
