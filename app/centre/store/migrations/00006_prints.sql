-- +goose Up

-- A name as the file has it: codecs, the writing application.
ALTER TABLE findings ADD COLUMN detail TEXT NOT NULL DEFAULT '';

-- The other clip that a finding points to. It may be gone by now.
ALTER TABLE evidence ADD COLUMN other_id TEXT NOT NULL DEFAULT '';

-- By what a clip is known again after it was encoded anew (R15): a tiny
-- picture for each second, and numbers of its sound. They stay when the clip's
-- attempt is reset, until the order is final.
CREATE TABLE prints (
  id INTEGER PRIMARY KEY,
  clip_id TEXT NOT NULL UNIQUE REFERENCES clips (id) ON DELETE CASCADE,
  duration_ms INTEGER NOT NULL,
  pictures BLOB NOT NULL,
  sound BLOB NOT NULL
) STRICT;

CREATE INDEX prints_duration ON prints (duration_ms);

-- Some of the sound's numbers, chosen by themselves, to look prints up by.
CREATE TABLE print_keys (
  key INTEGER NOT NULL,
  print_id INTEGER NOT NULL REFERENCES prints (id) ON DELETE CASCADE,
  PRIMARY KEY (key, print_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX print_keys_print ON print_keys (print_id);
