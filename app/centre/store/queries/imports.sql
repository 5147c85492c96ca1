-- name: InsertImport :exec
INSERT INTO imports (
  id,
  kind,
  name,
  at,
  by_name,
  added,
  changed
) VALUES (?, ?, ?, ?, ?, 0, 0);

-- name: CountImport :exec
UPDATE imports SET added = ?, changed = ? WHERE id = ?;

-- name: InsertImportOrder :exec
INSERT INTO import_orders (
  import_id,
  order_id,
  former,
  left_as
) VALUES (?, ?, ?, ?);

-- name: FindImport :one
SELECT * FROM imports WHERE id = ?;

-- name: ListImports :many
-- The latest, each with whether there is something left to undo.
SELECT
  sqlc.embed(imports),
  CAST(EXISTS (SELECT 1 FROM import_orders WHERE import_orders.import_id = imports.id) AS INTEGER) AS keeps
FROM imports
ORDER BY imports.at DESC, imports.rowid DESC
LIMIT ?;

-- name: ListImportOrders :many
SELECT * FROM import_orders WHERE import_id = ? ORDER BY order_id;

-- name: DeleteImportOrders :exec
DELETE FROM import_orders WHERE import_id = ?;

-- name: EndImport :exec
UPDATE imports SET undone_at = ?, undone_by = ? WHERE id = ?;

-- name: ForgetFormer :exec
-- What an undo would bring back of imports that cannot be undone any more: an
-- attempt of one of their orders has begun.
DELETE FROM import_orders
WHERE import_id IN (
  SELECT begun.import_id
  FROM import_orders AS begun
  JOIN attempts ON attempts.order_id = begun.order_id
  WHERE attempts.practice = 0
);

-- name: FindImportByHand :one
-- The import by hand that made the order, while it can be undone.
SELECT imports.id
FROM imports
JOIN import_orders ON import_orders.import_id = imports.id
WHERE import_orders.order_id = ?
  AND import_orders.former = ''
  AND imports.kind = 'hand'
  AND imports.undone_at IS NULL
LIMIT 1;
