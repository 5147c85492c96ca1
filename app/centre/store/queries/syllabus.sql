-- name: DeleteSyllabus :exec
DELETE FROM syllabus_items;

-- name: DeleteQuestions :exec
DELETE FROM questions;

-- name: CountSyllabusItems :one
SELECT count(*) FROM syllabus_items;

-- name: InsertSyllabusItem :exec
INSERT INTO syllabus_items (
  subject,
  grade_from,
  grade_to,
  place,
  name,
  kind,
  drawn,
  group_name
) VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: InsertQuestion :exec
INSERT INTO questions (
  id,
  subject,
  grade_from,
  grade_to,
  item,
  title,
  file,
  type
) VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: ListSyllabusItems :many
SELECT *
FROM syllabus_items
WHERE subject = sqlc.arg(subject)
  AND grade_from <= sqlc.arg(grade)
  AND grade_to >= sqlc.arg(grade)
ORDER BY place;

-- name: ListQuestions :many
SELECT *
FROM questions
WHERE subject = sqlc.arg(subject)
  AND grade_from <= sqlc.arg(grade)
  AND grade_to >= sqlc.arg(grade)
ORDER BY id;

-- name: ListRecentQuestions :many
-- What was drawn at this centre since then (R9).
SELECT items.question_id
FROM items
JOIN attempts ON attempts.id = items.attempt_id
WHERE attempts.started_at > ?
  AND items.question_id IS NOT NULL;

-- name: ListBareOrders :many
-- Orders that can still be begun and have nothing to record.
SELECT
  orders.id,
  orders.ticket,
  orders.subject,
  orders.grade
FROM orders
WHERE orders.sealed_at IS NULL
  AND orders.window_closes > sqlc.arg(moment)
  AND NOT EXISTS (
    SELECT 1
    FROM order_pieces
    WHERE order_pieces.order_id = orders.id
  )
  AND NOT EXISTS (
    SELECT 1
    FROM syllabus_items
    WHERE syllabus_items.subject = orders.subject
      AND syllabus_items.grade_from <= orders.grade
      AND syllabus_items.grade_to >= orders.grade
  )
ORDER BY orders.subject, orders.grade, orders.ticket;

-- name: ListSyllabusSubjects :many
SELECT DISTINCT subject FROM syllabus_items ORDER BY subject;

-- name: ListSyllabusGaps :many
-- Subjects and grades that the syllabus has no row for, of orders that can
-- still be begun.
SELECT
  orders.subject,
  orders.grade,
  count(*) AS orders
FROM orders
WHERE orders.sealed_at IS NULL
  AND orders.window_closes > sqlc.arg(moment)
  AND NOT EXISTS (
    SELECT 1
    FROM syllabus_items
    WHERE syllabus_items.subject = orders.subject
      AND syllabus_items.grade_from <= orders.grade
      AND syllabus_items.grade_to >= orders.grade
  )
GROUP BY orders.subject, orders.grade
ORDER BY orders.subject, orders.grade;
