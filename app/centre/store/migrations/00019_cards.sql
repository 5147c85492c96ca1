-- +goose Up

-- What of a clip was looked at and is good (R19), as JSON like the hints; and
-- that its thumbnail is in its place.
ALTER TABLE clips ADD COLUMN good TEXT NOT NULL DEFAULT '[]';
ALTER TABLE clips ADD COLUMN thumbnail INTEGER NOT NULL DEFAULT 0;

UPDATE clips
SET good = (
  SELECT json_group_array(CASE passed.kind WHEN 'orientation' THEN 'landscape' WHEN 'face_present' THEN 'face' ELSE passed.kind END)
  FROM (
    SELECT findings.kind
    FROM findings
    WHERE findings.clip_id = clips.id
      AND findings.verdict = 'pass'
      AND findings.kind IN ('sound', 'orientation', 'face_present')
    ORDER BY findings.place
  ) AS passed
)
WHERE removed_at IS NULL;
