-- name: LastAudit :one
SELECT seq, at, hash FROM audit ORDER BY seq DESC LIMIT 1;

-- name: InsertAudit :exec
INSERT INTO audit (
  seq,
  at,
  action,
  by_name,
  subject,
  args,
  previous,
  hash
) VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: ListAudit :many
SELECT * FROM audit WHERE seq >= ? ORDER BY seq LIMIT ?;

-- name: FindAuditHead :one
SELECT seq, hash FROM audit_head;

-- name: SetAuditHead :exec
INSERT INTO audit_head (one, seq, hash) VALUES (1, ?, ?)
ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, hash = excluded.hash;

-- name: FindAuditHash :one
SELECT hash FROM audit WHERE seq = ?;
