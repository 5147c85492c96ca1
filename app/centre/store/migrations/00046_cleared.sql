-- +goose Up

-- When an accepted batch was removed from the drop, or the drop refused to let
-- it go; NULL while that is still to be done.
ALTER TABLE batches ADD COLUMN cleared_at INTEGER;
