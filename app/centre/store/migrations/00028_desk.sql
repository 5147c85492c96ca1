-- +goose Up

-- The state in which an attempt was last voided (R22), '' if never: a void can
-- be taken back.
ALTER TABLE attempts ADD COLUMN voided_from TEXT NOT NULL DEFAULT '';

-- The staff account that takes a file in at the desk, by cable or card; '' for
-- what a candidate's phone sends.
ALTER TABLE uploads ADD COLUMN taken_in TEXT NOT NULL DEFAULT '';
ALTER TABLE clips ADD COLUMN taken_in TEXT NOT NULL DEFAULT '';

-- What went wrong at an order, as a person noted it (R31).
CREATE TABLE irregularities (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  -- '' of the order as a whole
  attempt_id TEXT NOT NULL,
  category TEXT NOT NULL,
  remark TEXT NOT NULL,
  by_role TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  undone_at INTEGER
) STRICT;

CREATE INDEX irregularities_order ON irregularities (order_id);
