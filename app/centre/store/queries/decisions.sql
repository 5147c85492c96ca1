-- name: ListDecisions :many
SELECT * FROM decisions WHERE order_id = ? ORDER BY at, id;

-- name: UpsertDecision :exec
INSERT INTO decisions (
  id,
  order_id,
  kind,
  clip_id,
  reason,
  by_role,
  by_name,
  at,
  pending,
  confirmed_at,
  undone_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  pending = excluded.pending,
  confirmed_at = excluded.confirmed_at,
  undone_at = excluded.undone_at;
