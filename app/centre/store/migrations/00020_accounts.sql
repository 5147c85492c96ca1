-- +goose Up

-- An account can be locked without losing it, and tells when it was last used.
ALTER TABLE users ADD COLUMN locked_at INTEGER;
ALTER TABLE users ADD COLUMN last_login_at INTEGER;

-- Since when somebody waits for something of the clip to play.
ALTER TABLE clips ADD COLUMN wanted_at INTEGER;

-- The end of the audit log, so that lines that are cut off it are missed. It
-- goes on only with a line that follows the one it knows: after a cut it stays
-- behind for good, however much is written then.
CREATE TABLE audit_head (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;

INSERT INTO audit_head (one, seq, hash)
SELECT 1, coalesce(max(seq), 0), coalesce((SELECT hash FROM audit ORDER BY seq DESC LIMIT 1), '')
FROM audit;

-- +goose StatementBegin
CREATE TRIGGER audit_goes_on AFTER INSERT ON audit
BEGIN
  UPDATE audit_head SET seq = new.seq, hash = new.hash WHERE seq = new.seq - 1 AND hash = new.previous;
END;
-- +goose StatementEnd
