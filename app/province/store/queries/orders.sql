-- name: ListOrders :many
-- Of the newest batch first; before is the place of the last order of the page
-- before. Of an order that came again the newest batch that has it counts, as
-- for clips.
SELECT
  orders.batch,
  orders.id,
  orders.name,
  orders.ticket,
  orders.subject,
  orders.grade,
  orders.window_opens,
  orders.window_closes,
  orders.status,
  orders.final_at,
  batches.centre,
  batches.install,
  batches.sequence,
  -- when the centre erased the person, 0 where it did not
  CAST(coalesce(
    (SELECT min(erasures.at) FROM erasures WHERE erasures.order_id = orders.id AND erasures.what = 'person'), 0
  ) AS INTEGER) AS erased_at,
  (
    SELECT count(*) FROM attempts
    JOIN clips ON clips.batch = attempts.batch AND clips.attempt_id = attempts.id
    WHERE attempts.batch = orders.batch AND attempts.order_id = orders.id
  ) AS clips
FROM orders
JOIN batches ON batches.number = orders.batch
WHERE (orders.batch < sqlc.arg(before_batch) OR (orders.batch = sqlc.arg(before_batch) AND orders.id < sqlc.arg(before_id)))
  AND batches.set_aside_at IS NULL
  AND (batches.centre = sqlc.arg(centre) OR sqlc.arg(centre) = '')
  AND (CAST(sqlc.arg(centres) AS TEXT) = '' OR instr(',' || CAST(sqlc.arg(centres) AS TEXT) || ',', ',' || batches.centre || ',') > 0)
  AND (batches.install = sqlc.arg(install) OR sqlc.arg(install) = '')
  AND (batches.sequence = sqlc.arg(sequence) OR sqlc.arg(sequence) = 0)
  AND (orders.status = sqlc.arg(status) OR sqlc.arg(status) = '')
  AND (instr(orders.name, sqlc.arg(who)) > 0 OR instr(lower(orders.ticket), lower(sqlc.arg(who))) > 0 OR sqlc.arg(who) = '')
  AND (
    sqlc.arg(sequence) <> 0
    OR NOT EXISTS (
      SELECT 1 FROM orders AS again
      JOIN batches AS newer ON newer.number = again.batch
      WHERE again.id = orders.id AND again.batch > orders.batch AND newer.set_aside_at IS NULL
    )
  )
ORDER BY orders.batch DESC, orders.id DESC
LIMIT sqlc.arg(max_rows);
