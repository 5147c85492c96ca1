-- +goose Up

-- The grants of extra time that an attempt has, as a JSON array of their ids:
-- each counts once (R22).
ALTER TABLE attempts ADD COLUMN grants TEXT NOT NULL DEFAULT '[]';

-- When staff last moved the window: it opens a timed-out attempt to a reset
-- for all of the new window (R16).
ALTER TABLE orders ADD COLUMN window_moved_at INTEGER;

-- Of the rendition, once it is in its place: it is compared before it is sealed.
ALTER TABLE clips ADD COLUMN rendition_sha256 TEXT NOT NULL DEFAULT '';
