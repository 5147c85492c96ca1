// When a recording ends by itself: before the clip is too large to be taken,
// and early enough before the deadline that its upload begins in time.

import { RATE } from './format'

/** Milliseconds before the deadline. */
const BEFORE_DEADLINE = 20_000
/** Room for the seconds that still come while it stops: encoders overshoot. */
const ROOM = 8 * RATE
/** From so many remaining seconds on the child is warned. */
const SAID_FROM = 60

export type Limit = 'size' | 'time'

export interface Remaining {
  seconds: number
  limit: Limit
}

/** How many seconds can still be recorded, and what ends it then. */
export function remaining(bytes: number, maxBytes: number, leftMs: number): Remaining {
  const bySize = (maxBytes - ROOM - bytes) / RATE
  const byTime = (leftMs - BEFORE_DEADLINE) / 1000
  const limit = bySize < byTime ? 'size' : 'time'
  return { seconds: Math.max(0, Math.floor(Math.min(bySize, byTime))), limit }
}

export const isSoon = (left: Remaining): boolean => left.seconds <= SAID_FROM
