-- +goose Up

-- How an order is marked, kept from its first mark: how many examiners, and how
-- many levels they may lie apart. 0 markers: none of its marks asked for another
-- (one examiner marks).
ALTER TABLE orders ADD COLUMN markers INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN mark_tolerance INTEGER NOT NULL DEFAULT 0;

-- What follows from its marks, for lists: how many examiners may mark it (0: any)
-- and whether they, or the chair, have come to a level.
ALTER TABLE orders ADD COLUMN seats INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;

-- In whose turn a mark was given (exam.Mark.Round); 100 is the chair's.
ALTER TABLE marks ADD COLUMN round INTEGER NOT NULL DEFAULT 1;

-- Who does not mark an order 回避.
CREATE TABLE recusals (
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  examiner TEXT NOT NULL,
  reason TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (order_id, examiner)
) STRICT, WITHOUT ROWID;
