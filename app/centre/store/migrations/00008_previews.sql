-- +goose Up

-- The quick preview of a clip that phones cannot play (R12) is in its place.
ALTER TABLE clips ADD COLUMN preview INTEGER NOT NULL DEFAULT 0;
