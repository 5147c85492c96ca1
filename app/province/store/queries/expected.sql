-- name: InsertExpected :exec
INSERT INTO expected (
  centre,
  ticket,
  install,
  sequence,
  subject,
  grade,
  window_opens,
  window_closes,
  day
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: ListExpectedDays :many
-- A row for each day of each centre, those with something late first, then the
-- newest day. late_from is the moment before which a window closed too long ago.
SELECT
  centre,
  day,
  count(*) AS expected,
  CAST(sum(received) AS INTEGER) AS received,
  CAST(sum(NOT received AND window_closes < sqlc.arg(late_from)) AS INTEGER) AS late
FROM standing
WHERE (centre = sqlc.arg(centre) OR sqlc.arg(centre) = '')
  AND (CAST(sqlc.arg(centres) AS TEXT) = '' OR instr(',' || CAST(sqlc.arg(centres) AS TEXT) || ',', ',' || centre || ',') > 0)
GROUP BY centre, day
ORDER BY late > 0 DESC, day DESC, centre
LIMIT sqlc.arg(max_rows);

-- name: ListMissing :many
-- What did not come of one day of a centre, by ticket.
SELECT ticket, subject, grade, window_opens, window_closes
FROM standing
WHERE centre = sqlc.arg(centre)
  AND day = sqlc.arg(day)
  AND NOT received
  AND ticket > sqlc.arg(after)
ORDER BY ticket
LIMIT sqlc.arg(max_rows);
