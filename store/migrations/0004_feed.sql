-- +goose Up

-- Standings once more, with a hold for those whose words a person has to judge,
-- and with the contact that a merged one is now.
CREATE TABLE standings_before AS SELECT * FROM standings;
DROP TABLE standings;
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
  held        INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
  merged_into INTEGER NOT NULL DEFAULT 0,
  eligible    INTEGER NOT NULL GENERATED ALWAYS AS (
    consent IN ('given', 'confirmed')
    AND saved IN ('says_saved', 'seen_by_staff', 'self_written')
    AND platform = 'ok' AND suppressed = 0 AND erased = 0 AND held = 0
  ) STORED,
  CHECK (merged_into = 0 OR erased = 1)
) STRICT;
INSERT INTO standings (contact_id, consent, consent_at, grade, grade_for, saved, saved_at, platform, platform_at,
  suppressed, erased)
  SELECT contact_id, consent, consent_at, grade, grade_for, saved, saved_at, platform, platform_at, suppressed, erased
  FROM standings_before;
DROP TABLE standings_before;
CREATE INDEX standings_eligible ON standings (contact_id) WHERE eligible = 1;
CREATE INDEX standings_merged ON standings (merged_into) WHERE merged_into <> 0;
CREATE INDEX standings_held ON standings (contact_id) WHERE held = 1;

ALTER TABLE contacts ADD COLUMN last_inbound_at INTEGER NOT NULL DEFAULT 0;

-- Numbers and ids that a contact had before: what still comes under them is hers.
CREATE TABLE past_identities (
  kind       TEXT    NOT NULL CHECK (kind IN ('phone', 'user')),
  value      TEXT    NOT NULL CHECK (value <> ''),
  contact_id INTEGER NOT NULL REFERENCES contacts (id),
  until      INTEGER NOT NULL,
  PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX past_identities_contact ON past_identities (contact_id);

-- Who said stop without being a contact, as keyed hashes like the suppression
-- list. Only a join of her own, later than the stop, lifts one.
CREATE TABLE identity_stops (
  mac      BLOB    NOT NULL,
  at       INTEGER NOT NULL,
  type     TEXT    NOT NULL CHECK (type IN ('stopped', 'joined')),
  evidence TEXT    NOT NULL CHECK (evidence <> ''),
  PRIMARY KEY (mac, at, type)
) STRICT, WITHOUT ROWID;
-- +goose StatementBegin
CREATE TRIGGER identity_stops_frozen BEFORE UPDATE ON identity_stops BEGIN
  SELECT RAISE(ABORT, 'append_only: identity_stops');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_stops_kept BEFORE DELETE ON identity_stops BEGIN
  SELECT RAISE(ABORT, 'append_only: identity_stops');
END;
-- +goose StatementEnd
CREATE VIEW suppressed_identities AS
  SELECT mac FROM suppressions
  UNION ALL SELECT s.mac FROM identity_stops s WHERE s.type = 'stopped' AND NOT EXISTS (
    SELECT 1 FROM identity_stops j WHERE j.mac = s.mac AND j.type = 'joined' AND j.at > s.at);
DROP TRIGGER contacts_standing;
-- +goose StatementBegin
CREATE TRIGGER contacts_standing AFTER INSERT ON contacts BEGIN
  INSERT INTO standings (contact_id, suppressed) VALUES (NEW.id,
    EXISTS (SELECT 1 FROM suppressed_identities WHERE mac IN (NEW.phone_mac, NEW.user_mac)));
END;
-- +goose StatementEnd
DROP TRIGGER contacts_identity;
-- +goose StatementBegin
CREATE TRIGGER contacts_identity AFTER UPDATE OF phone_mac, user_mac ON contacts BEGIN
  UPDATE standings SET suppressed =
    EXISTS (SELECT 1 FROM suppressed_identities WHERE mac IN (NEW.phone_mac, NEW.user_mac))
  WHERE contact_id = NEW.id;
END;
-- +goose StatementEnd

-- Messages from people, one row each, so that each is taken once. The words are
-- kept only where a person has to read them.
CREATE TABLE inbound (
  wamid       TEXT    NOT NULL PRIMARY KEY,
  contact_id  INTEGER REFERENCES contacts (id),
  mac         BLOB,
  kind        TEXT    NOT NULL,
  meaning     TEXT    NOT NULL,
  at          INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  text        TEXT    NOT NULL DEFAULT '',
  review      TEXT    NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX inbound_contact ON inbound (contact_id, at) WHERE contact_id IS NOT NULL;
CREATE INDEX inbound_unknown ON inbound (mac) WHERE contact_id IS NULL AND mac IS NOT NULL;
CREATE INDEX inbound_review ON inbound (review, at) WHERE review <> '';

-- Posters: a code beside a join word says which wording was read.
CREATE TABLE prompts (
  code           TEXT    NOT NULL PRIMARY KEY CHECK (code <> ''),
  notice         TEXT    NOT NULL,
  notice_version INTEGER NOT NULL,
  place          TEXT    NOT NULL,
  staff          TEXT    NOT NULL CHECK (staff <> ''),
  opened_at      INTEGER NOT NULL,
  closed_at      INTEGER NOT NULL DEFAULT 0,
  FOREIGN KEY (notice, notice_version) REFERENCES notices (id, version)
) STRICT, WITHOUT ROWID;
-- +goose StatementBegin
CREATE TRIGGER prompts_frozen BEFORE UPDATE OF code, notice, notice_version, place, staff, opened_at ON prompts BEGIN
  SELECT RAISE(ABORT, 'append_only: prompts');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER prompts_kept BEFORE DELETE ON prompts BEGIN
  SELECT RAISE(ABORT, 'append_only: prompts');
END;
-- +goose StatementEnd

-- Which number and which id are one person.
CREATE TABLE identity_events (
  seq         INTEGER PRIMARY KEY,
  event_id    TEXT    NOT NULL UNIQUE,
  contact_id  INTEGER NOT NULL REFERENCES contacts (id),
  type        TEXT    NOT NULL CHECK (type IN ('linked', 'number_changed', 'user_id_changed', 'merged')),
  occurred_at INTEGER NOT NULL,
  utc_offset  INTEGER NOT NULL CHECK (utc_offset BETWEEN -960 AND 960),
  recorded_at INTEGER NOT NULL,
  other       INTEGER NOT NULL DEFAULT 0,
  staff       TEXT    NOT NULL DEFAULT '',
  evidence    TEXT    NOT NULL DEFAULT '',
  salt        BLOB    NOT NULL,
  digest      BLOB    NOT NULL CHECK (length(digest) = 32),
  prev        BLOB    NOT NULL CHECK (length(prev) = 32),
  hash        BLOB    NOT NULL CHECK (length(hash) = 32),
  CHECK ((type = 'merged') = (other <> 0))
) STRICT;
CREATE INDEX identity_events_contact ON identity_events (contact_id, seq);
-- +goose StatementBegin
CREATE TRIGGER identity_events_frozen BEFORE UPDATE ON identity_events BEGIN
  SELECT RAISE(ABORT, 'append_only: identity_events');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_events_kept BEFORE DELETE ON identity_events BEGIN
  SELECT RAISE(ABORT, 'append_only: identity_events');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_events_chained BEFORE INSERT ON identity_events BEGIN
  SELECT RAISE(ABORT, 'chain: not the next event') FROM chain
  WHERE NEW.seq <> events + 1 OR NEW.prev <> head;
  SELECT RAISE(ABORT, 'erased: identity_events') FROM standings
  WHERE contact_id = NEW.contact_id AND erased = 1;
  SELECT RAISE(ABORT, 'future: identity_events') WHERE NEW.occurred_at > NEW.recorded_at + 300000;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_events_head AFTER INSERT ON identity_events BEGIN
  UPDATE chain SET events = NEW.seq, head = NEW.hash;
END;
-- +goose StatementEnd
-- A merged contact is a tombstone: it takes nothing more, and everything of it
-- is the other's.
-- +goose StatementBegin
CREATE TRIGGER identity_merges BEFORE INSERT ON identity_events WHEN NEW.type = 'merged' BEGIN
  SELECT RAISE(ABORT, 'unlawful: merge') WHERE NOT EXISTS (
    SELECT 1 FROM standings WHERE contact_id = NEW.other AND erased = 0 AND contact_id <> NEW.contact_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_merged AFTER INSERT ON identity_events WHEN NEW.type = 'merged' BEGIN
  UPDATE standings SET erased = 1, merged_into = NEW.other WHERE contact_id = NEW.contact_id;
  UPDATE standings SET merged_into = NEW.other WHERE merged_into = NEW.contact_id AND merged_into <> 0;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deliveries_person BEFORE UPDATE OF contact_id ON deliveries
WHEN NOT EXISTS (SELECT 1 FROM standings WHERE contact_id = OLD.contact_id AND merged_into = NEW.contact_id) BEGIN
  SELECT RAISE(ABORT, 'delivery_move: it is somebody else''s');
END;
-- +goose StatementEnd

-- What a person has to judge: words that sound like a refusal hold the contact
-- until somebody decided; a stop that may not have been one can be taken back.
CREATE TABLE review_events (
  seq         INTEGER PRIMARY KEY,
  event_id    TEXT    NOT NULL UNIQUE,
  contact_id  INTEGER NOT NULL REFERENCES contacts (id),
  type        TEXT    NOT NULL CHECK (type IN ('opened', 'withdraw', 'not_a_refusal', 'moved')),
  occurred_at INTEGER NOT NULL,
  utc_offset  INTEGER NOT NULL CHECK (utc_offset BETWEEN -960 AND 960),
  recorded_at INTEGER NOT NULL,
  kind        TEXT    NOT NULL CHECK (kind IN ('refusal', 'voice', 'stop_word', 'late_stop')),
  staff       TEXT    NOT NULL DEFAULT '',
  evidence    TEXT    NOT NULL DEFAULT '',
  opened      TEXT    NOT NULL DEFAULT '',
  withdrawal  TEXT    NOT NULL DEFAULT '',
  salt        BLOB    NOT NULL,
  digest      BLOB    NOT NULL CHECK (length(digest) = 32),
  prev        BLOB    NOT NULL CHECK (length(prev) = 32),
  hash        BLOB    NOT NULL CHECK (length(hash) = 32),
  CHECK ((type = 'opened') = (opened = '')),
  CHECK (type NOT IN ('withdraw', 'not_a_refusal') OR staff <> '')
) STRICT;
CREATE INDEX review_events_contact ON review_events (contact_id, seq);
CREATE UNIQUE INDEX review_events_opened ON review_events (opened) WHERE opened <> '';
-- +goose StatementBegin
CREATE TRIGGER review_events_frozen BEFORE UPDATE ON review_events BEGIN
  SELECT RAISE(ABORT, 'append_only: review_events');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER review_events_kept BEFORE DELETE ON review_events BEGIN
  SELECT RAISE(ABORT, 'append_only: review_events');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER review_events_chained BEFORE INSERT ON review_events BEGIN
  SELECT RAISE(ABORT, 'chain: not the next event') FROM chain
  WHERE NEW.seq <> events + 1 OR NEW.prev <> head;
  SELECT RAISE(ABORT, 'erased: review_events') FROM standings
  WHERE contact_id = NEW.contact_id AND erased = 1;
  SELECT RAISE(ABORT, 'future: review_events') WHERE NEW.occurred_at > NEW.recorded_at + 300000;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER review_events_head AFTER INSERT ON review_events BEGIN
  UPDATE chain SET events = NEW.seq, head = NEW.hash;
END;
-- +goose StatementEnd
CREATE VIEW open_reviews AS
  SELECT o.* FROM review_events o
  WHERE o.type = 'opened' AND NOT EXISTS (SELECT 1 FROM review_events d WHERE d.opened = o.event_id AND d.opened <> '');
-- +goose StatementBegin
CREATE TRIGGER review_decides BEFORE INSERT ON review_events WHEN NEW.type <> 'opened' BEGIN
  SELECT RAISE(ABORT, 'unlawful: review') WHERE NOT EXISTS (
    SELECT 1 FROM review_events WHERE event_id = NEW.opened AND contact_id = NEW.contact_id AND type = 'opened');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER review_standing AFTER INSERT ON review_events BEGIN
  UPDATE standings SET held = EXISTS (
    SELECT 1 FROM open_reviews WHERE contact_id = NEW.contact_id AND kind IN ('refusal', 'voice'))
  WHERE contact_id = NEW.contact_id;
END;
-- +goose StatementEnd

-- Consent: as before, and (a) a customer who joins by a message of her own is
-- confirmed from wherever she stood, (b) a withdrawal that a word brought about
-- can be taken back while it is under review, and by nothing else.
DROP TRIGGER consent_moves;
-- +goose StatementBegin
CREATE TRIGGER consent_moves BEFORE INSERT ON consent_events BEGIN
  SELECT RAISE(ABORT, 'unlawful: consent') FROM standings s
  WHERE s.contact_id = NEW.contact_id AND NOT CASE NEW.type
    WHEN 'asked'     THEN s.consent IN ('none', 'asked', 'refused', 'expired')
    WHEN 'refused'   THEN s.consent IN ('none', 'asked', 'refused', 'expired')
    WHEN 'given'     THEN s.consent IN ('none', 'asked', 'given', 'confirmed', 'refused', 'expired')
    WHEN 'confirmed' THEN s.consent IN ('asked', 'given', 'confirmed', 'expired')
      OR (s.consent IN ('none', 'refused') AND NEW.method IN ('qr_inbound', 'inbound') AND NEW.evidence <> '')
    WHEN 'expired'   THEN s.consent IN ('given', 'confirmed')
    WHEN 'voided'    THEN s.consent IN ('asked', 'given', 'confirmed', 'refused')
      OR (s.consent = 'withdrawn' AND NEW.reason = 'not a refusal' AND NEW.staff <> '' AND EXISTS (
        SELECT 1 FROM open_reviews WHERE contact_id = NEW.contact_id AND withdrawal = NEW.supersedes))
    ELSE 1 END
  AND NOT (
    s.consent = 'withdrawn' AND NEW.type IN ('given', 'confirmed')
    AND NEW.method IN ('paper', 'qr_inbound', 'inbound', 'web') AND NEW.evidence <> ''
    AND NEW.occurred_at > s.consent_at);
  SELECT RAISE(ABORT, 'unlawful: consent order') FROM standings s
  WHERE s.contact_id = NEW.contact_id AND NEW.type IN ('given', 'confirmed')
    AND s.consent IN ('refused', 'withdrawn', 'expired') AND NEW.occurred_at < s.consent_at;
  SELECT RAISE(ABORT, 'unlawful: not the last consent event') WHERE NEW.type = 'voided' AND NEW.supersedes IS NOT (
    SELECT CASE type WHEN 'voided' THEN NULL ELSE event_id END FROM consent_events
    WHERE contact_id = NEW.contact_id ORDER BY seq DESC LIMIT 1);
END;
-- +goose StatementEnd
-- A withdrawal that is told late must not make an older one look older; one that
-- was taken back is no longer one.
DROP TRIGGER consent_standing;
-- +goose StatementBegin
CREATE TRIGGER consent_standing AFTER INSERT ON consent_events WHEN NEW.type NOT IN ('voided', 'erased') BEGIN
  UPDATE standings SET consent = NEW.type, consent_at = CASE NEW.type WHEN 'withdrawn' THEN (
    SELECT max(w.occurred_at) FROM consent_events w WHERE w.contact_id = NEW.contact_id AND w.type = 'withdrawn'
    AND NOT EXISTS (SELECT 1 FROM consent_events v WHERE v.contact_id = w.contact_id AND v.supersedes = w.event_id))
    ELSE NEW.occurred_at END
  WHERE contact_id = NEW.contact_id;
END;
-- +goose StatementEnd
DROP TRIGGER consent_voided;
-- +goose StatementBegin
CREATE TRIGGER consent_voided AFTER INSERT ON consent_events WHEN NEW.type = 'voided' BEGIN
  UPDATE standings SET consent = 'none', consent_at = 0 WHERE contact_id = NEW.contact_id;
  UPDATE standings SET (consent, consent_at) = (
    SELECT e.type, CASE e.type WHEN 'withdrawn' THEN (
      SELECT max(w.occurred_at) FROM consent_events w WHERE w.contact_id = e.contact_id AND w.type = 'withdrawn'
      AND NOT EXISTS (SELECT 1 FROM consent_events v WHERE v.contact_id = w.contact_id AND v.supersedes = w.event_id))
      ELSE e.occurred_at END FROM consent_events e
    WHERE e.contact_id = NEW.contact_id AND e.type <> 'voided' AND NOT EXISTS (
      SELECT 1 FROM consent_events v WHERE v.contact_id = e.contact_id AND v.supersedes = e.event_id)
    ORDER BY e.seq DESC LIMIT 1)
  WHERE contact_id = NEW.contact_id AND EXISTS (
    SELECT 1 FROM consent_events e
    WHERE e.contact_id = NEW.contact_id AND e.type <> 'voided' AND NOT EXISTS (
      SELECT 1 FROM consent_events v WHERE v.contact_id = e.contact_id AND v.supersedes = e.event_id));
END;
-- +goose StatementEnd

-- Why the platform lets nothing go out now, and until when; 0 is until it says
-- otherwise. The moment is that of the newest word on it.
ALTER TABLE account ADD COLUMN stopped TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN stopped_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN stopped_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN limit_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN quality_at INTEGER NOT NULL DEFAULT 0;
-- +goose StatementBegin
CREATE TRIGGER broadcasts_account BEFORE UPDATE OF state ON broadcasts
WHEN NEW.state = 'sending' AND OLD.state <> 'sending' AND (SELECT stopped FROM account) <> '' BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: the account is stopped');
END;
-- +goose StatementEnd

-- The moment of the newest word on each of a template's sides.
ALTER TABLE templates ADD COLUMN status_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE templates ADD COLUMN category_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE templates ADD COLUMN quality_at INTEGER NOT NULL DEFAULT 0;
