-- +goose Up

-- goqite's own schema (maragu.dev/goqite v0.4.0), as a migration of ours.
CREATE TABLE goqite (
  id TEXT PRIMARY KEY DEFAULT ('m_' || lower(hex(randomblob(16)))),
  created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ')),
  updated TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ')),
  queue TEXT NOT NULL,
  body BLOB NOT NULL,
  timeout TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ')),
  received INTEGER NOT NULL DEFAULT 0,
  priority INTEGER NOT NULL DEFAULT 0
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER goqite_updated_timestamp AFTER UPDATE ON goqite
BEGIN
  UPDATE goqite SET updated = strftime('%Y-%m-%dT%H:%M:%fZ') WHERE id = old.id;
END;
-- +goose StatementEnd

CREATE INDEX goqite_queue_priority_created ON goqite (queue, priority DESC, created);

-- What is being done now. A row that is there at start was being done when
-- the program ended; boot tells whether the machine ended with it.
CREATE TABLE running_jobs (
  id TEXT PRIMARY KEY,
  boot TEXT NOT NULL,
  started_at INTEGER NOT NULL
) STRICT;

-- Why a job's last try ended badly; gone with the job.
CREATE TABLE failed_jobs (
  id TEXT PRIMARY KEY,
  last_error TEXT NOT NULL,
  failed_at INTEGER NOT NULL
) STRICT;

-- Jobs that nobody tries again until staff say so.
CREATE TABLE parked_jobs (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  body BLOB NOT NULL,
  tries INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  parked_at INTEGER NOT NULL
) STRICT;
