-- name: ListCheckIns :many
SELECT * FROM check_ins WHERE order_id = ? ORDER BY arrived_at, undone_at IS NULL, id;

-- name: ListScopeCheckIns :many
-- Those that stand.
SELECT *
FROM check_ins
WHERE order_id IN (SELECT value FROM json_each(CAST(sqlc.arg(ids) AS TEXT))) AND undone_at IS NULL;

-- name: UpsertCheckIn :exec
INSERT INTO check_ins (
  id,
  order_id,
  at,
  arrived_at,
  by_role,
  by_name,
  document,
  undone_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (order_id, id) DO UPDATE SET
  document = excluded.document,
  undone_at = excluded.undone_at;
