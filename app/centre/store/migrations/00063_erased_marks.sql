-- +goose Up

-- By which a list that brings an erased person back is noticed, for that alone
-- (erased_marks.go): three bytes of a keyed hash of a number, which fit many numbers.
CREATE TABLE erased_marks (
  mark TEXT NOT NULL,
  erasure_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (mark, erasure_id)
) STRICT, WITHOUT ROWID;
