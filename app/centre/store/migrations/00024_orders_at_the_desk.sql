-- +goose Up

-- What the list calls the order's photo: photos that come later are matched by it (R2).
ALTER TABLE orders ADD COLUMN photo_name TEXT NOT NULL DEFAULT '';

-- The centre registered it by hand; the province did not send it.
ALTER TABLE orders ADD COLUMN emergency INTEGER NOT NULL DEFAULT 0;

-- The desk's list comes in one of these orders, a page at a time.
CREATE INDEX orders_name ON orders (name, id);
CREATE INDEX orders_window ON orders (window_opens, id);
CREATE INDEX attempts_number ON attempts (order_id, number);

-- An order with what its status follows from (exam.Order.Status).
CREATE VIEW order_rows AS
SELECT
  orders.id,
  orders.ticket,
  orders.ticket_key,
  orders.id_number_key,
  orders.name,
  orders.pinyin,
  orders.subject,
  orders.grade,
  orders.window_opens,
  orders.window_closes,
  orders.window_moved_at,
  orders.photo,
  orders.emergency,
  orders.sealed_at,
  last.id AS last_id,
  last.state AS last_state,
  last.deadline AS last_deadline,
  (
    SELECT count(*)
    FROM attempts
    WHERE attempts.order_id = orders.id AND attempts.practice = 0 AND attempts.state <> 'voided'
  ) AS attempts_used
FROM orders
LEFT JOIN attempts AS last ON last.id = (
  SELECT attempts.id
  FROM attempts
  WHERE attempts.order_id = orders.id AND attempts.practice = 0 AND attempts.state <> 'voided'
  ORDER BY attempts.number DESC
  LIMIT 1
);

-- What was taken in at once: a list, photos, an order by hand. It can be
-- undone until an attempt of one of its orders begins.
CREATE TABLE imports (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('list', 'photos', 'hand')),
  -- the file's name, as whoever sent it called it
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  by_name TEXT NOT NULL,
  added INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  undone_at INTEGER,
  undone_by TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX imports_at ON imports (at);

CREATE TABLE import_orders (
  import_id TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  -- the registration as JSON, '' of an order that was added
  former TEXT NOT NULL,
  -- SHA-256 of the registration as it was left
  left_as TEXT NOT NULL,
  PRIMARY KEY (import_id, order_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX import_orders_order ON import_orders (order_id);
