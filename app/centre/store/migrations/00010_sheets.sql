-- +goose Up

-- The contact sheet: pictures of the whole clip side by side, row by row, at
-- these times (milliseconds, as JSON); '[]' where there is none.
ALTER TABLE clips ADD COLUMN sheet_times TEXT NOT NULL DEFAULT '[]';
