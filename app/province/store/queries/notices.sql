-- name: ListNotices :many
SELECT * FROM notices ORDER BY last_at DESC, name, kind LIMIT ?;

-- name: UpsertNotice :exec
INSERT INTO notices (
  name,
  kind,
  reasons,
  first_at,
  last_at
) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (name, kind) DO UPDATE SET
  reasons = excluded.reasons,
  last_at = excluded.last_at;

-- name: FindNotice :one
SELECT * FROM notices WHERE name = ? AND kind = ?;

-- name: ForgetOldNotices :exec
DELETE FROM notices WHERE last_at < ?;

-- name: CountNotices :one
SELECT count(*) FROM notices;

-- name: ForgetOldestNotices :exec
DELETE FROM notices WHERE (name, kind) IN (SELECT oldest.name, oldest.kind FROM notices AS oldest ORDER BY oldest.last_at LIMIT ?);
