-- +goose Up

-- What the candidate sees: the revision of an order's last row here, nothing
-- where that is NULL, because it was taken back.
CREATE TABLE result_publications (
  order_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  revision INTEGER,
  reason TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (order_id, number),
  FOREIGN KEY (order_id, revision) REFERENCES results (order_id, revision)
) STRICT, WITHOUT ROWID;
