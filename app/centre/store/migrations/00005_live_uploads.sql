-- +goose Up

-- An upload whose length is not known yet: a recording that is sent while it
-- is recorded (R23). Until it is, size is the most that it may have.
ALTER TABLE uploads ADD COLUMN live INTEGER NOT NULL DEFAULT 0;
