-- +goose Up

-- An accepted batch that an operator set aside: its rows neither show nor
-- count, its place in the chain and its receipt stay.
ALTER TABLE batches ADD COLUMN set_aside_at INTEGER;
ALTER TABLE batches ADD COLUMN set_aside_reason TEXT NOT NULL DEFAULT '';

-- What the intake could not take in and what is no batch: a sender that never
-- enrolled, an enrolment that was refused, a fork, what is none of ours.
CREATE TABLE notices (
  -- where at the drop
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('unknown_sender', 'enrolment_refused', 'fork', 'junk', 'trouble')),
  -- JSON list
  reasons TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (name, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX notices_last ON notices (last_at);

-- Who took a decision back is looked up by the decision that a fact names.
CREATE INDEX facts_undone ON facts (
  batch,
  order_id,
  at,
  CASE WHEN json_valid(args) THEN json_extract(args, '$.decision') END
) WHERE action = 'decision_undone';

-- A departure's remark is looked up among the facts of its clip.
CREATE INDEX facts_clip ON facts (batch, clip_id, at);
