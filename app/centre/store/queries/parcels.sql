-- name: InsertParcel :exec
INSERT INTO parcels (
  install,
  sequence,
  manifest_sha256,
  kind,
  title,
  files,
  bytes,
  made_at,
  fetched_at,
  state
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting');

-- name: FindParcel :one
SELECT * FROM parcels WHERE install = ? AND sequence = ?;

-- name: LastParcel :one
SELECT * FROM parcels WHERE install = ? ORDER BY sequence DESC LIMIT 1;

-- name: FirstWaitingParcel :one
SELECT * FROM parcels WHERE install = ? AND state = 'waiting' ORDER BY sequence LIMIT 1;

-- name: ListParcels :many
-- Those that wait, in the order in which they are answered, then the newest of the rest.
SELECT * FROM parcels
WHERE install = ?
ORDER BY state <> 'waiting', CASE state WHEN 'waiting' THEN sequence ELSE -sequence END
LIMIT ?;

-- name: AnswerParcel :execrows
UPDATE parcels
SET
  state = ?,
  reason = ?,
  added = ?,
  changed = ?,
  unchanged = ?,
  left_out = ?,
  by_role = ?,
  by_name = ?,
  answered_at = ?
WHERE install = ? AND sequence = ? AND manifest_sha256 = ? AND state = 'waiting';

-- name: ListUntoldParcels :many
-- Answered parcels, also of former installs, whose answer no batch tells that
-- the province has or that is on its way to it.
SELECT parcels.*
FROM parcels
LEFT JOIN batches ON batches.install = parcels.told_install AND batches.sequence = parcels.told_sequence
WHERE parcels.answered_at IS NOT NULL
  AND (
    batches.state IS NULL
    OR batches.state = 'refused'
    OR (batches.install <> sqlc.arg(install) AND batches.state <> 'accepted')
  )
ORDER BY parcels.answered_at, parcels.install, parcels.sequence
LIMIT sqlc.arg(max_rows);

-- name: TellParcel :execrows
UPDATE parcels
SET told_install = sqlc.arg(told_install), told_sequence = sqlc.arg(told_sequence)
WHERE install = sqlc.arg(install) AND sequence = sqlc.arg(sequence) AND answered_at IS NOT NULL;
