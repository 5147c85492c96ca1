-- Rows of a records.sqlite of format version 1 in the shape of version 2: what
-- that version did not tell is left open. The tables that are not here did not
-- change, or have no rows.

-- name: ListAllBatch :many
SELECT batch.*, 0 AS audit_seq, '' AS audit_hash FROM batch;

-- name: ListAllSubject :many
SELECT orders.id, batch.install, batch.sequence FROM orders CROSS JOIN batch;

-- name: ListAllExamination :many
-- A clip was looked at once, so the time it was is called as the clip.
SELECT clips.id, attempts.order_id, clips.id AS clip_id, NULL AS examined_at, '' AS program
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id;

-- name: ListAllFinding :many
-- The side follows from what the judges of that time held against the limits.
SELECT
  clip_id AS examination,
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
  END AS side,
  unit,
  note,
  engine,
  '' AS detail
FROM findings;

-- name: ListAllEvidence :many
SELECT clip_id AS examination, finding, place, from_ms, to_ms, frame, NULL AS other_id FROM evidence;

-- name: ListAllTick :many
SELECT attempts.order_id, ticks.*
FROM ticks
JOIN clips ON clips.id = ticks.clip_id
JOIN attempts ON attempts.id = clips.attempt_id;

-- name: ListAllDeparture :many
SELECT
  attempts.order_id,
  departures.clip_id,
  CAST(departures.place AS TEXT) AS id,
  departures.category,
  departures.clip_ms,
  departures.by_name,
  departures.at,
  NULL AS withdrawn_at
FROM departures
JOIN clips ON clips.id = departures.clip_id
JOIN attempts ON attempts.id = clips.attempt_id;

-- name: ListAllMark :many
-- An examiner was told apart by the name.
SELECT
  order_id,
  item_id,
  1 AS round,
  'centre' AS side,
  by_name AS examiner,
  technique,
  tempo,
  interpretation,
  level,
  remarks,
  by_name,
  at
FROM marks;

-- name: ListAllDecision :many
SELECT
  id,
  order_id,
  'centre' AS side,
  kind,
  clip_id,
  reason,
  by_role,
  by_name,
  at,
  pending,
  confirmed_at,
  undone_at
FROM decisions;
