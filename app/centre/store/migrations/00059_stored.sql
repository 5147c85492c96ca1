-- +goose Up

-- Each stored file of which the records say what its bytes are: the nightly
-- scrub reads them. What can be made anew (previews, sheets, thumbnails) is not
-- among them, nor is a clip before its examination.
CREATE VIEW stored AS
SELECT
  CAST('vault/clips/' || clips.id AS TEXT) AS path,
  clips.sha256,
  CAST('clip' AS TEXT) AS kind,
  attempts.order_id,
  clips.received_at AS since,
  CAST(clips.delivered_at IS NOT NULL AS INTEGER) AS delivered
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
WHERE clips.sha256 <> '' AND clips.removed_at IS NULL AND clips.freed_at IS NULL
UNION ALL
SELECT
  'vault/renditions/' || clips.id || '.mp4',
  clips.rendition_sha256,
  'rendition',
  attempts.order_id,
  clips.received_at,
  0
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
WHERE clips.rendition_sha256 <> '' AND clips.removed_at IS NULL AND clips.freed_at IS NULL
UNION ALL
SELECT 'vault/photos/' || orders.photo, orders.photo, 'photo', min(orders.id), 0, 0
FROM orders
WHERE orders.photo <> ''
GROUP BY orders.photo
UNION ALL
SELECT 'vault/consents/' || consent_papers.sha256, consent_papers.sha256, 'consent', min(consent_papers.order_id), 0, 0
FROM consent_papers
GROUP BY consent_papers.sha256
UNION ALL
SELECT 'vault/evidence/' || evidence.frame || '.jpg', evidence.frame, 'evidence', min(attempts.order_id), 0, 0
FROM evidence
JOIN clips ON clips.id = evidence.clip_id
JOIN attempts ON attempts.id = clips.attempt_id
WHERE evidence.frame <> '' AND clips.removed_at IS NULL AND clips.freed_at IS NULL
GROUP BY evidence.frame
UNION ALL
SELECT 'vault/bank/' || scores.file, scores.file, 'score', '', 0, 0
FROM (
  SELECT questions.file FROM questions
  UNION
  SELECT items.question_file FROM items
  UNION
  SELECT paper_items.question_file FROM paper_items
) AS scores
WHERE scores.file <> '';
