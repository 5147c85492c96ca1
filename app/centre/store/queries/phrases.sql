-- name: ListPhrases :many
SELECT phrase FROM phrases WHERE by_name = ? ORDER BY at, phrase;

-- name: InsertPhrase :exec
INSERT INTO phrases (by_name, phrase, at) VALUES (?, ?, ?);

-- name: DeletePhrase :exec
DELETE FROM phrases WHERE by_name = ? AND phrase = ?;

-- name: DeletePhrasesOf :exec
DELETE FROM phrases WHERE by_name = ?;
