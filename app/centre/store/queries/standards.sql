-- name: ListStandards :many
-- Each with what tells whether it can still be marked: its first video that is
-- here, and that no decision in force took it out (R20).
SELECT
  sqlc.embed(standards),
  orders.ticket,
  orders.subject,
  orders.grade,
  CAST(coalesce((
    SELECT clips.id
    FROM clips
    JOIN attempts ON attempts.id = clips.attempt_id
    WHERE attempts.order_id = standards.order_id
      AND attempts.practice = 0
      AND attempts.state IN ('submitted', 'auto_submitted')
      AND clips.removed_at IS NULL
    ORDER BY clips.item_id
    LIMIT 1
  ), '') AS TEXT) AS clip_id,
  CAST(EXISTS (
    SELECT 1
    FROM clips
    JOIN attempts ON attempts.id = clips.attempt_id
    WHERE attempts.order_id = standards.order_id AND clips.freed_at IS NOT NULL
  ) OR EXISTS (
    SELECT 1
    FROM decisions
    WHERE decisions.order_id = standards.order_id AND decisions.pending = 0 AND decisions.undone_at IS NULL
  ) AS INTEGER) AS unfit
FROM standards
JOIN orders ON orders.id = standards.order_id
ORDER BY orders.subject, orders.grade, orders.ticket;

-- name: FindStandard :one
SELECT * FROM standards WHERE order_id = ?;

-- name: UpsertStandard :exec
INSERT INTO standards (order_id, level, reason, by_name, at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (order_id) DO UPDATE SET
  level = excluded.level,
  reason = excluded.reason,
  by_name = excluded.by_name,
  at = excluded.at;

-- name: DeleteStandard :execrows
DELETE FROM standards WHERE order_id = ?;

-- name: ListProbes :many
-- An examiner's, of all with ''; unfit as those of ListStandards.
SELECT
  sqlc.embed(probes),
  orders.ticket,
  orders.subject,
  orders.grade,
  CAST(EXISTS (
    SELECT 1
    FROM clips
    JOIN attempts ON attempts.id = clips.attempt_id
    WHERE attempts.order_id = probes.order_id AND clips.freed_at IS NOT NULL
  ) OR EXISTS (
    SELECT 1
    FROM decisions
    WHERE decisions.order_id = probes.order_id AND decisions.pending = 0 AND decisions.undone_at IS NULL
  ) AS INTEGER) AS unfit
FROM probes
JOIN orders ON orders.id = probes.order_id
WHERE probes.examiner = CAST(sqlc.arg(examiner) AS TEXT) OR sqlc.arg(examiner) = ''
ORDER BY probes.examiner, probes.begun_at, probes.order_id;

-- name: UpsertProbe :exec
INSERT INTO probes (
  examiner,
  order_id,
  kind,
  level,
  tolerance,
  given,
  begun_at,
  finished_at,
  said
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (examiner, order_id) DO UPDATE SET
  given = excluded.given,
  finished_at = excluded.finished_at,
  said = excluded.said;

-- name: DeleteOpenProbe :exec
-- One that was not brought to its end.
DELETE FROM probes WHERE examiner = ? AND order_id = ? AND finished_at IS NULL;

-- name: ListMetOrders :many
-- The orders that the examiner marked in earnest, or is not to mark.
SELECT order_id FROM marks WHERE marks.by_name = CAST(sqlc.arg(examiner) AS TEXT)
UNION
SELECT order_id FROM recusals WHERE recusals.examiner = sqlc.arg(examiner);

-- name: ListReleases :many
SELECT * FROM probe_releases ORDER BY examiner, at;

-- name: InsertRelease :exec
INSERT OR REPLACE INTO probe_releases (examiner, at, reason, by_name) VALUES (?, ?, ?, ?);

-- name: CountWholesSince :one
-- Orders that the examiner marked as a whole after that moment.
SELECT count(*) FROM marks WHERE by_name = ? AND item_id = '' AND round <> 100 AND at > ?;

-- name: ListProbeClips :many
-- The videos of these orders, for an examiner who has them as a probe.
SELECT
  clips.id,
  clips.examiners_urgency AS urgency,
  clips.received_at,
  clips.item_id,
  clips.duration_ms,
  clips.state,
  attempts.order_id,
  orders.subject,
  orders.grade
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
JOIN orders ON orders.id = attempts.order_id
WHERE clips.removed_at IS NULL
  AND attempts.practice = 0
  AND attempts.state IN ('submitted', 'auto_submitted')
  AND attempts.order_id IN (SELECT value FROM json_each(CAST(sqlc.arg(ids) AS TEXT)))
ORDER BY clips.received_at, clips.id;

-- name: ListExaminerNames :many
-- Who marks, or has marked a standard order.
SELECT name FROM users WHERE role = 'examiner'
UNION
SELECT examiner FROM probes
ORDER BY 1;

-- name: ListOwnWholes :many
-- The orders that the examiner marked as a whole before that moment and never again,
-- of those that can still be marked.
SELECT marks.order_id, marks.level
FROM marks
JOIN orders ON orders.id = marks.order_id
WHERE marks.by_name = sqlc.arg(examiner)
  AND marks.item_id = ''
  AND marks.round <> 100
  AND marks.at < sqlc.arg(before)
  AND orders.erased_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM probes WHERE probes.order_id = marks.order_id AND probes.examiner = marks.by_name)
  AND NOT EXISTS (
    SELECT 1
    FROM clips
    JOIN attempts ON attempts.id = clips.attempt_id
    WHERE attempts.order_id = marks.order_id AND clips.freed_at IS NOT NULL
  )
  AND NOT EXISTS (
    SELECT 1
    FROM decisions
    WHERE decisions.order_id = marks.order_id AND decisions.pending = 0 AND decisions.undone_at IS NULL
  )
  AND NOT EXISTS (
    SELECT 1
    FROM irregularities
    WHERE irregularities.order_id = marks.order_id AND irregularities.category = 'unmarkable' AND irregularities.undone_at IS NULL
  )
ORDER BY marks.order_id;

-- name: CountOwnWholes :one
SELECT count(*) FROM marks WHERE by_name = sqlc.arg(examiner) AND item_id = '' AND round <> 100 AND at < sqlc.arg(before);
