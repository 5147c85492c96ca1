-- name: InsertInvitation :exec
INSERT INTO invitations (
  id,
  secret,
  kind,
  name,
  role,
  centres,
  created_at,
  created_by,
  expires_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: FindInvitation :one
SELECT * FROM invitations WHERE secret = ?;

-- name: ListInvitations :many
-- Those that may still be used, and those of the last days.
SELECT * FROM invitations
WHERE created_at > sqlc.arg(since) OR (used_at IS NULL AND withdrawn_at IS NULL AND expires_at > sqlc.arg(now))
ORDER BY created_at DESC, id;

-- name: ListOpenInvitations :many
SELECT * FROM invitations WHERE used_at IS NULL AND withdrawn_at IS NULL AND expires_at > ?;

-- name: UseInvitation :exec
UPDATE invitations SET used_at = ? WHERE id = ?;

-- name: WithdrawInvitationsBy :exec
UPDATE invitations SET withdrawn_at = ? WHERE created_by = ? AND used_at IS NULL AND withdrawn_at IS NULL;

-- name: WithdrawPasswordsTo :exec
UPDATE invitations SET withdrawn_at = ? WHERE name = ? AND kind = 'password' AND used_at IS NULL AND withdrawn_at IS NULL;

-- name: WithdrawInvitation :execrows
UPDATE invitations SET withdrawn_at = ? WHERE id = ? AND used_at IS NULL AND withdrawn_at IS NULL;
