-- name: InsertUpload :exec
INSERT INTO uploads (
  id,
  attempt_id,
  item_id,
  device,
  name,
  type,
  metadata,
  size,
  begun_at,
  expires_at,
  live,
  taken_in
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: FindUpload :one
SELECT
  sqlc.embed(uploads),
  sqlc.embed(attempts),
  orders.person_key,
  EXISTS (
    SELECT 1
    FROM clips
    WHERE clips.attempt_id = uploads.attempt_id
      AND clips.item_id = uploads.item_id
      AND clips.removed_at IS NULL
  ) AS replaces
FROM uploads
JOIN attempts ON attempts.id = uploads.attempt_id
JOIN orders ON orders.id = attempts.order_id
WHERE uploads.id = ?;

-- name: FindFinishedUpload :one
-- An upload that became a clip: its row is gone, the clip's id is its id.
SELECT
  sqlc.embed(clips),
  sqlc.embed(attempts),
  orders.person_key
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
JOIN orders ON orders.id = attempts.order_id
WHERE clips.id = ? AND clips.removed_at IS NULL;

-- name: ListUploads :many
-- The unfinished uploads of one attempt, or of all with ''.
SELECT
  sqlc.embed(uploads),
  sqlc.embed(attempts),
  orders.person_key,
  EXISTS (
    SELECT 1
    FROM clips
    WHERE clips.attempt_id = uploads.attempt_id
      AND clips.item_id = uploads.item_id
      AND clips.removed_at IS NULL
  ) AS replaces
FROM uploads
JOIN attempts ON attempts.id = uploads.attempt_id
JOIN orders ON orders.id = attempts.order_id
WHERE uploads.attempt_id = sqlc.arg(attempt) OR sqlc.arg(attempt) = ''
ORDER BY uploads.begun_at, uploads.id;

-- name: ListOrderUploads :many
SELECT uploads.*
FROM uploads
JOIN attempts ON attempts.id = uploads.attempt_id
WHERE attempts.order_id = ?
ORDER BY uploads.begun_at;

-- name: RecordOffset :exec
UPDATE uploads
SET received = sqlc.arg(received), arrived_at = sqlc.arg(arrived_at)
WHERE id = sqlc.arg(id) AND received <= sqlc.arg(received);

-- name: SettleUpload :execrows
UPDATE uploads
SET size = sqlc.arg(size), live = 0
WHERE id = sqlc.arg(id) AND live = 1 AND received <= sqlc.arg(size);

-- name: DeleteUpload :execrows
DELETE FROM uploads WHERE id = ?;

-- name: DeleteItemUploads :many
DELETE FROM uploads WHERE attempt_id = ? AND item_id = ? AND id <> sqlc.arg(id) RETURNING id;

-- name: FindTakingIn :one
-- Whether the desk takes a file in for the item: its upload moved since then.
SELECT count(*) > 0
FROM uploads
WHERE attempt_id = ?
  AND item_id = ?
  AND taken_in <> ''
  AND coalesce(arrived_at, begun_at) > sqlc.arg(since);

-- name: FindClipSize :one
-- The item's clip that a new upload would replace (R12).
SELECT size FROM clips WHERE attempt_id = ? AND item_id = ? AND removed_at IS NULL;
