-- +goose Up

-- A planned broadcast asks its owner again, too, when Meta changed the words of its template.
DROP TRIGGER broadcasts_asks;
-- +goose StatementBegin
CREATE TRIGGER broadcasts_asks BEFORE UPDATE OF reason ON broadcasts
WHEN NEW.state = 'scheduled' AND NEW.reason NOT IN ('', 'missed', 'grew', 'unconfirmed', 'blocked', 'reworded') BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: a scheduled broadcast has no such question');
END;
-- +goose StatementEnd
