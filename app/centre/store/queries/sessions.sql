-- name: InsertSession :exec
INSERT INTO sessions (
  id,
  kind,
  subject,
  device,
  created_at,
  expires_at,
  device_kind,
  address
) VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: ListStaffSessions :many
SELECT * FROM sessions WHERE kind = 'staff' AND expires_at > ? ORDER BY created_at DESC, id;

-- name: DeleteSession :exec
DELETE FROM sessions WHERE id = ?;

-- name: FindSession :one
SELECT * FROM sessions WHERE id = ? AND kind = ? AND expires_at > ?;

-- name: ListHeldSessions :many
SELECT id FROM sessions WHERE expires_at > ?;

-- name: DeleteSessionsBeside :exec
-- The session and those of the same person on the same device: a phone may have
-- one by HTTP and one by HTTPS.
DELETE FROM sessions
WHERE EXISTS (
  SELECT 1
  FROM sessions AS own
  WHERE own.id = ?
    AND own.kind = sessions.kind
    AND own.subject = sessions.subject
    AND own.device = sessions.device
);

-- name: DeleteExpiredSessions :exec
DELETE FROM sessions WHERE expires_at <= ?;

-- name: DeleteSubjectSessions :exec
DELETE FROM sessions WHERE kind = ? AND subject = ?;

-- name: FindFailures :one
SELECT failures, last_at FROM login_failures WHERE key = ?;

-- name: CountFailure :exec
INSERT INTO login_failures (key, failures, last_at, account) VALUES (?, 1, ?, ?)
ON CONFLICT (key) DO UPDATE SET failures = failures + 1, last_at = excluded.last_at, account = excluded.account;

-- name: ForgetFailures :exec
DELETE FROM login_failures WHERE key = ?;

-- name: ForgetOldFailures :exec
DELETE FROM login_failures WHERE last_at <= ?;

-- name: UpsertUser :exec
INSERT INTO users (name, role, password, created_at) VALUES (?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET role = excluded.role, password = excluded.password;

-- name: CountUsersOfRole :one
SELECT count(*) FROM users WHERE role = ?;

-- name: FindUser :one
SELECT * FROM users WHERE name = ?;

-- name: ListUsers :many
SELECT * FROM users ORDER BY name;

-- name: CountOtherKeys :one
-- The administrators that can log in, without one of them.
SELECT count(*) FROM users WHERE role = 'administrator' AND locked_at IS NULL AND name <> ?;

-- name: SetUserLock :exec
UPDATE users SET locked_at = ? WHERE name = ?;

-- name: NoteUserLogin :exec
UPDATE users SET last_login_at = ? WHERE name = ?;

-- name: DeleteUser :exec
DELETE FROM users WHERE name = ?;

-- name: Unlock :execrows
DELETE FROM login_failures WHERE key = sqlc.arg(account) OR account = sqlc.arg(account);

-- name: ListFailures :many
-- At accounts that there are: what somebody else typed may be a password or an
-- ID number, and must not fill the list.
SELECT f.*, (SELECT count(*) FROM login_failures AS own WHERE own.key = f.account) AS of_account
FROM login_failures AS f
WHERE f.failures >= sqlc.arg(min_failures)
  AND f.account IN (
    SELECT 'ticket:' || ticket_key FROM orders
    UNION ALL
    SELECT 'staff:' || name FROM users
  )
ORDER BY f.last_at DESC
LIMIT sqlc.arg(max_rows);

-- name: DeleteOldestSessions :exec
-- All but the newest of one account, by the order in which they were made: a
-- clock that was set back makes none of them older.
DELETE FROM sessions
WHERE sessions.kind = sqlc.arg(kind)
  AND sessions.subject = sqlc.arg(subject)
  AND sessions.id NOT IN (
    SELECT newest.id
    FROM sessions AS newest
    WHERE newest.kind = sqlc.arg(kind)
      AND newest.subject = sqlc.arg(subject)
    ORDER BY newest.rowid DESC
    LIMIT sqlc.arg(keep)
  );
