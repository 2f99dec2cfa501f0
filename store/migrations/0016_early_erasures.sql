-- +goose Up

-- Who was erased before there was a second step leaves the file as well, as long
-- after the erasure as everybody else, with the entries that were merged into hers.
INSERT INTO erasures (contact_id, purge_at)
  SELECT s.contact_id, e.recorded_at + 2419200000
  FROM standings s JOIN consent_events e ON e.contact_id = s.contact_id AND e.type = 'erased'
  WHERE s.erased = 1 AND s.merged_into = 0
  ON CONFLICT DO NOTHING;
INSERT INTO erasures (contact_id, purge_at)
  SELECT s.contact_id, o.purge_at FROM standings s JOIN erasures o ON o.contact_id = s.merged_into
  WHERE s.merged_into <> 0
  ON CONFLICT DO NOTHING;
