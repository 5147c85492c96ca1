-- name: ListHearings :many
SELECT hearings.*
FROM hearings
JOIN clips ON clips.id = hearings.clip_id
JOIN attempts ON attempts.id = clips.attempt_id
WHERE attempts.order_id = ? AND clips.removed_at IS NULL
ORDER BY hearings.at, hearings.part;

-- name: DeleteHearings :exec
DELETE FROM hearings WHERE clip_id = ?;

-- name: InsertHearing :exec
INSERT INTO hearings (
  clip_id,
  part,
  heard,
  by_name,
  at
) VALUES (?, ?, ?, ?, ?);

-- name: ListDepartures :many
SELECT departures.*
FROM departures
JOIN clips ON clips.id = departures.clip_id
JOIN attempts ON attempts.id = clips.attempt_id
WHERE attempts.order_id = ? AND clips.removed_at IS NULL
ORDER BY departures.at, departures.id;

-- name: DeleteDepartures :exec
DELETE FROM departures WHERE clip_id = ?;

-- name: InsertDeparture :exec
INSERT INTO departures (
  id,
  clip_id,
  category,
  moment_ms,
  remark,
  by_name,
  at
) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: ListMarks :many
SELECT * FROM marks WHERE order_id = ? ORDER BY at, item_id, by_name;

-- name: DeleteMarks :exec
DELETE FROM marks WHERE order_id = ?;

-- name: DeleteMarkDrafts :exec
DELETE FROM mark_drafts WHERE order_id = ?;

-- name: DeleteOrderDraftsOf :exec
DELETE FROM mark_drafts WHERE order_id = ? AND by_name = ?;

-- name: DeleteMarkDraftsOf :exec
DELETE FROM mark_drafts WHERE by_name = ?;

-- name: InsertMark :exec
INSERT INTO marks (
  order_id,
  item_id,
  technique,
  tempo,
  interpretation,
  level,
  remarks,
  by_name,
  at,
  round
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: ListRecusals :many
SELECT * FROM recusals WHERE order_id = ? ORDER BY at, examiner;

-- name: DeleteRecusals :exec
DELETE FROM recusals WHERE order_id = ?;

-- name: InsertRecusal :exec
INSERT INTO recusals (order_id, examiner, reason, by_name, at) VALUES (?, ?, ?, ?, ?);

-- name: ListMarkDrafts :many
SELECT * FROM mark_drafts WHERE order_id = ? AND by_name = ? ORDER BY item_id;

-- name: DeleteMarkDraft :exec
DELETE FROM mark_drafts WHERE order_id = ? AND item_id = ? AND by_name = ?;

-- name: UpsertMarkDraft :exec
INSERT INTO mark_drafts (
  order_id,
  item_id,
  technique,
  tempo,
  interpretation,
  level,
  remarks,
  by_name,
  at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (order_id, item_id, by_name) DO UPDATE SET
  technique = excluded.technique,
  tempo = excluded.tempo,
  interpretation = excluded.interpretation,
  level = excluded.level,
  remarks = excluded.remarks,
  at = excluded.at;

-- name: RecordUrgency :exec
UPDATE clips SET urgency = ?, examiners_urgency = ? WHERE id = ?;

-- name: FindQueuePlace :one
-- What says where a clip is in a queue.
SELECT
  clips.urgency,
  clips.received_at,
  clips.item_id,
  attempts.order_id
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
WHERE clips.id = sqlc.arg(id) AND clips.removed_at IS NULL;

-- name: CountMarksBy :one
SELECT count(*)
FROM marks
JOIN orders ON orders.id = marks.order_id
WHERE marks.by_name = sqlc.arg(by_name)
  AND marks.item_id <> ''
  AND (orders.subject = CAST(sqlc.arg(subject) AS TEXT) OR sqlc.arg(subject) = '')
  AND (orders.grade = CAST(sqlc.arg(grade) AS INTEGER) OR sqlc.arg(grade) = 0);

-- name: ListMarkTimesBy :many
-- When the examiner last marked items, the newest first.
SELECT at
FROM marks
WHERE by_name = sqlc.arg(by_name) AND item_id <> ''
ORDER BY at DESC
LIMIT sqlc.arg(max_rows);

-- name: ListReviewQueue :many
-- The clips that travel, the most doubtful first; an examiner's are put into
-- another order (shuffle). Empty filters choose all; open are those whose ticks
-- are not complete, unmarked those that wait for a mark of that examiner (of
-- anybody, if none is named): what a decision in force took out waits for none
-- (R20), nor does what enough others mark, what one of them cannot mark, or what has
-- the chair's word. Of the orders hidden there are none, nor of those that the
-- examiner is not to mark.
SELECT
  clips.id,
  CAST(iif(CAST(sqlc.arg(examiner) AS TEXT) = '', clips.urgency, clips.examiners_urgency) AS INTEGER) AS urgency,
  clips.received_at,
  clips.item_id,
  clips.duration_ms,
  attempts.order_id,
  orders.subject
FROM clips
JOIN attempts ON attempts.id = clips.attempt_id
JOIN orders ON orders.id = attempts.order_id
WHERE clips.removed_at IS NULL
  AND attempts.practice = 0
  AND attempts.state IN ('submitted', 'auto_submitted')
  AND orders.id NOT IN (SELECT value FROM json_each(CAST(sqlc.arg(hidden) AS TEXT)))
  AND (clips.state = sqlc.arg(state) OR sqlc.arg(state) = '')
  AND (orders.subject = sqlc.arg(subject) OR sqlc.arg(subject) = '')
  AND (
    iif(sqlc.arg(examiner) = '', clips.urgency, clips.examiners_urgency) = CAST(sqlc.arg(verdict) AS INTEGER)
    OR sqlc.arg(verdict) = 0
  )
  AND (
    CAST(sqlc.arg(open) AS INTEGER) = 0
    OR (SELECT count(*) FROM hearings WHERE hearings.clip_id = clips.id) < 5
  )
  AND (CAST(sqlc.arg(sealed) AS INTEGER) < 0 OR (orders.sealed_at IS NOT NULL) = sqlc.arg(sealed))
  AND (orders.grade = CAST(sqlc.arg(grade) AS INTEGER) OR sqlc.arg(grade) = 0)
  AND (
    CAST(sqlc.arg(who) AS TEXT) = ''
    OR instr(orders.name, sqlc.arg(who)) > 0
    OR instr(upper(orders.ticket), upper(sqlc.arg(who))) > 0
    OR attempts.code = sqlc.arg(who)
  )
  AND NOT EXISTS (
    SELECT 1
    FROM recusals
    WHERE recusals.order_id = attempts.order_id AND recusals.examiner = sqlc.arg(examiner)
  )
  AND (
    CAST(sqlc.arg(unmarked) AS INTEGER) = 0
    OR (
      NOT EXISTS (
        SELECT 1
        FROM marks
        WHERE marks.order_id = attempts.order_id
          AND marks.item_id = clips.item_id
          AND (marks.by_name = sqlc.arg(examiner) OR sqlc.arg(examiner) = '')
      )
      OR (sqlc.arg(examiner) = '' AND orders.seats > 0 AND orders.settled = 0)
    )
    AND (
      orders.seats = 0
      OR sqlc.arg(examiner) = ''
      OR orders.seats > (
        SELECT count(DISTINCT marks.by_name)
        FROM marks
        WHERE marks.order_id = attempts.order_id AND marks.by_name <> sqlc.arg(examiner)
      )
    )
    AND (
      sqlc.arg(examiner) = ''
      OR NOT EXISTS (SELECT 1 FROM marks WHERE marks.order_id = attempts.order_id AND marks.round = 100)
    )
    AND NOT EXISTS (
      SELECT 1
      FROM irregularities
      WHERE irregularities.order_id = attempts.order_id
        AND irregularities.clip_id = clips.id
        AND irregularities.category = 'unmarkable'
        AND irregularities.undone_at IS NULL
    )
    AND NOT EXISTS (
      SELECT 1
      FROM decisions
      WHERE decisions.order_id = attempts.order_id
        AND (decisions.kind = 'disqualified' OR decisions.clip_id = clips.id)
        AND decisions.pending = 0
        AND decisions.undone_at IS NULL
    )
  )
ORDER BY 2 DESC, clips.received_at, clips.id;

-- name: ListTimedOut :many
-- What says whether a timed-out order that is in no batch is final (R16).
SELECT orders.id, orders.window_closes, orders.window_moved_at, attempts.deadline
FROM attempts
JOIN orders ON orders.id = attempts.order_id
WHERE attempts.practice = 0 AND attempts.state = 'auto_submitted' AND orders.sealed_at IS NULL;

-- name: ListClipRows :many
-- What a list says of these clips, in their order; marked is by that examiner,
-- by all who have to if none is named.
SELECT
  clips.id,
  clips.state AS clip_state,
  clips.urgency,
  clips.received_at,
  clips.size,
  clips.duration_ms,
  attempts.order_id,
  attempts.code,
  items.id AS item_id,
  items.name AS item,
  items.piece,
  orders.name,
  orders.ticket,
  orders.subject,
  orders.grade,
  orders.sealed_at,
  (SELECT count(*) FROM hearings WHERE hearings.clip_id = clips.id) AS ticks,
  CAST(EXISTS (
    SELECT 1
    FROM marks
    WHERE marks.order_id = attempts.order_id
      AND marks.item_id = clips.item_id
      AND (marks.by_name = CAST(sqlc.arg(examiner) AS TEXT) OR sqlc.arg(examiner) = '')
  ) AND (sqlc.arg(examiner) <> '' OR orders.seats = 0 OR orders.settled = 1) AS INTEGER) AS marked,
  CAST(coalesce((
    SELECT group_concat(findings.verdict || ':' || findings.kind)
    FROM findings
    WHERE findings.clip_id = clips.id AND findings.verdict <> 'pass'
  ), '') AS TEXT) AS doubts
FROM json_each(CAST(sqlc.arg(ids) AS TEXT)) AS wanted
JOIN clips ON clips.id = wanted.value
JOIN attempts ON attempts.id = clips.attempt_id
JOIN items ON items.attempt_id = clips.attempt_id AND items.id = clips.item_id
JOIN orders ON orders.id = attempts.order_id
ORDER BY wanted.key;

-- name: ListReviewSubjects :many
SELECT DISTINCT orders.subject
FROM attempts
JOIN orders ON orders.id = attempts.order_id
WHERE attempts.practice = 0 AND attempts.state IN ('submitted', 'auto_submitted')
ORDER BY orders.subject;

-- name: ListReviewGrades :many
SELECT DISTINCT orders.grade
FROM attempts
JOIN orders ON orders.id = attempts.order_id
WHERE attempts.practice = 0 AND attempts.state IN ('submitted', 'auto_submitted')
ORDER BY orders.grade;
