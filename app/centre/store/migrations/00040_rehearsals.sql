-- +goose Up

-- Rehearsals of the centre's rooms: nothing of them belongs to an order. What
-- was measured is read by whoever judged it; here it is a text.
CREATE TABLE rehearsals (
  id TEXT PRIMARY KEY,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  by_name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'stopped', 'yielded', 'cut_off')),
  seconds INTEGER NOT NULL,
  expected INTEGER NOT NULL,
  clips INTEGER NOT NULL,
  clip_bytes INTEGER NOT NULL,
  verdict TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX rehearsals_started ON rehearsals (started_at);

-- One at a time, whatever asks.
CREATE UNIQUE INDEX rehearsals_running ON rehearsals (state) WHERE state = 'running';

CREATE TABLE rehearsal_phones (
  rehearsal_id TEXT NOT NULL REFERENCES rehearsals (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  browser TEXT NOT NULL,
  bytes INTEGER NOT NULL DEFAULT 0,
  rate INTEGER NOT NULL DEFAULT 0,
  retries INTEGER NOT NULL DEFAULT 0,
  stalls INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (rehearsal_id, number)
) STRICT;
