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

-- name: ListOrdersWithoutPieces :many
-- Orders that can still be begun and name no piece: what they record, the
-- syllabus says.
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
ORDER BY orders.subject, orders.grade, orders.ticket;

-- name: ListWholeSyllabus :many
SELECT * FROM syllabus_items ORDER BY place, subject, grade_from;

-- name: ListWholeBank :many
SELECT * FROM questions ORDER BY subject, item, grade_from, title, id;

-- name: FindQuestion :one
SELECT * FROM questions WHERE id = ?;

-- name: ListRunningItems :many
-- What the attempts that run were made of (R9).
SELECT
  orders.ticket,
  orders.subject,
  orders.grade,
  items.name,
  items.question_id
FROM attempts
JOIN orders ON orders.id = attempts.order_id
JOIN items ON items.attempt_id = attempts.id
WHERE attempts.state = 'running'
  AND attempts.practice = 0
  AND attempts.deadline > sqlc.arg(moment)
ORDER BY orders.ticket;

-- name: InsertSyllabusImport :exec
INSERT INTO syllabus_imports (
  id,
  name,
  at,
  by_name,
  items,
  questions,
  former,
  left_as
) VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: FindSyllabusImport :one
SELECT * FROM syllabus_imports WHERE id = ?;

-- name: ListSyllabusImports :many
SELECT
  id,
  name,
  at,
  by_name,
  items,
  questions,
  CAST(former <> '' AS INTEGER) AS keeps,
  undone_at,
  undone_by
FROM syllabus_imports
ORDER BY at DESC, rowid DESC
LIMIT ?;

-- name: EndSyllabusImport :exec
UPDATE syllabus_imports SET undone_at = ?, undone_by = ?, former = '' WHERE id = ?;

-- name: CountAttemptsUnder :one
-- Attempts that began after a syllabus was taken in, by the order of the log's
-- lines: clocks jump, and attempts are dated anew.
SELECT count(*)
FROM audit
WHERE audit.action = 'attempt_started'
  AND audit.seq > coalesce((
    SELECT max(taken.seq)
    FROM audit AS taken
    WHERE taken.action = 'syllabus_imported'
      AND json_extract(taken.args, '$.import') = sqlc.arg(import_id)
  ), 0);

-- name: ForgetFormerSyllabi :exec
-- What an undo would bring back, once an attempt began under what came after it.
UPDATE syllabus_imports
SET former = ''
WHERE former <> ''
  AND id IN (
    SELECT json_extract(audit.args, '$.import')
    FROM audit
    WHERE audit.action = 'syllabus_imported'
      AND audit.seq < (SELECT max(begun.seq) FROM audit AS begun WHERE begun.action = 'attempt_started')
  );

-- name: ListFormerSyllabi :many
SELECT former FROM syllabus_imports WHERE former <> '';

-- name: ListScores :many
SELECT questions.file FROM questions
UNION
SELECT items.question_file FROM items
UNION
SELECT paper_items.question_file FROM paper_items;

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
