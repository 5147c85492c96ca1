-- name: FindHelpCall :one
SELECT * FROM help_calls WHERE device = ?;

-- name: FindHelpCallByID :one
SELECT * FROM help_calls WHERE id = ?;

-- name: InsertHelpCall :exec
INSERT INTO help_calls (
  id,
  device,
  person_key,
  order_id,
  attempt_id,
  address,
  reason,
  asked_at,
  told_at,
  state
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: UpdateHelpCall :exec
UPDATE help_calls
SET person_key = ?,
    order_id = ?,
    attempt_id = ?,
    address = ?,
    reason = ?,
    told_at = ?,
    state = ?
WHERE id = ?;

-- name: ListHelpCalls :many
-- Those of candidates first, so that no stranger's stand before them; the
-- longest waiting first.
SELECT
  help_calls.*,
  coalesce(orders.name, '') AS name,
  coalesce(orders.ticket, '') AS ticket,
  coalesce(orders.subject, '') AS subject,
  coalesce(orders.grade, 0) AS grade,
  coalesce(attempts.state, '') AS attempt_state,
  coalesce(attempts.deadline, 0) AS attempt_deadline
FROM help_calls
LEFT JOIN orders ON orders.id = help_calls.order_id
LEFT JOIN attempts ON attempts.id = help_calls.attempt_id
WHERE help_calls.closed_at IS NULL
ORDER BY help_calls.person_key = '', help_calls.asked_at;

-- name: ListHelpAnswers :many
SELECT * FROM help_answers WHERE call_id = ? ORDER BY rowid;

-- name: InsertHelpAnswer :exec
INSERT INTO help_answers (id, call_id, kind, text, at, by_name) VALUES (?, ?, ?, ?, ?, ?);

-- name: ReadHelpAnswers :execrows
UPDATE help_answers SET read_at = sqlc.arg(read_at) WHERE call_id = sqlc.arg(call_id) AND read_at IS NULL;

-- name: CountHelpAtLogIn :one
-- Open calls of phones that are not logged in, of one address and of all.
SELECT
  CAST(coalesce(sum(address = sqlc.arg(address)), 0) AS INTEGER) AS here,
  count(*) AS everywhere
FROM help_calls
WHERE person_key = '' AND closed_at IS NULL;

-- name: CountHelpOfPerson :one
SELECT count(*) FROM help_calls WHERE person_key = ? AND closed_at IS NULL;

-- name: CloseHelpCall :exec
UPDATE help_calls SET closed_at = ? WHERE id = ?;

-- name: DeleteHelpCall :exec
DELETE FROM help_calls WHERE id = ?;

-- name: DeleteOldHelp :exec
DELETE FROM help_calls WHERE told_at <= sqlc.arg(old) OR (person_key = '' AND told_at <= sqlc.arg(old_at_log_in));
