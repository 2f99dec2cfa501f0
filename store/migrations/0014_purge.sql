-- +goose Up

-- Who comes anew is measured by both lists: those erased, and those who said
-- stop before they were a contact. Each is looked up by its key, since a list
-- in IN is built anew for every row of an import.
DROP TRIGGER contacts_standing;
-- +goose StatementBegin
CREATE TRIGGER contacts_standing AFTER INSERT ON contacts BEGIN
  INSERT INTO standings (contact_id, suppressed) VALUES (NEW.id,
    EXISTS (SELECT 1 FROM suppressed_identities WHERE mac = NEW.phone_mac)
    OR EXISTS (SELECT 1 FROM suppressed_identities WHERE mac = NEW.user_mac));
END;
-- +goose StatementEnd

-- A purge takes the words out of the younger ledgers too.
DROP TRIGGER identity_events_frozen;
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
DROP TRIGGER review_events_frozen;
-- +goose StatementBegin
CREATE TRIGGER review_events_frozen BEFORE UPDATE ON review_events WHEN NOT (
  EXISTS (SELECT 1 FROM erasures WHERE contact_id = OLD.contact_id AND begun = 1)
  AND NEW.evidence = CASE OLD.evidence WHEN '' THEN '' ELSE 'erased' END AND NEW.salt = x''
  AND NEW.seq IS OLD.seq AND NEW.event_id IS OLD.event_id AND NEW.contact_id IS OLD.contact_id AND
  NEW.type IS OLD.type AND NEW.occurred_at IS OLD.occurred_at AND NEW.utc_offset IS OLD.utc_offset AND
  NEW.recorded_at IS OLD.recorded_at AND NEW.kind IS OLD.kind AND NEW.staff IS OLD.staff AND NEW.opened IS OLD.opened AND
  NEW.withdrawal IS OLD.withdrawal AND NEW.digest IS OLD.digest AND NEW.prev IS OLD.prev AND NEW.hash IS OLD.hash
) BEGIN
  SELECT RAISE(ABORT, 'append_only: review_events');
END;
-- +goose StatementEnd
DROP TRIGGER identity_stops_frozen;
-- +goose StatementBegin
CREATE TRIGGER identity_stops_frozen BEFORE UPDATE ON identity_stops WHEN NOT (
  EXISTS (SELECT 1 FROM erasures WHERE begun = 1) AND NEW.evidence = 'erased'
  AND NEW.mac IS OLD.mac AND NEW.at IS OLD.at AND NEW.type IS OLD.type
) BEGIN
  SELECT RAISE(ABORT, 'append_only: identity_stops');
END;
-- +goose StatementEnd
