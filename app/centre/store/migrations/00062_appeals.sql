-- +goose Up

-- That an order is marked once more, by an examiner who did not mark it 复议, and what
-- came of it. An order has one open appeal at most.
CREATE TABLE appeals (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  reason TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- the level that it asks about, and how far another may lie from it
  former TEXT NOT NULL,
  tolerance INTEGER NOT NULL,
  -- who marks it, '' before somebody began, and what came of it
  examiner TEXT NOT NULL DEFAULT '',
  level TEXT NOT NULL DEFAULT '',
  changed INTEGER NOT NULL DEFAULT 0,
  decided_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX appeals_open ON appeals (order_id) WHERE decided_at IS NULL;
CREATE INDEX appeals_order ON appeals (order_id, at);
