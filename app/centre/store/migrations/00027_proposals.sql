-- +goose Up

-- From which address a session was opened, so that a person finds a stranger's
-- among their own.
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';

-- An act that destroys: one person proposes it, another confirms it.
CREATE TABLE proposals (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  -- what is to be done, as JSON, and the reason in it
  args TEXT NOT NULL,
  proposed_at INTEGER NOT NULL,
  proposed_by TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  decided_at INTEGER,
  decided_by TEXT NOT NULL DEFAULT '',
  confirmed INTEGER NOT NULL DEFAULT 0,
  -- what came of it, as JSON, and the code of a refusal
  result TEXT NOT NULL DEFAULT '',
  refused TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX proposals_expires ON proposals (expires_at);

-- The audit log is searched by who, by what and by when; newest first.
CREATE INDEX audit_by ON audit (by_name, seq);
CREATE INDEX audit_action ON audit (action, seq);
