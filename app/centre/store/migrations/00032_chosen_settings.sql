-- +goose Up

-- Who chose a setting on the page, and when. Its value lies in settings under the
-- same name; a name without one there was put back to its default.
CREATE TABLE choices (
  name TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  by_name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
