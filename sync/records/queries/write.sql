-- Rows of records.sqlite, as the centre writes them: each statement names its
-- table's columns in the order of the schema (package batch judges them so).

-- name: InsertBatch :exec
INSERT INTO batch (
  version,
  centre,
  install,
  sequence,
  made_at,
  program,
  audit_seq,
  audit_hash
) VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: InsertSubject :exec
INSERT INTO subjects (
  order_id,
  install,
  sequence
) VALUES (?, ?, ?);

-- name: InsertOrder :exec
INSERT INTO orders (
  id,
  ticket,
  name,
  pinyin,
  gender,
  birth_date,
  id_type,
  id_number,
  guardian_address,
  phone,
  subject,
  grade,
  window_opens,
  window_closes,
  photo,
  photo_taken,
  consent,
  consent_guardian,
  consent_at,
  status,
  final_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: InsertPiece :exec
INSERT INTO pieces (
  order_id,
  place,
  item,
  title
) VALUES (?, ?, ?, ?);

-- name: InsertAttempt :exec
INSERT INTO attempts (
  id,
  order_id,
  number,
  state,
  started_at,
  deadline,
  ended_at,
  limit_ms,
  extra_ms,
  code,
  acknowledged_at,
  rules_version
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: InsertItem :exec
INSERT INTO items (
  attempt_id,
  id,
  place,
  name,
  kind,
  piece,
  question_id,
  question_title
) VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: InsertClip :exec
INSERT INTO clips (
  id,
  attempt_id,
  item_id,
  sha256,
  size,
  type,
  duration_ms,
  received_at,
  previewed,
  state,
  rendition
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: InsertExamination :exec
INSERT INTO examinations (
  id,
  order_id,
  clip_id,
  examined_at,
  program
) VALUES (?, ?, ?, ?, ?);

-- name: InsertFinding :exec
INSERT INTO findings (
  examination,
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
  examination,
  finding,
  place,
  from_ms,
  to_ms,
  frame,
  other_id
) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: InsertTick :exec
INSERT INTO ticks (
  order_id,
  clip_id,
  what,
  heard,
  by_name,
  at
) VALUES (?, ?, ?, ?, ?, ?);

-- name: InsertDeparture :exec
INSERT INTO departures (
  order_id,
  clip_id,
  id,
  category,
  clip_ms,
  by_name,
  at,
  withdrawn_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: InsertMark :exec
INSERT INTO marks (
  order_id,
  item_id,
  round,
  side,
  examiner,
  technique,
  tempo,
  interpretation,
  level,
  remarks,
  by_name,
  at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: InsertDecision :exec
INSERT INTO decisions (
  id,
  order_id,
  side,
  kind,
  clip_id,
  reason,
  by_role,
  by_name,
  at,
  pending,
  confirmed_at,
  undone_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: InsertIrregularity :exec
INSERT INTO irregularities (
  id,
  order_id,
  attempt_id,
  clip_id,
  category,
  remark,
  by_role,
  by_name,
  at,
  undone_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: InsertErasure :exec
INSERT INTO erasures (
  id,
  order_id,
  clip_id,
  what,
  sha256,
  reason,
  by_role,
  by_name,
  at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: InsertFact :exec
INSERT INTO facts (
  seq,
  at,
  recorded_at,
  action,
  by_role,
  by_name,
  order_id,
  attempt_id,
  clip_id,
  reason,
  args,
  hash
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: InsertParcel :exec
INSERT INTO parcels (
  install,
  sequence,
  manifest_sha256,
  outcome,
  reason,
  added,
  changed,
  unchanged,
  left_out,
  by_role,
  by_name,
  at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: InsertMedia :exec
INSERT INTO media (
  sha256,
  sealed,
  size,
  type,
  role,
  owner
) VALUES (?, ?, ?, ?, ?, ?);
