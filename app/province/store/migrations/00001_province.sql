-- +goose Up

-- Who may send. Times are milliseconds since 1970, UTC; days are 2006-01-02.
CREATE TABLE centres (
  name TEXT PRIMARY KEY,
  -- with its password: this file is for the service user only
  drop_url TEXT NOT NULL,
  -- the one-time token of the newest enrolment file; '' once it was used
  token TEXT NOT NULL,
  invited_at INTEGER NOT NULL
) STRICT;

-- An install of a centre: its keys, and the end of its chain of batches.
CREATE TABLE installs (
  centre TEXT NOT NULL REFERENCES centres (name),
  install TEXT NOT NULL,
  minisign_key TEXT NOT NULL,
  age_recipient TEXT NOT NULL,
  enrolled_at INTEGER NOT NULL,
  revoked_at INTEGER,
  last_sequence INTEGER NOT NULL DEFAULT 0,
  last_manifest TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (centre, install)
) STRICT;

-- What came, and what became of it. Only an accepted batch has records.
CREATE TABLE batches (
  number INTEGER PRIMARY KEY,
  centre TEXT NOT NULL,
  install TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  -- '' while no signature over it holds
  manifest_sha256 TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('accepted', 'refused', 'quarantined', 'waiting', 'damaged')),
  -- JSON lists: why not, and the SHA-256 of every file as sent
  reasons TEXT NOT NULL,
  sums TEXT NOT NULL,
  orders INTEGER NOT NULL,
  clips INTEGER NOT NULL,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  UNIQUE (centre, install, sequence, manifest_sha256),
  FOREIGN KEY (centre, install) REFERENCES installs (centre, install)
) STRICT;

-- I4: of a place in the chain, one batch is taken in or none.
CREATE UNIQUE INDEX batches_accepted ON batches (centre, install, sequence) WHERE status = 'accepted';

-- From here on: what batches carried, as records.sql of package batch
-- describes it, keyed by the batch.
CREATE TABLE orders (
  batch INTEGER NOT NULL REFERENCES batches (number),
  id TEXT NOT NULL,
  ticket TEXT NOT NULL,
  name TEXT NOT NULL,
  pinyin TEXT NOT NULL,
  gender TEXT NOT NULL,
  birth_date TEXT NOT NULL,
  id_type TEXT NOT NULL,
  id_number TEXT NOT NULL,
  guardian_address TEXT NOT NULL,
  phone TEXT NOT NULL,
  subject TEXT NOT NULL,
  grade INTEGER NOT NULL,
  window_opens INTEGER NOT NULL,
  window_closes INTEGER NOT NULL,
  photo TEXT,
  photo_taken TEXT NOT NULL,
  consent TEXT NOT NULL,
  consent_guardian TEXT NOT NULL,
  consent_at INTEGER,
  status TEXT NOT NULL,
  final_at INTEGER NOT NULL,
  PRIMARY KEY (batch, id)
) STRICT;

CREATE INDEX orders_id ON orders (id);

CREATE TABLE pieces (
  batch INTEGER NOT NULL,
  order_id TEXT NOT NULL,
  place INTEGER NOT NULL,
  item TEXT NOT NULL,
  title TEXT NOT NULL,
  PRIMARY KEY (batch, order_id, place),
  FOREIGN KEY (batch, order_id) REFERENCES orders (batch, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
  batch INTEGER NOT NULL,
  id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  state TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  deadline INTEGER NOT NULL,
  ended_at INTEGER,
  limit_ms INTEGER NOT NULL,
  extra_ms INTEGER NOT NULL,
  code TEXT NOT NULL,
  acknowledged_at INTEGER,
  rules_version TEXT NOT NULL,
  PRIMARY KEY (batch, id),
  FOREIGN KEY (batch, order_id) REFERENCES orders (batch, id)
) STRICT;

CREATE TABLE items (
  batch INTEGER NOT NULL,
  attempt_id TEXT NOT NULL,
  id TEXT NOT NULL,
  place INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  piece TEXT NOT NULL,
  question_id TEXT,
  question_title TEXT NOT NULL,
  PRIMARY KEY (batch, attempt_id, id),
  FOREIGN KEY (batch, attempt_id) REFERENCES attempts (batch, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE clips (
  number INTEGER PRIMARY KEY, -- the order in which clips came
  batch INTEGER NOT NULL,
  id TEXT NOT NULL,
  attempt_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  type TEXT NOT NULL,
  duration_ms INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  previewed INTEGER NOT NULL,
  state TEXT NOT NULL,
  rendition TEXT,
  UNIQUE (batch, id),
  FOREIGN KEY (batch, attempt_id, item_id) REFERENCES items (batch, attempt_id, id)
) STRICT;

CREATE INDEX clips_id ON clips (id);

CREATE TABLE findings (
  batch INTEGER NOT NULL,
  clip_id TEXT NOT NULL,
  place INTEGER NOT NULL,
  kind TEXT NOT NULL,
  verdict TEXT NOT NULL,
  value REAL,
  limit_value REAL,
  unit TEXT NOT NULL,
  note TEXT NOT NULL,
  engine TEXT NOT NULL,
  PRIMARY KEY (batch, clip_id, place),
  FOREIGN KEY (batch, clip_id) REFERENCES clips (batch, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
  batch INTEGER NOT NULL,
  clip_id TEXT NOT NULL,
  finding INTEGER NOT NULL,
  place INTEGER NOT NULL,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  frame TEXT,
  PRIMARY KEY (batch, clip_id, finding, place),
  FOREIGN KEY (batch, clip_id, finding) REFERENCES findings (batch, clip_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE ticks (
  batch INTEGER NOT NULL,
  clip_id TEXT NOT NULL,
  what TEXT NOT NULL,
  heard TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (batch, clip_id, what),
  FOREIGN KEY (batch, clip_id) REFERENCES clips (batch, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE departures (
  batch INTEGER NOT NULL,
  clip_id TEXT NOT NULL,
  place INTEGER NOT NULL,
  category TEXT NOT NULL,
  clip_ms INTEGER,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (batch, clip_id, place),
  FOREIGN KEY (batch, clip_id) REFERENCES clips (batch, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE marks (
  batch INTEGER NOT NULL,
  order_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  technique TEXT NOT NULL,
  tempo TEXT NOT NULL,
  interpretation TEXT NOT NULL,
  level TEXT NOT NULL,
  remarks TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (batch, order_id, item_id, by_name),
  FOREIGN KEY (batch, order_id) REFERENCES orders (batch, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE decisions (
  batch INTEGER NOT NULL,
  id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  clip_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  by_role TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  confirmed_at INTEGER,
  undone_at INTEGER,
  PRIMARY KEY (batch, id),
  FOREIGN KEY (batch, order_id) REFERENCES orders (batch, id)
) STRICT;

CREATE TABLE facts (
  batch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  action TEXT NOT NULL,
  by_role TEXT NOT NULL,
  by_name TEXT NOT NULL,
  order_id TEXT NOT NULL,
  attempt_id TEXT NOT NULL,
  clip_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  args TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (batch, seq),
  FOREIGN KEY (batch, order_id) REFERENCES orders (batch, id)
) STRICT;

-- The files; each lies at media/<first two digits>/<sha256>.
CREATE TABLE media (
  batch INTEGER NOT NULL REFERENCES batches (number),
  sha256 TEXT NOT NULL,
  sealed TEXT NOT NULL,
  size INTEGER NOT NULL,
  type TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('original', 'rendition', 'photo', 'evidence')),
  owner TEXT NOT NULL,
  PRIMARY KEY (batch, sha256)
) STRICT, WITHOUT ROWID;

CREATE INDEX media_sha256 ON media (sha256, role);

CREATE TABLE users (
  name TEXT PRIMARY KEY,
  role TEXT NOT NULL CHECK (role IN ('administrator', 'reviewer', 'viewer')),
  password TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- The session's secret itself is only in the cookie; here is its SHA-256.
CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  user TEXT NOT NULL REFERENCES users (name),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

-- Wrong log-ins, by account and by socket address.
CREATE TABLE login_failures (
  key TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  action TEXT NOT NULL,
  by_name TEXT NOT NULL,
  subject TEXT NOT NULL,
  args TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
  SELECT raise(ABORT, 'the audit log is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
  SELECT raise(ABORT, 'the audit log is append-only');
END;
-- +goose StatementEnd

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
