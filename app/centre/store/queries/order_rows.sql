-- The desk's list of orders. What chooses is the same in each statement; they
-- differ in the order that the rows come in, each by an index of its own, and
-- begin behind the last row of the page before. The windows stand once more
-- before the status, because they spare most rows the look at their attempts.

-- name: ListOrderRowsByTicket :many
SELECT id
FROM order_rows
WHERE ticket_key > CAST(sqlc.arg(after) AS TEXT)
  AND (CAST(sqlc.arg(subject) AS TEXT) = '' OR subject = sqlc.arg(subject))
  AND (CAST(sqlc.arg(grade) AS INTEGER) = 0 OR grade = sqlc.arg(grade))
  AND (CAST(sqlc.arg(no_photo) AS INTEGER) = 0 OR photo = '')
  AND (CAST(sqlc.arg(emergency) AS INTEGER) = 0 OR emergency = 1)
  AND (CAST(sqlc.arg(open_until) AS INTEGER) = 0 OR window_opens < sqlc.arg(open_until) AND window_closes > CAST(sqlc.arg(open_from) AS INTEGER))
  AND (
    CAST(sqlc.arg(who) AS TEXT) = ''
    OR instr(name, sqlc.arg(who)) > 0
    OR instr(lower(pinyin), CAST(sqlc.arg(folded) AS TEXT)) > 0
    OR instr(ticket_key, CAST(sqlc.arg(folded) AS TEXT)) > 0
    OR length(CAST(sqlc.arg(folded) AS TEXT)) >= 4 AND substr(id_number_key, -length(CAST(sqlc.arg(folded) AS TEXT))) = CAST(sqlc.arg(folded) AS TEXT)
  )
  AND (CAST(sqlc.arg(status) AS TEXT) <> 'waiting' OR window_opens > CAST(sqlc.arg(now) AS INTEGER))
  AND (sqlc.arg(status) <> 'open' OR window_opens <= sqlc.arg(now) AND window_closes > sqlc.arg(now))
  AND (sqlc.arg(status) <> 'absent' OR window_closes <= sqlc.arg(now))
  AND (
    sqlc.arg(status) = ''
    OR sqlc.arg(status) = CASE
      WHEN id IN (
        SELECT decisions.order_id
        FROM decisions
        WHERE decisions.kind = 'disqualified'
          AND decisions.undone_at IS NULL
          AND (decisions.pending = 0 OR CAST(sqlc.arg(confirms) AS INTEGER) = 0)
      ) THEN 'disqualified'
      WHEN last_state = 'submitted' THEN 'submitted'
      WHEN last_state = 'running' AND last_deadline > sqlc.arg(now) THEN 'running'
      WHEN last_state IN ('running', 'auto_submitted') THEN iif(
        EXISTS (
          SELECT 1
          FROM clips
          WHERE clips.attempt_id = last_id AND clips.removed_at IS NULL AND clips.hints NOT LIKE CAST(sqlc.arg(broken) AS TEXT)
        )
        OR last_deadline + CAST(sqlc.arg(grace) AS INTEGER) > sqlc.arg(now)
        OR window_closes > sqlc.arg(now) AND (
          CAST(sqlc.arg(by_window) AS INTEGER) = 1
          OR coalesce(window_moved_at, -1) >= last_deadline
          OR last_deadline >= CAST(sqlc.arg(today) AS INTEGER)
        ),
        'auto_submitted',
        'forfeited'
      )
      WHEN window_opens > sqlc.arg(now) THEN 'waiting'
      WHEN window_closes > sqlc.arg(now) THEN 'open'
      WHEN last_state IS NULL THEN 'absent'
      ELSE 'forfeited'
    END
  )
ORDER BY ticket_key
LIMIT sqlc.arg(limit);

-- name: ListOrderRowsByName :many
SELECT id
FROM order_rows
WHERE (name, id) > (CAST(sqlc.arg(after) AS TEXT), CAST(sqlc.arg(after_id) AS TEXT))
  AND (CAST(sqlc.arg(subject) AS TEXT) = '' OR subject = sqlc.arg(subject))
  AND (CAST(sqlc.arg(grade) AS INTEGER) = 0 OR grade = sqlc.arg(grade))
  AND (CAST(sqlc.arg(no_photo) AS INTEGER) = 0 OR photo = '')
  AND (CAST(sqlc.arg(emergency) AS INTEGER) = 0 OR emergency = 1)
  AND (CAST(sqlc.arg(open_until) AS INTEGER) = 0 OR window_opens < sqlc.arg(open_until) AND window_closes > CAST(sqlc.arg(open_from) AS INTEGER))
  AND (
    CAST(sqlc.arg(who) AS TEXT) = ''
    OR instr(name, sqlc.arg(who)) > 0
    OR instr(lower(pinyin), CAST(sqlc.arg(folded) AS TEXT)) > 0
    OR instr(ticket_key, CAST(sqlc.arg(folded) AS TEXT)) > 0
    OR length(CAST(sqlc.arg(folded) AS TEXT)) >= 4 AND substr(id_number_key, -length(CAST(sqlc.arg(folded) AS TEXT))) = CAST(sqlc.arg(folded) AS TEXT)
  )
  AND (CAST(sqlc.arg(status) AS TEXT) <> 'waiting' OR window_opens > CAST(sqlc.arg(now) AS INTEGER))
  AND (sqlc.arg(status) <> 'open' OR window_opens <= sqlc.arg(now) AND window_closes > sqlc.arg(now))
  AND (sqlc.arg(status) <> 'absent' OR window_closes <= sqlc.arg(now))
  AND (
    sqlc.arg(status) = ''
    OR sqlc.arg(status) = CASE
      WHEN id IN (
        SELECT decisions.order_id
        FROM decisions
        WHERE decisions.kind = 'disqualified'
          AND decisions.undone_at IS NULL
          AND (decisions.pending = 0 OR CAST(sqlc.arg(confirms) AS INTEGER) = 0)
      ) THEN 'disqualified'
      WHEN last_state = 'submitted' THEN 'submitted'
      WHEN last_state = 'running' AND last_deadline > sqlc.arg(now) THEN 'running'
      WHEN last_state IN ('running', 'auto_submitted') THEN iif(
        EXISTS (
          SELECT 1
          FROM clips
          WHERE clips.attempt_id = last_id AND clips.removed_at IS NULL AND clips.hints NOT LIKE CAST(sqlc.arg(broken) AS TEXT)
        )
        OR last_deadline + CAST(sqlc.arg(grace) AS INTEGER) > sqlc.arg(now)
        OR window_closes > sqlc.arg(now) AND (
          CAST(sqlc.arg(by_window) AS INTEGER) = 1
          OR coalesce(window_moved_at, -1) >= last_deadline
          OR last_deadline >= CAST(sqlc.arg(today) AS INTEGER)
        ),
        'auto_submitted',
        'forfeited'
      )
      WHEN window_opens > sqlc.arg(now) THEN 'waiting'
      WHEN window_closes > sqlc.arg(now) THEN 'open'
      WHEN last_state IS NULL THEN 'absent'
      ELSE 'forfeited'
    END
  )
ORDER BY name, id
LIMIT sqlc.arg(limit);

-- name: ListOrderRowsByWindow :many
SELECT id
FROM order_rows
WHERE (window_opens, id) > (CAST(sqlc.arg(after) AS INTEGER), CAST(sqlc.arg(after_id) AS TEXT))
  AND (CAST(sqlc.arg(subject) AS TEXT) = '' OR subject = sqlc.arg(subject))
  AND (CAST(sqlc.arg(grade) AS INTEGER) = 0 OR grade = sqlc.arg(grade))
  AND (CAST(sqlc.arg(no_photo) AS INTEGER) = 0 OR photo = '')
  AND (CAST(sqlc.arg(emergency) AS INTEGER) = 0 OR emergency = 1)
  AND (CAST(sqlc.arg(open_until) AS INTEGER) = 0 OR window_opens < sqlc.arg(open_until) AND window_closes > CAST(sqlc.arg(open_from) AS INTEGER))
  AND (
    CAST(sqlc.arg(who) AS TEXT) = ''
    OR instr(name, sqlc.arg(who)) > 0
    OR instr(lower(pinyin), CAST(sqlc.arg(folded) AS TEXT)) > 0
    OR instr(ticket_key, CAST(sqlc.arg(folded) AS TEXT)) > 0
    OR length(CAST(sqlc.arg(folded) AS TEXT)) >= 4 AND substr(id_number_key, -length(CAST(sqlc.arg(folded) AS TEXT))) = CAST(sqlc.arg(folded) AS TEXT)
  )
  AND (CAST(sqlc.arg(status) AS TEXT) <> 'waiting' OR window_opens > CAST(sqlc.arg(now) AS INTEGER))
  AND (sqlc.arg(status) <> 'open' OR window_opens <= sqlc.arg(now) AND window_closes > sqlc.arg(now))
  AND (sqlc.arg(status) <> 'absent' OR window_closes <= sqlc.arg(now))
  AND (
    sqlc.arg(status) = ''
    OR sqlc.arg(status) = CASE
      WHEN id IN (
        SELECT decisions.order_id
        FROM decisions
        WHERE decisions.kind = 'disqualified'
          AND decisions.undone_at IS NULL
          AND (decisions.pending = 0 OR CAST(sqlc.arg(confirms) AS INTEGER) = 0)
      ) THEN 'disqualified'
      WHEN last_state = 'submitted' THEN 'submitted'
      WHEN last_state = 'running' AND last_deadline > sqlc.arg(now) THEN 'running'
      WHEN last_state IN ('running', 'auto_submitted') THEN iif(
        EXISTS (
          SELECT 1
          FROM clips
          WHERE clips.attempt_id = last_id AND clips.removed_at IS NULL AND clips.hints NOT LIKE CAST(sqlc.arg(broken) AS TEXT)
        )
        OR last_deadline + CAST(sqlc.arg(grace) AS INTEGER) > sqlc.arg(now)
        OR window_closes > sqlc.arg(now) AND (
          CAST(sqlc.arg(by_window) AS INTEGER) = 1
          OR coalesce(window_moved_at, -1) >= last_deadline
          OR last_deadline >= CAST(sqlc.arg(today) AS INTEGER)
        ),
        'auto_submitted',
        'forfeited'
      )
      WHEN window_opens > sqlc.arg(now) THEN 'waiting'
      WHEN window_closes > sqlc.arg(now) THEN 'open'
      WHEN last_state IS NULL THEN 'absent'
      ELSE 'forfeited'
    END
  )
ORDER BY window_opens, id
LIMIT sqlc.arg(limit);

-- name: CountOrderRows :one
SELECT count(*)
FROM order_rows
WHERE (CAST(sqlc.arg(subject) AS TEXT) = '' OR subject = sqlc.arg(subject))
  AND (CAST(sqlc.arg(grade) AS INTEGER) = 0 OR grade = sqlc.arg(grade))
  AND (CAST(sqlc.arg(no_photo) AS INTEGER) = 0 OR photo = '')
  AND (CAST(sqlc.arg(emergency) AS INTEGER) = 0 OR emergency = 1)
  AND (CAST(sqlc.arg(open_until) AS INTEGER) = 0 OR window_opens < sqlc.arg(open_until) AND window_closes > CAST(sqlc.arg(open_from) AS INTEGER))
  AND (
    CAST(sqlc.arg(who) AS TEXT) = ''
    OR instr(name, sqlc.arg(who)) > 0
    OR instr(lower(pinyin), CAST(sqlc.arg(folded) AS TEXT)) > 0
    OR instr(ticket_key, CAST(sqlc.arg(folded) AS TEXT)) > 0
    OR length(CAST(sqlc.arg(folded) AS TEXT)) >= 4 AND substr(id_number_key, -length(CAST(sqlc.arg(folded) AS TEXT))) = CAST(sqlc.arg(folded) AS TEXT)
  )
  AND (CAST(sqlc.arg(status) AS TEXT) <> 'waiting' OR window_opens > CAST(sqlc.arg(now) AS INTEGER))
  AND (sqlc.arg(status) <> 'open' OR window_opens <= sqlc.arg(now) AND window_closes > sqlc.arg(now))
  AND (sqlc.arg(status) <> 'absent' OR window_closes <= sqlc.arg(now))
  AND (
    sqlc.arg(status) = ''
    OR sqlc.arg(status) = CASE
      WHEN id IN (
        SELECT decisions.order_id
        FROM decisions
        WHERE decisions.kind = 'disqualified'
          AND decisions.undone_at IS NULL
          AND (decisions.pending = 0 OR CAST(sqlc.arg(confirms) AS INTEGER) = 0)
      ) THEN 'disqualified'
      WHEN last_state = 'submitted' THEN 'submitted'
      WHEN last_state = 'running' AND last_deadline > sqlc.arg(now) THEN 'running'
      WHEN last_state IN ('running', 'auto_submitted') THEN iif(
        EXISTS (
          SELECT 1
          FROM clips
          WHERE clips.attempt_id = last_id AND clips.removed_at IS NULL AND clips.hints NOT LIKE CAST(sqlc.arg(broken) AS TEXT)
        )
        OR last_deadline + CAST(sqlc.arg(grace) AS INTEGER) > sqlc.arg(now)
        OR window_closes > sqlc.arg(now) AND (
          CAST(sqlc.arg(by_window) AS INTEGER) = 1
          OR coalesce(window_moved_at, -1) >= last_deadline
          OR last_deadline >= CAST(sqlc.arg(today) AS INTEGER)
        ),
        'auto_submitted',
        'forfeited'
      )
      WHEN window_opens > sqlc.arg(now) THEN 'waiting'
      WHEN window_closes > sqlc.arg(now) THEN 'open'
      WHEN last_state IS NULL THEN 'absent'
      ELSE 'forfeited'
    END
  );

-- name: ListOrderSubjects :many
SELECT DISTINCT subject FROM orders ORDER BY subject;

-- name: ListPhotoOwners :many
SELECT
  id,
  ticket_key,
  person_key,
  id_number_key,
  photo_name
FROM orders;
