-- +goose Up

-- When the person of the order was erased: what is left is an order without a person.
ALTER TABLE orders ADD COLUMN erased_at INTEGER;

-- What was deleted of an order after it may have travelled; the next batch tells it.
CREATE TABLE erasures (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('person', 'evidence')),
  reason TEXT NOT NULL,
  by_role TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE INDEX erasures_order ON erasures (order_id);

-- Erasures of a person, none of them with a personal datum.
CREATE TABLE person_erasures (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  by_role TEXT NOT NULL,
  by_name TEXT NOT NULL,
  reason TEXT NOT NULL,
  -- ids of the orders, and what was found in each place, as JSON
  orders TEXT NOT NULL,
  places TEXT NOT NULL,
  -- files of the data folder that are still to be removed, as JSON
  files TEXT NOT NULL,
  -- the line of the audit log that says which lines lost their words
  audit_seq INTEGER NOT NULL,
  proved_at INTEGER,
  -- SHA-256 of the proof
  proof TEXT NOT NULL DEFAULT ''
) STRICT;

-- Lines of the audit log that lost words with an erased person: the hash of what
-- stands there since that erasure; the last one's holds. The line that records an
-- erasure holds the hash of all of its rows here.
CREATE TABLE erased_lines (
  seq INTEGER NOT NULL,
  erasure_id TEXT NOT NULL REFERENCES person_erasures (id),
  remains TEXT NOT NULL,
  PRIMARY KEY (seq, erasure_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX erased_lines_erasure ON erased_lines (erasure_id, seq);

DROP TRIGGER audit_no_update;

-- A line that an erasure which goes on names may lose words, and nothing else.
-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
WHEN NOT EXISTS (
    SELECT 1
    FROM erased_lines
    JOIN person_erasures ON person_erasures.id = erased_lines.erasure_id
    WHERE erased_lines.seq = old.seq AND person_erasures.audit_seq = 0
  )
  OR instr(new.reason || new.args, '■■■') = 0
  OR new.seq <> old.seq OR new.at <> old.at OR new.recorded_at <> old.recorded_at OR new.action <> old.action
  OR new.by_role <> old.by_role OR new.by_name <> old.by_name
  OR new.order_id <> old.order_id OR new.attempt_id <> old.attempt_id OR new.clip_id <> old.clip_id
  OR new.previous <> old.previous OR new.hash <> old.hash
BEGIN
  SELECT raise(ABORT, 'the audit log is append-only');
END;
-- +goose StatementEnd

DROP TRIGGER results_no_update;

-- A confirmed result loses whose it is with the person, and nothing else.
-- +goose StatementBegin
CREATE TRIGGER results_no_update BEFORE UPDATE ON results
WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE erasures.order_id = old.order_id AND erasures.what = 'person')
  OR new.ticket <> '' OR new.name <> ''
  OR new.order_id <> old.order_id OR new.revision <> old.revision OR new.list_id <> old.list_id
  OR new.subject <> old.subject OR new.grade <> old.grade OR new.outcome <> old.outcome
BEGIN
  SELECT raise(ABORT, 'a confirmed result is never changed');
END;
-- +goose StatementEnd

-- The list of orders has no place for one without a person.
DROP VIEW order_rows;

CREATE VIEW order_rows AS
SELECT
  orders.id,
  orders.ticket,
  orders.ticket_key,
  orders.id_number_key,
  orders.name,
  orders.pinyin,
  orders.subject,
  orders.grade,
  orders.window_opens,
  orders.window_closes,
  orders.window_moved_at,
  orders.photo,
  orders.emergency,
  orders.sealed_at,
  last.id AS last_id,
  last.state AS last_state,
  last.deadline AS last_deadline,
  (
    SELECT count(*)
    FROM attempts
    WHERE attempts.order_id = orders.id AND attempts.practice = 0 AND attempts.state <> 'voided'
  ) AS attempts_used
FROM orders
LEFT JOIN attempts AS last ON last.id = (
  SELECT attempts.id
  FROM attempts
  WHERE attempts.order_id = orders.id AND attempts.practice = 0 AND attempts.state <> 'voided'
  ORDER BY attempts.number DESC
  LIMIT 1
)
WHERE orders.erased_at IS NULL;
