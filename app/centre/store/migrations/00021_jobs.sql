-- +goose Up

-- A job is one row. Its place is the order in which jobs came; a moment would
-- not do, because the clock may be set (Redate).
CREATE TABLE jobs (
  place INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  clip_id TEXT NOT NULL REFERENCES clips (id) ON DELETE CASCADE,
  -- waiting; running; failed: it failed and is tried again; parked: nobody
  -- tries it again until staff say so
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'failed', 'parked')),
  -- that ended badly, and the one that runs
  tries INTEGER NOT NULL DEFAULT 0,
  -- From when on a lane may take it: 0 for at once; of a failed job the end of
  -- its delay; of a running one the end of its lease.
  due_at INTEGER NOT NULL DEFAULT 0,
  -- of a running job: which run of the machine takes it
  boot TEXT NOT NULL DEFAULT '',
  -- of the last try that ended badly; NULL before there is one
  last_error TEXT,
  failed_at INTEGER
) STRICT;

CREATE INDEX jobs_state ON jobs (state, kind);
CREATE INDEX jobs_clip ON jobs (clip_id);
CREATE INDEX jobs_failed ON jobs (failed_at) WHERE failed_at IS NOT NULL;

-- The jobs that lanes do, and how urgent each is (jobs.Urgency). That is read
-- from the clip and its attempt at the moment of the question, not written into
-- the job: an attempt may run out while the server is down, or run again by
-- extra time (R22), and its jobs stand right all the same. The joins are outer
-- ones so that SQLite begins with the job, not with all clips.
CREATE VIEW lanes AS
SELECT
  jobs.place,
  jobs.id,
  jobs.kind,
  jobs.clip_id,
  jobs.state,
  jobs.tries,
  jobs.due_at,
  CAST(coalesce(clips.size, 0) AS INTEGER) AS bytes,
  CAST(
    CASE
      WHEN clips.wanted_at IS NOT NULL THEN 0
      WHEN attempts.id IS NULL THEN 3
      ELSE 1 + attempts.practice
    END AS INTEGER
  ) AS urgency
FROM jobs
LEFT JOIN clips ON clips.id = jobs.clip_id
LEFT JOIN attempts ON attempts.id = clips.attempt_id AND attempts.state = 'running'
WHERE jobs.state IN ('waiting', 'running', 'failed');

-- What waits, runs and is parked comes along, each in its order; a job without
-- a clip has nothing to do. Delays and leases end with this start: they were
-- written by the machine's clock, which need not be the store's.
INSERT INTO jobs (id, kind, clip_id, state, tries, boot, last_error, failed_at)
SELECT
  goqite.id,
  goqite.queue,
  goqite.clip_id,
  CASE
    WHEN running_jobs.id IS NOT NULL THEN 'running'
    WHEN failed_jobs.id IS NOT NULL THEN 'failed'
    ELSE 'waiting'
  END,
  goqite.received,
  coalesce(running_jobs.boot, ''),
  failed_jobs.last_error,
  failed_jobs.failed_at
FROM goqite
JOIN clips ON clips.id = goqite.clip_id
LEFT JOIN running_jobs ON running_jobs.id = goqite.id
LEFT JOIN failed_jobs ON failed_jobs.id = goqite.id
ORDER BY goqite.created, goqite.rowid;

INSERT INTO jobs (id, kind, clip_id, state, tries, last_error, failed_at)
SELECT
  parked_jobs.id,
  parked_jobs.kind,
  parked_jobs.clip_id,
  'parked',
  parked_jobs.tries,
  parked_jobs.last_error,
  parked_jobs.parked_at
FROM parked_jobs
JOIN clips ON clips.id = parked_jobs.clip_id
ORDER BY parked_jobs.parked_at, parked_jobs.rowid;

DROP TABLE goqite;
DROP TABLE running_jobs;
DROP TABLE failed_jobs;
DROP TABLE parked_jobs;
