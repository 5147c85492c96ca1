-- name: FindRunningRehearsal :one
SELECT * FROM rehearsals WHERE state = 'running';

-- name: InsertRehearsal :exec
INSERT INTO rehearsals (id, started_at, by_name, state, seconds, expected, clips, clip_bytes)
VALUES (?, ?, ?, 'running', ?, ?, ?, ?);

-- name: EndRehearsal :execrows
UPDATE rehearsals SET state = ?, ended_at = ?, verdict = ? WHERE id = ? AND state = 'running';

-- name: DropOldRehearsals :exec
DELETE FROM rehearsals
WHERE state <> 'running' AND id NOT IN (SELECT newest.id FROM rehearsals AS newest ORDER BY newest.started_at DESC LIMIT ?);

-- name: ListRehearsals :many
SELECT * FROM rehearsals WHERE state <> 'running' ORDER BY started_at DESC, id LIMIT ?;

-- name: UpsertRehearsalPhone :exec
INSERT INTO rehearsal_phones (rehearsal_id, number, browser, bytes, rate, retries, stalls)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (rehearsal_id, number) DO UPDATE SET
  browser = excluded.browser,
  bytes = max(bytes, excluded.bytes),
  rate = excluded.rate,
  retries = excluded.retries,
  stalls = excluded.stalls;

-- name: RecordRehearsalBytes :exec
UPDATE rehearsal_phones
SET bytes = sqlc.arg(bytes)
WHERE rehearsal_id = sqlc.arg(rehearsal_id) AND number = sqlc.arg(number) AND bytes < sqlc.arg(bytes);

-- name: ListRehearsalPhones :many
SELECT * FROM rehearsal_phones WHERE rehearsal_id = ? ORDER BY number;

-- name: CountRunningAttempts :one
-- Attempts that count and run now; a practice run holds nothing up.
SELECT count(*) FROM attempts WHERE practice = 0 AND state = 'running' AND deadline > sqlc.arg(at);

-- name: ListClipSizes :many
-- Of the newest clips that count.
SELECT clips.size
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
WHERE attempts.practice = 0 AND clips.removed_at IS NULL
ORDER BY clips.received_at DESC
LIMIT ?;

-- name: CountPreparing :one
-- Orders whose consent was answered since and that no attempt followed yet.
SELECT count(*) FROM orders
WHERE consent <> '' AND consent_at > CAST(sqlc.arg(since) AS INTEGER)
  AND NOT EXISTS (
    SELECT 1 FROM attempts
    WHERE attempts.order_id = orders.id AND attempts.practice = 0 AND attempts.started_at >= orders.consent_at
  );
