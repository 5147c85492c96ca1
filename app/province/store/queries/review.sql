-- name: ListTicks :many
SELECT * FROM ticks WHERE batch = ? AND clip_id = ?;

-- name: ListDepartures :many
-- With the remark, which travels in the departure's fact. The clip's facts are
-- read once for all departures: their particulars may be long.
WITH told AS (
  SELECT
    facts.at,
    CAST(CASE WHEN json_valid(facts.args) THEN json_extract(facts.args, '$.category') END AS TEXT) AS category,
    facts.reason,
    min(facts.seq) AS seq
  FROM facts
  WHERE facts.batch = sqlc.arg(batch) AND facts.clip_id = sqlc.arg(clip) AND facts.action = 'departure_marked'
  GROUP BY 1, 2
)
SELECT departures.*, CAST(coalesce(told.reason, '') AS TEXT) AS remark
FROM departures
LEFT JOIN told ON told.at = departures.at AND told.category = departures.category
WHERE departures.batch = sqlc.arg(batch) AND departures.clip_id = sqlc.arg(clip)
ORDER BY departures.at, departures.id;

-- name: ListMarks :many
-- Of the clip's item, and of the order as a whole.
SELECT * FROM marks
WHERE batch = sqlc.arg(batch) AND order_id = sqlc.arg(order_id) AND item_id IN (sqlc.arg(item_id), '')
ORDER BY item_id DESC, at, by_name;

-- name: ListDecisions :many
-- Of the clip, and of its order as a whole; who took one back, and why, travels
-- in a fact.
SELECT
  decisions.*,
  CAST(coalesce(undone.by_name, '') AS TEXT) AS undone_by,
  CAST(coalesce(undone.reason, '') AS TEXT) AS undone_for
FROM decisions
LEFT JOIN facts AS undone
  ON undone.batch = decisions.batch
  AND undone.seq = (
    SELECT facts.seq
    FROM facts
    WHERE facts.batch = decisions.batch
      AND facts.order_id = decisions.order_id
      AND facts.action = 'decision_undone'
      AND facts.at = decisions.undone_at
      AND CASE WHEN json_valid(facts.args) THEN json_extract(facts.args, '$.decision') END = +decisions.id
    LIMIT 1
  )
WHERE decisions.batch = sqlc.arg(batch)
  AND decisions.order_id = sqlc.arg(order_id)
  AND decisions.clip_id IN (sqlc.arg(clip), '')
ORDER BY decisions.at, decisions.id;
