-- name: ListFreeableClips :many
-- Clips whose original an accepted receipt names, received by then (I5). Examiners
-- need those of standard orders.
SELECT clips.id, clips.size, attempts.order_id
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
WHERE clips.delivered_at <= ?
  AND clips.freed_at IS NULL
  AND clips.removed_at IS NULL
  AND attempts.order_id NOT IN (SELECT order_id FROM standards)
ORDER BY attempts.order_id, clips.id;

-- name: SumFreeable :one
-- What could be let go now: the receipts are here; and the earliest of them.
SELECT
  count(*) AS clips,
  count(DISTINCT attempts.order_id) AS orders,
  CAST(coalesce(sum(clips.size), 0) AS INTEGER) AS bytes,
  CAST(coalesce(min(clips.delivered_at), 0) AS INTEGER) AS earliest
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
WHERE clips.delivered_at IS NOT NULL
  AND clips.freed_at IS NULL
  AND clips.removed_at IS NULL
  AND attempts.order_id NOT IN (SELECT order_id FROM standards);

-- name: CountUnmarkedFreeable :one
-- Orders among them that are not marked as a whole.
SELECT count(DISTINCT attempts.order_id)
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
JOIN orders ON orders.id = attempts.order_id
WHERE clips.delivered_at IS NOT NULL
  AND clips.freed_at IS NULL
  AND clips.removed_at IS NULL
  AND (
    orders.seats > 0 AND orders.settled = 0
    OR NOT EXISTS (SELECT 1 FROM marks WHERE marks.order_id = attempts.order_id AND marks.item_id = '')
  );

-- name: SumUndelivered :one
-- Clips that no receipt names yet.
SELECT
  count(*) AS clips,
  CAST(coalesce(sum(clips.size), 0) AS INTEGER) AS bytes
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
WHERE clips.delivered_at IS NULL
  AND clips.removed_at IS NULL
  AND attempts.practice = 0;

-- name: FreeClip :execrows
UPDATE clips SET freed_at = sqlc.arg(at)
WHERE id = sqlc.arg(id) AND delivered_at IS NOT NULL AND freed_at IS NULL AND removed_at IS NULL;

-- name: CountKeptFrame :one
-- Clips that still need an evidence frame.
SELECT count(*)
FROM evidence
JOIN clips ON clips.id = evidence.clip_id
WHERE evidence.frame = ? AND clips.freed_at IS NULL AND (clips.removed_at IS NULL OR clips.behind IS NOT NULL);

-- name: ListComingNeeds :many
-- Orders for which an attempt may still start, by their windows, and how many
-- items each has to record: the syllabus's, of each group one, or without a
-- syllabus one for each piece.
SELECT
  orders.window_opens,
  CAST(coalesce(
    nullif((
      SELECT count(DISTINCT CASE WHEN group_name = '' THEN 'place ' || place ELSE 'group ' || group_name END)
      FROM syllabus_items
      WHERE syllabus_items.subject = orders.subject
        AND syllabus_items.grade_from <= orders.grade
        AND syllabus_items.grade_to >= orders.grade
    ), 0),
    (SELECT count(*) FROM order_pieces WHERE order_pieces.order_id = orders.id)
  ) AS INTEGER) AS items
FROM orders
WHERE orders.sealed_at IS NULL
  AND orders.window_closes > sqlc.arg(now)
  AND NOT EXISTS (
    SELECT 1
    FROM attempts
    WHERE attempts.order_id = orders.id
      AND attempts.practice = 0
      AND attempts.state IN ('running', 'submitted', 'auto_submitted')
  )
ORDER BY orders.window_opens, orders.id;
