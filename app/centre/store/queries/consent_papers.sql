-- name: UpsertConsentPaper :exec
INSERT INTO consent_papers (order_id, sha256, type, answer, by_name, at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (order_id, sha256) DO UPDATE SET
  answer = excluded.answer,
  by_name = excluded.by_name,
  at = excluded.at;

-- name: LatestConsentPaper :one
SELECT * FROM consent_papers WHERE order_id = ? ORDER BY at DESC, sha256 LIMIT 1;

-- name: ListConsentFiles :many
SELECT DISTINCT sha256 FROM consent_papers;

-- name: ListScopeConsentPapers :many
SELECT DISTINCT order_id
FROM consent_papers
WHERE order_id IN (SELECT value FROM json_each(CAST(sqlc.arg(ids) AS TEXT)));

-- name: DeleteConsentPapers :exec
DELETE FROM consent_papers WHERE order_id = ?;
