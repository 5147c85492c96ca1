-- name: InsertBatch :exec
INSERT INTO batches (
  install,
  sequence,
  state,
  manifest_sha256,
  orders,
  files,
  bytes,
  sealed_at
) VALUES (?, ?, 'sealed', ?, ?, ?, ?, ?);

-- name: InsertBatchOrder :exec
INSERT INTO batch_orders (install, sequence, order_id, seen, later) VALUES (?, ?, ?, ?, ?);

-- name: FindSeenLine :one
-- The last line of the audit log that any batch holds of the order.
SELECT CAST(coalesce(max(seen), 0) AS INTEGER) FROM batch_orders WHERE order_id = ?;

-- name: CountExaminedSince :one
-- An examination leaves no line in the audit log.
SELECT count(*)
FROM attempts
JOIN clips ON clips.attempt_id = attempts.id
WHERE attempts.order_id = sqlc.arg(order_id) AND clips.examined_at > sqlc.arg(since) AND clips.removed_at IS NULL;

-- name: ListLaterOrders :many
-- Orders to which something happened after what the batches hold that the
-- province has, or that are on their way to it: each with the batch in which it
-- travels itself. Of several, when former installs sent it too, the last row is
-- the newest. Looks, passes and calls for help are told along, not for themselves.
WITH held AS (
  SELECT
    batch_orders.order_id,
    batch_orders.install,
    batch_orders.sequence,
    batch_orders.seen,
    batch_orders.later,
    batches.sealed_at
  FROM batch_orders
  JOIN batches ON batches.install = batch_orders.install AND batches.sequence = batch_orders.sequence
  WHERE batches.state = 'accepted' OR (batches.install = sqlc.arg(install) AND batches.state <> 'refused')
),

ends AS (
  SELECT
    order_id,
    CAST(max(seen) AS INTEGER) AS seen,
    CAST(max(sealed_at) AS INTEGER) AS sealed_at
  FROM held
  GROUP BY order_id
)

SELECT
  held.order_id,
  held.install,
  held.sequence,
  ends.seen,
  ends.sealed_at,
  EXISTS(
    SELECT 1
    FROM attempts
    JOIN clips ON clips.attempt_id = attempts.id
    WHERE attempts.order_id = ends.order_id
      AND clips.removed_at IS NULL
      AND clips.examined_at > ends.sealed_at
  ) AS examined
FROM ends
JOIN held ON held.order_id = ends.order_id AND held.later = 0
JOIN orders ON orders.id = ends.order_id
WHERE EXISTS (
    SELECT 1
    FROM audit
    WHERE audit.order_id = ends.order_id
      AND audit.seq > ends.seen
      AND audit.action NOT LIKE '%\_viewed' ESCAPE '\'
      AND audit.action NOT LIKE 'help\_%' ESCAPE '\'
      AND audit.action NOT LIKE 'pass\_%' ESCAPE '\'
      AND audit.action NOT LIKE 'practice\_%' ESCAPE '\'
      AND audit.action NOT LIKE 'turn\_%' ESCAPE '\'
      AND audit.action NOT IN (
        'sealed', 'media_freed', 'papers_made', 'day_recorded', 'day_exported', 'row_closed', 'row_shown'
      )
  )
  OR examined
ORDER BY ends.seen, held.order_id, held.sealed_at;

-- name: LastBatch :one
SELECT * FROM batches WHERE install = ? ORDER BY sequence DESC LIMIT 1;

-- name: FindRefusedBatch :one
SELECT * FROM batches WHERE install = ? AND state = 'refused' ORDER BY sequence LIMIT 1;

-- name: CountRefusedOrders :one
-- Orders in batches that the province refused: they are sent again once the
-- centre has joined anew.
SELECT count(DISTINCT batch_orders.order_id)
FROM batch_orders
JOIN batches ON batches.install = batch_orders.install AND batches.sequence = batch_orders.sequence
WHERE batches.install = ? AND batches.state = 'refused';

-- name: ListBatches :many
SELECT * FROM batches WHERE install = ? ORDER BY sequence DESC LIMIT ?;

-- name: ListOpenBatches :many
-- Batches without a receipt, oldest first.
SELECT * FROM batches WHERE install = ? AND state IN ('sealed', 'sent') ORDER BY sequence;

-- name: ListUnclearedBatches :many
-- Batches that the province accepted and that were not removed from the drop yet, oldest first.
SELECT * FROM batches WHERE install = ? AND state = 'accepted' AND cleared_at IS NULL ORDER BY sequence;

-- name: ListAcceptedAmong :many
-- Those of these batches that the province accepted, oldest first.
SELECT *
FROM batches
WHERE install = ?
  AND state = 'accepted'
  AND sequence IN (SELECT value FROM json_each(CAST(sqlc.arg(sequences) AS TEXT)))
ORDER BY sequence;

-- name: RecordCleared :exec
UPDATE batches
SET cleared_at = ?
WHERE install = ? AND sequence = ? AND state = 'accepted';

-- name: RecordSent :exec
UPDATE batches
SET state = 'sent', sent_at = ?
WHERE install = ? AND sequence = ? AND state IN ('sealed', 'sent');

-- name: RecordReceipt :execrows
UPDATE batches
SET state = ?, receipt_at = ?, reasons = ?
WHERE install = ? AND sequence = ? AND state IN ('sealed', 'sent');

-- name: InsertBatchMedia :exec
INSERT INTO batch_media (
  install,
  sequence,
  role,
  owner,
  sha256,
  sealed
) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING;

-- name: CountBatchMedia :one
SELECT count(*) FROM batch_media WHERE install = ? AND sequence = ?;

-- name: RecordDelivered :exec
-- An accepted receipt names the sealed original of the clip (I5).
UPDATE clips
SET delivered_at = sqlc.arg(at)
WHERE id IN (
    SELECT owner
    FROM batch_media
    WHERE install = sqlc.arg(install)
      AND sequence = sqlc.arg(sequence)
      AND role = 'original'
      AND sealed = sqlc.arg(sealed)
  )
  AND removed_at IS NULL;

-- name: RecordWholeDelivered :exec
-- The same for a batch that an earlier version sealed: its receipt was compared
-- with its manifest, which names every file.
UPDATE clips
SET delivered_at = sqlc.arg(at)
WHERE attempt_id IN (
  SELECT attempts.id
  FROM attempts
  JOIN batch_orders ON batch_orders.order_id = attempts.order_id
  WHERE batch_orders.install = sqlc.arg(install)
    AND batch_orders.sequence = sqlc.arg(sequence)
    AND batch_orders.later = 0
    AND attempts.state IN ('submitted', 'auto_submitted')
)
  AND removed_at IS NULL;

-- name: CountUnfinishedClips :one
-- Clips of the order whose examination or rendition is still to be done by
-- the queue; parked jobs are not waited for.
SELECT count(*)
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
WHERE attempts.order_id = ?
  AND clips.removed_at IS NULL
  AND EXISTS (
    SELECT 1
    FROM lanes
    WHERE lanes.clip_id = clips.id
  );

-- name: CountLandingUploads :one
-- Uploads of the order that are whole, or whose attempt took bytes until a
-- moment ago.
SELECT count(*)
FROM uploads
JOIN attempts ON attempts.id = uploads.attempt_id
WHERE attempts.order_id = ?
  AND (
    uploads.received = uploads.size
    OR attempts.deadline > sqlc.arg(since)
    -- a recording that broke off becomes a clip soon, unless it would replace one
    OR (
      uploads.live = 1
      AND uploads.received > 0
      AND NOT EXISTS (
        SELECT 1
        FROM clips
        WHERE clips.attempt_id = uploads.attempt_id
          AND clips.item_id = uploads.item_id
          AND clips.removed_at IS NULL
      )
    )
  );
