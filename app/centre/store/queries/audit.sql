-- name: LastAuditHash :one
SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1;

-- name: InsertAudit :exec
INSERT INTO audit (
  seq,
  at,
  recorded_at,
  action,
  by_role,
  by_name,
  order_id,
  attempt_id,
  clip_id,
  reason,
  args,
  previous,
  hash
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: ListAudit :many
SELECT * FROM audit WHERE seq >= ? ORDER BY seq LIMIT ?;

-- name: ListOrderAudit :many
SELECT * FROM audit WHERE order_id = ? ORDER BY seq;

-- name: CountChangesSince :one
-- What happened to an order after a line of the log; a view changes nothing.
SELECT count(*)
FROM audit
WHERE order_id = ?
  AND seq > ?
  AND action NOT LIKE '%\_viewed' ESCAPE '\'
  AND action NOT LIKE 'turn\_%' ESCAPE '\'
  AND action NOT IN ('papers_made', 'day_recorded', 'day_exported');

-- name: FindAuditHead :one
SELECT seq, hash FROM audit_head;

-- name: SetAuditHead :exec
INSERT INTO audit_head (one, seq, hash) VALUES (1, ?, ?)
ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, hash = excluded.hash;

-- name: FindAuditHash :one
SELECT hash FROM audit WHERE seq = ?;
