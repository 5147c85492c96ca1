-- name: ListOrderClips :many
SELECT clips.*
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
WHERE attempts.order_id = ?
  AND clips.removed_at IS NULL;

-- name: ListFormerClips :many
-- Those that stand behind the clip that replaced them (R12), oldest first.
SELECT clips.*
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
WHERE attempts.order_id = ?
  AND clips.behind IS NOT NULL
ORDER BY clips.behind;

-- name: SetClipAside :exec
-- Nothing of it goes: it may stand again.
UPDATE clips SET removed_at = sqlc.arg(at), behind = sqlc.arg(behind), restored = 0 WHERE id = sqlc.arg(id);

-- name: RestoreClip :exec
UPDATE clips SET removed_at = NULL, behind = NULL, restored = ? WHERE id = ?;

-- name: FindClip :one
SELECT * FROM clips WHERE id = ? AND removed_at IS NULL;

-- name: InsertClip :exec
INSERT INTO clips (
  id,
  attempt_id,
  item_id,
  name,
  size,
  received_at,
  taken_in
) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: ParkClips :exec
-- Takes the attempt's clips off their items for the moment of a move.
UPDATE clips SET removed_at = 0 WHERE attempt_id = ? AND removed_at IS NULL;

-- name: PlaceClip :exec
UPDATE clips SET item_id = ?, previewed = ?, removed_at = NULL WHERE id = ?;

-- name: RemoveClip :exec
UPDATE clips SET removed_at = ?, behind = NULL, restored = 0, hints = '[]', good = '[]', name = '', previewed = 0, rendition = 0, preview = 0, thumbnail = 0, sheet_times = '[]' WHERE id = ?;

-- name: DeleteFindings :exec
DELETE FROM findings WHERE clip_id = ?;

-- name: ListFindings :many
SELECT * FROM findings WHERE clip_id = ? ORDER BY place;

-- name: ListEvidence :many
SELECT * FROM evidence WHERE clip_id = ? ORDER BY finding, place;

-- name: InsertFinding :exec
INSERT INTO findings (
  clip_id,
  place,
  kind,
  verdict,
  value,
  limit_value,
  side,
  unit,
  note,
  engine,
  detail
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: InsertEvidence :exec
INSERT INTO evidence (
  clip_id,
  finding,
  place,
  from_ms,
  to_ms,
  frame,
  other_id
) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: RecordInspection :execrows
UPDATE clips
SET
  state = ?,
  sha256 = ?,
  type = ?,
  duration_ms = ?,
  playable = ?,
  hints = ?,
  good = ?,
  thumbnail = ?,
  examined_at = ?,
  sheet_times = ?
WHERE id = ? AND (removed_at IS NULL OR behind IS NOT NULL);

-- name: RecordFirstLook :execrows
UPDATE clips SET hints = ?, good = ?, duration_ms = ?, thumbnail = ? WHERE id = ? AND state = 'received' AND (removed_at IS NULL OR behind IS NOT NULL);

-- name: RecordFindingsAnew :exec
-- What an examination found, as it stands since that moment; it travels anew.
UPDATE clips SET hints = ?, good = ?, examined_at = ? WHERE id = ?;

-- name: ListClipIDsOfOrder :many
-- Those that were removed too: they keep no findings, and cost nothing.
SELECT clips.id
FROM attempts
JOIN clips ON clips.attempt_id = attempts.id
WHERE attempts.order_id = ?;

-- name: FindConsentOfClip :one
SELECT orders.consent
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
JOIN orders ON orders.id = attempts.order_id
WHERE clips.id = ?;

-- name: RecordRendition :execrows
UPDATE clips SET rendition = 1, rendition_sha256 = ? WHERE id = ? AND (removed_at IS NULL OR behind IS NOT NULL);

-- name: RecordPreview :execrows
UPDATE clips SET preview = 1 WHERE id = ? AND (removed_at IS NULL OR behind IS NOT NULL);

-- name: ListClipIDs :many
-- For the staff's list: newest first, from before a clip on.
SELECT clips.id
FROM clips
WHERE clips.removed_at IS NULL
  AND (
    clips.received_at < sqlc.arg(before)
    OR (clips.received_at = sqlc.arg(before) AND clips.id < sqlc.arg(before_id))
  )
ORDER BY clips.received_at DESC, clips.id DESC
LIMIT sqlc.arg(max_rows);

-- name: FindEvidence :one
-- A clip whose finding shows the frame.
SELECT evidence.clip_id, attempts.order_id
FROM evidence
JOIN clips ON clips.id = evidence.clip_id
JOIN attempts ON attempts.id = clips.attempt_id
WHERE evidence.frame = ? AND clips.freed_at IS NULL
LIMIT 1;

-- name: WantClip :execrows
UPDATE clips SET wanted_at = ? WHERE id = ? AND wanted_at IS NULL;
