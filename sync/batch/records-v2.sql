-- records.sqlite of a batch, format version 2: what happened to the orders in
-- it, and later to orders of earlier batches (R31), for any program that opens
-- SQLite. The centre writes it, the province reads it. Version 1 is beside it.
-- Times are milliseconds since 1970, UTC; days are 2006-01-02; absent is NULL.

CREATE TABLE batch (
  version INTEGER NOT NULL,
  centre TEXT NOT NULL,
  install TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  program TEXT NOT NULL,
  audit_seq INTEGER NOT NULL, -- the last line of the centre's audit log then, 0 of an empty one
  audit_hash TEXT NOT NULL    -- its hash, '' of none
) STRICT;

-- Every order that the batch tells something of, and the batch in which the
-- order itself travels with its attempts and clips: this one, or an earlier one
-- of this centre, of which the rows here are later facts.
CREATE TABLE subjects (
  order_id TEXT PRIMARY KEY,
  install TEXT NOT NULL,
  sequence INTEGER NOT NULL
) STRICT;

CREATE TABLE orders (
  id TEXT PRIMARY KEY REFERENCES subjects (order_id),
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
  photo TEXT,           -- SHA-256, of media
  photo_taken TEXT NOT NULL,
  consent TEXT NOT NULL, -- to face recognition (R25): '', 'given', 'declined'
  consent_guardian TEXT NOT NULL,
  consent_at INTEGER,
  status TEXT NOT NULL,  -- submitted, auto_submitted, absent, forfeited, disqualified
  final_at INTEGER NOT NULL
) STRICT;

CREATE TABLE pieces (
  order_id TEXT NOT NULL REFERENCES orders (id),
  place INTEGER NOT NULL,
  item TEXT NOT NULL,
  title TEXT NOT NULL,
  PRIMARY KEY (order_id, place)
) STRICT, WITHOUT ROWID;

-- Of a reset attempt only this record travels (R16).
CREATE TABLE attempts (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id),
  number INTEGER NOT NULL,
  state TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  deadline INTEGER NOT NULL,
  ended_at INTEGER,
  limit_ms INTEGER NOT NULL,
  extra_ms INTEGER NOT NULL,
  code TEXT NOT NULL,
  acknowledged_at INTEGER,
  rules_version TEXT NOT NULL
) STRICT;

CREATE TABLE items (
  attempt_id TEXT NOT NULL REFERENCES attempts (id),
  id TEXT NOT NULL,
  place INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  piece TEXT NOT NULL,
  question_id TEXT,
  question_title TEXT NOT NULL,
  PRIMARY KEY (attempt_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE clips (
  id TEXT PRIMARY KEY,
  attempt_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  sha256 TEXT NOT NULL,  -- of the original, of media
  size INTEGER NOT NULL,
  type TEXT NOT NULL,
  duration_ms INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  previewed INTEGER NOT NULL,
  state TEXT NOT NULL,   -- examined, unexaminable
  rendition TEXT,        -- SHA-256, of media
  FOREIGN KEY (attempt_id, item_id) REFERENCES items (attempt_id, id)
) STRICT;

-- One time that a machine looked at a clip. The clip is of its order, in the
-- batch in which the order travels.
CREATE TABLE examinations (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES subjects (order_id),
  clip_id TEXT NOT NULL,
  examined_at INTEGER,   -- NULL where nobody wrote it down
  program TEXT NOT NULL  -- that looked, '' where nobody wrote it down
) STRICT;

-- What the machine saw then (R18). The comparison only under consent (R25).
CREATE TABLE findings (
  examination TEXT NOT NULL REFERENCES examinations (id),
  place INTEGER NOT NULL,
  kind TEXT NOT NULL,
  verdict TEXT NOT NULL, -- pass, warn, fail, cannot_tell
  value REAL,
  limit_value REAL,
  side TEXT NOT NULL,    -- which values pass: at_least, at_most, more_than, less_than the limit; '' where it is not told
  unit TEXT NOT NULL,
  note TEXT NOT NULL,
  engine TEXT NOT NULL,
  detail TEXT NOT NULL,  -- a name as the video's file has it
  PRIMARY KEY (examination, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
  examination TEXT NOT NULL,
  finding INTEGER NOT NULL,
  place INTEGER NOT NULL,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  frame TEXT,            -- SHA-256, of media
  other_id TEXT,         -- another clip of this centre that it is about
  PRIMARY KEY (examination, finding, place),
  FOREIGN KEY (examination, finding) REFERENCES findings (examination, place)
) STRICT, WITHOUT ROWID;

-- What was heard of the announcement (R33): heard, wrong, not_heard; '' where
-- an earlier batch tells of a tick that was taken back.
CREATE TABLE ticks (
  order_id TEXT NOT NULL REFERENCES subjects (order_id),
  clip_id TEXT NOT NULL,
  what TEXT NOT NULL,    -- name, code, subject, grade, piece
  heard TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (clip_id, what)
) STRICT, WITHOUT ROWID;

-- Departures from the recording requirements that a person marked (R32). A
-- later row of the same key replaces what was known.
CREATE TABLE departures (
  order_id TEXT NOT NULL REFERENCES subjects (order_id),
  clip_id TEXT NOT NULL,
  id TEXT NOT NULL,
  category TEXT NOT NULL,
  clip_ms INTEGER,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  withdrawn_at INTEGER,
  PRIMARY KEY (clip_id, id)
) STRICT, WITHOUT ROWID;

-- An examiner's marks, item by item; item_id '' is the order as a whole (R21).
CREATE TABLE marks (
  order_id TEXT NOT NULL REFERENCES subjects (order_id),
  item_id TEXT NOT NULL,
  round INTEGER NOT NULL, -- from 1
  side TEXT NOT NULL,     -- where it was given: centre, province
  examiner TEXT NOT NULL, -- the account
  technique TEXT NOT NULL,
  tempo TEXT NOT NULL,
  interpretation TEXT NOT NULL,
  level TEXT NOT NULL,
  remarks TEXT NOT NULL,
  by_name TEXT NOT NULL,  -- as it is shown
  at INTEGER NOT NULL,
  PRIMARY KEY (order_id, item_id, round, side, examiner)
) STRICT, WITHOUT ROWID;

-- A later row of the same id replaces what was known: confirmed, undone.
CREATE TABLE decisions (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES subjects (order_id),
  side TEXT NOT NULL,    -- where it was decided: centre, province
  kind TEXT NOT NULL,    -- clip_invalid, disqualified (R20)
  clip_id TEXT NOT NULL, -- '' of the order as a whole
  reason TEXT NOT NULL,
  by_role TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  confirmed_at INTEGER,
  undone_at INTEGER
) STRICT;

-- What went wrong in an exam, as a person noted it. A later row of the same id
-- replaces what was known.
CREATE TABLE irregularities (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES subjects (order_id),
  attempt_id TEXT NOT NULL, -- '' of none
  clip_id TEXT NOT NULL,    -- '' of none
  category TEXT NOT NULL,
  remark TEXT NOT NULL,
  by_role TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  undone_at INTEGER
) STRICT;

-- What was deleted at the centre after it was sealed, and why; never what it
-- held.
CREATE TABLE erasures (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES subjects (order_id),
  clip_id TEXT NOT NULL, -- '' of none
  what TEXT NOT NULL,    -- original, rendition, photo, evidence, person
  sha256 TEXT,           -- of the plain file, NULL where it was none
  reason TEXT NOT NULL,
  by_role TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

-- Everything that happened, who and why (R31), with its place in the centre's
-- audit log and that log's hash.
CREATE TABLE facts (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  action TEXT NOT NULL,
  by_role TEXT NOT NULL,
  by_name TEXT NOT NULL,
  order_id TEXT NOT NULL REFERENCES subjects (order_id),
  attempt_id TEXT NOT NULL,
  clip_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  args TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

-- Which sealed file is what.
CREATE TABLE media (
  sha256 TEXT PRIMARY KEY, -- of the plain bytes
  sealed TEXT NOT NULL,    -- SHA-256 of the sealed file: media/<sealed>.age
  size INTEGER NOT NULL,   -- of the plain bytes
  type TEXT NOT NULL,
  role TEXT NOT NULL,      -- original, rendition, photo, evidence
  owner TEXT NOT NULL      -- clip or order id
) STRICT;
