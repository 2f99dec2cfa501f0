-- +goose Up

-- Whom the shop took for one person, with what undoing it goes by. What the merge wrote on the ledgers are the events
-- of the contact that was kept, after first_seq and up to last_seq.
CREATE TABLE merges (
  id        INTEGER PRIMARY KEY,
  kept      INTEGER NOT NULL REFERENCES contacts (id),
  gone      INTEGER NOT NULL REFERENCES contacts (id),
  first_seq INTEGER NOT NULL,
  last_seq  INTEGER NOT NULL DEFAULT 0,
  before    TEXT    NOT NULL CHECK (json_valid(before)),
  staff     TEXT    NOT NULL DEFAULT '',
  at        INTEGER NOT NULL,
  undone_at INTEGER NOT NULL DEFAULT 0,
  CHECK (kept <> gone)
) STRICT;
CREATE INDEX merges_kept ON merges (kept, id);
CREATE INDEX merges_gone ON merges (gone, id);
CREATE TABLE merged_deliveries (
  merge_id    INTEGER NOT NULL REFERENCES merges (id),
  delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
  PRIMARY KEY (merge_id, delivery_id)
) STRICT, WITHOUT ROWID;

-- What an import changed of a contact goes when she is erased, with that of the entries that were merged into hers; a
-- merge alone can be undone, and must leave it.
DROP TRIGGER import_changes_erased;
-- +goose StatementBegin
CREATE TRIGGER import_changes_erased AFTER UPDATE OF erased ON standings WHEN NEW.erased = 1 AND NEW.merged_into = 0 BEGIN
  UPDATE import_changes SET before = '{}', after = '{}' WHERE contact_id = NEW.contact_id
    OR contact_id IN (SELECT contact_id FROM standings WHERE merged_into = NEW.contact_id AND merged_into <> 0);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER merges_erased AFTER UPDATE OF erased ON standings WHEN NEW.erased = 1 AND NEW.merged_into = 0 BEGIN
  UPDATE merges SET before = '{}' WHERE kept = NEW.contact_id OR gone = NEW.contact_id
    OR kept IN (SELECT contact_id FROM standings WHERE merged_into = NEW.contact_id AND merged_into <> 0);
END;
-- +goose StatementEnd

-- Rows of files that name two contacts as one person. No foreign keys: a row of a file is nothing that a contact did.
CREATE TABLE twins (
  one       INTEGER NOT NULL,
  other     INTEGER NOT NULL,
  import_id INTEGER NOT NULL REFERENCES imports (id),
  row       INTEGER NOT NULL,
  PRIMARY KEY (one, other),
  CHECK (one < other)
) STRICT, WITHOUT ROWID;
CREATE INDEX twins_other ON twins (other);
-- +goose StatementBegin
CREATE TRIGGER twins_gone AFTER DELETE ON contacts BEGIN
  DELETE FROM twins WHERE one = OLD.id OR other = OLD.id;
END;
-- +goose StatementEnd

-- A merge can be undone, on the ledger like everything: the closed entry is open again, and what was merged into it
-- before leads to it again.
CREATE TABLE identity_events_next (
  seq         INTEGER PRIMARY KEY,
  event_id    TEXT    NOT NULL UNIQUE,
  contact_id  INTEGER NOT NULL REFERENCES contacts (id),
  type        TEXT    NOT NULL CHECK (type IN ('linked', 'number_changed', 'user_id_changed', 'merged', 'unmerged')),
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
  CHECK ((type IN ('merged', 'unmerged')) = (other <> 0)),
  CHECK (type <> 'unmerged' OR staff <> '')
) STRICT;
INSERT INTO identity_events_next (seq, event_id, contact_id, type, occurred_at, utc_offset, recorded_at, other, staff, evidence,
  salt, digest, prev, hash)
  SELECT seq, event_id, contact_id, type, occurred_at, utc_offset, recorded_at, other, staff, evidence, salt, digest, prev, hash
  FROM identity_events ORDER BY seq;
DROP TABLE identity_events;
ALTER TABLE identity_events_next RENAME TO identity_events;
CREATE INDEX identity_events_contact ON identity_events (contact_id, seq);
CREATE INDEX identity_events_other ON identity_events (other, seq) WHERE other <> 0;
-- +goose StatementBegin
CREATE TRIGGER identity_events_frozen BEFORE UPDATE ON identity_events WHEN NOT (
  EXISTS (SELECT 1 FROM erasures WHERE contact_id = OLD.contact_id AND begun = 1)
  AND NEW.evidence = CASE OLD.evidence WHEN '' THEN '' ELSE 'erased' END AND NEW.salt = x''
  AND NEW.seq IS OLD.seq AND NEW.event_id IS OLD.event_id AND NEW.contact_id IS OLD.contact_id AND
  NEW.type IS OLD.type AND NEW.occurred_at IS OLD.occurred_at AND NEW.utc_offset IS OLD.utc_offset AND
  NEW.recorded_at IS OLD.recorded_at AND NEW.other IS OLD.other AND NEW.staff IS OLD.staff AND
  NEW.digest IS OLD.digest AND NEW.prev IS OLD.prev AND NEW.hash IS OLD.hash
) BEGIN
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
  -- A closed entry takes nothing but what opens it, or leads it back to one that was opened.
  SELECT RAISE(ABORT, 'erased: identity_events') FROM standings s
  WHERE s.contact_id = NEW.contact_id AND s.erased = 1
    AND NOT (NEW.type = 'unmerged' AND s.merged_into = NEW.other)
    AND NOT (NEW.type = 'merged' AND s.merged_into <> 0 AND EXISTS (
      SELECT 1 FROM identity_events WHERE type = 'unmerged' AND contact_id = NEW.other AND other = s.merged_into));
  SELECT RAISE(ABORT, 'future: identity_events') WHERE NEW.occurred_at > NEW.recorded_at + 300000;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_events_head AFTER INSERT ON identity_events BEGIN
  UPDATE chain SET events = NEW.seq, head = NEW.hash;
END;
-- +goose StatementEnd
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
CREATE TRIGGER identity_unmerges BEFORE INSERT ON identity_events WHEN NEW.type = 'unmerged' BEGIN
  SELECT RAISE(ABORT, 'unlawful: unmerge') WHERE NOT EXISTS (
    SELECT 1 FROM standings g JOIN standings k ON k.contact_id = g.merged_into
    WHERE g.contact_id = NEW.contact_id AND g.merged_into = NEW.other AND k.erased = 0)
    OR EXISTS (SELECT 1 FROM erasures WHERE contact_id = NEW.contact_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_unmerged AFTER INSERT ON identity_events WHEN NEW.type = 'unmerged' BEGIN
  UPDATE standings SET erased = 0, merged_into = 0 WHERE contact_id = NEW.contact_id;
END;
-- +goose StatementEnd

-- A delivery follows the person into a merge, and those that did go back.
DROP TRIGGER deliveries_person;
-- +goose StatementBegin
CREATE TRIGGER deliveries_person BEFORE UPDATE OF contact_id ON deliveries
WHEN NOT EXISTS (SELECT 1 FROM standings WHERE contact_id = OLD.contact_id AND merged_into = NEW.contact_id)
AND NOT EXISTS (SELECT 1 FROM merged_deliveries d JOIN merges m ON m.id = d.merge_id
  JOIN identity_events e ON e.contact_id = m.gone AND e.other = m.kept AND e.type = 'unmerged' AND e.seq > m.last_seq
  WHERE d.delivery_id = OLD.id AND m.kept = OLD.contact_id AND m.gone = NEW.contact_id) BEGIN
  SELECT RAISE(ABORT, 'delivery_move: it is somebody else''s');
END;
-- +goose StatementEnd

-- Consent: as before, and a withdrawal that only a merge brought about goes with the merge.
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
      OR (s.consent = 'withdrawn' AND NEW.reason = 'unmerged' AND NEW.staff <> '' AND EXISTS (
        SELECT 1 FROM consent_events w JOIN identity_events u ON u.other = w.contact_id AND u.other <> 0 AND u.type = 'unmerged' AND u.seq > w.seq
        WHERE w.event_id = NEW.supersedes AND w.contact_id = NEW.contact_id AND w.type = 'withdrawn' AND w.reason = 'merged'))
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
