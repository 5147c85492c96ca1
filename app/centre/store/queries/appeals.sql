-- name: InsertAppeal :exec
INSERT INTO appeals (id, order_id, reason, by_name, at, former, tolerance) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: ListAppeals :many
-- Of an order, the newest first.
SELECT * FROM appeals WHERE order_id = ? ORDER BY at DESC, id;

-- name: ListOpenAppeals :many
SELECT appeals.*, orders.subject
FROM appeals
JOIN orders ON orders.id = appeals.order_id
WHERE appeals.decided_at IS NULL;

-- name: BeginAppeal :exec
UPDATE appeals SET examiner = sqlc.arg(examiner) WHERE order_id = sqlc.arg(order_id) AND decided_at IS NULL;

-- name: DecideAppeal :exec
UPDATE appeals SET level = sqlc.arg(level), changed = sqlc.arg(changed), decided_at = sqlc.arg(decided_at)
WHERE id = sqlc.arg(id);
