-- +goose Up

-- The centre's own phones, lent to candidates who have none that will do.
CREATE TABLE loan_phones (
  id TEXT PRIMARY KEY,
  -- as it stands on the phone's back
  name TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  retired_at INTEGER,
  -- the browser that opened the phone's link; '' before
  device TEXT NOT NULL DEFAULT '',
  bound_at INTEGER,
  -- the hash of the link's token, and until when it can be opened: NULL once it was
  link TEXT NOT NULL DEFAULT '',
  link_expires_at INTEGER
) STRICT;

CREATE UNIQUE INDEX loan_phones_name ON loan_phones (name) WHERE retired_at IS NULL;
CREATE UNIQUE INDEX loan_phones_device ON loan_phones (device) WHERE device <> '' AND retired_at IS NULL;

-- One loan from the check-out until the phone said that nothing remains.
CREATE TABLE loans (
  id TEXT PRIMARY KEY,
  phone_id TEXT NOT NULL REFERENCES loan_phones (id),
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('checking', 'out', 'returning', 'over')),
  begun_at INTEGER NOT NULL,
  begun_by TEXT NOT NULL,
  -- what the phone's check found, as JSON; '' before
  parts TEXT NOT NULL DEFAULT '',
  checked_at INTEGER,
  out_at INTEGER,
  -- why it was handed out although a part of the check failed
  out_reason TEXT NOT NULL DEFAULT '',
  -- the recordings and files that the phone last said to have, as JSON
  held TEXT NOT NULL DEFAULT '[]',
  asked_at INTEGER,
  asked_by TEXT NOT NULL DEFAULT '',
  -- given up: it may be lent again although the phone said nothing, or videos are lost
  forced_at INTEGER,
  forced_by TEXT NOT NULL DEFAULT '',
  forced_for TEXT NOT NULL DEFAULT '',
  -- when the phone said that nothing remains, and what it removed, as JSON
  cleared_at INTEGER,
  removed TEXT NOT NULL DEFAULT ''
) STRICT;

-- A phone is lent once at a time, and an order has one phone.
CREATE UNIQUE INDEX loans_phone ON loans (phone_id) WHERE state <> 'over';
CREATE UNIQUE INDEX loans_order ON loans (order_id) WHERE state <> 'over' AND forced_at IS NULL;
CREATE INDEX loans_of_order ON loans (order_id);
CREATE INDEX loans_of_phone ON loans (phone_id);
