-- A clock that was wrong is set. What began since a moment is dated anew by as
-- much; what is not of an attempt that runs, or is sealed, stays.

-- name: ListRedatedAttempts :many
SELECT
  attempts.id,
  attempts.order_id
FROM attempts
JOIN orders ON orders.id = attempts.order_id
WHERE orders.sealed_at IS NULL
  AND ((attempts.state = 'running' AND attempts.started_at >= sqlc.arg(counted)) OR attempts.started_at >= sqlc.arg(doubted));

-- name: RedateAttempt :exec
-- Its time left stays; but an attempt that, by the date as it is now, began in
-- its window ends with it at the latest (R7), unless it was given extra time.
UPDATE attempts
SET started_at = started_at + sqlc.arg(step),
    ended_at = ended_at + sqlc.arg(step),
    acknowledged_at = acknowledged_at + sqlc.arg(step),
    deadline = CASE
      WHEN practice = 0 AND extra_ms = 0 AND state = 'running'
        AND started_at + sqlc.arg(step) < (SELECT window_closes FROM orders WHERE orders.id = attempts.order_id)
      THEN min(deadline + sqlc.arg(step), (SELECT window_closes FROM orders WHERE orders.id = attempts.order_id))
      ELSE deadline + sqlc.arg(step)
    END
WHERE attempts.id = sqlc.arg(id);

-- name: RedateClips :exec
UPDATE clips
SET received_at = received_at + sqlc.arg(step)
WHERE attempt_id = sqlc.arg(attempt_id);

-- name: RedateUploads :exec
UPDATE uploads
SET begun_at = begun_at + sqlc.arg(step),
    arrived_at = arrived_at + sqlc.arg(step),
    expires_at = expires_at + sqlc.arg(step)
WHERE attempt_id = sqlc.arg(attempt_id);

-- name: RedateSessions :exec
-- Who is logged in stays so.
UPDATE sessions
SET created_at = created_at + sqlc.arg(step),
    expires_at = expires_at + sqlc.arg(step)
WHERE created_at >= sqlc.arg(counted) AND expires_at > sqlc.arg(now);

-- name: RedatePhonePasses :exec
UPDATE passes
SET created_at = created_at + sqlc.arg(step),
    expires_at = expires_at + sqlc.arg(step)
WHERE kind = 'phone' AND created_at >= sqlc.arg(counted) AND expires_at > sqlc.arg(now);

-- name: RedateHelpCalls :exec
UPDATE help_calls
SET asked_at = asked_at + sqlc.arg(step),
    told_at = told_at + sqlc.arg(step),
    closed_at = closed_at + sqlc.arg(step)
WHERE asked_at >= sqlc.arg(counted);

-- name: RedateHelpAnswers :exec
UPDATE help_answers
SET at = at + sqlc.arg(step),
    read_at = read_at + sqlc.arg(step)
WHERE at >= sqlc.arg(counted);
