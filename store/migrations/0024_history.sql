-- +goose Up

-- Who confirmed, paused, resumed and cancelled a broadcast, and why it stopped: what an owner or an inspector reads
-- afterwards, and so a ledger like the others. A line of it is written once.
-- +goose StatementBegin
CREATE TRIGGER broadcast_events_frozen BEFORE UPDATE ON broadcast_events BEGIN
  SELECT RAISE(ABORT, 'append_only: broadcast_events');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER broadcast_events_kept BEFORE DELETE ON broadcast_events BEGIN
  SELECT RAISE(ABORT, 'append_only: broadcast_events');
END;
-- +goose StatementEnd
