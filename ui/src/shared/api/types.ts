// What the two servers say, as the pages read it. Times are RFC 3339 with
// offset, sizes bytes, identifiers opaque.

export type OrderStatus =
  | 'waiting'
  | 'open'
  | 'running'
  | 'submitted'
  | 'auto_submitted'
  | 'absent'
  | 'forfeited'
  | 'disqualified'

export type ItemKind = 'piece' | 'etude' | 'basic' | 'sight_reading' | 'accompaniment'

export interface OrderItem {
  name: string
  kind: ItemKind
  piece?: string
  drawn: boolean
}

export interface Order {
  id: string
  ticket: string
  name: string
  subject: string
  grade: number
  window: { opens_at: string; closes_at: string }
  status: OrderStatus
  reason?: string
  attempts_used: number
  max_attempts: number
  resets_left: number
  reset_until?: string
  final_at?: string
  attempt_id?: string
  items: OrderItem[]
  time_limit_seconds: number
  face_consent: 'none' | 'given' | 'declined'
  guardian_required: boolean
  rules_agreed_version?: string
  window_short: boolean
  max_clip_bytes: number
  server_time: string
}

export interface Rules {
  rules_version: string
  text: string
  video_url?: string
  download_url: string
}

export type AttemptState = 'running' | 'submitted' | 'auto_submitted' | 'reset' | 'voided'

export type ClipState = 'receiving' | 'received' | 'examined' | 'unexaminable'

export interface Clip {
  id: string
  state: ClipState
  size: number
  name: string
  hints: string[] | null
  previewed: boolean
  playable: boolean
  rendition: boolean
  received_at: string
}

export interface Receiving {
  upload_id: string
  offset: number
  size: number
}

export interface Drawn {
  title: string
  url?: string
  type?: string
}

export interface AttemptItem {
  id: string
  name: string
  kind: ItemKind
  piece?: string
  drawn?: Drawn
  clip?: Clip
  receiving?: Receiving
}

export interface Attempt {
  id: string
  order_id: string
  number: number
  state: AttemptState
  code?: string
  started_at: string
  deadline: string
  ended_at?: string
  server_time: string
  subject: string
  grade: number
  time_limit_seconds: number
  holds: boolean
  max_clip_bytes: number
  resets_left: number
  acknowledged: boolean
  items: AttemptItem[]
}

export interface Me {
  name: string
  role?: string
}

export type Verdict = 'pass' | 'warn' | 'fail' | 'cannot_tell'

export interface Evidence {
  from_ms: number
  to_ms: number
  frame?: string
}

export interface Finding {
  kind: string
  verdict: Verdict
  value?: number
  limit?: number
  unit?: string
  note?: string
  engine?: string
  evidence: Evidence[] | null
}

export interface StaffAttempt {
  id: string
  order_id: string
  number: number
  state: AttemptState
  started_at: string
  deadline: string
  server_time: string
  code?: string
  candidate: { name: string; ticket: string }
  subject: string
  grade: number
  face_consent: 'none' | 'given' | 'declined'
  photo: boolean
  ended_at?: string
  items: { id: string; name: string; clip_id?: string; clip_state?: ClipState; receiving?: { offset: number; size: number } }[]
}

export interface ReviewedClip {
  id: string
  attempt_id: string
  order_id: string
  item: string
  piece?: string
  candidate: { name: string; ticket: string }
  photo?: boolean
  subject: string
  grade: number
  code?: string
  state: ClipState
  size: number
  type?: string
  received_at: string
  worst?: Verdict | ''
  rendition: boolean
  playable?: boolean
  findings: Finding[] | null
}

export interface ClipPage<T extends ReviewedClip = ReviewedClip> {
  clips: T[] | null
  next?: string
}

export interface BatchState {
  sequence: number
  state: 'sealed' | 'sent' | 'accepted' | 'refused'
  orders: number
  files: number
  bytes: number
  sealed_at: string
  sent_at?: string
  receipt_at?: string
  reasons: string[] | null
}

export interface SyncState {
  enrolled: boolean
  centre?: string
  install?: string
  drop?: string
  sending: boolean
  last_success?: string
  next_due?: string
  last_error?: string
  waiting_orders: number
  batches: BatchState[] | null
}

export interface Job {
  id: string
  kind: string
  clip_id: string
  parked: boolean
  tries: number
  last_error: string
}

export interface Centre {
  centre: string
  enrolled_at: string
  install?: string
  last_received_at?: string
  batches: number
  orders: number
  gap?: number
}

export interface ReceivedBatch {
  centre: string
  install: string
  sequence: number
  status: 'accepted' | 'refused'
  reasons: string[] | null
  orders: number
  clips: number
  files: number
  bytes: number
  received_at: string
}

export interface ProvinceClip extends ReviewedClip {
  centre: string
  install: string
  sequence: number
  order_status: OrderStatus
  attempt_number: number
}
