-- +goose Up

-- What batches of format version 2 tell (records.sql of package batch): facts
-- of orders that came in an earlier batch, and more of each finding and mark.
-- What came before is brought into the same shape, as a batch of version 1 is
-- when it is read.

-- The end of the centre's audit log when it sealed the batch; 0 and '' where it
-- was not told.
ALTER TABLE batches ADD COLUMN audit_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batches ADD COLUMN audit_hash TEXT NOT NULL DEFAULT '';

-- Every order that a batch tells of, and the batch in which it travels.
CREATE TABLE subjects (
  batch INTEGER NOT NULL REFERENCES batches (number),
  order_id TEXT NOT NULL,
  install TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (batch, order_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX subjects_order ON subjects (order_id);

INSERT INTO subjects
SELECT orders.batch, orders.id, batches.install, batches.sequence
FROM orders
JOIN batches ON batches.number = orders.batch;

CREATE TABLE examinations (
  batch INTEGER NOT NULL,
  id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  clip_id TEXT NOT NULL,
  examined_at INTEGER,
  program TEXT NOT NULL,
  PRIMARY KEY (batch, id),
  FOREIGN KEY (batch, order_id) REFERENCES subjects (batch, order_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX examinations_clip ON examinations (batch, clip_id);

INSERT INTO examinations
SELECT clips.batch, clips.id, attempts.order_id, clips.id, NULL, ''
FROM clips
JOIN attempts ON attempts.batch = clips.batch AND attempts.id = clips.attempt_id;

CREATE TABLE findings_5 (
  batch INTEGER NOT NULL,
  examination TEXT NOT NULL,
  place INTEGER NOT NULL,
  kind TEXT NOT NULL,
  verdict TEXT NOT NULL,
  value REAL,
  limit_value REAL,
  side TEXT NOT NULL,
  unit TEXT NOT NULL,
  note TEXT NOT NULL,
  engine TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (batch, examination, place),
  FOREIGN KEY (batch, examination) REFERENCES examinations (batch, id)
) STRICT, WITHOUT ROWID;

INSERT INTO findings_5
SELECT
  batch,
  clip_id,
  place,
  kind,
  verdict,
  value,
  limit_value,
  CASE
    WHEN limit_value IS NULL THEN ''
    WHEN kind = 'orientation' OR kind = 'face_match' AND verdict = 'fail' THEN 'more_than'
    WHEN kind = 'same_person' THEN 'less_than'
    WHEN kind = 'light' AND (unit = 's' OR note = 'too_bright') THEN 'at_most'
    WHEN kind IN ('resolution', 'frame_rate', 'duration', 'sound', 'light', 'loudness', 'face_present', 'face_match') THEN 'at_least'
    WHEN kind IN (
      'size', 'recording_time', 'frame_steadiness', 'last_frame', 'gaps', 'sync', 'clipping', 'silence', 'black', 'frozen', 'sharpness', 'camera', 'cuts',
      'elsewhere', 'persons', 'in_frame', 'photo_age'
    ) THEN 'at_most'
    ELSE ''
  END,
  unit,
  note,
  engine,
  ''
FROM findings;

CREATE TABLE evidence_5 (
  batch INTEGER NOT NULL,
  examination TEXT NOT NULL,
  finding INTEGER NOT NULL,
  place INTEGER NOT NULL,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  frame TEXT,
  other_id TEXT,
  PRIMARY KEY (batch, examination, finding, place),
  FOREIGN KEY (batch, examination, finding) REFERENCES findings_5 (batch, examination, place)
) STRICT, WITHOUT ROWID;

INSERT INTO evidence_5
SELECT batch, clip_id, finding, place, from_ms, to_ms, frame, NULL
FROM evidence;

DROP TABLE evidence;
DROP TABLE findings;
ALTER TABLE findings_5 RENAME TO findings;
ALTER TABLE evidence_5 RENAME TO evidence;

CREATE TABLE ticks_5 (
  batch INTEGER NOT NULL,
  order_id TEXT NOT NULL,
  clip_id TEXT NOT NULL,
  what TEXT NOT NULL,
  heard TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (batch, clip_id, what),
  FOREIGN KEY (batch, order_id) REFERENCES subjects (batch, order_id)
) STRICT, WITHOUT ROWID;

INSERT INTO ticks_5
SELECT ticks.batch, examinations.order_id, ticks.clip_id, what, heard, by_name, at
FROM ticks
JOIN examinations ON examinations.batch = ticks.batch AND examinations.id = ticks.clip_id;

DROP TABLE ticks;
ALTER TABLE ticks_5 RENAME TO ticks;

CREATE TABLE departures_5 (
  batch INTEGER NOT NULL,
  order_id TEXT NOT NULL,
  clip_id TEXT NOT NULL,
  id TEXT NOT NULL,
  category TEXT NOT NULL,
  clip_ms INTEGER,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  withdrawn_at INTEGER,
  PRIMARY KEY (batch, clip_id, id),
  FOREIGN KEY (batch, order_id) REFERENCES subjects (batch, order_id)
) STRICT, WITHOUT ROWID;

INSERT INTO departures_5
SELECT departures.batch, examinations.order_id, departures.clip_id, CAST(place AS TEXT), category, clip_ms, by_name, at, NULL
FROM departures
JOIN examinations ON examinations.batch = departures.batch AND examinations.id = departures.clip_id;

DROP TABLE departures;
ALTER TABLE departures_5 RENAME TO departures;

CREATE TABLE marks_5 (
  batch INTEGER NOT NULL,
  order_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  round INTEGER NOT NULL,
  side TEXT NOT NULL,
  examiner TEXT NOT NULL,
  technique TEXT NOT NULL,
  tempo TEXT NOT NULL,
  interpretation TEXT NOT NULL,
  level TEXT NOT NULL,
  remarks TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (batch, order_id, item_id, round, side, examiner),
  FOREIGN KEY (batch, order_id) REFERENCES subjects (batch, order_id)
) STRICT, WITHOUT ROWID;

INSERT INTO marks_5
SELECT batch, order_id, item_id, 1, 'centre', by_name, technique, tempo, interpretation, level, remarks, by_name, at
FROM marks;

DROP TABLE marks;
ALTER TABLE marks_5 RENAME TO marks;

CREATE TABLE decisions_5 (
  batch INTEGER NOT NULL,
  id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  side TEXT NOT NULL,
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
  FOREIGN KEY (batch, order_id) REFERENCES subjects (batch, order_id)
) STRICT;

INSERT INTO decisions_5
SELECT batch, id, order_id, 'centre', kind, clip_id, reason, by_role, by_name, at, pending, confirmed_at, undone_at
FROM decisions;

DROP TABLE decisions;
ALTER TABLE decisions_5 RENAME TO decisions;

CREATE TABLE irregularities (
  batch INTEGER NOT NULL,
  id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  attempt_id TEXT NOT NULL,
  clip_id TEXT NOT NULL,
  category TEXT NOT NULL,
  remark TEXT NOT NULL,
  by_role TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  undone_at INTEGER,
  PRIMARY KEY (batch, id),
  FOREIGN KEY (batch, order_id) REFERENCES subjects (batch, order_id)
) STRICT;

CREATE TABLE erasures (
  batch INTEGER NOT NULL,
  id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  clip_id TEXT NOT NULL,
  what TEXT NOT NULL,
  sha256 TEXT,
  reason TEXT NOT NULL,
  by_role TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (batch, id),
  FOREIGN KEY (batch, order_id) REFERENCES subjects (batch, order_id)
) STRICT;

CREATE TABLE facts_5 (
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
  FOREIGN KEY (batch, order_id) REFERENCES subjects (batch, order_id)
) STRICT;

INSERT INTO facts_5 SELECT * FROM facts;

DROP TABLE facts;
ALTER TABLE facts_5 RENAME TO facts;

-- Who took a decision back is looked up by the decision that a fact names.
CREATE INDEX facts_undone ON facts (
  batch,
  order_id,
  at,
  CASE WHEN json_valid(args) THEN json_extract(args, '$.decision') END
) WHERE action = 'decision_undone';

-- A departure's remark is looked up among the facts of its clip.
CREATE INDEX facts_clip ON facts (batch, clip_id, at);
