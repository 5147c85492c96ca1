-- name: FindOrder :one
SELECT * FROM orders WHERE id = ?;

-- name: FindOrderByTicket :one
SELECT * FROM orders WHERE ticket_key = ?;

-- name: ListOrderIDs :many
SELECT id FROM orders WHERE person_key = ? ORDER BY window_opens, ticket;

-- name: FindOrderIDOfAttempt :one
SELECT order_id FROM attempts WHERE id = ?;

-- name: FindOrderIDOfClip :one
SELECT attempts.order_id
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
WHERE clips.id = ? AND clips.removed_at IS NULL;

-- name: FindOrderIDOfHeldClip :one
-- Also of one that stands behind the clip that replaced it.
SELECT attempts.order_id
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
WHERE clips.id = ? AND (clips.removed_at IS NULL OR clips.behind IS NOT NULL);

-- name: FindLogin :one
SELECT person_key FROM orders WHERE ticket_key = ? AND id_number_key = ?;

-- name: InsertOrder :exec
INSERT INTO orders (
  id,
  ticket,
  ticket_key,
  person_key,
  id_number_key,
  name,
  pinyin,
  gender,
  birth_date,
  id_type,
  id_number,
  guardian_address,
  phone,
  subject,
  grade,
  window_opens,
  window_closes,
  photo,
  photo_taken,
  imported_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: UpdateRegistration :exec
UPDATE orders
SET
  ticket = ?,
  person_key = ?,
  id_number_key = ?,
  name = ?,
  pinyin = ?,
  gender = ?,
  birth_date = ?,
  id_type = ?,
  id_number = ?,
  guardian_address = ?,
  phone = ?,
  window_opens = ?,
  window_closes = ?,
  photo = ?,
  photo_taken = ?,
  imported_at = ?
WHERE id = ?;

-- name: UpdateOrder :exec
UPDATE orders
SET
  window_opens = ?,
  window_closes = ?,
  consent = ?,
  consent_guardian = ?,
  consent_at = ?,
  practiced_at = ?,
  window_moved_at = ?,
  sealed_at = ?,
  markers = ?,
  mark_tolerance = ?,
  seats = ?,
  settled = ?
WHERE id = ?;

-- name: ListPieces :many
SELECT * FROM order_pieces WHERE order_id = ? ORDER BY place;

-- name: DeletePieces :exec
DELETE FROM order_pieces WHERE order_id = ?;

-- name: InsertPiece :exec
INSERT INTO order_pieces (order_id, place, item, title) VALUES (?, ?, ?, ?);

-- name: CountOrders :one
SELECT count(*) FROM orders;

-- name: ListPhotos :many
-- Those too that the undo of an import would bring back.
SELECT photo FROM orders WHERE photo <> ''
UNION
SELECT CAST(json_extract(former, '$.Photo') AS TEXT)
FROM import_orders
WHERE former <> '' AND json_extract(former, '$.Photo') <> '';

-- name: ListCohort :many
-- Photos under consent, one of each person, but none of the person whose clip it
-- is, of whoever declined in another order, of an order that is in a batch, whose
-- answer can no longer be changed, or of who agreed to a text that did not say so (R25).
SELECT CAST(min(photo) AS TEXT) AS photo
FROM orders
WHERE consent = 'given' AND photo <> '' AND sealed_at IS NULL
AND consent_at >= coalesce((SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'cohort_since'), 0)
AND person_key NOT IN (
  SELECT declined.person_key FROM orders AS declined WHERE declined.consent = 'declined'
) AND person_key NOT IN (
  SELECT own.person_key
  FROM clips
  JOIN attempts ON attempts.id = clips.attempt_id
  JOIN orders AS own ON own.id = attempts.order_id
  WHERE clips.id = sqlc.arg(clip_id)
)
GROUP BY person_key
ORDER BY photo
LIMIT sqlc.arg(most);

-- name: ListWaitingOrderIDs :many
-- Orders that are in no batch and may be final by now (the domain decides,
-- R16); and orders whose batches were all of former installs and not accepted.
-- One without a person has nothing to send.
SELECT id
FROM orders
WHERE erased_at IS NULL
  AND ((
    sealed_at IS NULL
    AND (
      window_closes <= sqlc.arg(now)
      OR id IN (SELECT order_id FROM attempts WHERE practice = 0 AND state <> 'running')
      OR id IN (SELECT order_id FROM attempts WHERE practice = 0 AND deadline <= sqlc.arg(now))
    )
  )
  OR (
    sealed_at IS NOT NULL
    AND id NOT IN (
      SELECT batch_orders.order_id
      FROM batch_orders
      JOIN batches ON batches.install = batch_orders.install AND batches.sequence = batch_orders.sequence
      WHERE batch_orders.later = 0
        AND (batches.state = 'accepted' OR batches.install = sqlc.arg(install))
    )
  ))
ORDER BY window_closes, id;

-- name: MarkOrder :exec
UPDATE orders SET photo_name = ?, emergency = ? WHERE id = ?;

-- name: DeleteOrder :exec
DELETE FROM orders WHERE id = ?;

-- name: ListOtherNames :many
-- The orders with that ID number, but for the one of that ticket, under another name.
SELECT ticket, name
FROM orders
WHERE id_number_key = ? AND ticket_key <> ? AND name <> ?
ORDER BY ticket;
