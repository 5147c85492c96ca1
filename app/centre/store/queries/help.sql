-- name: PutHelpCall :exec
INSERT INTO help_calls (id, device, person_key, order_id, attempt_id, asked_at, told_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (device) DO UPDATE SET
  person_key = excluded.person_key,
  order_id = excluded.order_id,
  attempt_id = excluded.attempt_id,
  told_at = excluded.told_at,
  state = excluded.state;

-- name: FindHelpCall :one
SELECT * FROM help_calls WHERE device = ? AND person_key = ?;

-- name: ListHelpCalls :many
SELECT
  help_calls.*,
  orders.name,
  orders.ticket,
  orders.subject,
  orders.grade
FROM help_calls
JOIN orders ON orders.id = help_calls.order_id
ORDER BY asked_at;

-- name: SeeHelpCall :execrows
UPDATE help_calls SET seen_at = ?, seen_by = ? WHERE id = ? AND seen_at IS NULL;

-- name: CountHelpCall :one
SELECT count(*) FROM help_calls WHERE id = ?;

-- name: DeleteHelpCall :execrows
DELETE FROM help_calls WHERE id = ?;

-- name: DeleteHelpOfDevice :exec
DELETE FROM help_calls WHERE device = ?;

-- name: DeleteHelpOfOther :exec
DELETE FROM help_calls WHERE device = ? AND person_key <> ?;

-- name: DeleteOldHelp :exec
DELETE FROM help_calls WHERE told_at <= ?;
