-- name: ListScopeResultItems :many
-- The items of the attempts that may count, each with its clip.
SELECT
  attempts.id AS attempt_id,
  items.id,
  items.name,
  items.piece,
  items.question_id,
  items.question_title,
  coalesce(clips.id, '') AS clip_id,
  coalesce(clips.hints, '[]') AS hints
FROM attempts
JOIN items ON items.attempt_id = attempts.id
LEFT JOIN clips ON clips.attempt_id = items.attempt_id
  AND clips.item_id = items.id
  AND clips.removed_at IS NULL
WHERE attempts.order_id IN (SELECT value FROM json_each(CAST(sqlc.arg(ids) AS TEXT)))
  AND attempts.practice = 0
  AND attempts.state NOT IN ('reset', 'voided')
ORDER BY attempts.id, items.place;

-- name: ListScopeMarks :many
SELECT *
FROM marks
WHERE order_id IN (SELECT value FROM json_each(CAST(sqlc.arg(ids) AS TEXT)))
ORDER BY at, item_id, by_name;
