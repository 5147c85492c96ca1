-- +goose Up

-- Which sealed file of a batch is what: a receipt names sealed files, and only
-- what it names may be freed (I5). Batches of earlier versions have none here;
-- their receipts were compared with the whole manifest.
CREATE TABLE batch_media (
  install TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  role TEXT NOT NULL,
  -- clip or order
  owner TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (install, sequence, role, owner, sha256),
  FOREIGN KEY (install, sequence) REFERENCES batches (install, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX batch_media_sealed ON batch_media (install, sequence, sealed);

-- When the clip's files were let go after the province had them; the rows stay.
ALTER TABLE clips ADD COLUMN freed_at INTEGER;

CREATE INDEX clips_delivered ON clips (delivered_at) WHERE delivered_at IS NOT NULL AND freed_at IS NULL;
