-- +goose Up

-- Whoever says no says why, to whoever proposed it.
ALTER TABLE proposals ADD COLUMN rejected_for TEXT NOT NULL DEFAULT '';

-- What it concerned when it was proposed, as JSON: the second person is shown
-- whether it is something else by now.
ALTER TABLE proposals ADD COLUMN concerned TEXT NOT NULL DEFAULT '';

-- The attempts that a confirmed void of a whole day concerns, chosen when it was
-- confirmed: what starts afterwards counts, and each is voided once, also over a
-- crash.
CREATE TABLE day_voids (
  proposal_id TEXT NOT NULL REFERENCES proposals (id),
  attempt_id TEXT NOT NULL REFERENCES attempts (id),
  -- NULL: its turn comes; '': it was voided; else why it was not
  outcome TEXT,
  PRIMARY KEY (proposal_id, attempt_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX day_voids_attempt ON day_voids (attempt_id);

CREATE INDEX day_voids_waiting ON day_voids (proposal_id) WHERE outcome IS NULL;
