-- +goose Up

-- Ledgers only grow, and only at the end of the chain.
-- +goose StatementBegin
CREATE TRIGGER consent_events_frozen BEFORE UPDATE ON consent_events BEGIN
  SELECT RAISE(ABORT, 'append_only: consent_events');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consent_events_kept BEFORE DELETE ON consent_events BEGIN
  SELECT RAISE(ABORT, 'append_only: consent_events');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consent_events_chained BEFORE INSERT ON consent_events BEGIN
  SELECT RAISE(ABORT, 'chain: not the next event') FROM chain
  WHERE NEW.seq <> events + 1 OR NEW.prev <> head;
  SELECT RAISE(ABORT, 'erased: consent_events') FROM standings
  WHERE contact_id = NEW.contact_id AND erased = 1;
  SELECT RAISE(ABORT, 'future: consent_events') WHERE NEW.occurred_at > NEW.recorded_at + 300000;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consent_events_head AFTER INSERT ON consent_events BEGIN
  UPDATE chain SET events = NEW.seq, head = NEW.hash;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER saved_number_events_frozen BEFORE UPDATE ON saved_number_events BEGIN
  SELECT RAISE(ABORT, 'append_only: saved_number_events');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER saved_number_events_kept BEFORE DELETE ON saved_number_events BEGIN
  SELECT RAISE(ABORT, 'append_only: saved_number_events');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER saved_number_events_chained BEFORE INSERT ON saved_number_events BEGIN
  SELECT RAISE(ABORT, 'chain: not the next event') FROM chain
  WHERE NEW.seq <> events + 1 OR NEW.prev <> head;
  SELECT RAISE(ABORT, 'erased: saved_number_events') FROM standings
  WHERE contact_id = NEW.contact_id AND erased = 1;
  SELECT RAISE(ABORT, 'future: saved_number_events') WHERE NEW.occurred_at > NEW.recorded_at + 300000;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER saved_number_events_head AFTER INSERT ON saved_number_events BEGIN
  UPDATE chain SET events = NEW.seq, head = NEW.hash;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER platform_events_frozen BEFORE UPDATE ON platform_events BEGIN
  SELECT RAISE(ABORT, 'append_only: platform_events');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER platform_events_kept BEFORE DELETE ON platform_events BEGIN
  SELECT RAISE(ABORT, 'append_only: platform_events');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER platform_events_chained BEFORE INSERT ON platform_events BEGIN
  SELECT RAISE(ABORT, 'chain: not the next event') FROM chain
  WHERE NEW.seq <> events + 1 OR NEW.prev <> head;
  SELECT RAISE(ABORT, 'erased: platform_events') FROM standings
  WHERE contact_id = NEW.contact_id AND erased = 1;
  SELECT RAISE(ABORT, 'future: platform_events') WHERE NEW.occurred_at > NEW.recorded_at + 300000;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER platform_events_head AFTER INSERT ON platform_events BEGIN
  UPDATE chain SET events = NEW.seq, head = NEW.hash;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_events_frozen BEFORE UPDATE ON audit_events BEGIN
  SELECT RAISE(ABORT, 'append_only: audit_events');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_events_kept BEFORE DELETE ON audit_events BEGIN
  SELECT RAISE(ABORT, 'append_only: audit_events');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_events_chained BEFORE INSERT ON audit_events BEGIN
  SELECT RAISE(ABORT, 'chain: not the next event') FROM chain
  WHERE NEW.seq <> events + 1 OR NEW.prev <> head;
  SELECT RAISE(ABORT, 'future: audit_events') WHERE NEW.occurred_at > NEW.recorded_at + 300000;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_events_head AFTER INSERT ON audit_events BEGIN
  UPDATE chain SET events = NEW.seq, head = NEW.hash;
END;
-- +goose StatementEnd

-- Consent: the closed set of moves. A withdrawal is always lawful; coming back
-- from one needs an act of the customer that is newer than it.
-- +goose StatementBegin
CREATE TRIGGER consent_moves BEFORE INSERT ON consent_events BEGIN
  SELECT RAISE(ABORT, 'unlawful: consent') FROM standings s
  WHERE s.contact_id = NEW.contact_id AND NOT CASE NEW.type
    WHEN 'asked'     THEN s.consent IN ('none', 'asked', 'refused', 'expired')
    WHEN 'refused'   THEN s.consent IN ('none', 'asked', 'refused', 'expired')
    WHEN 'given'     THEN s.consent IN ('none', 'asked', 'given', 'confirmed', 'refused', 'expired')
    WHEN 'confirmed' THEN s.consent IN ('asked', 'given', 'confirmed', 'expired')
    WHEN 'expired'   THEN s.consent IN ('given', 'confirmed')
    WHEN 'voided'    THEN s.consent IN ('asked', 'given', 'confirmed', 'refused')
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
-- A withdrawal that is told late must not make an older one look older.
-- +goose StatementBegin
CREATE TRIGGER consent_standing AFTER INSERT ON consent_events WHEN NEW.type NOT IN ('voided', 'erased') BEGIN
  UPDATE standings SET consent = NEW.type, consent_at = CASE NEW.type WHEN 'withdrawn' THEN (
    SELECT max(occurred_at) FROM consent_events WHERE contact_id = NEW.contact_id AND type = 'withdrawn')
    ELSE NEW.occurred_at END
  WHERE contact_id = NEW.contact_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER consent_erased AFTER INSERT ON consent_events WHEN NEW.type = 'erased' BEGIN
  UPDATE standings SET erased = 1 WHERE contact_id = NEW.contact_id;
END;
-- +goose StatementEnd

-- A mistake at the counter is voided: the standing goes back to the newest
-- event that is neither a void nor voided.
-- +goose StatementBegin
CREATE TRIGGER consent_voided AFTER INSERT ON consent_events WHEN NEW.type = 'voided' BEGIN
  UPDATE standings SET consent = 'none', consent_at = 0 WHERE contact_id = NEW.contact_id;
  UPDATE standings SET (consent, consent_at) = (
    SELECT e.type, CASE e.type WHEN 'withdrawn' THEN (
      SELECT max(occurred_at) FROM consent_events WHERE contact_id = e.contact_id AND type = 'withdrawn')
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

-- Saved number: an attestation holds for the business number it names.
-- +goose StatementBegin
CREATE TRIGGER saved_number_standing AFTER INSERT ON saved_number_events BEGIN
  UPDATE standings SET
    grade = NEW.type, grade_for = NEW.business_number, saved_at = NEW.occurred_at,
    saved = CASE
      WHEN NEW.type = 'unknown' THEN 'unknown'
      WHEN NEW.business_number = (SELECT number FROM shop) THEN NEW.type
      ELSE 'invalid' END
  WHERE contact_id = NEW.contact_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER shop_number AFTER UPDATE OF number ON shop WHEN OLD.number <> NEW.number BEGIN
  UPDATE standings SET saved = CASE WHEN grade_for = NEW.number THEN grade ELSE 'invalid' END
  WHERE grade <> 'unknown';
END;
-- +goose StatementEnd

-- Platform: facts count by their own time, whatever order they come in. A stop
-- holds until a later resume, and nothing else ends it; two facts of one moment
-- are read as the one that sends less.
-- +goose StatementBegin
CREATE TRIGGER platform_standing AFTER INSERT ON platform_events BEGIN
  UPDATE standings SET (platform, platform_at) = (
    SELECT CASE e.type WHEN 'stopped' THEN 'stopped' WHEN 'unreachable' THEN 'unreachable' ELSE 'ok' END, e.occurred_at
    FROM platform_events e WHERE e.contact_id = NEW.contact_id
    ORDER BY e.type = 'stopped' AND NOT EXISTS (
      SELECT 1 FROM platform_events r WHERE r.contact_id = e.contact_id AND r.type = 'resumed'
      AND r.occurred_at > e.occurred_at) DESC, e.occurred_at DESC, e.type = 'unreachable' DESC LIMIT 1)
  WHERE contact_id = NEW.contact_id;
END;
-- +goose StatementEnd

