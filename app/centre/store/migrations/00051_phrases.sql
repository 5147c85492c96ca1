-- +goose Up

-- What an examiner often writes in remarks: a list of each account's own, which
-- nobody else sees and of which nothing travels.
CREATE TABLE phrases (
  by_name TEXT NOT NULL,
  phrase TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (by_name, phrase)
) STRICT, WITHOUT ROWID;

-- The drafts of accounts that are gone: a new account of that name is another
-- person's. From here on a draft goes with its account.
DELETE FROM mark_drafts WHERE by_name NOT IN (SELECT name FROM users);
