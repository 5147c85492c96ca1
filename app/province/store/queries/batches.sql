-- name: FindBatch :one
SELECT * FROM batches WHERE centre = ? AND install = ? AND sequence = ? AND manifest_sha256 = ?;

-- name: InsertBatch :one
INSERT INTO batches (
  centre,
  install,
  sequence,
  manifest_sha256,
  status,
  reasons,
  sums,
  orders,
  clips,
  files,
  bytes,
  received_at,
  audit_seq,
  audit_hash
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
RETURNING number;

-- name: DeleteUnanswered :exec
-- What was only waiting or damaged gives way to what became of it.
DELETE FROM batches
WHERE centre = ? AND install = ? AND sequence = ? AND status IN ('waiting', 'damaged');

-- name: CountBatch :exec
UPDATE batches SET orders = ?, clips = ? WHERE number = ?;

-- name: ListBatches :many
SELECT * FROM batches
WHERE (centre = sqlc.arg(centre) OR sqlc.arg(centre) = '')
  AND (CAST(sqlc.arg(centres) AS TEXT) = '' OR instr(',' || CAST(sqlc.arg(centres) AS TEXT) || ',', ',' || batches.centre || ',') > 0)
ORDER BY received_at DESC, number DESC
LIMIT sqlc.arg(max_rows);

-- name: FindAccepted :one
SELECT * FROM batches WHERE centre = ? AND install = ? AND sequence = ? AND status = 'accepted';

-- name: SetAside :exec
UPDATE batches SET set_aside_at = ?, set_aside_reason = ? WHERE number = ?;
