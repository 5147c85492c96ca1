-- name: UpsertCentre :exec
-- A new enrolment file ends the one before.
INSERT INTO centres (
  name,
  drop_url,
  token,
  invited_at
) VALUES (?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET
  drop_url = excluded.drop_url,
  token = excluded.token,
  invited_at = excluded.invited_at;

-- name: FindCentre :one
SELECT * FROM centres WHERE name = ?;

-- name: SetTitle :exec
UPDATE centres SET title = ? WHERE name = ?;

-- name: SpendToken :execrows
UPDATE centres SET token = '' WHERE name = ? AND token = sqlc.arg(spent) AND token <> '';

-- name: ForgetToken :execrows
UPDATE centres SET token = '' WHERE name = ? AND token <> '';

-- name: LastOfInvitation :one
-- Whether the newest enrolment file of the centre was made or revoked last.
SELECT action
FROM audit
WHERE subject = ? AND action IN ('centre_invited', 'centre_revoked')
ORDER BY seq DESC
LIMIT 1;

-- name: InsertInstall :exec
INSERT INTO installs (
  centre,
  install,
  minisign_key,
  age_recipient,
  enrolled_at
) VALUES (?, ?, ?, ?, ?);

-- name: FindInstall :one
SELECT * FROM installs WHERE centre = ? AND install = ?;

-- name: RevokeInstalls :execrows
UPDATE installs SET revoked_at = ? WHERE centre = ? AND revoked_at IS NULL;

-- name: ExtendChain :execrows
-- Only the next batch of a chain that nobody moved meanwhile.
UPDATE installs
SET last_sequence = sqlc.arg(sequence), last_manifest = sqlc.arg(manifest)
WHERE centre = sqlc.arg(centre)
  AND install = sqlc.arg(install)
  AND last_sequence = sqlc.arg(sequence) - 1
  AND last_manifest = sqlc.arg(previous)
  AND revoked_at IS NULL;

-- name: ListCentres :many
-- Each centre with its newest install and what came of it.
SELECT
  centres.name,
  centres.title,
  centres.invited_at,
  CAST(coalesce(newest.install, '') AS TEXT) AS install,
  newest.enrolled_at,
  newest.revoked_at,
  CAST(coalesce(newest.last_sequence, 0) AS INTEGER) AS last_sequence,
  CAST(coalesce((
    SELECT max(batches.sequence) FROM batches
    WHERE batches.centre = newest.centre AND batches.install = newest.install AND batches.status = 'waiting'
  ), 0) AS INTEGER) AS last_waiting,
  CAST((
    SELECT count(*) FROM batches
    WHERE batches.centre = newest.centre
      AND batches.install = newest.install
      AND (batches.status = 'quarantined' OR batches.status IN ('refused', 'damaged') AND batches.sequence > newest.last_sequence)
  ) AS INTEGER) AS refused,
  CAST((
    SELECT count(*) FROM batches
    WHERE batches.centre = newest.centre AND batches.install = newest.install
      AND batches.status = 'damaged' AND batches.sequence > newest.last_sequence
  ) AS INTEGER) AS damaged,
  CAST((
    SELECT count(*) FROM batches
    WHERE batches.centre = newest.centre AND batches.install = newest.install
      AND batches.status = 'waiting' AND batches.sums = '[]'
  ) AS INTEGER) AS of_newer,
  CAST((
    SELECT count(*) FROM batches
    WHERE batches.centre = centres.name AND batches.status = 'accepted' AND batches.set_aside_at IS NULL
  ) AS INTEGER) AS batches,
  CAST((
    SELECT count(DISTINCT orders.id) FROM orders JOIN batches ON batches.number = orders.batch
    WHERE batches.centre = centres.name AND batches.set_aside_at IS NULL
  ) AS INTEGER) AS orders,
  CAST((
    SELECT coalesce(max(batches.received_at), 0) FROM batches WHERE batches.centre = centres.name AND batches.status = 'accepted'
  ) AS INTEGER) AS last_received_at
FROM centres
LEFT JOIN installs AS newest ON newest.rowid = (
  SELECT installs.rowid FROM installs
  WHERE installs.centre = centres.name
  ORDER BY installs.enrolled_at DESC, installs.rowid DESC
  LIMIT 1
)
ORDER BY centres.name;

-- name: ListCentreNames :many
SELECT name FROM centres ORDER BY name;

-- name: ListInstalls :many
SELECT * FROM installs ORDER BY centre, enrolled_at, install;
