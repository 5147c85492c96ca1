-- +goose Up

-- A clip that was replaced stands behind the new one until that was looked at
-- (R12): behind is its place there, the oldest first. To everything that asks
-- for an item's clip it is removed; its files, findings and jobs stay.
ALTER TABLE clips ADD COLUMN behind INTEGER;

-- The one that had replaced it could not be opened.
ALTER TABLE clips ADD COLUMN restored INTEGER NOT NULL DEFAULT 0;

CREATE INDEX clips_behind ON clips (attempt_id) WHERE behind IS NOT NULL;

-- Nobody waits for what may never stand again.
DROP VIEW lanes;

CREATE VIEW lanes AS
SELECT
  jobs.place,
  jobs.id,
  jobs.kind,
  jobs.clip_id,
  jobs.state,
  jobs.tries,
  jobs.due_at,
  CAST(coalesce(clips.size, 0) AS INTEGER) AS bytes,
  CAST(
    CASE
      WHEN clips.behind IS NOT NULL THEN 3
      WHEN clips.wanted_at IS NOT NULL THEN 0
      WHEN attempts.id IS NULL THEN 3
      ELSE 1 + attempts.practice
    END AS INTEGER
  ) AS urgency
FROM jobs
LEFT JOIN clips ON clips.id = jobs.clip_id
LEFT JOIN attempts ON attempts.id = clips.attempt_id AND attempts.state = 'running'
WHERE jobs.state IN ('waiting', 'running', 'failed');
