-- name: NewestInstall :one
-- The box of a centre that parcels are sealed for.
SELECT *
FROM installs
WHERE centre = ? AND revoked_at IS NULL
ORDER BY enrolled_at DESC, install
LIMIT 1;

-- name: LastPublished :one
SELECT * FROM published WHERE centre = ? AND install = ? ORDER BY sequence DESC LIMIT 1;

-- name: InsertPublished :exec
INSERT INTO published (
  centre,
  install,
  sequence,
  manifest_sha256,
  kind,
  title,
  files,
  bytes,
  made_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: RecordPut :exec
UPDATE published SET put_at = ? WHERE centre = ? AND install = ? AND sequence = ? AND put_at IS NULL;

-- name: RecordParcelCleared :exec
UPDATE published SET cleared_at = ? WHERE centre = ? AND install = ? AND sequence = ? AND cleared_at IS NULL;

-- name: ListPublished :many
-- The parcels of a centre ('' of all), the newest first, each with the first
-- answer to this very parcel that came in a batch which counts; all, or those of
-- which something may lie at the drop.
SELECT
  sqlc.embed(published),
  CAST(coalesce(parcels.outcome, '') AS TEXT) AS outcome,
  CAST(coalesce(parcels.reason, '') AS TEXT) AS reason,
  CAST(coalesce(parcels.added, 0) AS INTEGER) AS added,
  CAST(coalesce(parcels.changed, 0) AS INTEGER) AS changed,
  CAST(coalesce(parcels.unchanged, 0) AS INTEGER) AS unchanged,
  CAST(coalesce(parcels.left_out, 0) AS INTEGER) AS left_out,
  CAST(coalesce(parcels.by_role, '') AS TEXT) AS by_role,
  CAST(coalesce(parcels.by_name, '') AS TEXT) AS by_name,
  parcels.at,
  installs.revoked_at,
  EXISTS(
    SELECT 1 FROM installs AS newer
    WHERE newer.centre = installs.centre
      AND newer.revoked_at IS NULL
      AND newer.enrolled_at > installs.enrolled_at
  ) AS replaced
FROM published
JOIN installs ON installs.centre = published.centre AND installs.install = published.install
LEFT JOIN parcels
  ON parcels.install = published.install
  AND parcels.sequence = published.sequence
  AND parcels.manifest_sha256 = published.manifest_sha256
  AND parcels.batch = (
    SELECT min(told.batch)
    FROM parcels AS told
    JOIN batches ON batches.number = told.batch
    WHERE told.install = published.install
      AND told.sequence = published.sequence
      AND told.manifest_sha256 = published.manifest_sha256
      AND batches.centre = published.centre
      AND batches.set_aside_at IS NULL
  )
WHERE (sqlc.arg(centre) = '' OR published.centre = sqlc.arg(centre))
  AND (published.cleared_at IS NULL OR CAST(sqlc.arg(cleared_too) AS INTEGER))
ORDER BY published.centre, installs.enrolled_at DESC, published.install, published.sequence DESC
LIMIT sqlc.arg(max_rows);
