-- +goose Up

-- The syllabi that were taken in, each of which replaced the one before. It can
-- be undone until an attempt begins under it.
CREATE TABLE syllabus_imports (
  id TEXT PRIMARY KEY,
  -- the file's name, as whoever sent it called it
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  by_name TEXT NOT NULL,
  items INTEGER NOT NULL,
  questions INTEGER NOT NULL,
  -- the syllabus and its bank as they were before, as JSON; '' when nothing is to be undone any more
  former TEXT NOT NULL,
  -- SHA-256 of them as they were left
  left_as TEXT NOT NULL,
  undone_at INTEGER,
  undone_by TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX syllabus_imports_at ON syllabus_imports (at);
