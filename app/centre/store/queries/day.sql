-- name: ListScope :many
-- The orders of a scope, by their windows and tickets; what is empty or 0
-- chooses all. A window that has a moment from since on and before until
-- belongs to that day.
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
WHERE (CAST(sqlc.arg(order_id) AS TEXT) = '' OR id = sqlc.arg(order_id))
  AND (CAST(sqlc.arg(until) AS INTEGER) = 0 OR (window_opens < sqlc.arg(until) AND window_closes > CAST(sqlc.arg(since) AS INTEGER)))
  AND (CAST(sqlc.arg(closes) AS INTEGER) = 0 OR (window_closes = sqlc.arg(closes) AND window_opens = CAST(sqlc.arg(opens) AS INTEGER)))
  AND (CAST(sqlc.arg(subject) AS TEXT) = '' OR subject = sqlc.arg(subject))
  AND (CAST(sqlc.arg(grade) AS INTEGER) = 0 OR grade = sqlc.arg(grade))
  AND (
    CAST(sqlc.arg(who) AS TEXT) = ''
    OR instr(name, sqlc.arg(who)) > 0
    OR instr(upper(ticket), upper(sqlc.arg(who))) > 0
  )
ORDER BY window_opens, window_closes, ticket;

-- name: ListScopeAttempts :many
SELECT *
FROM attempts
WHERE order_id IN (SELECT value FROM json_each(CAST(sqlc.arg(ids) AS TEXT))) AND practice = 0
ORDER BY order_id, number, started_at;

-- name: ListScopeItems :many
-- Of the attempts that may count: how many items, how many of them have a
-- clip, how many of these nobody looked at yet, and the clips' hints, a line each.
SELECT
  attempts.id,
  count(*) AS items,
  count(clips.id) AS clips,
  CAST(coalesce(sum(clips.state = 'received'), 0) AS INTEGER) AS unseen,
  CAST(coalesce(group_concat(nullif(clips.hints, '[]'), char(10)), '') AS TEXT) AS hints
FROM attempts
JOIN items ON items.attempt_id = attempts.id
LEFT JOIN clips ON clips.attempt_id = items.attempt_id AND clips.item_id = items.id AND clips.removed_at IS NULL
WHERE attempts.order_id IN (SELECT value FROM json_each(CAST(sqlc.arg(ids) AS TEXT)))
  AND attempts.practice = 0
  AND attempts.state NOT IN ('reset', 'voided')
GROUP BY attempts.id;

-- name: ListScopeDecisions :many
SELECT *
FROM decisions
WHERE order_id IN (SELECT value FROM json_each(CAST(sqlc.arg(ids) AS TEXT)))
ORDER BY at, id;

-- name: ListDeliveredOrders :many
-- Orders in batches, and whether the province has one of these.
SELECT batch_orders.order_id, CAST(max(batches.state = 'accepted') AS INTEGER) AS accepted
FROM batch_orders
JOIN batches ON batches.install = batch_orders.install AND batches.sequence = batch_orders.sequence
GROUP BY batch_orders.order_id;

-- name: ListInterventions :many
-- What people did to the orders from since on and before until (0: ever), but
-- for the actions that are none of the record's.
SELECT *
FROM audit INDEXED BY audit_people
WHERE by_role IN ('staff', 'province')
  AND order_id IN (SELECT value FROM json_each(CAST(sqlc.arg(ids) AS TEXT)))
  AND action NOT IN (SELECT value FROM json_each(CAST(sqlc.arg(untold) AS TEXT)))
  AND (CAST(sqlc.arg(until) AS INTEGER) = 0 OR (recorded_at >= CAST(sqlc.arg(since) AS INTEGER) AND recorded_at < sqlc.arg(until)))
ORDER BY seq;

-- name: ListScopeIrregularities :many
SELECT *
FROM irregularities
WHERE order_id IN (SELECT value FROM json_each(CAST(sqlc.arg(ids) AS TEXT)))
ORDER BY at, id;

-- name: ListStaffOf :many
-- Who acted as staff from since on and before until, and how often.
SELECT by_name, count(*) AS acts
FROM audit
WHERE by_role = 'staff' AND recorded_at >= CAST(sqlc.arg(since) AS INTEGER) AND recorded_at < CAST(sqlc.arg(until) AS INTEGER)
GROUP BY by_name
ORDER BY by_name;

-- name: ListWindows :many
SELECT window_opens, window_closes, count(*) AS orders
FROM orders
GROUP BY window_opens, window_closes
ORDER BY window_opens, window_closes;

-- name: ListExams :many
SELECT subject, grade, count(*) AS orders
FROM orders
GROUP BY subject, grade
ORDER BY subject, grade;
