-- +goose Up

-- Who was seen at the desk before the exam (R31).
CREATE TABLE check_ins (
  -- made by the device that checked in: what it tells twice counts once
  id TEXT NOT NULL,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  -- when the ticket was read there, and when the centre was told
  at INTEGER NOT NULL,
  arrived_at INTEGER NOT NULL,
  by_role TEXT NOT NULL,
  by_name TEXT NOT NULL,
  -- by what the candidate was identified (R25), '' where not; never a number
  document TEXT NOT NULL,
  undone_at INTEGER,
  PRIMARY KEY (order_id, id)
) STRICT, WITHOUT ROWID;

-- Of an order one check-in stands at most.
CREATE UNIQUE INDEX check_ins_standing ON check_ins (order_id) WHERE undone_at IS NULL;
