-- +goose Up

-- The clip that an irregularity is about, '' of none: one that an examiner could
-- not mark waits for the desk.
ALTER TABLE irregularities ADD COLUMN clip_id TEXT NOT NULL DEFAULT '';

-- An examiner's own marks, for how far the work is and how fast it goes.
CREATE INDEX marks_by ON marks (by_name, at);
