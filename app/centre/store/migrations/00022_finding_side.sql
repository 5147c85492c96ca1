-- +goose Up

-- A finding says on which side of its limit a value passes; '' where there is
-- no limit. The pages no longer guess it.
ALTER TABLE findings ADD COLUMN side TEXT NOT NULL DEFAULT '' CHECK (side IN ('', 'at_least', 'at_most', 'more_than', 'less_than'));

-- What earlier judges held against a limit. Light has three: a least, a most,
-- and the seconds of a dark or bright stretch.
UPDATE findings
SET side = CASE
  WHEN kind = 'orientation' OR (kind = 'face_match' AND verdict = 'fail') THEN 'more_than'
  WHEN kind = 'same_person' THEN 'less_than'
  WHEN kind = 'light' AND (unit = 's' OR note = 'too_bright') THEN 'at_most'
  WHEN kind IN ('resolution', 'frame_rate', 'duration', 'sound', 'light', 'loudness', 'face_present', 'face_match') THEN 'at_least'
  ELSE 'at_most'
END
WHERE limit_value IS NOT NULL;
