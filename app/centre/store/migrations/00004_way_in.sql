-- +goose Up

-- What the page says it runs on: phone, tablet, desktop, or '' (R4).
ALTER TABLE sessions ADD COLUMN device_kind TEXT NOT NULL DEFAULT '';

-- A pass is a log-in in a QR code (R4): good once, for one order's candidate.
-- The token itself is only in the code; here is its SHA-256.
CREATE TABLE passes (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('phone', 'ticket')),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  -- the hash of the secret of the browser that used it
  used_by TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE UNIQUE INDEX passes_order ON passes (order_id, kind);

-- Computers that staff allow to record and upload (R4).
CREATE TABLE desk_devices (
  device TEXT PRIMARY KEY,
  number TEXT NOT NULL,
  allowed_at INTEGER NOT NULL,
  allowed_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- «I need help» (R30), one call a device, with what it last said of itself.
CREATE TABLE help_calls (
  id TEXT PRIMARY KEY,
  device TEXT NOT NULL UNIQUE,
  person_key TEXT NOT NULL,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  attempt_id TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  told_at INTEGER NOT NULL,
  seen_at INTEGER,
  seen_by TEXT NOT NULL DEFAULT '',
  -- battery, Wi-Fi, page, upload and last error, as JSON
  state TEXT NOT NULL
) STRICT;
