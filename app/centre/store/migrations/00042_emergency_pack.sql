-- +goose Up

-- What was drawn in advance and printed, for a day that goes on without the
-- server. A code that stands on paper is never drawn for the order again (R8).
CREATE TABLE paper_sheets (
  id TEXT PRIMARY KEY,
  -- what was printed at once
  pack_id TEXT NOT NULL,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  code TEXT NOT NULL
) STRICT;

CREATE INDEX paper_sheets_order ON paper_sheets (order_id);
CREATE INDEX paper_sheets_pack ON paper_sheets (pack_id);

CREATE TABLE paper_items (
  sheet_id TEXT NOT NULL REFERENCES paper_sheets (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  piece TEXT NOT NULL,
  -- '' of an item that is not drawn
  question_id TEXT NOT NULL,
  question_title TEXT NOT NULL,
  question_file TEXT NOT NULL,
  question_type TEXT NOT NULL,
  PRIMARY KEY (sheet_id, place)
) STRICT, WITHOUT ROWID;
