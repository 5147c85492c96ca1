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
