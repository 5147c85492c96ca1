-- By their paths, after one.
-- name: ListStored :many
SELECT * FROM stored
WHERE path > sqlc.arg(after)
ORDER BY path
LIMIT sqlc.arg(most);

-- name: FindStored :one
SELECT * FROM stored
WHERE path = ?;

-- name: ListKnownStored :many
-- Those of these paths that a record names.
SELECT path FROM stored
WHERE path IN (SELECT value FROM json_each(CAST(sqlc.arg(paths) AS TEXT)));
