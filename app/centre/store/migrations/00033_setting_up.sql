-- +goose Up

-- The steps of setting a centre up that are behind it.
CREATE TABLE setup_steps (
  name TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  by_name TEXT NOT NULL,
  -- done, or not_needed here
  outcome TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A centre that has its staff was set up before there were steps.
INSERT INTO setup_steps (name, at, by_name, outcome)
SELECT step.name, 0, '', 'done'
FROM (
  SELECT 'name' AS name
  UNION ALL SELECT 'clock'
  UNION ALL SELECT 'wifi'
  UNION ALL SELECT 'province'
  UNION ALL SELECT 'certificate'
  UNION ALL SELECT 'checks'
) AS step
WHERE EXISTS (SELECT 1 FROM users);
