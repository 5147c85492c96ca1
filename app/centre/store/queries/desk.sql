-- name: ListIrregularities :many
SELECT * FROM irregularities WHERE order_id = ? ORDER BY at, id;

-- name: UpsertIrregularity :exec
INSERT INTO irregularities (
  id,
  order_id,
  attempt_id,
  category,
  remark,
  by_role,
  by_name,
  at,
  undone_at,
  clip_id
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  undone_at = excluded.undone_at;

-- name: ListClosedRows :many
SELECT * FROM closed_rows;

-- name: FindClosedRow :one
SELECT * FROM closed_rows WHERE attempt_id = ?;

-- name: UpsertClosedRow :exec
INSERT INTO closed_rows (attempt_id, reason, by_name, at) VALUES (?, ?, ?, ?)
ON CONFLICT (attempt_id) DO UPDATE SET
  reason = excluded.reason,
  by_name = excluded.by_name,
  at = excluded.at;

-- name: DeleteClosedRow :execrows
DELETE FROM closed_rows WHERE attempt_id = ?;
