-- name: ListAttempts :many
SELECT * FROM attempts WHERE order_id = ? ORDER BY practice, number, started_at;

-- name: UpsertAttempt :exec
INSERT INTO attempts (
  id,
  order_id,
  practice,
  number,
  state,
  started_at,
  deadline,
  ended_at,
  limit_ms,
  extra_ms,
  code,
  acknowledged_at,
  device,
  rules_version,
  grants,
  voided_from
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  state = excluded.state,
  deadline = excluded.deadline,
  ended_at = excluded.ended_at,
  extra_ms = excluded.extra_ms,
  grants = excluded.grants,
  acknowledged_at = excluded.acknowledged_at,
  device = excluded.device,
  voided_from = excluded.voided_from;

-- name: ListItems :many
SELECT items.*
FROM items
JOIN attempts ON attempts.id = items.attempt_id
WHERE attempts.order_id = ?
ORDER BY items.attempt_id, items.place;

-- name: InsertItem :exec
INSERT INTO items (
  attempt_id,
  id,
  place,
  name,
  kind,
  piece,
  question_id,
  question_title,
  question_file,
  question_type
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING;

-- name: CountOtherRunning :one
-- Running attempts of the person at other orders (R7).
SELECT count(*)
FROM attempts
JOIN orders ON orders.id = attempts.order_id
WHERE orders.person_key = ?
  AND orders.id <> ?
  AND attempts.practice = 0
  AND attempts.state = 'running'
  AND attempts.deadline > ?;

-- name: ListDueOrderIDs :many
-- Orders with a timeout to write down or a practice run to erase.
SELECT DISTINCT order_id
FROM attempts
WHERE (state = 'running' AND deadline <= sqlc.arg(now))
   OR (practice = 1 AND started_at <= sqlc.arg(practice_before));

-- name: NextDeadline :one
SELECT CAST(coalesce(min(deadline), 0) AS INTEGER) FROM attempts WHERE state = 'running';

-- name: DeleteAttempt :exec
DELETE FROM attempts WHERE id = ? AND practice = 1;

-- name: DeletePracticeClips :exec
DELETE FROM clips
WHERE attempt_id = ?
  AND attempt_id IN (SELECT id FROM attempts WHERE practice = 1);

-- name: ListRecentAttempts :many
-- For the staff's board: all that run, and those that ended since then.
SELECT
  sqlc.embed(attempts),
  orders.name,
  orders.ticket,
  orders.subject,
  orders.grade,
  orders.consent,
  orders.photo,
  CAST(COALESCE((
    SELECT document FROM check_ins WHERE check_ins.order_id = orders.id AND check_ins.undone_at IS NULL
  ), '') AS TEXT) AS document,
  CAST(COALESCE((
    SELECT loan_phones.name
    FROM loans
    JOIN loan_phones ON loan_phones.id = loans.phone_id
    WHERE loans.order_id = orders.id AND loans.state <> 'over' AND loans.forced_at IS NULL
  ), '') AS TEXT) AS loan_phone
FROM attempts
JOIN orders ON orders.id = attempts.order_id
WHERE attempts.practice = 0
  AND orders.erased_at IS NULL
  AND (attempts.state = 'running' OR attempts.ended_at > ?)
ORDER BY attempts.state <> 'running', attempts.started_at DESC
LIMIT 500;

-- name: ListRecentItems :many
-- The items of the same attempts, each with its clip.
SELECT
  items.attempt_id,
  items.id,
  items.name,
  CAST(coalesce(clips.id, '') AS TEXT) AS clip_id,
  CAST(coalesce(clips.state, '') AS TEXT) AS clip_state,
  CAST(coalesce(clips.taken_in, '') AS TEXT) AS taken_in,
  CAST(coalesce(clips.hints, '[]') AS TEXT) AS hints
FROM items
JOIN attempts ON attempts.id = items.attempt_id
LEFT JOIN clips ON clips.attempt_id = items.attempt_id
  AND clips.item_id = items.id
  AND clips.removed_at IS NULL
WHERE attempts.practice = 0
  AND (attempts.state = 'running' OR attempts.ended_at > ?)
ORDER BY items.attempt_id, items.place;

-- name: ListAttemptsThatRan :many
-- Attempts that had begun at a moment and had not ended then; practice runs
-- are nobody's loss.
SELECT attempts.id, attempts.order_id
FROM attempts
WHERE attempts.practice = 0
  AND attempts.started_at <= sqlc.arg(moment)
  AND attempts.deadline > sqlc.arg(moment)
  AND (attempts.ended_at IS NULL OR attempts.ended_at > sqlc.arg(moment))
ORDER BY attempts.started_at;

-- name: SumReserved :one
-- Items of running attempts, and what of each is held already: by its upload,
-- which holds its whole size from the start, else by its clip (R27).
SELECT
  count(*) AS items,
  CAST(coalesce(sum(coalesce(
    (SELECT sum(size) FROM uploads WHERE uploads.attempt_id = items.attempt_id AND uploads.item_id = items.id),
    (SELECT size FROM clips WHERE clips.attempt_id = items.attempt_id AND clips.item_id = items.id AND clips.removed_at IS NULL),
    0
  )), 0) AS INTEGER) AS held
FROM items
JOIN attempts ON attempts.id = items.attempt_id
WHERE attempts.state = 'running' AND attempts.deadline > ?;
