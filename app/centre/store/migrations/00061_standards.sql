-- +goose Up

-- What the committee gives an order that examiners are held against 定标样本. The
-- order's own result is not changed by it.
CREATE TABLE standards (
  order_id TEXT PRIMARY KEY REFERENCES orders (id) ON DELETE CASCADE,
  level TEXT NOT NULL,
  reason TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- An examiner's marking of an order that was marked before 抽查 (exam.Probe). What is
-- said in it counts for nothing of the order's and does not travel.
CREATE TABLE probes (
  examiner TEXT NOT NULL,
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  level TEXT NOT NULL,
  tolerance INTEGER NOT NULL,
  given TEXT NOT NULL,
  begun_at INTEGER NOT NULL,
  finished_at INTEGER,
  -- as exam.ProbeSaid has it
  said TEXT NOT NULL,
  PRIMARY KEY (examiner, order_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX probes_order ON probes (order_id);

-- That an administrator let an examiner go on whose work was stopped.
CREATE TABLE probe_releases (
  examiner TEXT NOT NULL,
  at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  by_name TEXT NOT NULL,
  PRIMARY KEY (examiner, at)
) STRICT, WITHOUT ROWID;
