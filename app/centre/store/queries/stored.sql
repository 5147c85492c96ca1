-- By their paths, after one.
-- name: ListStored :many
SELECT * FROM stored
WHERE path > sqlc.arg(after)
ORDER BY path
LIMIT sqlc.arg(most);

-- name: FindStored :one
SELECT * FROM stored
WHERE path = ?;
