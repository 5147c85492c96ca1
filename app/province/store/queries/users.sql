-- name: UpsertUser :exec
-- Another role or password leaves the centres that the account is limited to.
INSERT INTO users (name, role, password, created_at, centres) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET role = excluded.role, password = excluded.password;

-- name: FindUser :one
SELECT * FROM users WHERE name = ?;

-- name: ListUsers :many
SELECT * FROM users ORDER BY name;

-- name: SetUserCentres :exec
UPDATE users SET centres = ? WHERE name = ?;

-- name: CountOtherKeys :one
-- The administrators of all centres that can log in, without one of them.
SELECT count(*) FROM users WHERE role = 'administrator' AND centres = '' AND locked_at IS NULL AND name <> ?;

-- name: SetUserLock :exec
UPDATE users SET locked_at = ? WHERE name = ?;

-- name: NoteUserLogin :exec
UPDATE users SET last_login_at = ? WHERE name = ?;

-- name: DeleteUser :exec
DELETE FROM users WHERE name = ?;

-- name: InsertSession :exec
INSERT INTO sessions (
  id,
  user,
  created_at,
  expires_at,
  device_kind,
  address
) VALUES (?, ?, ?, ?, ?, ?);

-- name: ListSessions :many
SELECT id, user, created_at, device_kind, address FROM sessions
WHERE expires_at > ?
ORDER BY created_at DESC, id;

-- name: FindSession :one
SELECT users.* FROM sessions
JOIN users ON users.name = sessions.user
WHERE sessions.id = ? AND sessions.expires_at > ?;

-- name: DeleteSession :exec
DELETE FROM sessions WHERE id = ?;

-- name: DeleteExpiredSessions :exec
DELETE FROM sessions WHERE expires_at <= ?;

-- name: DeleteUserSessions :exec
DELETE FROM sessions WHERE user = ?;

-- name: FindFailures :one
SELECT failures, last_at FROM login_failures WHERE key = ?;

-- name: CountFailure :exec
INSERT INTO login_failures (key, failures, last_at, account) VALUES (?, 1, ?, ?)
ON CONFLICT (key) DO UPDATE SET failures = failures + 1, last_at = excluded.last_at, account = excluded.account;

-- name: ForgetFailures :exec
DELETE FROM login_failures WHERE key = ?;

-- name: ForgetOldFailures :exec
DELETE FROM login_failures WHERE last_at <= ?;

-- name: Unlock :execrows
DELETE FROM login_failures WHERE key = sqlc.arg(account) OR account = sqlc.arg(account);

-- name: DeleteOldestSessions :exec
-- All but the newest of one account.
DELETE FROM sessions
WHERE sessions.user = sqlc.arg(user)
  AND sessions.id NOT IN (
    SELECT newest.id
    FROM sessions AS newest
    WHERE newest.user = sqlc.arg(user)
    ORDER BY newest.created_at DESC, newest.rowid DESC
    LIMIT sqlc.arg(keep)
  );
