-- +goose Up

-- What people call a centre; '' until somebody says it.
ALTER TABLE centres ADD COLUMN title TEXT NOT NULL DEFAULT '';
