-- +goose Up

-- Whose job it is, read out of its body, so that a clip's jobs are found
-- without reading all others. A body that is none of ours has no clip.
ALTER TABLE goqite ADD COLUMN clip_id TEXT AS (
  CASE WHEN json_valid(CAST(body AS TEXT)) THEN CAST(json_extract(CAST(body AS TEXT), '$.clip_id') AS TEXT) END
) VIRTUAL;

CREATE INDEX goqite_clip ON goqite (clip_id);

ALTER TABLE parked_jobs ADD COLUMN clip_id TEXT AS (
  CASE WHEN json_valid(CAST(body AS TEXT)) THEN CAST(json_extract(CAST(body AS TEXT), '$.clip_id') AS TEXT) END
) VIRTUAL;

CREATE INDEX parked_jobs_clip ON parked_jobs (clip_id);
