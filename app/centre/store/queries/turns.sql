-- name: ListHalls :many
SELECT * FROM halls ORDER BY number;

-- name: FindHall :one
SELECT * FROM halls WHERE number = ?;

-- name: OpenHall :exec
INSERT INTO halls (number, name) VALUES (?, ?)
ON CONFLICT (number) DO UPDATE SET name = excluded.name, closed_at = NULL;

-- name: RenameHall :exec
UPDATE halls SET name = ? WHERE number = ?;

-- name: CloseHall :exec
UPDATE halls SET closed_at = ? WHERE number = ?;

-- name: ListTurns :many
-- The turns of a day with their orders, by hall and place.
SELECT
  orders.id,
  orders.ticket,
  orders.name,
  orders.subject,
  orders.grade,
  orders.window_opens,
  orders.window_closes,
  orders.window_moved_at,
  orders.sealed_at,
  orders.consent,
  orders.photo,
  turns.hall,
  turns.place
FROM turns
JOIN orders ON orders.id = turns.order_id
WHERE turns.day = ?
ORDER BY turns.hall, turns.place;

-- name: PutTurn :exec
INSERT INTO turns (order_id, day, hall, place) VALUES (?, ?, ?, ?)
ON CONFLICT (order_id, day) DO UPDATE SET hall = excluded.hall, place = excluded.place;

-- name: DeleteTurn :exec
DELETE FROM turns WHERE order_id = ? AND day = ?;

-- name: ListTurnActs :many
SELECT * FROM turn_acts WHERE day = ? ORDER BY seq;

-- name: InsertTurnAct :exec
INSERT INTO turn_acts (order_id, day, hall, kind, at, by_name) VALUES (?, ?, ?, ?, ?, ?);

-- name: UndoTurnAct :exec
UPDATE turn_acts SET undone_at = ?, undone_by = ? WHERE seq = ?;
