-- name: InsertProposal :exec
INSERT INTO proposals (
  id,
  kind,
  args,
  proposed_at,
  proposed_by,
  expires_at,
  concerned
) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: FindProposal :one
SELECT * FROM proposals WHERE id = ?;

-- name: ListProposals :many
SELECT * FROM proposals WHERE decided_at IS NULL AND expires_at > ? ORDER BY proposed_at, id;

-- name: DecideProposal :exec
UPDATE proposals SET decided_at = ?, decided_by = ?, confirmed = ?, rejected_for = ? WHERE id = ?;

-- name: EndProposal :exec
UPDATE proposals SET result = ?, refused = ? WHERE id = ?;
