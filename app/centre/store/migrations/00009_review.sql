-- +goose Up

-- What reviewers heard of the announcement (R33).
CREATE TABLE hearings (
  clip_id TEXT NOT NULL REFERENCES clips (id) ON DELETE CASCADE,
  part TEXT NOT NULL CHECK (part IN ('name', 'code', 'subject', 'grade', 'piece')),
  heard TEXT NOT NULL CHECK (heard IN ('heard', 'wrong', 'not_heard')),
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (clip_id, part)
) STRICT, WITHOUT ROWID;

-- Departures from the recording requirements that a person marked (R32).
CREATE TABLE departures (
  clip_id TEXT NOT NULL REFERENCES clips (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  category TEXT NOT NULL,
  -- from the clip's start, NULL for the whole clip
  moment_ms INTEGER,
  remark TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (clip_id, id)
) STRICT, WITHOUT ROWID;

-- Examiners' marks; item_id '' is the order as a whole (R21).
CREATE TABLE marks (
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  item_id TEXT NOT NULL,
  technique TEXT NOT NULL,
  tempo TEXT NOT NULL,
  interpretation TEXT NOT NULL,
  level TEXT NOT NULL,
  remarks TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (order_id, item_id, by_name)
) STRICT, WITHOUT ROWID;

-- What an examiner has begun and not given yet: nobody else sees it, nothing
-- of it travels.
CREATE TABLE mark_drafts (
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  item_id TEXT NOT NULL,
  technique TEXT NOT NULL,
  tempo TEXT NOT NULL,
  interpretation TEXT NOT NULL,
  level TEXT NOT NULL,
  remarks TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (order_id, item_id, by_name)
) STRICT, WITHOUT ROWID;

-- How doubtful a clip is, as exam.Urgency has it: the reviewers' queue.
ALTER TABLE clips ADD COLUMN urgency INTEGER NOT NULL DEFAULT 0;

UPDATE clips
SET urgency = coalesce((
  SELECT max(CASE verdict WHEN 'fail' THEN 4 WHEN 'cannot_tell' THEN 3 WHEN 'warn' THEN 2 ELSE 1 END)
  FROM findings
  WHERE findings.clip_id = clips.id
), 0);

CREATE INDEX clips_urgency ON clips (urgency DESC, received_at, id) WHERE removed_at IS NULL;
