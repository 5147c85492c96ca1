-- name: InsertPaperSheet :exec
INSERT INTO paper_sheets (
  id,
  pack_id,
  order_id,
  number,
  made_at,
  code
) VALUES (?, ?, ?, ?, ?, ?);

-- name: InsertPaperItem :exec
INSERT INTO paper_items (
  sheet_id,
  place,
  name,
  kind,
  piece,
  question_id,
  question_title,
  question_file,
  question_type
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: ListPaperSheets :many
SELECT * FROM paper_sheets WHERE order_id = ? ORDER BY made_at, number;

-- name: ListPaperItems :many
SELECT paper_items.*
FROM paper_items
JOIN paper_sheets ON paper_sheets.id = paper_items.sheet_id
WHERE paper_sheets.order_id = ?
ORDER BY paper_items.sheet_id, paper_items.place;

-- name: FindPackScore :one
-- A question that a pack shows, by its score.
SELECT
  paper_items.name,
  paper_items.question_title,
  paper_items.question_type
FROM paper_items
JOIN paper_sheets ON paper_sheets.id = paper_items.sheet_id
WHERE paper_sheets.pack_id = sqlc.arg(pack_id)
  AND paper_items.question_file = sqlc.arg(file)
LIMIT 1;
