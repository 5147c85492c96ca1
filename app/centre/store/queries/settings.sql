-- name: FindSetting :one
SELECT value FROM settings WHERE name = ?;

-- name: SetSetting :exec
INSERT INTO settings (name, value) VALUES (?, ?)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: InsertTrash :exec
INSERT INTO trash (path, since) VALUES (?, ?) ON CONFLICT DO NOTHING;

-- name: ListTrash :many
SELECT path FROM trash ORDER BY since LIMIT 1000;

-- name: DeleteTrash :exec
DELETE FROM trash WHERE path = ?;

-- name: DeleteSetting :exec
DELETE FROM settings WHERE name = ?;

-- name: PutChoice :exec
INSERT INTO choices (name, at, by_name) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET at = excluded.at, by_name = excluded.by_name;

-- name: ListChoices :many
SELECT choices.name, choices.at, choices.by_name, settings.value
FROM choices LEFT JOIN settings ON settings.name = choices.name
ORDER BY choices.name;

-- name: PutSetupStep :exec
INSERT INTO setup_steps (name, at, by_name, outcome) VALUES (?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET at = excluded.at, by_name = excluded.by_name, outcome = excluded.outcome;

-- name: ListSetupSteps :many
SELECT name, at, by_name, outcome FROM setup_steps ORDER BY name;
