-- +goose Up

-- What the order list says of an order (R1), and what follows from it.
-- Times are milliseconds since 1970, UTC; days are 2006-01-02.
CREATE TABLE orders (
  id TEXT PRIMARY KEY,
  ticket TEXT NOT NULL,
  -- folded forms, as log-in compares them (R4)
  ticket_key TEXT NOT NULL UNIQUE,
  person_key TEXT NOT NULL,
  id_number_key TEXT NOT NULL,
  name TEXT NOT NULL,
  pinyin TEXT NOT NULL,
  gender TEXT NOT NULL,
  birth_date TEXT NOT NULL,
  id_type TEXT NOT NULL,
  id_number TEXT NOT NULL,
  guardian_address TEXT NOT NULL,
  phone TEXT NOT NULL,
  subject TEXT NOT NULL,
  grade INTEGER NOT NULL CHECK (grade BETWEEN 1 AND 10),
  window_opens INTEGER NOT NULL,
  window_closes INTEGER NOT NULL CHECK (window_closes > window_opens),
  -- SHA-256 of the registration photo, '' while it is still to be brought (R2)
  photo TEXT NOT NULL,
  photo_taken TEXT NOT NULL,
  consent TEXT NOT NULL DEFAULT '' CHECK (consent IN ('', 'given', 'declined')),
  consent_guardian TEXT NOT NULL DEFAULT '',
  consent_at INTEGER,
  practiced_at INTEGER,
  sealed_at INTEGER,
  imported_at INTEGER NOT NULL
) STRICT;

CREATE INDEX orders_person ON orders (person_key);

CREATE TABLE order_pieces (
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  item TEXT NOT NULL,
  title TEXT NOT NULL,
  PRIMARY KEY (order_id, place)
) STRICT, WITHOUT ROWID;

-- The syllabus: what is to be recorded for a subject in a band of grades.
CREATE TABLE syllabus_items (
  subject TEXT NOT NULL,
  grade_from INTEGER NOT NULL,
  grade_to INTEGER NOT NULL,
  place INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  drawn INTEGER NOT NULL,
  group_name TEXT NOT NULL,
  PRIMARY KEY (subject, grade_from, grade_to, place)
) STRICT, WITHOUT ROWID;

-- The question bank 题库 (R9).
CREATE TABLE questions (
  id TEXT PRIMARY KEY,
  subject TEXT NOT NULL,
  grade_from INTEGER NOT NULL,
  grade_to INTEGER NOT NULL,
  item TEXT NOT NULL,
  title TEXT NOT NULL,
  file TEXT NOT NULL,
  type TEXT NOT NULL
) STRICT;

CREATE INDEX questions_subject ON questions (subject, item);

CREATE TABLE attempts (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  practice INTEGER NOT NULL,
  number INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'submitted', 'auto_submitted', 'reset', 'voided')),
  started_at INTEGER NOT NULL,
  deadline INTEGER NOT NULL,
  ended_at INTEGER,
  limit_ms INTEGER NOT NULL,
  extra_ms INTEGER NOT NULL,
  code TEXT NOT NULL,
  acknowledged_at INTEGER,
  device TEXT NOT NULL,
  rules_version TEXT NOT NULL
) STRICT;

CREATE INDEX attempts_order ON attempts (order_id);
CREATE INDEX attempts_running ON attempts (deadline) WHERE state = 'running';
CREATE INDEX attempts_practice ON attempts (started_at) WHERE practice = 1;
CREATE INDEX attempts_started ON attempts (started_at);

CREATE TABLE items (
  attempt_id TEXT NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  place INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  piece TEXT NOT NULL,
  question_id TEXT,
  question_title TEXT NOT NULL,
  question_file TEXT NOT NULL,
  question_type TEXT NOT NULL,
  PRIMARY KEY (attempt_id, id)
) STRICT, WITHOUT ROWID;

-- A removed clip keeps its row: its hash shows an old video sent again (R15).
CREATE TABLE clips (
  id TEXT PRIMARY KEY,
  attempt_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  previewed INTEGER NOT NULL DEFAULT 0,
  removed_at INTEGER,
  -- the first examination's results
  state TEXT NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'examined', 'unexaminable')),
  sha256 TEXT NOT NULL DEFAULT '',
  type TEXT NOT NULL DEFAULT '',
  duration_ms INTEGER NOT NULL DEFAULT 0,
  playable INTEGER NOT NULL DEFAULT 0,
  rendition INTEGER NOT NULL DEFAULT 0,
  hints TEXT NOT NULL DEFAULT '[]',
  examined_at INTEGER,
  -- the verified receipt that names its hash (I5)
  delivered_at INTEGER,
  FOREIGN KEY (attempt_id, item_id) REFERENCES items (attempt_id, id)
) STRICT;

CREATE UNIQUE INDEX clips_item ON clips (attempt_id, item_id) WHERE removed_at IS NULL;
CREATE INDEX clips_received ON clips (received_at);
CREATE INDEX clips_sha256 ON clips (sha256);

CREATE TABLE findings (
  clip_id TEXT NOT NULL REFERENCES clips (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  kind TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('pass', 'warn', 'fail', 'cannot_tell')),
  value REAL,
  limit_value REAL,
  unit TEXT NOT NULL,
  note TEXT NOT NULL,
  engine TEXT NOT NULL,
  PRIMARY KEY (clip_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
  clip_id TEXT NOT NULL,
  finding INTEGER NOT NULL,
  place INTEGER NOT NULL,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  frame TEXT NOT NULL,
  PRIMARY KEY (clip_id, finding, place),
  FOREIGN KEY (clip_id, finding) REFERENCES findings (clip_id, place) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX evidence_frame ON evidence (frame);

-- An upload under way; its offset is the promise to the phone (I1).
CREATE TABLE uploads (
  id TEXT PRIMARY KEY,
  attempt_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  device TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  -- the Upload-Metadata header as it came
  metadata TEXT NOT NULL,
  size INTEGER NOT NULL,
  received INTEGER NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND size),
  begun_at INTEGER NOT NULL,
  arrived_at INTEGER,
  expires_at INTEGER NOT NULL,
  FOREIGN KEY (attempt_id, item_id) REFERENCES items (attempt_id, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX uploads_attempt ON uploads (attempt_id, item_id);

CREATE TABLE decisions (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  clip_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  by_role TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  confirmed_at INTEGER,
  undone_at INTEGER
) STRICT;

CREATE INDEX decisions_order ON decisions (order_id);

-- Everything that happened, who did it and why: the facts of the orders (R31)
-- and every look at a face, a video or an ID number. Append-only and chained:
-- hash = SHA-256 over the row and the hash before it.
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
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
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE INDEX audit_order ON audit (order_id, seq);

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

CREATE TABLE users (
  name TEXT PRIMARY KEY,
  role TEXT NOT NULL CHECK (role IN ('administrator', 'invigilator', 'examiner', 'technician')),
  password TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- The session's secret itself is only in the cookie; here is its SHA-256.
CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('candidate', 'staff')),
  subject TEXT NOT NULL,
  device TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_subject ON sessions (kind, subject);

-- Wrong log-ins, by account and by socket address.
CREATE TABLE login_failures (
  key TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT;

-- Files that no row needs any more; removed by a sweep after the commit.
CREATE TABLE trash (
  path TEXT PRIMARY KEY,
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was sealed for the province. A new install begins a new chain.
CREATE TABLE batches (
  install TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('sealed', 'sent', 'accepted', 'refused')),
  manifest_sha256 TEXT NOT NULL,
  orders INTEGER NOT NULL,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  sealed_at INTEGER NOT NULL,
  sent_at INTEGER,
  receipt_at INTEGER,
  reasons TEXT NOT NULL DEFAULT '[]',
  PRIMARY KEY (install, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE batch_orders (
  install TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  order_id TEXT NOT NULL,
  PRIMARY KEY (install, sequence, order_id),
  FOREIGN KEY (install, sequence) REFERENCES batches (install, sequence)
) STRICT, WITHOUT ROWID;

-- Small things that outlive a restart: the last time written down, the last
-- successful sync and its error.
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
