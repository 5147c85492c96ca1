-- +goose Up

-- A list of results that a committee confirmed at once (R21): who they are, as
-- JSON, and the day on which they met, as 2026-08-03. Corrections are lists of
-- their own.
CREATE TABLE result_lists (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  met_on TEXT NOT NULL,
  committee TEXT NOT NULL,
  reason TEXT NOT NULL,
  corrects INTEGER NOT NULL CHECK (corrects IN (0, 1)),
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was confirmed of an order, once for each list that it is on: the highest
-- revision holds. None is ever changed.
CREATE TABLE results (
  order_id TEXT NOT NULL REFERENCES orders (id),
  revision INTEGER NOT NULL,
  list_id TEXT NOT NULL REFERENCES result_lists (id),
  -- whose it is, as the list says
  ticket TEXT NOT NULL,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  grade INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('fail', 'pass', 'good', 'excellent', 'absent', 'forfeited', 'disqualified')),
  reason TEXT NOT NULL,
  -- every item with its mark, as exam.ItemResult has it
  items TEXT NOT NULL,
  PRIMARY KEY (order_id, revision)
) STRICT, WITHOUT ROWID;

CREATE INDEX results_list ON results (list_id, order_id);

-- +goose StatementBegin
CREATE TRIGGER results_no_update BEFORE UPDATE ON results
BEGIN
  SELECT raise(ABORT, 'a confirmed result is never changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER results_no_delete BEFORE DELETE ON results
BEGIN
  SELECT raise(ABORT, 'a confirmed result is never changed');
END;
-- +goose StatementEnd
