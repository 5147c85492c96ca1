-- name: ListTicks :many
SELECT * FROM ticks WHERE batch = ? AND clip_id = ?;

-- name: ListDepartures :many
-- With the remark, which travels in the departure's fact.
SELECT
  departures.*,
  CAST(coalesce((
    SELECT facts.reason
    FROM facts
    WHERE facts.batch = departures.batch
      AND facts.clip_id = departures.clip_id
      AND facts.action = 'departure_marked'
      AND facts.at = departures.at
      AND CASE WHEN json_valid(facts.args) THEN json_extract(facts.args, '$.category') = departures.category END
    LIMIT 1
  ), '') AS TEXT) AS remark
FROM departures
WHERE departures.batch = sqlc.arg(batch) AND departures.clip_id = sqlc.arg(clip)
ORDER BY departures.place;

-- name: ListMarks :many
-- Of the clip's item, and of the order as a whole.
SELECT * FROM marks
WHERE batch = sqlc.arg(batch) AND order_id = sqlc.arg(order_id) AND item_id IN (sqlc.arg(item_id), '')
ORDER BY item_id DESC, at, by_name;
