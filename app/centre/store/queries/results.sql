-- name: ListOrdersNow :many
-- As ListScope has them, of these ids.
SELECT
  id,
  ticket,
  name,
  subject,
  grade,
  window_opens,
  window_closes,
  window_moved_at,
  sealed_at,
  consent,
  photo,
  emergency,
  markers,
  mark_tolerance,
  erased_at
FROM orders
WHERE id IN (SELECT value FROM json_each(CAST(sqlc.arg(ids) AS TEXT)));

-- name: ListScopeResultItems :many
-- The items of the attempts that may count, each with its clip.
SELECT
  attempts.id AS attempt_id,
  items.id,
  items.name,
  items.piece,
  items.question_id,
  items.question_title,
  coalesce(clips.id, '') AS clip_id,
  coalesce(clips.hints, '[]') AS hints
FROM attempts
JOIN items ON items.attempt_id = attempts.id
LEFT JOIN clips ON clips.attempt_id = items.attempt_id
  AND clips.item_id = items.id
  AND clips.removed_at IS NULL
WHERE attempts.order_id IN (SELECT value FROM json_each(CAST(sqlc.arg(ids) AS TEXT)))
  AND attempts.practice = 0
  AND attempts.state NOT IN ('reset', 'voided')
ORDER BY attempts.id, items.place;

-- name: ListScopeMarks :many
SELECT *
FROM marks
WHERE order_id IN (SELECT value FROM json_each(CAST(sqlc.arg(ids) AS TEXT)))
ORDER BY at, item_id, by_name;

-- name: ListScopeConfirmed :many
-- Of each of these orders the newest confirmed result, with its list, and the
-- revision that its candidate sees (0: none).
SELECT
  results.*,
  result_lists.number,
  result_lists.at,
  CAST(coalesce((
    SELECT result_publications.revision
    FROM result_publications
    WHERE result_publications.order_id = results.order_id
    ORDER BY result_publications.number DESC
    LIMIT 1
  ), 0) AS INTEGER) AS published
FROM results
JOIN result_lists ON result_lists.id = results.list_id
WHERE results.order_id IN (SELECT value FROM json_each(CAST(sqlc.arg(ids) AS TEXT)))
  AND results.revision = (SELECT max(newest.revision) FROM results AS newest WHERE newest.order_id = results.order_id);

-- name: ListOrderResults :many
-- Every confirmed result of an order with its list, the newest first.
SELECT sqlc.embed(results), sqlc.embed(result_lists)
FROM results
JOIN result_lists ON result_lists.id = results.list_id
WHERE results.order_id = ?
ORDER BY results.revision DESC;

-- name: CountOrderResults :one
SELECT count(*) FROM results WHERE order_id = ?;

-- name: LastResultList :one
SELECT CAST(coalesce(max(number), 0) AS INTEGER) FROM result_lists;

-- name: InsertResultList :exec
INSERT INTO result_lists (
  id,
  number,
  met_on,
  committee,
  reason,
  corrects,
  by_name,
  at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: InsertResult :exec
INSERT INTO results (
  order_id,
  revision,
  list_id,
  ticket,
  name,
  subject,
  grade,
  outcome,
  reason,
  items
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: FindResultList :one
SELECT * FROM result_lists WHERE id = ?;

-- name: ListResultLists :many
-- The lists, the newest first: how many results each has, how many of them hold
-- still, and how many of these their candidates see. What a later list corrects
-- counts for neither.
SELECT
  sqlc.embed(result_lists),
  count(*) AS results,
  CAST(coalesce(sum(NOT EXISTS (
    SELECT 1 FROM results AS later WHERE later.order_id = results.order_id AND later.revision > results.revision
  )), 0) AS INTEGER) AS hold,
  CAST(coalesce(sum(results.revision = (
    SELECT result_publications.revision
    FROM result_publications
    WHERE result_publications.order_id = results.order_id
    ORDER BY result_publications.number DESC
    LIMIT 1
  ) AND NOT EXISTS (
    SELECT 1 FROM results AS later WHERE later.order_id = results.order_id AND later.revision > results.revision
  )), 0) AS INTEGER) AS published
FROM result_lists
JOIN results ON results.list_id = result_lists.id
GROUP BY result_lists.id
ORDER BY result_lists.number DESC;

-- name: ListResultsOfList :many
-- By subject, grade and ticket, as a committee goes through them.
SELECT
  sqlc.embed(results),
  CAST(coalesce((SELECT max(newest.revision) FROM results AS newest WHERE newest.order_id = results.order_id), 0) AS INTEGER) AS newest,
  CAST(coalesce((
    SELECT result_publications.revision
    FROM result_publications
    WHERE result_publications.order_id = results.order_id
    ORDER BY result_publications.number DESC
    LIMIT 1
  ), 0) AS INTEGER) AS published
FROM results
WHERE results.list_id = ?
ORDER BY results.subject, results.grade, results.ticket;

-- name: InsertPublication :exec
INSERT INTO result_publications (order_id, number, revision, reason, by_name, at)
SELECT
  CAST(sqlc.arg(order_id) AS TEXT),
  1 + coalesce((SELECT max(number) FROM result_publications WHERE order_id = sqlc.arg(order_id)), 0),
  sqlc.narg(revision),
  CAST(sqlc.arg(reason) AS TEXT),
  CAST(sqlc.arg(by_name) AS TEXT),
  CAST(sqlc.arg(at) AS INTEGER);

-- name: FindPublished :one
-- What the candidate of an order sees, and since when: nothing where the order
-- has become another person's since.
SELECT sqlc.embed(results), result_lists.met_on, latest.at
FROM result_publications AS latest
JOIN results ON results.order_id = latest.order_id AND results.revision = latest.revision
JOIN result_lists ON result_lists.id = results.list_id
JOIN orders ON orders.id = results.order_id AND orders.name = results.name
WHERE latest.order_id = sqlc.arg(order_id)
  AND latest.number = (SELECT max(number) FROM result_publications WHERE order_id = latest.order_id);

-- name: IsResultWithdrawn :one
-- Whether the candidate of an order saw a result that was taken back since, and
-- nothing in its place.
SELECT EXISTS (
  SELECT 1
  FROM result_publications AS latest
  JOIN result_publications AS former ON former.order_id = latest.order_id AND former.number < latest.number
  JOIN results ON results.order_id = former.order_id AND results.revision = former.revision
  JOIN orders ON orders.id = results.order_id AND orders.name = results.name
  WHERE latest.order_id = sqlc.arg(order_id)
    AND latest.revision IS NULL
    AND latest.number = (SELECT max(number) FROM result_publications WHERE order_id = latest.order_id)
);
