-- +goose Up

-- Accounts may be limited to centres: their names, joined with commas; '' limits
-- to none of them.
ALTER TABLE users ADD COLUMN centres TEXT NOT NULL DEFAULT '';

-- Where a session is, so that its person knows it again.
ALTER TABLE sessions ADD COLUMN device_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';

-- A link by which a person gets an account, or a new password for one. The
-- secret itself is only in the link; here is its SHA-256.
CREATE TABLE invitations (
  id TEXT PRIMARY KEY,
  secret TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('account', 'password', 'first')),
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('administrator', 'reviewer', 'viewer')),
  centres TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  withdrawn_at INTEGER
) STRICT;

CREATE INDEX invitations_created ON invitations (created_at);

-- The log is searched by who, by what and by what it was done to.
CREATE INDEX audit_by ON audit (by_name);
CREATE INDEX audit_action ON audit (action);
CREATE INDEX audit_subject ON audit (subject);
