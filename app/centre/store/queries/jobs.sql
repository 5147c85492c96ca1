-- name: InsertJob :exec
INSERT INTO jobs (id, kind, clip_id) VALUES (?, ?, ?);

-- name: NextJob :one
-- The most urgent job that is due, of those as urgent the one that came first.
-- A job whose lease ran out in its last try waits for the next start to park it.
SELECT *
FROM lanes
WHERE kind = sqlc.arg(kind)
  AND due_at <= sqlc.arg(now)
  AND tries < sqlc.arg(max_tries)
ORDER BY urgency, place
LIMIT 1;

-- name: TakeJob :exec
UPDATE jobs
SET state = 'running', tries = tries + 1, boot = ?, due_at = ?
WHERE id = ?;

-- name: IsOvertaken :one
-- A job that is gone is overtaken by none.
SELECT EXISTS (
  SELECT 1
  FROM lanes
  WHERE lanes.kind = sqlc.arg(kind)
    AND lanes.due_at <= sqlc.arg(now)
    AND lanes.tries < sqlc.arg(max_tries)
    AND lanes.urgency < (SELECT own.urgency FROM lanes AS own WHERE own.id = sqlc.arg(id))
);

-- name: ListLane :many
SELECT *
FROM lanes
WHERE kind = ?
ORDER BY state <> 'running', urgency, place;

-- name: ExtendJob :exec
UPDATE jobs SET due_at = ? WHERE id = ? AND state = 'running';

-- name: ReturnJob :exec
-- The try is not charged.
UPDATE jobs
SET state = iif(failed_at IS NULL, 'waiting', 'failed'), tries = tries - 1, due_at = 0
WHERE id = ? AND state = 'running';

-- name: FailJob :exec
UPDATE jobs
SET
  state = iif(tries < sqlc.arg(max_tries), 'failed', 'parked'),
  due_at = sqlc.arg(due_at),
  last_error = sqlc.arg(last_error),
  failed_at = sqlc.arg(failed_at)
WHERE id = sqlc.arg(id) AND state = 'running';

-- name: ListRunningJobs :many
SELECT * FROM jobs WHERE state = 'running';

-- name: EndDelays :exec
UPDATE jobs SET due_at = 0 WHERE state = 'failed';

-- name: RedateJobs :exec
UPDATE jobs SET due_at = due_at + sqlc.arg(step) WHERE state IN ('running', 'failed') AND due_at > 0;

-- name: ListFailedJobs :many
SELECT *
FROM jobs
WHERE failed_at IS NOT NULL
ORDER BY failed_at, place;

-- name: RetryJob :execrows
-- It comes after those that wait by now.
UPDATE jobs
SET
  state = 'waiting',
  tries = 0,
  due_at = 0,
  last_error = NULL,
  failed_at = NULL,
  place = (SELECT max(latest.place) + 1 FROM jobs AS latest)
WHERE jobs.id = ? AND jobs.state = 'parked';

-- name: DeleteJob :exec
DELETE FROM jobs WHERE id = ?;

-- name: DeleteJobsOfClip :exec
DELETE FROM jobs WHERE clip_id = ?;

-- name: CountJobsOfClip :one
-- Parked jobs are none: nobody waits for them.
SELECT count(*) FROM lanes WHERE clip_id = ?;
