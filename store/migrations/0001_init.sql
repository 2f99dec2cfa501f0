-- +goose Up

-- The shop: one row. Times of day are minutes after local midnight, days a
-- bit mask with Monday as 1.
CREATE TABLE shop (
  id                INTEGER PRIMARY KEY CHECK (id = 1),
  name              TEXT    NOT NULL,
  region            TEXT    NOT NULL,
  number            TEXT    NOT NULL,
  phone_number_id   TEXT    NOT NULL,
  waba_id           TEXT    NOT NULL,
  timezone          TEXT    NOT NULL,
  language          TEXT    NOT NULL,
  products          TEXT    NOT NULL DEFAULT '',
  times_a_month     INTEGER NOT NULL DEFAULT 2,
  privacy_url       TEXT    NOT NULL DEFAULT '',
  opens             INTEGER NOT NULL DEFAULT 540  CHECK (opens BETWEEN 0 AND 1440),
  closes            INTEGER NOT NULL DEFAULT 1200 CHECK (closes BETWEEN 0 AND 1440),
  days              INTEGER NOT NULL DEFAULT 63   CHECK (days BETWEEN 0 AND 127),
  every_ms          INTEGER NOT NULL DEFAULT 604800000,
  per_month         INTEGER NOT NULL DEFAULT 4,
  require_confirmed INTEGER NOT NULL DEFAULT 0 CHECK (require_confirmed IN (0, 1)),
  practice          INTEGER NOT NULL DEFAULT 0 CHECK (practice IN (0, 1)),
  staff             TEXT    NOT NULL DEFAULT '',
  created_at        INTEGER NOT NULL,
  updated_at        INTEGER NOT NULL
) STRICT;

-- Tells whether the key file beside the shop file is the one the suppression
-- list was made with.
CREATE TABLE suppression_key (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  proof BLOB    NOT NULL CHECK (length(proof) = 32)
) STRICT;

CREATE TABLE imports (
  id       INTEGER PRIMARY KEY,
  file     TEXT    NOT NULL,
  sha256   TEXT    NOT NULL,
  source   TEXT    NOT NULL,
  staff    TEXT    NOT NULL DEFAULT '',
  vouch    TEXT    NOT NULL DEFAULT '',
  rows     INTEGER NOT NULL DEFAULT 0,
  added    INTEGER NOT NULL DEFAULT 0,
  updated  INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0,
  at       INTEGER NOT NULL
) STRICT;

CREATE TABLE contacts (
  id         INTEGER PRIMARY KEY,
  phone      TEXT UNIQUE CHECK (phone GLOB '+[1-9]*'),
  user_id    TEXT UNIQUE,
  phone_mac  BLOB,
  user_mac   BLOB,
  name       TEXT    NOT NULL DEFAULT '',
  folded     TEXT    NOT NULL DEFAULT '',
  language   TEXT    NOT NULL DEFAULT '',
  country    TEXT    NOT NULL DEFAULT '',
  fields     TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(fields)),
  source     TEXT    NOT NULL CHECK (source <> ''),
  import_id  INTEGER REFERENCES imports (id),
  import_row INTEGER,
  added_at   INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK (phone IS NOT NULL OR user_id IS NOT NULL),
  CHECK ((phone IS NULL) = (phone_mac IS NULL)),
  CHECK ((user_id IS NULL) = (user_mac IS NULL))
) STRICT;
CREATE INDEX contacts_folded ON contacts (folded, id);

CREATE TABLE contact_tags (
  tag        TEXT    NOT NULL CHECK (tag <> ''),
  contact_id INTEGER NOT NULL REFERENCES contacts (id),
  PRIMARY KEY (tag, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_tags_contact ON contact_tags (contact_id, tag);

CREATE VIRTUAL TABLE contacts_fts USING fts5 (
  folded, content = 'contacts', content_rowid = 'id',
  tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3', detail = column
);
-- +goose StatementBegin
CREATE TRIGGER contacts_fts_insert AFTER INSERT ON contacts BEGIN
  INSERT INTO contacts_fts (rowid, folded) VALUES (NEW.id, NEW.folded);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contacts_fts_update AFTER UPDATE OF folded ON contacts WHEN OLD.folded <> NEW.folded BEGIN
  INSERT INTO contacts_fts (contacts_fts, rowid, folded) VALUES ('delete', OLD.id, OLD.folded);
  INSERT INTO contacts_fts (rowid, folded) VALUES (NEW.id, NEW.folded);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contacts_fts_delete AFTER DELETE ON contacts BEGIN
  INSERT INTO contacts_fts (contacts_fts, rowid, folded) VALUES ('delete', OLD.id, OLD.folded);
END;
-- +goose StatementEnd

-- Identities never to be messaged, as keyed hashes, so that the list outlives
-- the erasure of the contact. The key is not in this file.
CREATE TABLE suppressions (
  mac    BLOB    NOT NULL PRIMARY KEY,
  reason TEXT    NOT NULL,
  since  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a contact's standing is, derived from the three ledgers by triggers
-- and by nothing else.
CREATE TABLE standings (
  contact_id  INTEGER PRIMARY KEY REFERENCES contacts (id),
  consent     TEXT    NOT NULL DEFAULT 'none'
    CHECK (consent IN ('none', 'asked', 'given', 'confirmed', 'refused', 'withdrawn', 'expired')),
  consent_at  INTEGER NOT NULL DEFAULT 0,
  grade       TEXT    NOT NULL DEFAULT 'unknown'
    CHECK (grade IN ('unknown', 'told', 'says_saved', 'seen_by_staff', 'self_written', 'invalid')),
  grade_for   TEXT    NOT NULL DEFAULT '',
  saved       TEXT    NOT NULL DEFAULT 'unknown'
    CHECK (saved IN ('unknown', 'told', 'says_saved', 'seen_by_staff', 'self_written', 'invalid')),
  saved_at    INTEGER NOT NULL DEFAULT 0,
  platform    TEXT    NOT NULL DEFAULT 'ok' CHECK (platform IN ('ok', 'stopped', 'unreachable')),
  platform_at INTEGER NOT NULL DEFAULT 0,
  suppressed  INTEGER NOT NULL DEFAULT 0 CHECK (suppressed IN (0, 1)),
  erased      INTEGER NOT NULL DEFAULT 0 CHECK (erased IN (0, 1)),
  eligible    INTEGER NOT NULL GENERATED ALWAYS AS (
    consent IN ('given', 'confirmed')
    AND saved IN ('says_saved', 'seen_by_staff', 'self_written')
    AND platform = 'ok' AND suppressed = 0 AND erased = 0
  ) STORED
) STRICT;
CREATE INDEX standings_eligible ON standings (contact_id) WHERE eligible = 1;

-- +goose StatementBegin
CREATE TRIGGER contacts_standing AFTER INSERT ON contacts BEGIN
  INSERT INTO standings (contact_id, suppressed) VALUES (NEW.id,
    EXISTS (SELECT 1 FROM suppressions WHERE mac IN (NEW.phone_mac, NEW.user_mac)));
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contacts_identity AFTER UPDATE OF phone_mac, user_mac ON contacts BEGIN
  UPDATE standings SET suppressed =
    EXISTS (SELECT 1 FROM suppressions WHERE mac IN (NEW.phone_mac, NEW.user_mac))
  WHERE contact_id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER suppressions_frozen BEFORE UPDATE ON suppressions BEGIN
  SELECT RAISE(ABORT, 'append_only: suppressions');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER suppressions_kept BEFORE DELETE ON suppressions BEGIN
  SELECT RAISE(ABORT, 'append_only: suppressions');
END;
-- +goose StatementEnd

-- The wordings shown to customers, as shown: a change is a new version.
CREATE TABLE notices (
  id       TEXT    NOT NULL,
  version  INTEGER NOT NULL CHECK (version > 0),
  language TEXT    NOT NULL,
  text     TEXT    NOT NULL,
  sha256   TEXT    NOT NULL,
  since    INTEGER NOT NULL,
  PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;
-- +goose StatementBegin
CREATE TRIGGER notices_frozen BEFORE UPDATE ON notices BEGIN
  SELECT RAISE(ABORT, 'append_only: notices');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER notices_kept BEFORE DELETE ON notices BEGIN
  SELECT RAISE(ABORT, 'append_only: notices');
END;
-- +goose StatementEnd

-- One hash chain runs through all ledgers; this row is its end.
CREATE TABLE chain (
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  events INTEGER NOT NULL,
  head   BLOB    NOT NULL
) STRICT;
INSERT INTO chain (id, events, head) VALUES (1, 0, zeroblob(32));

CREATE TABLE consent_events (
  seq             INTEGER PRIMARY KEY,
  event_id        TEXT    NOT NULL UNIQUE,
  contact_id      INTEGER NOT NULL REFERENCES contacts (id),
  type            TEXT    NOT NULL
    CHECK (type IN ('asked', 'given', 'confirmed', 'refused', 'withdrawn', 'expired', 'erased', 'voided')),
  occurred_at     INTEGER NOT NULL,
  utc_offset      INTEGER NOT NULL CHECK (utc_offset BETWEEN -960 AND 960),
  recorded_at     INTEGER NOT NULL,
  method          TEXT    NOT NULL DEFAULT ''
    CHECK (method IN ('', 'counter_screen', 'spoken', 'paper', 'qr_inbound', 'inbound', 'web', 'platform')),
  place           TEXT    NOT NULL DEFAULT '',
  staff           TEXT    NOT NULL DEFAULT '',
  notice          TEXT    NOT NULL DEFAULT '',
  notice_version  INTEGER NOT NULL DEFAULT 0,
  notice_sha256   TEXT    NOT NULL DEFAULT '',
  language        TEXT    NOT NULL DEFAULT '',
  purpose         TEXT    NOT NULL DEFAULT '',
  channel         TEXT    NOT NULL DEFAULT '',
  business_number TEXT    NOT NULL DEFAULT '',
  evidence        TEXT    NOT NULL DEFAULT '',
  reason          TEXT    NOT NULL DEFAULT '',
  supersedes      TEXT    NOT NULL DEFAULT '',
  salt            BLOB    NOT NULL,
  digest          BLOB    NOT NULL CHECK (length(digest) = 32),
  prev            BLOB    NOT NULL CHECK (length(prev) = 32),
  hash            BLOB    NOT NULL CHECK (length(hash) = 32),
  CHECK (type NOT IN ('given', 'confirmed') OR (
    occurred_at > 0 AND method <> '' AND place <> '' AND staff <> '' AND notice <> ''
    AND notice_version > 0 AND notice_sha256 <> '' AND language <> '' AND purpose <> ''
    AND channel <> '' AND business_number <> '')),
  CHECK ((type = 'voided') = (supersedes <> ''))
) STRICT;
CREATE INDEX consent_events_contact ON consent_events (contact_id, seq);

CREATE TABLE saved_number_events (
  seq             INTEGER PRIMARY KEY,
  event_id        TEXT    NOT NULL UNIQUE,
  contact_id      INTEGER NOT NULL REFERENCES contacts (id),
  type            TEXT    NOT NULL
    CHECK (type IN ('unknown', 'told', 'says_saved', 'seen_by_staff', 'self_written', 'invalid')),
  occurred_at     INTEGER NOT NULL,
  utc_offset      INTEGER NOT NULL CHECK (utc_offset BETWEEN -960 AND 960),
  recorded_at     INTEGER NOT NULL,
  staff           TEXT    NOT NULL DEFAULT '',
  business_number TEXT    NOT NULL CHECK (business_number <> ''),
  evidence        TEXT    NOT NULL DEFAULT '',
  reason          TEXT    NOT NULL DEFAULT '',
  salt            BLOB    NOT NULL,
  digest          BLOB    NOT NULL CHECK (length(digest) = 32),
  prev            BLOB    NOT NULL CHECK (length(prev) = 32),
  hash            BLOB    NOT NULL CHECK (length(hash) = 32),
  CHECK (type NOT IN ('says_saved', 'seen_by_staff') OR staff <> ''),
  CHECK (type <> 'self_written' OR evidence <> '' OR staff <> '')
) STRICT;
CREATE INDEX saved_number_events_contact ON saved_number_events (contact_id, seq);

CREATE TABLE platform_events (
  seq         INTEGER PRIMARY KEY,
  event_id    TEXT    NOT NULL UNIQUE,
  contact_id  INTEGER NOT NULL REFERENCES contacts (id),
  type        TEXT    NOT NULL CHECK (type IN ('stopped', 'resumed', 'unreachable', 'reachable')),
  occurred_at INTEGER NOT NULL,
  utc_offset  INTEGER NOT NULL CHECK (utc_offset BETWEEN -960 AND 960),
  recorded_at INTEGER NOT NULL,
  code        INTEGER NOT NULL DEFAULT 0,
  evidence    TEXT    NOT NULL DEFAULT '',
  salt        BLOB    NOT NULL,
  digest      BLOB    NOT NULL CHECK (length(digest) = 32),
  prev        BLOB    NOT NULL CHECK (length(prev) = 32),
  hash        BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX platform_events_contact ON platform_events (contact_id, seq);

-- Who did what, beside the ledgers and in the same chain.
CREATE TABLE audit_events (
  seq         INTEGER PRIMARY KEY,
  event_id    TEXT    NOT NULL UNIQUE,
  type        TEXT    NOT NULL CHECK (type <> ''),
  occurred_at INTEGER NOT NULL,
  utc_offset  INTEGER NOT NULL CHECK (utc_offset BETWEEN -960 AND 960),
  recorded_at INTEGER NOT NULL,
  staff       TEXT    NOT NULL DEFAULT '',
  subject     TEXT    NOT NULL DEFAULT '',
  detail      TEXT    NOT NULL DEFAULT '',
  salt        BLOB    NOT NULL,
  digest      BLOB    NOT NULL CHECK (length(digest) = 32),
  prev        BLOB    NOT NULL CHECK (length(prev) = 32),
  hash        BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;
