-- name: FindSetting :one
SELECT value FROM settings WHERE name = ?;

-- name: SetSetting :exec
INSERT INTO settings (name, value) VALUES (?, ?)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: InsertTrash :exec
INSERT INTO trash (path, since) VALUES (?, ?) ON CONFLICT DO NOTHING;

-- name: ListTrash :many
SELECT path FROM trash ORDER BY since LIMIT 1000;

-- name: DeleteTrash :exec
DELETE FROM trash WHERE path = ?;
