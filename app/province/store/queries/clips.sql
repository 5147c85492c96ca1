-- name: ListClips :many
-- Newest first; before is the number of the last clip of the page before. An
-- order comes again from a box that enrolled anew before it had seen the
-- receipt: where no batch is asked for, the newest one that has it counts.
SELECT
  clips.*,
  batches.centre,
  batches.install,
  batches.sequence,
  attempts.number AS attempt_number,
  attempts.code,
  attempts.acknowledged_at AS code_at,
  items.name AS item,
  items.piece,
  orders.id AS order_id,
  orders.name AS candidate,
  orders.ticket,
  orders.subject,
  orders.grade,
  orders.status AS order_status,
  orders.photo
FROM clips
JOIN batches ON batches.number = clips.batch
JOIN items ON items.batch = clips.batch AND items.attempt_id = clips.attempt_id AND items.id = clips.item_id
JOIN attempts ON attempts.batch = clips.batch AND attempts.id = clips.attempt_id
JOIN orders ON orders.batch = clips.batch AND orders.id = attempts.order_id
WHERE clips.number < sqlc.arg(before)
  AND batches.set_aside_at IS NULL
  AND (clips.id = sqlc.arg(id) OR sqlc.arg(id) = '')
  AND (orders.id = sqlc.arg(order_id) OR sqlc.arg(order_id) = '')
  AND (batches.centre = sqlc.arg(centre) OR sqlc.arg(centre) = '')
  AND (CAST(sqlc.arg(centres) AS TEXT) = '' OR instr(',' || CAST(sqlc.arg(centres) AS TEXT) || ',', ',' || batches.centre || ',') > 0)
  AND (batches.install = sqlc.arg(install) OR sqlc.arg(install) = '')
  AND (batches.sequence = sqlc.arg(sequence) OR sqlc.arg(sequence) = 0)
  AND (
    sqlc.arg(sequence) <> 0
    OR NOT EXISTS (
      SELECT 1 FROM orders AS again
      JOIN batches AS newer ON newer.number = again.batch
      WHERE again.id = orders.id AND again.batch > orders.batch AND newer.set_aside_at IS NULL
    )
  )
ORDER BY clips.number DESC
LIMIT sqlc.arg(max_rows);

-- name: FindPlaceOfClip :one
-- Where a clip belongs that a finding of another points to.
SELECT attempts.order_id, clips.attempt_id, attempts.number
FROM clips
JOIN batches ON batches.number = clips.batch
JOIN attempts ON attempts.batch = clips.batch AND attempts.id = clips.attempt_id
WHERE clips.id = sqlc.arg(id) AND batches.set_aside_at IS NULL
  AND (CAST(sqlc.arg(centres) AS TEXT) = '' OR instr(',' || CAST(sqlc.arg(centres) AS TEXT) || ',', ',' || batches.centre || ',') > 0)
ORDER BY clips.number DESC
LIMIT 1;

-- name: FindExamination :one
-- The last time that the clip was looked at, as its own batch or a later one
-- tells it (R31).
SELECT examinations.batch, examinations.id
FROM told_in
JOIN examinations ON examinations.batch = told_in.told AND examinations.order_id = told_in.order_id
WHERE told_in.batch = sqlc.arg(batch) AND told_in.order_id = sqlc.arg(order_id) AND examinations.clip_id = sqlc.arg(clip)
ORDER BY told_in.told DESC, examinations.examined_at DESC, examinations.id DESC
LIMIT 1;

-- name: ListFindings :many
SELECT * FROM findings WHERE batch = ? AND examination = ? ORDER BY place;

-- name: ListEvidence :many
SELECT * FROM evidence WHERE batch = ? AND examination = ? ORDER BY finding, place;

-- name: FindClip :one
-- The same clip comes twice from a centre whose backup was restored: the
-- newest counts.
SELECT
  clips.*,
  orders.photo
FROM clips
JOIN batches ON batches.number = clips.batch
JOIN attempts ON attempts.batch = clips.batch AND attempts.id = clips.attempt_id
JOIN orders ON orders.batch = clips.batch AND orders.id = attempts.order_id
WHERE clips.id = sqlc.arg(id) AND batches.set_aside_at IS NULL
  AND (CAST(sqlc.arg(centres) AS TEXT) = '' OR instr(',' || CAST(sqlc.arg(centres) AS TEXT) || ',', ',' || batches.centre || ',') > 0)
ORDER BY clips.number DESC
LIMIT 1;

-- name: FindMedia :one
SELECT media.* FROM media
JOIN batches ON batches.number = media.batch
WHERE media.sha256 = sqlc.arg(sha256) AND media.role = sqlc.arg(role) AND batches.set_aside_at IS NULL
  AND (CAST(sqlc.arg(centres) AS TEXT) = '' OR instr(',' || CAST(sqlc.arg(centres) AS TEXT) || ',', ',' || batches.centre || ',') > 0)
LIMIT 1;

-- name: CountMedia :one
SELECT count(*) FROM media WHERE sha256 = ?;

-- name: CountForeign :one
-- How many clips and orders that a batch has or tells of are known from another
-- centre.
SELECT
  (
    SELECT count(*) FROM clips AS mine
    JOIN clips AS other ON other.id = mine.id
    JOIN batches ON batches.number = other.batch
    WHERE mine.batch = sqlc.arg(batch) AND batches.centre <> sqlc.arg(centre) AND batches.set_aside_at IS NULL
  ) + (
    SELECT count(*) FROM evidence AS mine
    JOIN clips AS other ON other.id = mine.other_id
    JOIN batches ON batches.number = other.batch
    WHERE mine.batch = sqlc.arg(batch) AND batches.centre <> sqlc.arg(centre) AND batches.set_aside_at IS NULL
  ) + (
    SELECT count(*) FROM subjects AS mine
    JOIN orders AS other ON other.id = mine.order_id
    JOIN batches ON batches.number = other.batch
    WHERE mine.batch = sqlc.arg(batch) AND batches.centre <> sqlc.arg(centre) AND batches.set_aside_at IS NULL
  ) AS foreign_rows;

-- name: CountUnknown :one
-- How many orders a batch tells of that travelled neither in it nor in the
-- earlier batch that it names.
SELECT count(*) FROM subjects
WHERE subjects.batch = sqlc.arg(batch)
  AND NOT EXISTS (
    SELECT 1 FROM batches
    JOIN orders ON orders.batch = batches.number AND orders.id = subjects.order_id
    WHERE batches.centre = sqlc.arg(centre)
      AND batches.install = subjects.install
      AND batches.sequence = subjects.sequence
      AND batches.status = 'accepted'
  );

-- name: CountStray :one
-- How many rows of clips a batch has whose clip did not travel with its order.
SELECT count(*) FROM (
  SELECT examinations.batch, examinations.order_id, examinations.clip_id FROM examinations WHERE examinations.batch = sqlc.arg(batch)
  UNION ALL
  SELECT ticks.batch, ticks.order_id, ticks.clip_id FROM ticks WHERE ticks.batch = sqlc.arg(batch)
  UNION ALL
  SELECT departures.batch, departures.order_id, departures.clip_id FROM departures WHERE departures.batch = sqlc.arg(batch)
) AS told
JOIN subjects ON subjects.batch = told.batch AND subjects.order_id = told.order_id
WHERE NOT EXISTS (
  SELECT 1 FROM batches
  JOIN clips ON clips.batch = batches.number AND clips.id = told.clip_id
  JOIN attempts ON attempts.batch = clips.batch AND attempts.id = clips.attempt_id AND attempts.order_id = told.order_id
  WHERE batches.centre = sqlc.arg(centre)
    AND batches.install = subjects.install
    AND batches.sequence = subjects.sequence
    AND batches.status = 'accepted'
);

-- name: CountLost :one
-- Clips of a batch whose original is not in it.
SELECT count(*) FROM clips
WHERE clips.batch = ?
  AND NOT EXISTS (SELECT 1 FROM media WHERE media.batch = clips.batch AND media.sha256 = clips.sha256);

-- name: CountOrders :one
SELECT count(*) FROM orders WHERE batch = ?;

-- name: CountClips :one
SELECT count(*) FROM clips WHERE batch = ?;
