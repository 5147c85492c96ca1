-- name: CountDayAttempts :one
-- The attempts that began from since on and before until and are not voided.
-- Those of an order that is in a batch stay as they are.
SELECT
  CAST(coalesce(sum(orders.sealed_at IS NULL), 0) AS INTEGER) AS attempts,
  count(DISTINCT CASE WHEN orders.sealed_at IS NULL THEN orders.person_key END) AS candidates,
  CAST(coalesce(sum(orders.sealed_at IS NULL AND attempts.state = 'running' AND attempts.deadline > sqlc.arg(now)), 0) AS INTEGER) AS running,
  CAST(coalesce(sum(orders.sealed_at IS NOT NULL), 0) AS INTEGER) AS sealed
FROM attempts
JOIN orders ON orders.id = attempts.order_id
WHERE attempts.practice = 0
  AND attempts.state <> 'voided'
  AND attempts.started_at >= CAST(sqlc.arg(since) AS INTEGER)
  AND attempts.started_at < CAST(sqlc.arg(until) AS INTEGER);

-- name: InsertDayVoid :exec
INSERT INTO day_voids (proposal_id, attempt_id)
SELECT CAST(sqlc.arg(proposal) AS TEXT), attempts.id
FROM attempts
WHERE attempts.practice = 0
  AND attempts.state <> 'voided'
  AND attempts.started_at >= CAST(sqlc.arg(since) AS INTEGER)
  AND attempts.started_at < CAST(sqlc.arg(until) AS INTEGER);

-- name: ListUnendedDayVoids :many
-- Confirmed voids of a day that have attempts left, or have not said what came of it.
SELECT * FROM proposals WHERE kind = 'void_day' AND confirmed = 1 AND result = '' ORDER BY decided_at;

-- name: ListDayVoidOrders :many
SELECT DISTINCT attempts.order_id
FROM day_voids
JOIN attempts ON attempts.id = day_voids.attempt_id
WHERE day_voids.proposal_id = ? AND day_voids.outcome IS NULL
ORDER BY attempts.order_id;

-- name: ListDayVoidAttempts :many
-- What is left at one order.
SELECT day_voids.attempt_id
FROM day_voids
JOIN attempts ON attempts.id = day_voids.attempt_id
WHERE day_voids.proposal_id = ? AND attempts.order_id = ? AND day_voids.outcome IS NULL
ORDER BY attempts.number;

-- name: SetDayVoidOutcome :exec
UPDATE day_voids SET outcome = ? WHERE proposal_id = ? AND attempt_id = ?;

-- name: CountDayVoid :one
-- What came of one, and how many have their turn yet.
SELECT
  CAST(coalesce(sum(day_voids.outcome = ''), 0) AS INTEGER) AS voided,
  count(DISTINCT CASE WHEN day_voids.outcome = '' THEN orders.person_key END) AS candidates,
  CAST(coalesce(sum(day_voids.outcome <> ''), 0) AS INTEGER) AS refused,
  CAST(coalesce(sum(day_voids.outcome IS NULL), 0) AS INTEGER) AS waiting
FROM day_voids
JOIN attempts ON attempts.id = day_voids.attempt_id
JOIN orders ON orders.id = attempts.order_id
WHERE day_voids.proposal_id = ?;

-- name: ListDayVoids :many
-- The days that were voided: this one, and those with an attempt of these orders.
SELECT
  sqlc.embed(proposals),
  CAST(coalesce(sum(day_voids.outcome = ''), 0) AS INTEGER) AS voided,
  count(DISTINCT CASE WHEN day_voids.outcome = '' THEN orders.person_key END) AS candidates,
  CAST(coalesce(sum(day_voids.outcome <> ''), 0) AS INTEGER) AS refused,
  CAST(coalesce(sum(day_voids.outcome IS NULL), 0) AS INTEGER) AS waiting,
  CAST(coalesce(sum(day_voids.outcome = '' AND attempts.state <> 'voided'), 0) AS INTEGER) AS undone
FROM proposals
JOIN day_voids ON day_voids.proposal_id = proposals.id
JOIN attempts ON attempts.id = day_voids.attempt_id
JOIN orders ON orders.id = attempts.order_id
WHERE json_extract(proposals.args, '$.day') = CAST(sqlc.arg(day) AS TEXT)
  OR proposals.id IN (
    SELECT other.proposal_id
    FROM day_voids AS other
    JOIN attempts AS of_order ON of_order.id = other.attempt_id
    WHERE of_order.order_id IN (SELECT value FROM json_each(CAST(sqlc.arg(ids) AS TEXT)))
  )
GROUP BY proposals.id
ORDER BY proposals.decided_at;
