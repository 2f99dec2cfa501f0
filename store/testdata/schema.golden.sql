CREATE TABLE account (
  id              INTEGER PRIMARY KEY CHECK (id = 1),
  display_number  TEXT    NOT NULL DEFAULT '',
  verified_name   TEXT    NOT NULL DEFAULT '',
  quality         TEXT    NOT NULL DEFAULT 'UNKNOWN',
  messaging_limit INTEGER NOT NULL DEFAULT 250,
  throughput      INTEGER NOT NULL DEFAULT 80,
  status          TEXT    NOT NULL DEFAULT '',
  currency        TEXT    NOT NULL DEFAULT '',
  read_at         INTEGER NOT NULL DEFAULT 0,
  feed_since      INTEGER NOT NULL DEFAULT 0,
  feed_heard_at   INTEGER NOT NULL DEFAULT 0
, stopped TEXT NOT NULL DEFAULT '', stopped_until INTEGER NOT NULL DEFAULT 0, stopped_at INTEGER NOT NULL DEFAULT 0, limit_at INTEGER NOT NULL DEFAULT 0, quality_at INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE arriving (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  import_id INTEGER NOT NULL,
  first     INTEGER NOT NULL,
  last      INTEGER NOT NULL
) STRICT;

CREATE TABLE arriving_rows (
  seq        INTEGER PRIMARY KEY,
  row        INTEGER NOT NULL,
  contact_id INTEGER NOT NULL,
  known      INTEGER NOT NULL CHECK (known IN (0, 1)),
  name       TEXT    NOT NULL,
  language   TEXT    NOT NULL,
  fields     TEXT    NOT NULL CHECK (json_valid(fields)),
  tags       TEXT    NOT NULL,
  proof      TEXT
) STRICT;

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

CREATE TRIGGER audit_events_chained BEFORE INSERT ON audit_events BEGIN
  SELECT RAISE(ABORT, 'chain: not the next event') FROM chain
  WHERE NEW.seq <> events + 1 OR NEW.prev <> head;
  SELECT RAISE(ABORT, 'future: audit_events') WHERE NEW.occurred_at > NEW.recorded_at + 300000;
END;

CREATE TRIGGER audit_events_frozen BEFORE UPDATE ON audit_events BEGIN
  SELECT RAISE(ABORT, 'append_only: audit_events');
END;

CREATE TRIGGER audit_events_head AFTER INSERT ON audit_events BEGIN
  UPDATE chain SET events = NEW.seq, head = NEW.hash;
END;

CREATE TRIGGER audit_events_kept BEFORE DELETE ON audit_events BEGIN
  SELECT RAISE(ABORT, 'append_only: audit_events');
END;

CREATE TABLE broadcast_counts (
  broadcast_id INTEGER NOT NULL REFERENCES broadcasts (id),
  state        TEXT    NOT NULL,
  n            INTEGER NOT NULL,
  PRIMARY KEY (broadcast_id, state)
) STRICT, WITHOUT ROWID;

CREATE TABLE broadcast_events (
  id           INTEGER PRIMARY KEY,
  broadcast_id INTEGER NOT NULL REFERENCES broadcasts (id),
  at           INTEGER NOT NULL,
  type         TEXT    NOT NULL,
  reason       TEXT    NOT NULL DEFAULT '',
  code         INTEGER NOT NULL DEFAULT 0,
  until        INTEGER NOT NULL DEFAULT 0,
  staff        TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX broadcast_events_broadcast ON broadcast_events (broadcast_id, id);

CREATE TRIGGER broadcast_events_frozen BEFORE UPDATE ON broadcast_events BEGIN
  SELECT RAISE(ABORT, 'append_only: broadcast_events');
END;

CREATE TRIGGER broadcast_events_kept BEFORE DELETE ON broadcast_events BEGIN
  SELECT RAISE(ABORT, 'append_only: broadcast_events');
END;

CREATE TABLE broadcast_media (
  broadcast_id INTEGER PRIMARY KEY REFERENCES broadcasts (id),
  kind         TEXT    NOT NULL CHECK (kind IN ('IMAGE', 'VIDEO', 'DOCUMENT')),
  name         TEXT    NOT NULL DEFAULT '',
  mime         TEXT    NOT NULL DEFAULT '',
  sha256       TEXT    NOT NULL DEFAULT '',
  link         TEXT    NOT NULL DEFAULT '',
  data         BLOB,
  media_id     TEXT    NOT NULL DEFAULT '',
  media_for    TEXT    NOT NULL DEFAULT '',
  uploaded_at  INTEGER NOT NULL DEFAULT 0,
  CHECK ((link <> '') = (data IS NULL)),
  CHECK (data IS NULL OR (length(data) BETWEEN 1 AND 16777216 AND mime <> '' AND sha256 <> '')),
  CHECK ((media_id <> '') = (uploaded_at <> 0))
) STRICT;

CREATE TRIGGER broadcast_media_begin BEFORE INSERT ON broadcast_media WHEN (
  SELECT state FROM broadcasts WHERE id = NEW.broadcast_id) <> 'draft' BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: only a draft can be edited');
END;

CREATE TRIGGER broadcast_media_frozen BEFORE UPDATE OF broadcast_id, kind, name, mime, sha256, link, data ON broadcast_media
WHEN (SELECT state FROM broadcasts WHERE id = OLD.broadcast_id) <> 'draft' BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: only a draft can be edited');
END;

CREATE TRIGGER broadcast_media_kept BEFORE DELETE ON broadcast_media
WHEN (SELECT state FROM broadcasts WHERE id = OLD.broadcast_id) <> 'draft' BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: only a draft can be edited');
END;

CREATE TABLE broadcasts (
  id            INTEGER PRIMARY KEY,
  public_id     TEXT    NOT NULL UNIQUE,
  name          TEXT    NOT NULL CHECK (name <> ''),
  template      TEXT    NOT NULL,
  language      TEXT    NOT NULL,
  components    TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(components)),
  category      TEXT    NOT NULL DEFAULT '',
  audience      TEXT    NOT NULL,
  bindings      TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(bindings)),
  state         TEXT    NOT NULL DEFAULT 'draft'
    CHECK (state IN ('draft', 'scheduled', 'sending', 'paused', 'done', 'cancelled')),
  reason        TEXT    NOT NULL DEFAULT '',
  code          INTEGER NOT NULL DEFAULT 0,
  send_at       INTEGER NOT NULL DEFAULT 0,
  frozen_at     INTEGER NOT NULL DEFAULT 0,
  without_feed  INTEGER NOT NULL DEFAULT 0 CHECK (without_feed IN (0, 1)),
  created_by    TEXT    NOT NULL DEFAULT '',
  started_by    TEXT    NOT NULL DEFAULT '',
  created_at    INTEGER NOT NULL,
  started_at    INTEGER NOT NULL DEFAULT 0,
  finished_at   INTEGER NOT NULL DEFAULT 0
, discarded_at INTEGER NOT NULL DEFAULT 0, confirmed_by     TEXT    NOT NULL DEFAULT '', confirmed_at     INTEGER NOT NULL DEFAULT 0, confirmed_people INTEGER NOT NULL DEFAULT 0 CHECK (confirmed_people >= 0), freezing TEXT NOT NULL DEFAULT '', rate INTEGER CHECK (rate >= 0)) STRICT;

CREATE TRIGGER broadcasts_account BEFORE UPDATE OF state ON broadcasts
WHEN NEW.state = 'sending' AND OLD.state <> 'sending' AND (SELECT stopped FROM account) <> '' BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: the account is stopped');
END;

CREATE TRIGGER broadcasts_asks BEFORE UPDATE OF reason ON broadcasts
WHEN NEW.state = 'scheduled' AND NEW.reason NOT IN ('', 'missed', 'grew', 'unconfirmed', 'blocked', 'reworded') BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: a scheduled broadcast has no such question');
END;

CREATE TRIGGER broadcasts_begin BEFORE INSERT ON broadcasts WHEN NEW.state <> 'draft' BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: only a draft can be created');
END;

CREATE TRIGGER broadcasts_counted AFTER INSERT ON broadcasts BEGIN
  INSERT INTO broadcast_counts SELECT NEW.id, state, 0 FROM delivery_states;
END;

CREATE TRIGGER broadcasts_discarded BEFORE UPDATE OF discarded_at ON broadcasts
WHEN OLD.started_at <> 0 OR OLD.discarded_at <> 0 BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: only a draft is thrown away');
END;

CREATE INDEX broadcasts_due ON broadcasts (send_at) WHERE state = 'scheduled' AND reason = '';

CREATE TRIGGER broadcasts_frozen
BEFORE UPDATE OF name, template, language, components, audience, bindings, public_id ON broadcasts
WHEN OLD.state IN ('sending', 'paused', 'done', 'cancelled') AND NOT (
  EXISTS (SELECT 1 FROM erasures WHERE begun = 1) AND NEW.audience = 'erased' AND NEW.name IS OLD.name
  AND NEW.template IS OLD.template AND NEW.language IS OLD.language AND NEW.components IS OLD.components
  AND NEW.bindings IS OLD.bindings AND NEW.public_id IS OLD.public_id
) BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: started broadcasts cannot be edited');
END;

CREATE TRIGGER broadcasts_moves BEFORE UPDATE OF state ON broadcasts
WHEN OLD.state <> NEW.state AND NOT CASE OLD.state
  WHEN 'draft'     THEN NEW.state IN ('scheduled', 'sending', 'cancelled')
  WHEN 'scheduled' THEN NEW.state IN ('draft', 'sending', 'cancelled')
  WHEN 'sending'   THEN NEW.state IN ('paused', 'done', 'cancelled')
  WHEN 'paused'    THEN NEW.state IN ('sending', 'cancelled')
  WHEN 'done'      THEN NEW.state = 'paused' AND EXISTS (SELECT 1 FROM deliveries d JOIN unknown_decisions u
    ON u.delivery_id = d.id AND u.attempt = d.attempts WHERE d.broadcast_id = NEW.id AND d.state = 'queued')
  ELSE 0 END
BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: ');
END;

CREATE TRIGGER broadcasts_reconfirm AFTER UPDATE OF template, language, audience, bindings, send_at ON broadcasts
WHEN OLD.state IN ('draft', 'scheduled') AND (OLD.template <> NEW.template OR OLD.language <> NEW.language
  OR OLD.audience <> NEW.audience OR OLD.bindings <> NEW.bindings OR OLD.send_at <> NEW.send_at) BEGIN
  UPDATE broadcasts SET confirmed_by = '', confirmed_at = 0, confirmed_people = 0, reason = '' WHERE id = NEW.id;
END;

CREATE TRIGGER broadcasts_restored BEFORE UPDATE OF state ON broadcasts
WHEN NEW.state IN ('sending', 'scheduled') AND OLD.state <> NEW.state AND EXISTS (SELECT 1 FROM restores WHERE reviewed_at = 0) BEGIN
  SELECT RAISE(ABORT, 'restored: nobody reviewed this file');
END;

CREATE TRIGGER broadcasts_settled BEFORE UPDATE OF state ON broadcasts
WHEN NEW.state = 'done' AND OLD.state <> 'done' AND (
  EXISTS (SELECT 1 FROM deliveries WHERE broadcast_id = NEW.id AND state = 'queued')
  OR EXISTS (SELECT 1 FROM broadcast_counts WHERE broadcast_id = NEW.id AND state = 'sending' AND n > 0)) BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: people are still waiting');
END;

CREATE TRIGGER broadcasts_whole BEFORE UPDATE OF state ON broadcasts
WHEN NEW.state = 'sending' AND NEW.frozen_at = 0 BEGIN
  SELECT RAISE(ABORT, 'broadcast_move: audience not frozen');
END;

CREATE TABLE chain (
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  events INTEGER NOT NULL,
  head   BLOB    NOT NULL
) STRICT;

CREATE TRIGGER consent_erased AFTER INSERT ON consent_events WHEN NEW.type = 'erased' BEGIN
  UPDATE standings SET erased = 1 WHERE contact_id = NEW.contact_id;
END;

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

CREATE TRIGGER consent_events_chained BEFORE INSERT ON consent_events BEGIN
  SELECT RAISE(ABORT, 'chain: not the next event') FROM chain
  WHERE NEW.seq <> events + 1 OR NEW.prev <> head;
  SELECT RAISE(ABORT, 'erased: consent_events') FROM standings
  WHERE contact_id = NEW.contact_id AND erased = 1;
  SELECT RAISE(ABORT, 'future: consent_events') WHERE NEW.occurred_at > NEW.recorded_at + 300000;
END;

CREATE INDEX consent_events_contact ON consent_events (contact_id, seq);

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

CREATE TRIGGER consent_events_head AFTER INSERT ON consent_events BEGIN
  UPDATE chain SET events = NEW.seq, head = NEW.hash;
END;

CREATE TRIGGER consent_events_kept BEFORE DELETE ON consent_events BEGIN
  SELECT RAISE(ABORT, 'append_only: consent_events');
END;

CREATE TRIGGER consent_events_staying AFTER INSERT ON consent_events
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;

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

CREATE TRIGGER consent_standing AFTER INSERT ON consent_events WHEN NEW.type NOT IN ('voided', 'erased') BEGIN
  UPDATE standings SET consent = NEW.type, consent_at = CASE NEW.type WHEN 'withdrawn' THEN (
    SELECT max(w.occurred_at) FROM consent_events w WHERE w.contact_id = NEW.contact_id AND w.type = 'withdrawn'
    AND NOT EXISTS (SELECT 1 FROM consent_events v WHERE v.contact_id = w.contact_id AND v.supersedes = w.event_id))
    ELSE NEW.occurred_at END
  WHERE contact_id = NEW.contact_id;
END;

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

CREATE TABLE contact_tags (
  tag        TEXT    NOT NULL CHECK (tag <> ''),
  contact_id INTEGER NOT NULL REFERENCES contacts (id),
  PRIMARY KEY (tag, contact_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX contact_tags_contact ON contact_tags (contact_id, tag);

CREATE TRIGGER contact_tags_erased BEFORE INSERT ON contact_tags
WHEN EXISTS (SELECT 1 FROM standings WHERE contact_id = NEW.contact_id AND erased = 1)
BEGIN
  SELECT RAISE(ABORT, 'erased: contact_tags');
END;

CREATE TRIGGER contact_tags_staying AFTER INSERT ON contact_tags
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;

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
  updated_at INTEGER NOT NULL, last_inbound_at INTEGER NOT NULL DEFAULT 0,
  CHECK (phone IS NOT NULL OR user_id IS NOT NULL),
  CHECK ((phone IS NULL) = (phone_mac IS NULL)),
  CHECK ((user_id IS NULL) = (user_mac IS NULL))
) STRICT;

CREATE TRIGGER contacts_arriving_ids AFTER INSERT ON contacts
WHEN NEW.id BETWEEN (SELECT first FROM arriving) AND (SELECT last FROM arriving)
  AND (SELECT import_id FROM arriving) IS NOT NEW.import_id BEGIN
  SELECT RAISE(ABORT, 'arriving: this id is taken');
END;

CREATE TRIGGER contacts_arriving_insert BEFORE INSERT ON contacts
WHEN (SELECT first < 9223372036854775807 AND import_id IS NOT NEW.import_id FROM arriving) BEGIN
  DELETE FROM contact_tags WHERE contact_id IN (SELECT c.id FROM contacts c, arriving a
    WHERE (c.phone = NEW.phone OR c.user_id = NEW.user_id) AND c.id BETWEEN a.first AND a.last)
    AND contact_id NOT IN (SELECT contact_id FROM staying);
  DELETE FROM standings WHERE contact_id IN (SELECT c.id FROM contacts c, arriving a
    WHERE (c.phone = NEW.phone OR c.user_id = NEW.user_id) AND c.id BETWEEN a.first AND a.last)
    AND contact_id NOT IN (SELECT contact_id FROM staying);
  DELETE FROM contacts WHERE (phone = NEW.phone OR user_id = NEW.user_id)
    AND id BETWEEN (SELECT first FROM arriving) AND (SELECT last FROM arriving)
    AND id NOT IN (SELECT contact_id FROM staying);
END;

CREATE TRIGGER contacts_arriving_update BEFORE UPDATE OF phone, user_id ON contacts
WHEN (SELECT first < 9223372036854775807 FROM arriving) BEGIN
  DELETE FROM contact_tags WHERE contact_id IN (SELECT c.id FROM contacts c, arriving a
    WHERE (c.phone = NEW.phone OR c.user_id = NEW.user_id) AND c.id BETWEEN a.first AND a.last AND c.id <> OLD.id)
    AND contact_id NOT IN (SELECT contact_id FROM staying);
  DELETE FROM standings WHERE contact_id IN (SELECT c.id FROM contacts c, arriving a
    WHERE (c.phone = NEW.phone OR c.user_id = NEW.user_id) AND c.id BETWEEN a.first AND a.last AND c.id <> OLD.id)
    AND contact_id NOT IN (SELECT contact_id FROM staying);
  DELETE FROM contacts WHERE (phone = NEW.phone OR user_id = NEW.user_id)
    AND id BETWEEN (SELECT first FROM arriving) AND (SELECT last FROM arriving) AND id <> OLD.id
    AND id NOT IN (SELECT contact_id FROM staying);
END;

CREATE TRIGGER contacts_erased BEFORE UPDATE OF name, folded, language, country, fields, source ON contacts
WHEN EXISTS (SELECT 1 FROM standings WHERE contact_id = OLD.id AND erased = 1)
  AND (NEW.name NOT IN (OLD.name, '') OR NEW.folded NOT IN (OLD.folded, '') OR NEW.language NOT IN (OLD.language, '')
    OR NEW.country NOT IN (OLD.country, '') OR NEW.fields NOT IN (OLD.fields, '{}') OR NEW.source NOT IN (OLD.source, 'erased'))
BEGIN
  SELECT RAISE(ABORT, 'erased: contacts');
END;

CREATE INDEX contacts_fields ON contacts (id) WHERE fields <> '{}';

CREATE INDEX contacts_folded ON contacts (folded, phone);

CREATE VIRTUAL TABLE contacts_gram_list USING fts5vocab (contacts_grams, row);

CREATE VIRTUAL TABLE contacts_grams USING fts5 (
  text, content = '', contentless_delete = 1, tokenize = 'trigram', detail = none
);

CREATE TABLE 'contacts_grams_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'contacts_grams_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TRIGGER contacts_grams_delete AFTER DELETE ON contacts BEGIN
  DELETE FROM contacts_grams WHERE rowid = OLD.id;
END;

CREATE TABLE 'contacts_grams_docsize'(id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER);

CREATE TABLE 'contacts_grams_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TRIGGER contacts_grams_insert AFTER INSERT ON contacts BEGIN
  INSERT INTO contacts_grams (rowid, text) VALUES (NEW.id, NEW.folded || ' ' || coalesce(NEW.phone, '') || '  ');
END;

CREATE TRIGGER contacts_grams_update AFTER UPDATE OF folded, phone ON contacts
WHEN OLD.folded <> NEW.folded OR OLD.phone IS NOT NEW.phone BEGIN
  UPDATE contacts_grams SET text = NEW.folded || ' ' || coalesce(NEW.phone, '') || '  ' WHERE rowid = NEW.id;
END;

CREATE TRIGGER contacts_identity AFTER UPDATE OF phone_mac, user_mac ON contacts BEGIN
  UPDATE standings SET suppressed =
    EXISTS (SELECT 1 FROM suppressed_identities WHERE mac IN (NEW.phone_mac, NEW.user_mac))
  WHERE contact_id = NEW.id;
END;

CREATE INDEX contacts_places ON contacts (language, country, added_at);

CREATE TRIGGER contacts_standing AFTER INSERT ON contacts BEGIN
  INSERT INTO standings (contact_id, suppressed) VALUES (NEW.id,
    EXISTS (SELECT 1 FROM suppressed_identities WHERE mac = NEW.phone_mac)
    OR EXISTS (SELECT 1 FROM suppressed_identities WHERE mac = NEW.user_mac));
END;

CREATE TRIGGER contacts_staying AFTER UPDATE OF updated_at ON contacts
WHEN NEW.id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.id);
END;

CREATE INDEX contacts_undeliverable ON contacts (id) WHERE country IN ('CU', 'IR', 'KP', 'SY', 'US');

CREATE TABLE deliveries (
  id           INTEGER PRIMARY KEY,
  broadcast_id INTEGER NOT NULL REFERENCES broadcasts (id),
  contact_id   INTEGER NOT NULL REFERENCES contacts (id),
  state        TEXT    NOT NULL DEFAULT 'queued'
    CHECK (state IN ('queued', 'excluded', 'sending', 'accepted', 'sent', 'delivered', 'read', 'failed', 'unknown', 'cancelled')),
  not_before   INTEGER NOT NULL DEFAULT 0,
  reason       TEXT    NOT NULL DEFAULT '',
  code         INTEGER NOT NULL DEFAULT 0,
  params       TEXT,
  attempts     INTEGER NOT NULL DEFAULT 0,
  wamid        TEXT,
  held         INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
  attempted_at INTEGER NOT NULL DEFAULT 0,
  accepted_at  INTEGER NOT NULL DEFAULT 0,
  sent_at      INTEGER NOT NULL DEFAULT 0,
  delivered_at INTEGER NOT NULL DEFAULT 0,
  read_at      INTEGER NOT NULL DEFAULT 0,
  ended_at     INTEGER NOT NULL DEFAULT 0, zone TEXT NOT NULL DEFAULT '',
  UNIQUE (contact_id, broadcast_id),
  CHECK (state <> 'excluded' OR reason <> ''),
  CHECK (state <> 'sending' OR attempts > 0)
) STRICT;

CREATE TRIGGER deliveries_begin BEFORE INSERT ON deliveries
WHEN NEW.state <> 'queued' OR NEW.attempts <> 0 OR NEW.wamid IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'delivery_move: rows are born queued');
END;

CREATE INDEX deliveries_broadcast ON deliveries (broadcast_id);

CREATE TRIGGER deliveries_count_delete AFTER DELETE ON deliveries BEGIN
  SELECT RAISE(ABORT, 'append_only: deliveries') WHERE OLD.state <> 'queued' OR
    (SELECT frozen_at FROM broadcasts WHERE id = OLD.broadcast_id) <> 0;
  UPDATE broadcast_counts SET n = n - 1 WHERE broadcast_id = OLD.broadcast_id AND state = OLD.state;
END;

CREATE TRIGGER deliveries_count_insert AFTER INSERT ON deliveries BEGIN
  UPDATE broadcast_counts SET n = n + 1 WHERE broadcast_id = NEW.broadcast_id AND state = NEW.state;
END;

CREATE TRIGGER deliveries_count_update AFTER UPDATE OF state ON deliveries WHEN OLD.state <> NEW.state BEGIN
  UPDATE broadcast_counts SET n = n - 1 WHERE broadcast_id = NEW.broadcast_id AND state = OLD.state;
  UPDATE broadcast_counts SET n = n + 1 WHERE broadcast_id = NEW.broadcast_id AND state = NEW.state;
END;

CREATE INDEX deliveries_ended ON deliveries (broadcast_id, state, ended_at) WHERE ended_at > 0;

CREATE TRIGGER deliveries_late BEFORE INSERT ON deliveries
WHEN (SELECT frozen_at FROM broadcasts WHERE id = NEW.broadcast_id) <> 0 BEGIN
  SELECT RAISE(ABORT, 'delivery_move: the audience is frozen');
END;

CREATE TRIGGER deliveries_moves AFTER UPDATE OF state, reason ON deliveries
WHEN OLD.state <> 'sending' OR NEW.state <> 'accepted' OR NEW.reason = 'given_up' BEGIN
  SELECT RAISE(ABORT, 'delivery_move: ') WHERE (OLD.state <> 'queued'
        OR NEW.state <> 'sending') AND NOT CASE OLD.state
      WHEN 'queued'    THEN (NEW.state = 'queued' OR NEW.state = 'sending' OR NEW.state = 'excluded'
        OR NEW.state = 'cancelled')
      WHEN 'sending'   THEN (NEW.state = 'queued' OR NEW.state = 'accepted' OR NEW.state = 'sent'
        OR NEW.state = 'delivered' OR NEW.state = 'read' OR NEW.state = 'failed' OR NEW.state = 'unknown')
      WHEN 'accepted'  THEN (NEW.state = 'sent' OR NEW.state = 'delivered' OR NEW.state = 'read'
        OR NEW.state = 'failed')
      WHEN 'sent'      THEN (NEW.state = 'delivered' OR NEW.state = 'read' OR NEW.state = 'failed')
      WHEN 'delivered' THEN NEW.state IN ('read')
      WHEN 'failed'    THEN NEW.state IN ('delivered', 'read')
      WHEN 'unknown'   THEN (NEW.state = 'accepted' OR NEW.state = 'sent' OR NEW.state = 'delivered'
        OR NEW.state = 'read' OR NEW.state = 'failed')
        OR (NEW.state = 'queued' AND EXISTS (SELECT 1 FROM unknown_decisions
          WHERE delivery_id = OLD.id AND attempt = OLD.attempts AND decision = 'resend'))
      ELSE 0 END
    AND NOT ((OLD.state = 'queued' OR OLD.state = 'excluded' OR OLD.state = 'cancelled' OR OLD.state = 'failed')
      AND (NEW.state = 'accepted' OR NEW.state = 'sent' OR NEW.state = 'delivered' OR NEW.state = 'read'
        OR NEW.state = 'failed')
      AND EXISTS (SELECT 1 FROM unknown_decisions WHERE delivery_id = OLD.id AND attempt = OLD.attempts));
  SELECT CASE WHEN EXISTS (SELECT 1 FROM restores WHERE reviewed_at = 0)
      THEN RAISE(ABORT, 'restored: nobody reviewed this file')
    WHEN NOT EXISTS (SELECT 1 FROM standings s, broadcasts b, shop
        WHERE s.contact_id = NEW.contact_id AND s.eligible = 1
          AND b.id = NEW.broadcast_id AND b.state = 'sending'
          AND (shop.require_confirmed = 0 OR s.consent = 'confirmed'))
      THEN RAISE(ABORT, 'gate: this contact may not be called') END
    WHERE NEW.state = 'sending';
  SELECT RAISE(ABORT, 'delivery_move: the attempt is still open')
    WHERE NEW.state = 'queued' AND OLD.state = 'sending' AND EXISTS (
      SELECT 1 FROM outbox WHERE delivery_id = NEW.id AND settled_at = 0);
  SELECT RAISE(ABORT, 'delivery_move: nobody gave it up')
    WHERE NEW.reason = 'given_up' AND NOT EXISTS (SELECT 1 FROM unknown_decisions
      WHERE delivery_id = NEW.id AND attempt = NEW.attempts AND decision = 'give_up');
END;

CREATE TRIGGER deliveries_person BEFORE UPDATE OF contact_id ON deliveries
WHEN NOT EXISTS (SELECT 1 FROM standings WHERE contact_id = OLD.contact_id AND merged_into = NEW.contact_id)
AND NOT EXISTS (SELECT 1 FROM merged_deliveries d JOIN merges m ON m.id = d.merge_id
  JOIN identity_events e ON e.contact_id = m.gone AND e.other = m.kept AND e.type = 'unmerged' AND e.seq > m.last_seq
  WHERE d.delivery_id = OLD.id AND m.kept = OLD.contact_id AND m.gone = NEW.contact_id) BEGIN
  SELECT RAISE(ABORT, 'delivery_move: it is somebody else''s');
END;

CREATE INDEX deliveries_queue ON deliveries (broadcast_id, not_before, id) WHERE state = 'queued';

CREATE TRIGGER deliveries_staying AFTER INSERT ON deliveries
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;

CREATE TABLE delivery_states (state TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE door (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  url       TEXT    NOT NULL DEFAULT '',
  tried_at  INTEGER NOT NULL DEFAULT 0,
  passed_at INTEGER NOT NULL DEFAULT 0,
  problem   TEXT    NOT NULL DEFAULT '' CHECK (problem IN ('', 'unreachable', 'certificate', 'foreign'))
) STRICT;

CREATE TABLE engines (
  id         INTEGER PRIMARY KEY,
  run        TEXT    NOT NULL UNIQUE,
  pid        INTEGER NOT NULL,
  host       TEXT    NOT NULL,
  started_at INTEGER NOT NULL,
  beat_at    INTEGER NOT NULL,
  ended_at   INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE erasures (
  contact_id INTEGER PRIMARY KEY REFERENCES contacts (id),
  purge_at   INTEGER NOT NULL,
  purged_at  INTEGER NOT NULL DEFAULT 0,
  begun      INTEGER NOT NULL DEFAULT 0 CHECK (begun IN (0, 1))
) STRICT;

CREATE INDEX erasures_due ON erasures (purge_at) WHERE purged_at = 0;

CREATE TRIGGER erasures_kept BEFORE DELETE ON erasures BEGIN
  SELECT RAISE(ABORT, 'append_only: erasures');
END;

CREATE TRIGGER erasures_lawful BEFORE INSERT ON erasures
WHEN NEW.begun = 1 OR NEW.purged_at <> 0 OR NOT EXISTS (SELECT 1 FROM standings WHERE contact_id = NEW.contact_id AND erased = 1)
BEGIN
  SELECT RAISE(ABORT, 'unlawful: erasure');
END;

CREATE TRIGGER erasures_once BEFORE UPDATE ON erasures WHEN OLD.purged_at <> 0 BEGIN
  SELECT RAISE(ABORT, 'append_only: erasures');
END;

CREATE TRIGGER erasures_staying AFTER INSERT ON erasures
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;

CREATE TABLE events (
  id          INTEGER PRIMARY KEY,
  key         TEXT    NOT NULL UNIQUE,
  type        TEXT    NOT NULL,
  wamid       TEXT    NOT NULL DEFAULT '',
  occurred_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  payload     TEXT    NOT NULL
) STRICT;

CREATE INDEX events_wamid ON events (wamid) WHERE wamid <> '';

CREATE TABLE "identity_events" (
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

CREATE INDEX identity_events_contact ON identity_events (contact_id, seq);

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

CREATE TRIGGER identity_events_head AFTER INSERT ON identity_events BEGIN
  UPDATE chain SET events = NEW.seq, head = NEW.hash;
END;

CREATE TRIGGER identity_events_kept BEFORE DELETE ON identity_events BEGIN
  SELECT RAISE(ABORT, 'append_only: identity_events');
END;

CREATE INDEX identity_events_other ON identity_events (other, seq) WHERE other <> 0;

CREATE TRIGGER identity_events_staying AFTER INSERT ON identity_events
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;

CREATE TRIGGER identity_merged AFTER INSERT ON identity_events WHEN NEW.type = 'merged' BEGIN
  UPDATE standings SET erased = 1, merged_into = NEW.other WHERE contact_id = NEW.contact_id;
  UPDATE standings SET merged_into = NEW.other WHERE merged_into = NEW.contact_id AND merged_into <> 0;
END;

CREATE TRIGGER identity_merges BEFORE INSERT ON identity_events WHEN NEW.type = 'merged' BEGIN
  SELECT RAISE(ABORT, 'unlawful: merge') WHERE NOT EXISTS (
    SELECT 1 FROM standings WHERE contact_id = NEW.other AND erased = 0 AND contact_id <> NEW.contact_id);
END;

CREATE TABLE identity_stops (
  mac      BLOB    NOT NULL,
  at       INTEGER NOT NULL,
  type     TEXT    NOT NULL CHECK (type IN ('stopped', 'joined')),
  evidence TEXT    NOT NULL CHECK (evidence <> ''),
  PRIMARY KEY (mac, at, type)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER identity_stops_frozen BEFORE UPDATE ON identity_stops WHEN NOT (
  EXISTS (SELECT 1 FROM erasures WHERE begun = 1) AND NEW.evidence = 'erased'
  AND NEW.mac IS OLD.mac AND NEW.at IS OLD.at AND NEW.type IS OLD.type
) BEGIN
  SELECT RAISE(ABORT, 'append_only: identity_stops');
END;

CREATE TRIGGER identity_stops_kept BEFORE DELETE ON identity_stops BEGIN
  SELECT RAISE(ABORT, 'append_only: identity_stops');
END;

CREATE TRIGGER identity_unmerged AFTER INSERT ON identity_events WHEN NEW.type = 'unmerged' BEGIN
  UPDATE standings SET erased = 0, merged_into = 0 WHERE contact_id = NEW.contact_id;
END;

CREATE TRIGGER identity_unmerges BEFORE INSERT ON identity_events WHEN NEW.type = 'unmerged' BEGIN
  SELECT RAISE(ABORT, 'unlawful: unmerge') WHERE NOT EXISTS (
    SELECT 1 FROM standings g JOIN standings k ON k.contact_id = g.merged_into
    WHERE g.contact_id = NEW.contact_id AND g.merged_into = NEW.other AND k.erased = 0)
    OR EXISTS (SELECT 1 FROM erasures WHERE contact_id = NEW.contact_id);
END;

CREATE TABLE import_changes (
  import_id     INTEGER NOT NULL REFERENCES imports (id),
  contact_id    INTEGER NOT NULL REFERENCES contacts (id),
  row           INTEGER NOT NULL,
  before        TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(before)),
  after         TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(after)),
  consent_event TEXT    NOT NULL DEFAULT '',
  saved_event   TEXT    NOT NULL DEFAULT '',
  PRIMARY KEY (import_id, contact_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX import_changes_contact ON import_changes (contact_id);

CREATE TRIGGER import_changes_erased AFTER UPDATE OF erased ON standings WHEN NEW.erased = 1 AND NEW.merged_into = 0 BEGIN
  UPDATE import_changes SET before = '{}', after = '{}' WHERE contact_id = NEW.contact_id
    OR contact_id IN (SELECT contact_id FROM standings WHERE merged_into = NEW.contact_id AND merged_into <> 0);
END;

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
, unchanged  INTEGER NOT NULL DEFAULT 0, duplicates INTEGER NOT NULL DEFAULT 0, suppressed INTEGER NOT NULL DEFAULT 0, opted_in   INTEGER NOT NULL DEFAULT 0, tags       TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(tags)), signs      TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(signs)), undone_at  INTEGER NOT NULL DEFAULT 0) STRICT;

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

CREATE INDEX inbound_review ON inbound (review, at) WHERE review <> '';

CREATE TRIGGER inbound_staying AFTER INSERT ON inbound
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;

CREATE INDEX inbound_unknown ON inbound (mac) WHERE contact_id IS NULL AND mac IS NOT NULL;

CREATE TABLE leaving (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  import_id INTEGER NOT NULL,
  staff     TEXT    NOT NULL DEFAULT '',
  first     INTEGER NOT NULL,
  last      INTEGER NOT NULL,             -- those behind it are removed already
  looked    INTEGER NOT NULL DEFAULT 0,   -- looked through up to this one
  hidden    INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
  changed   INTEGER NOT NULL DEFAULT 0,   -- restored up to this one
  removed   INTEGER NOT NULL DEFAULT 0,
  kept      INTEGER NOT NULL DEFAULT 0,
  restored  INTEGER NOT NULL DEFAULT 0,
  voided    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE merged_deliveries (
  merge_id    INTEGER NOT NULL REFERENCES merges (id),
  delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
  PRIMARY KEY (merge_id, delivery_id)
) STRICT, WITHOUT ROWID;

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

CREATE TRIGGER merges_erased AFTER UPDATE OF erased ON standings WHEN NEW.erased = 1 AND NEW.merged_into = 0 BEGIN
  UPDATE merges SET before = '{}' WHERE kept = NEW.contact_id OR gone = NEW.contact_id
    OR kept IN (SELECT contact_id FROM standings WHERE merged_into = NEW.contact_id AND merged_into <> 0);
END;

CREATE INDEX merges_gone ON merges (gone, id);

CREATE INDEX merges_kept ON merges (kept, id);

CREATE TRIGGER merges_staying_gone AFTER INSERT ON merges
WHEN NEW.gone BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.gone);
END;

CREATE TRIGGER merges_staying_kept AFTER INSERT ON merges
WHEN NEW.kept BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.kept);
END;

CREATE TABLE notices (
  id       TEXT    NOT NULL,
  version  INTEGER NOT NULL CHECK (version > 0),
  language TEXT    NOT NULL,
  text     TEXT    NOT NULL,
  sha256   TEXT    NOT NULL,
  since    INTEGER NOT NULL,
  PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER notices_frozen BEFORE UPDATE ON notices BEGIN
  SELECT RAISE(ABORT, 'append_only: notices');
END;

CREATE TRIGGER notices_kept BEFORE DELETE ON notices BEGIN
  SELECT RAISE(ABORT, 'append_only: notices');
END;

CREATE VIEW open_reviews AS
  SELECT o.* FROM review_events o
  WHERE o.type = 'opened' AND NOT EXISTS (SELECT 1 FROM review_events d WHERE d.opened = o.event_id AND d.opened <> '');

CREATE TABLE outbox (
  id          INTEGER PRIMARY KEY,
  engine_id   INTEGER NOT NULL REFERENCES engines (id),
  delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
  contact_id  INTEGER NOT NULL REFERENCES contacts (id),
  claimed_at  INTEGER NOT NULL,
  settled_at  INTEGER NOT NULL DEFAULT 0,
  outcome     TEXT    NOT NULL DEFAULT ''
    CHECK (outcome IN ('', 'accepted', 'later', 'refused', 'opted_out', 'unknown', 'unspent'))
) STRICT;

CREATE INDEX outbox_claimed ON outbox (claimed_at, contact_id);

CREATE TRIGGER outbox_kept BEFORE DELETE ON outbox BEGIN
  SELECT RAISE(ABORT, 'append_only: outbox');
END;

CREATE INDEX outbox_open ON outbox (delivery_id) WHERE settled_at = 0;

CREATE TRIGGER outbox_staying AFTER INSERT ON outbox
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;

CREATE TRIGGER outbox_truth BEFORE UPDATE ON outbox WHEN OLD.settled_at <> 0 BEGIN
  SELECT RAISE(ABORT, 'append_only: outbox');
END;

CREATE TABLE past_identities (
  kind       TEXT    NOT NULL CHECK (kind IN ('phone', 'user')),
  value      TEXT    NOT NULL CHECK (value <> ''),
  contact_id INTEGER NOT NULL REFERENCES contacts (id),
  until      INTEGER NOT NULL,
  PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;

CREATE INDEX past_identities_contact ON past_identities (contact_id);

CREATE TRIGGER past_identities_staying AFTER INSERT ON past_identities
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;

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

CREATE TRIGGER platform_events_chained BEFORE INSERT ON platform_events BEGIN
  SELECT RAISE(ABORT, 'chain: not the next event') FROM chain
  WHERE NEW.seq <> events + 1 OR NEW.prev <> head;
  SELECT RAISE(ABORT, 'erased: platform_events') FROM standings
  WHERE contact_id = NEW.contact_id AND erased = 1;
  SELECT RAISE(ABORT, 'future: platform_events') WHERE NEW.occurred_at > NEW.recorded_at + 300000;
END;

CREATE INDEX platform_events_contact ON platform_events (contact_id, seq);

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

CREATE TRIGGER platform_events_head AFTER INSERT ON platform_events BEGIN
  UPDATE chain SET events = NEW.seq, head = NEW.hash;
END;

CREATE TRIGGER platform_events_kept BEFORE DELETE ON platform_events BEGIN
  SELECT RAISE(ABORT, 'append_only: platform_events');
END;

CREATE TRIGGER platform_events_staying AFTER INSERT ON platform_events
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;

CREATE TRIGGER platform_standing AFTER INSERT ON platform_events BEGIN
  UPDATE standings SET (platform, platform_at) = (
    SELECT CASE e.type WHEN 'stopped' THEN 'stopped' WHEN 'unreachable' THEN 'unreachable' ELSE 'ok' END, e.occurred_at
    FROM platform_events e WHERE e.contact_id = NEW.contact_id
    ORDER BY e.type = 'stopped' AND NOT EXISTS (
      SELECT 1 FROM platform_events r WHERE r.contact_id = e.contact_id AND r.type = 'resumed'
      AND r.occurred_at > e.occurred_at) DESC, e.occurred_at DESC, e.type = 'unreachable' DESC LIMIT 1)
  WHERE contact_id = NEW.contact_id;
END;

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

CREATE TRIGGER prompts_frozen BEFORE UPDATE OF code, notice, notice_version, place, staff, opened_at ON prompts BEGIN
  SELECT RAISE(ABORT, 'append_only: prompts');
END;

CREATE TRIGGER prompts_kept BEFORE DELETE ON prompts BEGIN
  SELECT RAISE(ABORT, 'append_only: prompts');
END;

CREATE TABLE restores (
  id          INTEGER PRIMARY KEY,
  backup_at   INTEGER NOT NULL,
  restored_at INTEGER NOT NULL,
  staff       TEXT    NOT NULL DEFAULT '',
  kept        TEXT    NOT NULL DEFAULT '',
  carried     INTEGER NOT NULL DEFAULT 0,
  unread      INTEGER NOT NULL DEFAULT 0 CHECK (unread IN (0, 1)),
  reviewed_at INTEGER NOT NULL DEFAULT 0,
  reviewed_by TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE TRIGGER restores_kept BEFORE DELETE ON restores BEGIN
  SELECT RAISE(ABORT, 'append_only: restores');
END;

CREATE TRIGGER restores_once BEFORE UPDATE ON restores
WHEN OLD.reviewed_at <> 0 OR NEW.reviewed_at = 0 OR NEW.id <> OLD.id OR NEW.backup_at <> OLD.backup_at
  OR NEW.restored_at <> OLD.restored_at OR NEW.staff <> OLD.staff OR NEW.kept <> OLD.kept
  OR NEW.carried <> OLD.carried OR NEW.unread <> OLD.unread BEGIN
  SELECT RAISE(ABORT, 'append_only: restores');
END;

CREATE INDEX restores_open ON restores (id) WHERE reviewed_at = 0;

CREATE TABLE retention (
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  ran_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER review_decides BEFORE INSERT ON review_events WHEN NEW.type <> 'opened' BEGIN
  SELECT RAISE(ABORT, 'unlawful: review') WHERE NOT EXISTS (
    SELECT 1 FROM review_events WHERE event_id = NEW.opened AND contact_id = NEW.contact_id AND type = 'opened');
END;

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

CREATE TRIGGER review_events_chained BEFORE INSERT ON review_events BEGIN
  SELECT RAISE(ABORT, 'chain: not the next event') FROM chain
  WHERE NEW.seq <> events + 1 OR NEW.prev <> head;
  SELECT RAISE(ABORT, 'erased: review_events') FROM standings
  WHERE contact_id = NEW.contact_id AND erased = 1;
  SELECT RAISE(ABORT, 'future: review_events') WHERE NEW.occurred_at > NEW.recorded_at + 300000;
END;

CREATE INDEX review_events_contact ON review_events (contact_id, seq);

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

CREATE TRIGGER review_events_head AFTER INSERT ON review_events BEGIN
  UPDATE chain SET events = NEW.seq, head = NEW.hash;
END;

CREATE TRIGGER review_events_kept BEFORE DELETE ON review_events BEGIN
  SELECT RAISE(ABORT, 'append_only: review_events');
END;

CREATE UNIQUE INDEX review_events_opened ON review_events (opened) WHERE opened <> '';

CREATE TRIGGER review_events_staying AFTER INSERT ON review_events
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;

CREATE TRIGGER review_standing AFTER INSERT ON review_events BEGIN
  UPDATE standings SET held = EXISTS (
    SELECT 1 FROM open_reviews WHERE contact_id = NEW.contact_id AND kind IN ('refusal', 'voice'))
  WHERE contact_id = NEW.contact_id;
END;

CREATE TABLE runs (
  broadcast_id INTEGER PRIMARY KEY REFERENCES broadcasts (id),
  engine_id    INTEGER NOT NULL REFERENCES engines (id),
  wait         TEXT    NOT NULL DEFAULT '',
  until        INTEGER NOT NULL DEFAULT 0,
  slower       TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE saved_audiences (
  id         INTEGER PRIMARY KEY,
  name       TEXT    NOT NULL CHECK (name <> ''),
  folded     TEXT    NOT NULL UNIQUE CHECK (folded <> ''),
  query      TEXT    NOT NULL CHECK (query <> ''),
  changed_by TEXT    NOT NULL DEFAULT '',
  changed_at INTEGER NOT NULL
) STRICT;

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

CREATE TRIGGER saved_number_events_chained BEFORE INSERT ON saved_number_events BEGIN
  SELECT RAISE(ABORT, 'chain: not the next event') FROM chain
  WHERE NEW.seq <> events + 1 OR NEW.prev <> head;
  SELECT RAISE(ABORT, 'erased: saved_number_events') FROM standings
  WHERE contact_id = NEW.contact_id AND erased = 1;
  SELECT RAISE(ABORT, 'future: saved_number_events') WHERE NEW.occurred_at > NEW.recorded_at + 300000;
END;

CREATE INDEX saved_number_events_contact ON saved_number_events (contact_id, seq);

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

CREATE TRIGGER saved_number_events_head AFTER INSERT ON saved_number_events BEGIN
  UPDATE chain SET events = NEW.seq, head = NEW.hash;
END;

CREATE TRIGGER saved_number_events_kept BEFORE DELETE ON saved_number_events BEGIN
  SELECT RAISE(ABORT, 'append_only: saved_number_events');
END;

CREATE TRIGGER saved_number_events_staying AFTER INSERT ON saved_number_events
WHEN NEW.contact_id BETWEEN (SELECT first FROM leaving) AND (SELECT last FROM leaving) BEGIN
  INSERT OR IGNORE INTO staying VALUES (NEW.contact_id);
END;

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
, keep_years INTEGER NOT NULL DEFAULT 3 CHECK (keep_years BETWEEN 1 AND 5), calls_before INTEGER NOT NULL DEFAULT 0, number_said TEXT NOT NULL DEFAULT '', attested_from INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TRIGGER shop_number AFTER UPDATE OF number, number_said, attested_from ON shop
WHEN OLD.number <> NEW.number OR OLD.number_said <> NEW.number_said OR OLD.attested_from <> NEW.attested_from BEGIN
  UPDATE standings SET saved = now.saved FROM (
    SELECT contact_id, CASE
      WHEN grade_for = (SELECT number FROM shop WHERE number_said IN ('', number)) AND saved_at > (SELECT attested_from FROM shop) THEN grade
      ELSE 'invalid' END AS saved
    FROM standings WHERE grade <> 'unknown') now
  WHERE now.contact_id = standings.contact_id AND now.saved <> standings.saved;
END;

CREATE TRIGGER shop_number_id AFTER UPDATE OF phone_number_id ON shop WHEN OLD.phone_number_id <> NEW.phone_number_id BEGIN
  UPDATE shop SET calls_before = (SELECT coalesce(max(id), 0) FROM outbox), number_said = '', attested_from = NEW.updated_at;
END;

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

CREATE INDEX standings_consented ON standings (consent_at) WHERE consent IN ('given', 'confirmed');

CREATE INDEX standings_eligible ON standings (contact_id) WHERE eligible = 1;

CREATE INDEX standings_erased ON standings (contact_id) WHERE erased = 1;

CREATE INDEX standings_held ON standings (contact_id) WHERE held = 1;

CREATE INDEX standings_merged ON standings (merged_into) WHERE merged_into <> 0;

CREATE TABLE staying (contact_id INTEGER PRIMARY KEY) STRICT;

CREATE VIEW suppressed_identities AS
  SELECT mac FROM suppressions
  UNION ALL SELECT s.mac FROM identity_stops s WHERE s.type = 'stopped' AND NOT EXISTS (
    SELECT 1 FROM identity_stops j WHERE j.mac = s.mac AND j.type = 'joined' AND j.at > s.at);

CREATE TABLE suppression_key (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  proof BLOB    NOT NULL CHECK (length(proof) = 32)
) STRICT;

CREATE TABLE suppressions (
  mac    BLOB    NOT NULL PRIMARY KEY,
  reason TEXT    NOT NULL,
  since  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER suppressions_frozen BEFORE UPDATE ON suppressions BEGIN
  SELECT RAISE(ABORT, 'append_only: suppressions');
END;

CREATE TRIGGER suppressions_kept BEFORE DELETE ON suppressions BEGIN
  SELECT RAISE(ABORT, 'append_only: suppressions');
END;

CREATE TABLE tag_change_rows (
  change_id  INTEGER NOT NULL REFERENCES tag_changes (id),
  tag        TEXT    NOT NULL CHECK (tag <> ''),
  contact_id INTEGER NOT NULL,
  added      INTEGER NOT NULL CHECK (added IN (0, 1)),
  PRIMARY KEY (change_id, tag, contact_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX tag_change_rows_contact ON tag_change_rows (contact_id);

CREATE TRIGGER tag_change_rows_gone AFTER DELETE ON contacts BEGIN
  DELETE FROM tag_change_rows WHERE contact_id = OLD.id;
END;

CREATE TABLE tag_changes (
  id        INTEGER PRIMARY KEY,
  tags      TEXT    NOT NULL CHECK (json_valid(tags)), -- those that went
  became    TEXT    NOT NULL DEFAULT '',               -- '': they were removed
  people    INTEGER NOT NULL CHECK (people >= 0),
  staff     TEXT    NOT NULL DEFAULT '',
  at        INTEGER NOT NULL,
  undone_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE templates (
  id         INTEGER PRIMARY KEY,
  meta_id    TEXT    NOT NULL DEFAULT '',
  name       TEXT    NOT NULL,
  language   TEXT    NOT NULL,
  status     TEXT    NOT NULL,
  category   TEXT    NOT NULL,
  quality    TEXT    NOT NULL DEFAULT 'UNKNOWN',
  components TEXT    NOT NULL CHECK (json_valid(components)),
  synced_at  INTEGER NOT NULL, status_at INTEGER NOT NULL DEFAULT 0, category_at INTEGER NOT NULL DEFAULT 0, quality_at INTEGER NOT NULL DEFAULT 0,
  UNIQUE (name, language)
) STRICT;

CREATE TABLE twins (
  one       INTEGER NOT NULL,
  other     INTEGER NOT NULL,
  import_id INTEGER NOT NULL REFERENCES imports (id),
  row       INTEGER NOT NULL,
  PRIMARY KEY (one, other),
  CHECK (one < other)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER twins_gone AFTER DELETE ON contacts BEGIN
  DELETE FROM twins WHERE one = OLD.id OR other = OLD.id;
END;

CREATE INDEX twins_other ON twins (other);

CREATE TABLE unknown_decisions (
  delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
  attempt     INTEGER NOT NULL CHECK (attempt > 0),
  decision    TEXT    NOT NULL CHECK (decision IN ('resend', 'give_up')),
  staff       TEXT    NOT NULL CHECK (staff <> ''),
  at          INTEGER NOT NULL,
  PRIMARY KEY (delivery_id, attempt)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER unknown_decisions_begin BEFORE INSERT ON unknown_decisions WHEN NOT EXISTS (
  SELECT 1 FROM deliveries WHERE id = NEW.delivery_id AND state = 'unknown' AND attempts = NEW.attempt) BEGIN
  SELECT RAISE(ABORT, 'delivery_move: only what is unknown is decided');
END;

CREATE TRIGGER unknown_decisions_kept BEFORE DELETE ON unknown_decisions BEGIN
  SELECT RAISE(ABORT, 'append_only: unknown_decisions');
END;

CREATE TRIGGER unknown_decisions_truth BEFORE UPDATE ON unknown_decisions BEGIN
  SELECT RAISE(ABORT, 'append_only: unknown_decisions');
END;

CREATE TABLE wamids (
  wamid       TEXT PRIMARY KEY,
  delivery_id INTEGER NOT NULL REFERENCES deliveries (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE wamids_filed (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  filed INTEGER NOT NULL
) STRICT;

