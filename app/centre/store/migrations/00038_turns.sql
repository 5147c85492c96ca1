-- +goose Up

-- The exam rooms 考场 of the centre, which pages call rooms; each is called by its number.
CREATE TABLE halls (
  number INTEGER PRIMARY KEY,
  -- beside the number, '' for none
  name TEXT NOT NULL,
  closed_at INTEGER
) STRICT;

-- In which hall, and as the how many-th, an order is called on a day. It is the
-- desk's own: nothing of the exam follows from it.
CREATE TABLE turns (
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  -- of the centre, as 2026-08-03
  day TEXT NOT NULL,
  hall INTEGER NOT NULL REFERENCES halls (number),
  place INTEGER NOT NULL,
  PRIMARY KEY (order_id, day)
) STRICT, WITHOUT ROWID;

CREATE INDEX turns_day ON turns (day, hall, place);

-- What was done at turns. The last act that was not undone says how a turn
-- stands; a number is never used twice, because screens know by it which calls
-- they have spoken.
CREATE TABLE turn_acts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  day TEXT NOT NULL,
  hall INTEGER NOT NULL,
  -- called, came, missed
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  by_name TEXT NOT NULL,
  undone_at INTEGER,
  undone_by TEXT
) STRICT;

CREATE INDEX turn_acts_day ON turn_acts (day, seq);
