-- +goose Up

-- What the province sent down: a sealed parcel for one install, which its next
-- number and the hash of the manifest before it chain to the others.
CREATE TABLE published (
  centre TEXT NOT NULL,
  install TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  manifest_sha256 TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  -- when it first lay at a drop as a whole, and when it was removed after the
  -- centre's answer
  put_at INTEGER,
  cleared_at INTEGER,
  PRIMARY KEY (centre, install, sequence),
  FOREIGN KEY (centre, install) REFERENCES installs (centre, install)
) STRICT, WITHOUT ROWID;

-- What a batch of format version 3 tells (records.sql of package batch): what
-- the centre made of parcels.
CREATE TABLE parcels (
  batch INTEGER NOT NULL REFERENCES batches (number),
  install TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  manifest_sha256 TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  added INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  left_out INTEGER NOT NULL,
  by_role TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (batch, install, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX parcels_place ON parcels (install, sequence);
