-- +goose Up

-- A call for help says why (R30), may come from a phone that could not log in
-- and so has neither person nor order, and is answered.
CREATE TABLE help_calls_18 (
  id TEXT PRIMARY KEY,
  device TEXT NOT NULL UNIQUE,
  -- '' at the log-in
  person_key TEXT NOT NULL,
  order_id TEXT REFERENCES orders (id) ON DELETE CASCADE,
  attempt_id TEXT NOT NULL,
  -- the socket address, by which calls at the log-in are bounded
  address TEXT NOT NULL,
  reason TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  told_at INTEGER NOT NULL,
  -- by staff; it stays a while, because its last answer may not have been read
  closed_at INTEGER,
  -- battery, Wi-Fi, page, upload and last error, as JSON
  state TEXT NOT NULL
) STRICT;

INSERT INTO help_calls_18
SELECT id, device, person_key, order_id, attempt_id, '', 'other', asked_at, told_at, NULL, state
FROM help_calls;

CREATE TABLE help_answers (
  id TEXT PRIMARY KEY,
  call_id TEXT NOT NULL REFERENCES help_calls_18 (id) ON DELETE CASCADE,
  -- a word that the phone says in its own language, or 'text'
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  at INTEGER NOT NULL,
  by_name TEXT NOT NULL,
  read_at INTEGER
) STRICT;

CREATE INDEX help_answers_call ON help_answers (call_id);

INSERT INTO help_answers
SELECT id, id, 'coming', '', seen_at, seen_by, NULL
FROM help_calls
WHERE seen_at IS NOT NULL;

DROP TABLE help_calls;

ALTER TABLE help_calls_18 RENAME TO help_calls;
