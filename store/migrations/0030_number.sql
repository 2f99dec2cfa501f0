-- +goose Up

-- Customers save a number; calls go out from whatever number Meta's id stands for. number_said is what Meta says it
-- stands for, '' before it has said. attested_from is when the id was changed without Meta having said that the number
-- stayed, 0 otherwise: attestations of before do not count.
ALTER TABLE shop ADD COLUMN number_said TEXT NOT NULL DEFAULT '';
ALTER TABLE shop ADD COLUMN attested_from INTEGER NOT NULL DEFAULT 0;

DROP TRIGGER shop_warms;
-- +goose StatementBegin
CREATE TRIGGER shop_number_id AFTER UPDATE OF phone_number_id ON shop WHEN OLD.phone_number_id <> NEW.phone_number_id BEGIN
  UPDATE shop SET calls_before = (SELECT coalesce(max(id), 0) FROM outbox), number_said = '', attested_from = NEW.updated_at;
END;
-- +goose StatementEnd

DROP TRIGGER saved_number_standing;
-- +goose StatementBegin
CREATE TRIGGER saved_number_standing AFTER INSERT ON saved_number_events BEGIN
  UPDATE standings SET
    grade = NEW.type, grade_for = NEW.business_number, saved_at = NEW.occurred_at,
    saved = CASE
      WHEN NEW.type = 'unknown' THEN 'unknown'
      WHEN NEW.business_number = (SELECT number FROM shop WHERE number_said IN ('', number)) AND
        NEW.occurred_at > (SELECT attested_from FROM shop) THEN NEW.type
      ELSE 'invalid' END
  WHERE contact_id = NEW.contact_id;
END;
-- +goose StatementEnd

-- One statement may change several of these, and what follows from one changes another: it is the shop as it stands
-- that counts, whichever trigger comes last. Whoever stands as before is not written: the first word of Meta on a number
-- that is right changes nobody.
DROP TRIGGER shop_number;
-- +goose StatementBegin
CREATE TRIGGER shop_number AFTER UPDATE OF number, number_said, attested_from ON shop
WHEN OLD.number <> NEW.number OR OLD.number_said <> NEW.number_said OR OLD.attested_from <> NEW.attested_from BEGIN
  UPDATE standings SET saved = now.saved FROM (
    SELECT contact_id, CASE
      WHEN grade_for = (SELECT number FROM shop WHERE number_said IN ('', number)) AND saved_at > (SELECT attested_from FROM shop) THEN grade
      ELSE 'invalid' END AS saved
    FROM standings WHERE grade <> 'unknown') now
  WHERE now.contact_id = standings.contact_id AND now.saved <> standings.saved;
END;
-- +goose StatementEnd
