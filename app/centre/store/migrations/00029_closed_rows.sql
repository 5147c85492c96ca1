-- +goose Up

-- Rows of the board that staff closed, because their phones are not heard. It
-- is about the board only: nothing of the exam follows from it.
CREATE TABLE closed_rows (
  attempt_id TEXT PRIMARY KEY REFERENCES attempts (id) ON DELETE CASCADE,
  reason TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
