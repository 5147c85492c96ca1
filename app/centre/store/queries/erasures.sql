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

-- name: InsertErasedLine :exec
INSERT INTO erased_lines (seq, erasure_id, remains) VALUES (?, ?, ?);

-- name: ListErasedLinesOf :many
SELECT * FROM erased_lines WHERE erasure_id = ? ORDER BY seq;

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

-- name: EndPersonErasure :execrows
UPDATE person_erasures
SET proved_at = sqlc.arg(at), proof = sqlc.arg(proof), files = '[]'
WHERE id = sqlc.arg(id) AND proved_at IS NULL;

-- name: EmptyLine :exec
UPDATE audit SET reason = ?, args = ? WHERE seq = ?;

-- name: ListErasedLines :many
-- What is left of lines by the erasure that took words of them last.
SELECT erased_lines.seq, erased_lines.remains
FROM erased_lines
JOIN person_erasures ON person_erasures.id = erased_lines.erasure_id
WHERE erased_lines.seq >= sqlc.arg(first) AND erased_lines.seq <= sqlc.arg(last)
ORDER BY erased_lines.seq, person_erasures.audit_seq;

-- name: CountStrayErasedLines :one
-- Lines that no erasure names, erasures that the log tells of and nobody knows any
-- more, and lines that are said to be erased and are not there.
SELECT
  (SELECT count(*) FROM erased_lines WHERE erasure_id NOT IN (SELECT id FROM person_erasures))
  + (SELECT count(*) FROM erased_lines WHERE seq NOT IN (SELECT seq FROM audit))
  + (
    SELECT count(*)
    FROM audit
    WHERE action IN ('person_erased', 'erasure_proved') AND json_extract(args, '$.erasure') NOT IN (SELECT id FROM person_erasures)
  ) AS strays;

-- name: FindAuditLine :one
SELECT * FROM audit WHERE seq = ?;

-- name: ListProofLines :many
-- The lines that say that an erasure is proved.
SELECT * FROM audit WHERE action = 'erasure_proved' AND json_extract(args, '$.erasure') = CAST(sqlc.arg(erasure) AS TEXT) ORDER BY seq;

-- name: ListErasedOrders :many
-- The orders that the log says an erasure took.
SELECT order_id FROM audit WHERE action = 'person_erased' AND json_extract(args, '$.erasure') = CAST(sqlc.arg(erasure) AS TEXT) ORDER BY order_id;

-- name: ListErasableLines :many
-- The log's lines that may lose words: those that record erasures keep theirs.
SELECT * FROM audit WHERE action NOT IN ('person_erased', 'erasure_proved') AND (reason <> '' OR args NOT IN ('', '{}', 'null')) ORDER BY seq;

-- name: ListUnprovedErasures :many
SELECT id FROM person_erasures WHERE proved_at IS NULL ORDER BY at, id;

-- name: ListNamedOrders :many
-- Orders by their own id, a ticket number, an ID number or a name.
SELECT *
FROM orders
WHERE erased_at IS NULL
  AND (id = sqlc.arg(id) OR ticket_key = sqlc.arg(key) OR id_number_key = sqlc.arg(key) OR name = sqlc.arg(name))
ORDER BY ticket;

-- name: ListOrdersOfKey :many
SELECT * FROM orders WHERE person_key = ? AND erased_at IS NULL ORDER BY ticket;

-- name: ListOthersWords :many
SELECT
  ticket,
  id_number,
  name,
  pinyin,
  phone,
  guardian_address,
  consent_guardian
FROM orders
WHERE erased_at IS NULL AND id NOT IN (SELECT value FROM json_each(CAST(sqlc.arg(orders) AS TEXT)));

-- name: ListFormers :many
-- What an undo would bring back, of all orders.
SELECT * FROM import_orders WHERE former <> '' ORDER BY import_id, order_id;

-- name: BlurFormer :exec
-- The undo of that import is refused from now on, as for an order that somebody changed.
UPDATE import_orders SET former = '{}', left_as = '' WHERE import_id = ? AND order_id = ?;

-- name: BlurLeftAs :exec
UPDATE import_orders SET left_as = '' WHERE order_id = ?;

-- name: CountNamesOfFile :one
-- Rows that still need a file: a photo, or the one that an undo brings back; a scan;
-- a frame; a clip; an upload.
SELECT
  (SELECT count(*) FROM orders WHERE photo = sqlc.arg(name))
  + (SELECT count(*) FROM import_orders WHERE former <> '' AND json_extract(former, '$.Photo') = sqlc.arg(name))
  + (SELECT count(*) FROM consent_papers WHERE consent_papers.sha256 = sqlc.arg(name))
  + (SELECT count(*) FROM evidence WHERE frame = sqlc.arg(name))
  + (SELECT count(*) FROM clips WHERE clips.id = sqlc.arg(name) AND clips.removed_at IS NULL)
  + (SELECT count(*) FROM uploads WHERE uploads.id = sqlc.arg(name)) AS names;

-- name: ListErasureBatches :many
-- The batches that tell of an erasure's orders since then, and how they stand.
SELECT DISTINCT batches.install, batches.sequence, batches.state, batches.receipt_at
FROM batch_orders
JOIN batches ON batches.install = batch_orders.install AND batches.sequence = batch_orders.sequence
WHERE batch_orders.later = 1
  AND batches.sealed_at >= sqlc.arg(since)
  AND batch_orders.order_id IN (SELECT value FROM json_each(CAST(sqlc.arg(orders) AS TEXT)))
ORDER BY batches.install, batches.sequence;

-- name: InsertErasedMark :exec
INSERT INTO erased_marks (mark, erasure_id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING;

-- name: ListErasedMarks :many
SELECT DISTINCT mark FROM erased_marks WHERE at > ?;

-- name: DeleteErasedMarks :execrows
DELETE FROM erased_marks WHERE at <= ?;
