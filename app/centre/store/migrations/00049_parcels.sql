-- +goose Up

-- What the province sent down to this install, as it lies sealed in down/ until
-- somebody takes it in or refuses it.
CREATE TABLE parcels (
  install TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  manifest_sha256 TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  fetched_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'taken', 'refused')),
  -- the answer, once there is one
  reason TEXT NOT NULL DEFAULT '',
  added INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0,
  left_out INTEGER NOT NULL DEFAULT 0,
  by_role TEXT NOT NULL DEFAULT '',
  by_name TEXT NOT NULL DEFAULT '',
  answered_at INTEGER,
  -- the batch that tells the answer; '' and 0 before one is sealed
  told_install TEXT NOT NULL DEFAULT '',
  told_sequence INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (install, sequence)
) STRICT, WITHOUT ROWID;
