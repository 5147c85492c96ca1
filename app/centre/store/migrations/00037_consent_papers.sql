-- +goose Up

-- Scans of consents on paper (R25), which stay at the centre. A later one
-- replaces none: each answer has its own.
CREATE TABLE consent_papers (
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  sha256 TEXT NOT NULL,
  type TEXT NOT NULL,
  answer TEXT NOT NULL CHECK (answer IN ('given', 'declined')),
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (order_id, sha256)
) STRICT, WITHOUT ROWID;

CREATE INDEX consent_papers_file ON consent_papers (sha256);
