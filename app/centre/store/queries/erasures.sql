-- name: ListErasures :many
SELECT * FROM erasures WHERE order_id = ? ORDER BY at, id;

-- name: InsertErasure :exec
INSERT INTO erasures (
  id,
  order_id,
  what,
  reason,
  by_role,
  by_name,
  at
) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING;

-- name: InsertPersonErasure :exec
INSERT INTO person_erasures (
  id,
  at,
  by_role,
  by_name,
  reason,
  orders,
  places,
  files,
  audit_seq
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0);

-- name: SetErasureLine :exec
UPDATE person_erasures SET audit_seq = ? WHERE id = ?;

-- name: FindPersonErasure :one
SELECT * FROM person_erasures WHERE id = ?;

-- name: ListPersonErasures :many
SELECT * FROM person_erasures ORDER BY at, id;

-- name: EndPersonErasure :execrows
UPDATE person_erasures
SET proved_at = sqlc.arg(at), proof = sqlc.arg(proof), files = '[]'
WHERE id = sqlc.arg(id) AND proved_at IS NULL;

-- name: InsertErasedLine :exec
INSERT INTO erased_lines (seq, erasure_id, remains) VALUES (?, ?, ?);

-- name: EmptyLine :exec
UPDATE audit SET reason = '', args = '{}' WHERE seq = ?;

-- name: ListErasedLines :many
SELECT * FROM erased_lines WHERE seq >= sqlc.arg(first) AND seq <= sqlc.arg(last) ORDER BY seq;

-- name: ListErasedLinesOf :many
SELECT * FROM erased_lines WHERE erasure_id = ? ORDER BY seq;

-- name: FindAuditArgs :one
SELECT action, args FROM audit WHERE seq = ?;

-- name: FindOrdersOfPerson :many
-- By a ticket number or an ID number, folded.
SELECT *
FROM orders
WHERE orders.erased_at IS NULL
  AND orders.person_key IN (
    SELECT named.person_key
    FROM orders AS named
    WHERE named.ticket_key = sqlc.arg(key) OR named.id_number_key = sqlc.arg(key)
  )
ORDER BY orders.ticket;

-- name: CountStrayErasedLines :one
SELECT count(*) FROM erased_lines WHERE erasure_id NOT IN (SELECT id FROM person_erasures);

-- name: ListLinesOfOrders :many
-- The lines about these orders that hold what a person typed or a scan's hash, but
-- for those that record an erasure.
SELECT *
FROM audit
WHERE order_id IN (SELECT value FROM json_each(CAST(sqlc.arg(orders) AS TEXT)))
  AND action NOT IN ('person_erased', 'erasure_proved')
  AND (reason <> '' OR args LIKE '%"paper"%')
ORDER BY seq;

-- name: ListLinesThatHold :many
-- Other lines that hold one of these texts.
SELECT *
FROM audit
WHERE action NOT IN ('person_erased', 'erasure_proved')
  AND EXISTS (
    SELECT 1
    FROM json_each(CAST(sqlc.arg(terms) AS TEXT)) AS term
    WHERE instr(lower(audit.reason), term.value) > 0 OR instr(lower(audit.args), term.value) > 0
  )
ORDER BY seq;

-- name: ListOthersWords :many
SELECT
  name,
  pinyin,
  phone,
  guardian_address,
  consent_guardian
FROM orders
WHERE person_key <> ? AND erased_at IS NULL;

-- name: CountRunningJobsOfOrder :one
SELECT count(*)
FROM jobs
JOIN clips ON clips.id = jobs.clip_id
JOIN attempts ON attempts.id = clips.attempt_id
WHERE attempts.order_id = ? AND jobs.state = 'running';

-- name: CountOpenLoans :one
SELECT count(*) FROM loans WHERE order_id = ? AND state <> 'over';

-- name: CountBatchesOfOrder :one
SELECT
  count(CASE WHEN batches.state IN ('sealed', 'sent') THEN 1 END) AS open,
  count(CASE WHEN batches.state = 'accepted' AND batch_orders.later = 0 THEN 1 END) AS accepted
FROM batch_orders
JOIN batches ON batches.install = batch_orders.install AND batches.sequence = batch_orders.sequence
WHERE batch_orders.order_id = ?;

-- name: ListOpenBatchesOfOrders :many
SELECT DISTINCT batches.install, batches.sequence
FROM batch_orders
JOIN batches ON batches.install = batch_orders.install AND batches.sequence = batch_orders.sequence
WHERE batches.state IN ('sealed', 'sent')
  AND batch_orders.order_id IN (SELECT value FROM json_each(CAST(sqlc.arg(orders) AS TEXT)))
ORDER BY batches.install, batches.sequence;

-- name: CountWaitingParcels :one
SELECT count(*) FROM parcels WHERE state = 'waiting';

-- name: CountArrivingUploads :one
-- Uploads that are whole and become a clip, or that may still go on.
SELECT count(*)
FROM uploads
JOIN attempts ON attempts.id = uploads.attempt_id
WHERE attempts.order_id = ?
  AND (
    uploads.received = uploads.size
    OR (attempts.state IN ('running', 'auto_submitted') AND attempts.deadline > sqlc.arg(since))
  );

-- name: ListOrdersOfPersonKey :many
SELECT id FROM orders WHERE person_key = ? AND erased_at IS NULL ORDER BY ticket;
