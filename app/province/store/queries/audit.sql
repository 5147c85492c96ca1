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
SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?;
