-- +goose Up

-- For how many years a proof is kept after its last use.
ALTER TABLE shop ADD COLUMN keep_years INTEGER NOT NULL DEFAULT 3 CHECK (keep_years BETWEEN 1 AND 5);

-- The second step of an erasure: when what names the person leaves the file.
-- begun is 1 only within the transaction that does it.
CREATE TABLE erasures (
  contact_id INTEGER PRIMARY KEY REFERENCES contacts (id),
  purge_at   INTEGER NOT NULL,
  purged_at  INTEGER NOT NULL DEFAULT 0,
  begun      INTEGER NOT NULL DEFAULT 0 CHECK (begun IN (0, 1))
) STRICT;
CREATE INDEX erasures_due ON erasures (purge_at) WHERE purged_at = 0;
-- +goose StatementBegin
CREATE TRIGGER erasures_lawful BEFORE INSERT ON erasures
WHEN NEW.begun = 1 OR NEW.purged_at <> 0 OR NOT EXISTS (SELECT 1 FROM standings WHERE contact_id = NEW.contact_id AND erased = 1)
BEGIN
  SELECT RAISE(ABORT, 'unlawful: erasure');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER erasures_once BEFORE UPDATE ON erasures WHEN OLD.purged_at <> 0 BEGIN
  SELECT RAISE(ABORT, 'append_only: erasures');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER erasures_kept BEFORE DELETE ON erasures BEGIN
  SELECT RAISE(ABORT, 'append_only: erasures');
END;
-- +goose StatementEnd

-- When what is too old was last looked for.
CREATE TABLE retention (
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  ran_at INTEGER NOT NULL
) STRICT;
INSERT INTO retention (id, ran_at) VALUES (1, 0);

-- The ledgers stay frozen but for a purge, which may take the words about the
-- person and the salt out of a row and touch nothing else of it: the digest
-- stays, so the chain holds, and without the salt it tells nothing.
DROP TRIGGER consent_events_frozen;
-- +goose StatementBegin
CREATE TRIGGER consent_events_frozen BEFORE UPDATE ON consent_events WHEN NOT (
  EXISTS (SELECT 1 FROM erasures WHERE contact_id = OLD.contact_id AND begun = 1)
  AND NEW.evidence = CASE OLD.evidence WHEN '' THEN '' ELSE 'erased' END AND NEW.reason = CASE OLD.reason WHEN '' THEN '' ELSE 'erased' END AND NEW.salt = x''
  AND NEW.seq IS OLD.seq AND NEW.event_id IS OLD.event_id AND NEW.contact_id IS OLD.contact_id AND
  NEW.type IS OLD.type AND NEW.occurred_at IS OLD.occurred_at AND NEW.utc_offset IS OLD.utc_offset AND
  NEW.recorded_at IS OLD.recorded_at AND NEW.method IS OLD.method AND NEW.place IS OLD.place AND
  NEW.staff IS OLD.staff AND NEW.notice IS OLD.notice AND NEW.notice_version IS OLD.notice_version AND
  NEW.notice_sha256 IS OLD.notice_sha256 AND NEW.language IS OLD.language AND NEW.purpose IS OLD.purpose AND
  NEW.channel IS OLD.channel AND NEW.business_number IS OLD.business_number AND NEW.supersedes IS OLD.supersedes AND
  NEW.digest IS OLD.digest AND NEW.prev IS OLD.prev AND NEW.hash IS OLD.hash
) BEGIN
  SELECT RAISE(ABORT, 'append_only: consent_events');
END;
-- +goose StatementEnd
DROP TRIGGER saved_number_events_frozen;
-- +goose StatementBegin
CREATE TRIGGER saved_number_events_frozen BEFORE UPDATE ON saved_number_events WHEN NOT (
  EXISTS (SELECT 1 FROM erasures WHERE contact_id = OLD.contact_id AND begun = 1)
  AND NEW.evidence = CASE OLD.evidence WHEN '' THEN '' ELSE 'erased' END AND NEW.reason = CASE OLD.reason WHEN '' THEN '' ELSE 'erased' END AND NEW.salt = x''
  AND NEW.seq IS OLD.seq AND NEW.event_id IS OLD.event_id AND NEW.contact_id IS OLD.contact_id AND
  NEW.type IS OLD.type AND NEW.occurred_at IS OLD.occurred_at AND NEW.utc_offset IS OLD.utc_offset AND
  NEW.recorded_at IS OLD.recorded_at AND NEW.staff IS OLD.staff AND NEW.business_number IS OLD.business_number AND
  NEW.digest IS OLD.digest AND NEW.prev IS OLD.prev AND NEW.hash IS OLD.hash
) BEGIN
  SELECT RAISE(ABORT, 'append_only: saved_number_events');
END;
-- +goose StatementEnd
DROP TRIGGER platform_events_frozen;
-- +goose StatementBegin
CREATE TRIGGER platform_events_frozen BEFORE UPDATE ON platform_events WHEN NOT (
  EXISTS (SELECT 1 FROM erasures WHERE contact_id = OLD.contact_id AND begun = 1)
  AND NEW.evidence = CASE OLD.evidence WHEN '' THEN '' ELSE 'erased' END AND NEW.salt = x''
  AND NEW.seq IS OLD.seq AND NEW.event_id IS OLD.event_id AND NEW.contact_id IS OLD.contact_id AND
  NEW.type IS OLD.type AND NEW.occurred_at IS OLD.occurred_at AND NEW.utc_offset IS OLD.utc_offset AND
  NEW.recorded_at IS OLD.recorded_at AND NEW.code IS OLD.code AND NEW.digest IS OLD.digest AND NEW.prev IS OLD.prev AND
  NEW.hash IS OLD.hash
) BEGIN
  SELECT RAISE(ABORT, 'append_only: platform_events');
END;
-- +goose StatementEnd

-- An audience may name one person by number; a purge takes that out as well.
DROP TRIGGER broadcasts_frozen;
-- +goose StatementBegin
CREATE TRIGGER broadcasts_frozen
BEFORE UPDATE OF name, template, language, components, audience, bindings, public_id ON broadcasts
WHEN OLD.state IN ('sending', 'paused', 'done', 'cancelled') AND NOT (
  EXISTS (SELECT 1 FROM erasures WHERE begun = 1) AND NEW.audience = 'erased' AND NEW.name IS OLD.name
  AND NEW.template IS OLD.template AND NEW.language IS OLD.language AND NEW.components IS OLD.components
  AND NEW.bindings IS OLD.bindings AND NEW.public_id IS OLD.public_id
) BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: started broadcasts cannot be edited');
END;
-- +goose StatementEnd
