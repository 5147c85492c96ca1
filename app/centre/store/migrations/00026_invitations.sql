-- +goose Up

-- A link by which a person gets an account, or a new password for one. The
-- secret itself is only in the link; here is its SHA-256.
CREATE TABLE invitations (
  id TEXT PRIMARY KEY,
  secret TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('account', 'password', 'first')),
  -- '' where the person chooses it: the first administrator
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('administrator', 'invigilator', 'examiner', 'technician')),
  created_at INTEGER NOT NULL,
  -- '' where the server made it
  created_by TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  withdrawn_at INTEGER
) STRICT;

CREATE INDEX invitations_created ON invitations (created_at);
