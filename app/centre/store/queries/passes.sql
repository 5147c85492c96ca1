-- name: PutPass :exec
INSERT INTO passes (id, order_id, kind, created_at, expires_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (order_id, kind) DO UPDATE SET
  id = excluded.id,
  created_at = excluded.created_at,
  expires_at = excluded.expires_at,
  used_at = NULL,
  used_by = '';

-- name: FindPass :one
SELECT * FROM passes WHERE id = ?;

-- name: UsePass :exec
UPDATE passes SET used_at = ?, used_by = ? WHERE id = ?;

-- name: DeletePasses :exec
DELETE FROM passes WHERE order_id = ?;
