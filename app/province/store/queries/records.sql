-- What the records of a batch bring, row for row as they are in them.

-- name: CopySubject :exec
INSERT INTO subjects (
  batch,
  order_id,
  install,
  sequence
) VALUES (?, ?, ?, ?);

-- name: CopyOrder :exec
INSERT INTO orders (
  batch,
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
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: CopyPiece :exec
INSERT INTO pieces (
  batch,
  order_id,
  place,
  item,
  title
) VALUES (?, ?, ?, ?, ?);

-- name: CopyAttempt :exec
INSERT INTO attempts (
  batch,
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
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: CopyItem :exec
INSERT INTO items (
  batch,
  attempt_id,
  id,
  place,
  name,
  kind,
  piece,
  question_id,
  question_title
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: CopyClip :exec
INSERT INTO clips (
  batch,
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
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: CopyExamination :exec
INSERT INTO examinations (
  batch,
  id,
  order_id,
  clip_id,
  examined_at,
  program
) VALUES (?, ?, ?, ?, ?, ?);

-- name: CopyFinding :exec
INSERT INTO findings (
  batch,
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
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: CopyEvidence :exec
INSERT INTO evidence (
  batch,
  examination,
  finding,
  place,
  from_ms,
  to_ms,
  frame,
  other_id
) VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: CopyTick :exec
INSERT INTO ticks (
  batch,
  order_id,
  clip_id,
  what,
  heard,
  by_name,
  at
) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: CopyDeparture :exec
INSERT INTO departures (
  batch,
  order_id,
  clip_id,
  id,
  category,
  clip_ms,
  by_name,
  at,
  withdrawn_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: CopyMark :exec
INSERT INTO marks (
  batch,
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
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: CopyDecision :exec
INSERT INTO decisions (
  batch,
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
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: CopyIrregularity :exec
INSERT INTO irregularities (
  batch,
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
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: CopyErasure :exec
INSERT INTO erasures (
  batch,
  id,
  order_id,
  clip_id,
  what,
  sha256,
  reason,
  by_role,
  by_name,
  at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: CopyFact :exec
INSERT INTO facts (
  batch,
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
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: CopyParcel :exec
INSERT INTO parcels (
  batch,
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
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: CopyMedia :exec
INSERT INTO media (
  batch,
  sha256,
  sealed,
  size,
  type,
  role,
  owner
) VALUES (?, ?, ?, ?, ?, ?, ?);
