-- +goose Up

-- How doubtful a clip is to an examiner, who is not told what the comparison of
-- the faces says (R21): neither the filter nor the order of the queue may tell.
ALTER TABLE clips ADD COLUMN examiners_urgency INTEGER NOT NULL DEFAULT 0;

UPDATE clips
SET examiners_urgency = coalesce((
  SELECT max(CASE verdict WHEN 'fail' THEN 4 WHEN 'cannot_tell' THEN 3 WHEN 'warn' THEN 2 ELSE 1 END)
  FROM findings
  WHERE findings.clip_id = clips.id AND findings.kind <> 'face_match'
), 0);

-- The queue is sorted by the one or the other, whole, so the index serves neither.
DROP INDEX clips_urgency;
