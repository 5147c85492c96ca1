-- name: DeletePrint :exec
DELETE FROM prints WHERE clip_id = ?;

-- name: InsertPrint :one
INSERT INTO prints (
  clip_id,
  duration_ms,
  pictures,
  sound
) VALUES (?, ?, ?, ?)
RETURNING id;

-- name: InsertPrintKey :exec
INSERT OR IGNORE INTO print_keys (key, print_id) VALUES (?, ?);

-- name: ListSameFiles :many
-- Other clips with the same bytes. One that the candidate took away again in
-- the same attempt is no other clip (R12), a practice run's neither (R26).
SELECT other.id
FROM clips AS other
JOIN attempts ON attempts.id = other.attempt_id
WHERE other.sha256 = sqlc.arg(sha256)
  AND other.id <> sqlc.arg(clip_id)
  AND attempts.practice = 0
  AND (other.removed_at IS NULL OR other.attempt_id <> (SELECT attempt_id FROM clips WHERE clips.id = sqlc.arg(clip_id)))
ORDER BY other.received_at
LIMIT 20;

-- name: ListPrintsByKeys :many
-- Those that share most of the sound's numbers.
SELECT
  prints.clip_id,
  prints.pictures,
  prints.sound
FROM (
  SELECT print_id, count(*) AS shared
  FROM print_keys
  WHERE key IN (SELECT value FROM json_each(CAST(sqlc.arg(keys) AS TEXT)))
  GROUP BY print_id
  HAVING count(*) > 2
  ORDER BY count(*) DESC
  LIMIT 20
) AS found
JOIN prints ON prints.id = found.print_id
JOIN clips AS other ON other.id = prints.clip_id
JOIN attempts ON attempts.id = other.attempt_id
WHERE other.id <> sqlc.arg(clip_id)
  AND attempts.practice = 0
  AND (other.removed_at IS NULL OR other.attempt_id <> (SELECT attempt_id FROM clips WHERE clips.id = sqlc.arg(clip_id)))
ORDER BY found.shared DESC;

-- name: ListPrintsByDuration :many
-- Those of the same length: of a clip whose sound was replaced the picture is
-- as long as before.
SELECT
  prints.clip_id,
  prints.pictures,
  prints.sound
FROM prints
JOIN clips AS other ON other.id = prints.clip_id
JOIN attempts ON attempts.id = other.attempt_id
WHERE prints.duration_ms >= sqlc.arg(shortest)
  AND prints.duration_ms <= sqlc.arg(longest)
  AND other.id <> sqlc.arg(clip_id)
  AND attempts.practice = 0
  AND (other.removed_at IS NULL OR other.attempt_id <> (SELECT attempt_id FROM clips WHERE clips.id = sqlc.arg(clip_id)))
ORDER BY prints.id DESC
LIMIT 500;

-- name: IsOfPractice :one
SELECT attempts.practice
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
WHERE clips.id = ?;

-- name: ListOrdersToForget :many
-- Orders that may be final and still have hashes of clips that are gone (R15).
SELECT DISTINCT attempts.order_id
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
JOIN orders ON orders.id = attempts.order_id
WHERE clips.removed_at IS NOT NULL
  AND clips.behind IS NULL
  AND clips.sha256 <> ''
  AND (
    orders.window_closes <= sqlc.arg(now)
    OR EXISTS (
      SELECT 1
      FROM attempts AS ended
      WHERE ended.order_id = attempts.order_id
        AND ended.state IN ('submitted', 'auto_submitted')
    )
  )
LIMIT 500;

-- name: ForgetPrints :exec
DELETE FROM prints
WHERE clip_id IN (
  SELECT clips.id
  FROM clips
  JOIN attempts ON attempts.id = clips.attempt_id
  WHERE attempts.order_id = ?
    AND clips.removed_at IS NOT NULL
    AND clips.behind IS NULL
);

-- name: ForgetHashes :exec
UPDATE clips
SET sha256 = ''
WHERE removed_at IS NOT NULL
  AND behind IS NULL
  AND attempt_id IN (SELECT id FROM attempts WHERE order_id = ?);

-- name: FindPlaceOfClip :one
-- Also of one that is gone.
SELECT attempts.order_id, attempts.id AS attempt_id, attempts.number
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
WHERE clips.id = ?;
