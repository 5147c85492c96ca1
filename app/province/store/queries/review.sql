-- What several batches tell of one thing comes in the order in which they were
-- taken in: the last row of a key holds.

-- name: ListTicks :many
SELECT ticks.*
FROM told_in
JOIN ticks ON ticks.batch = told_in.told AND ticks.order_id = told_in.order_id
WHERE told_in.batch = sqlc.arg(batch) AND told_in.order_id = sqlc.arg(order_id) AND ticks.clip_id = sqlc.arg(clip)
ORDER BY told_in.told;

-- name: ListDepartures :many
SELECT departures.*
FROM told_in
JOIN departures ON departures.batch = told_in.told AND departures.order_id = told_in.order_id
WHERE told_in.batch = sqlc.arg(batch) AND told_in.order_id = sqlc.arg(order_id) AND departures.clip_id = sqlc.arg(clip)
ORDER BY told_in.told, departures.at, departures.id;

-- name: ListRemarks :many
-- Of departures: a remark travels in the departure's fact. The clip's facts are
-- read once for all departures: their particulars may be long.
SELECT
  facts.at,
  CAST(coalesce(CASE WHEN json_valid(facts.args) THEN json_extract(facts.args, '$.category') END, '') AS TEXT) AS category,
  facts.reason
FROM told_in
JOIN facts INDEXED BY facts_clip ON facts.batch = told_in.told AND facts.order_id = told_in.order_id
WHERE told_in.batch = sqlc.arg(batch)
  AND told_in.order_id = sqlc.arg(order_id)
  AND facts.clip_id = sqlc.arg(clip)
  AND facts.action = 'departure_marked'
ORDER BY facts.seq DESC;

-- name: ListMarks :many
-- Of the clip's item, and of the order as a whole.
SELECT marks.*
FROM told_in
JOIN marks ON marks.batch = told_in.told AND marks.order_id = told_in.order_id
WHERE told_in.batch = sqlc.arg(batch) AND told_in.order_id = sqlc.arg(order_id) AND marks.item_id IN (sqlc.arg(item_id), '')
ORDER BY told_in.told, marks.item_id DESC, marks.at, marks.by_name;

-- name: ListDecisions :many
-- Of the clip, and of its order as a whole.
SELECT decisions.*
FROM told_in
JOIN decisions ON decisions.batch = told_in.told AND decisions.order_id = told_in.order_id
WHERE told_in.batch = sqlc.arg(batch) AND told_in.order_id = sqlc.arg(order_id) AND decisions.clip_id IN (sqlc.arg(clip), '')
ORDER BY told_in.told, decisions.at, decisions.id;

-- name: ListIrregularities :many
-- Of the order, in whatever attempt.
SELECT irregularities.*
FROM told_in
JOIN irregularities ON irregularities.batch = told_in.told AND irregularities.order_id = told_in.order_id
WHERE told_in.batch = sqlc.arg(batch) AND told_in.order_id = sqlc.arg(order_id)
ORDER BY told_in.told, irregularities.at, irregularities.id;

-- name: ListUndone :many
-- Who took a decision or an irregularity of the order back, and why, travels in a fact.
SELECT
  facts.at,
  CAST(coalesce(CASE WHEN json_valid(facts.args) THEN json_extract(facts.args, '$.decision') END, CASE WHEN json_valid(facts.args) THEN json_extract(facts.args, '$.irregularity') END, '') AS TEXT) AS "of",
  facts.by_name,
  facts.reason
FROM told_in
JOIN facts ON facts.batch = told_in.told AND facts.order_id = told_in.order_id
WHERE told_in.batch = sqlc.arg(batch) AND told_in.order_id = sqlc.arg(order_id) AND facts.action IN ('decision_undone', 'irregularity_undone')
ORDER BY facts.seq DESC;
