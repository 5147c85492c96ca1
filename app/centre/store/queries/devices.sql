-- name: ListDesktops :many
SELECT DISTINCT device
FROM sessions
WHERE kind = 'candidate'
  AND device_kind = 'desktop'
  AND expires_at > ?;

-- name: PutDeskDevice :exec
INSERT INTO desk_devices (device, number, allowed_at, allowed_by) VALUES (?, ?, ?, ?)
ON CONFLICT (device) DO NOTHING;

-- name: ListDeskDevices :many
SELECT * FROM desk_devices ORDER BY allowed_at DESC;

-- name: CountDeskDevice :one
SELECT count(*) FROM desk_devices WHERE device = ?;

-- name: DeleteDeskDevice :execrows
DELETE FROM desk_devices WHERE number = ?;
