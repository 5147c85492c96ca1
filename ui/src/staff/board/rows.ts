// Which rows stand on the board, in which order, and how they get there a few
// at a time: a desk's computer is slow, and 210 rows at once keep it from
// taking a click.

import type { HelpCall, HelpReason, StaffAttempt } from '../../shared/api/types'
import { receiptNumber } from '../../shared/text/receipt'

export interface Row {
  readonly id: string
  readonly attempt: StaffAttempt
  /** Of the call that is open. */
  readonly reason?: HelpReason
  /** What tells this version of the row from another. */
  readonly text: string
}

/** The rows of an answer. One in which nothing changed is the very same object as before, so that nothing of it is drawn anew. */
export function rowsOf(attempts: readonly StaffAttempt[], calls: readonly HelpCall[], before: readonly Row[]): Row[] {
  const known = new Map(before.map((row) => [row.id, row]))
  return attempts.map((attempt) => {
    const reason = calls.find((call) => call.candidate && call.attempt_id === attempt.id)?.reason
    const text = JSON.stringify([reason, { ...attempt, server_time: '' }])
    const old = known.get(attempt.id)
    return old?.text === text ? old : { id: attempt.id, attempt, reason, text }
  })
}

/** Of times in the same zone, and of ids. */
const compared = (a: string, b: string) => (a < b ? -1 : Number(a > b))

export const isRunning = ({ attempt }: Row) => attempt.state === 'running'

/** What keeps an exam from going on: a call for help, a phone that is not heard, a video that nobody could look at. */
function troubleOf({ reason, attempt }: Row): number {
  if (reason) return 0
  if (attempt.lost_since) return 1
  return attempt.items.some((item) => item.clip_state === 'unexaminable') ? 2 : 3
}

/** Whether staff closed the row, and nothing happened since. */
export const isClosed = ({ attempt }: Row) => attempt.closed?.hidden === true

/** Trouble comes first, calls for help above all; then the earliest deadlines. */
export function byUrgency(rows: readonly Row[]): Row[] {
  const running = rows.filter(isRunning)
  return running.sort((a, b) => troubleOf(a) - troubleOf(b) || compared(a.attempt.deadline, b.attempt.deadline) || compared(a.id, b.id))
}

/** The last ended comes first. */
export function byEnd(rows: readonly Row[]): Row[] {
  const end = ({ attempt }: Row) => attempt.ended_at ?? attempt.deadline
  return rows.filter((row) => !isRunning(row)).sort((a, b) => compared(end(b), end(a)))
}

/**
 * The rows while somebody is about to press one: those that are shown keep their
 * places and are updated, new ones come after them, and those that ended
 * meanwhile stay, marked as ended.
 */
export function inPlace(shown: readonly Row[], now: readonly Row[], belongs: (row: Row) => boolean): Row[] {
  const fresh = new Map(now.map((row) => [row.id, row]))
  const known = new Set(shown.map(({ id }) => id))
  return [...shown.flatMap((row) => fresh.get(row.id) ?? []), ...now.filter((row) => !known.has(row.id) && belongs(row))]
}

/** As it is compared: full-width letters and digits, as Chinese keyboards write them, are the narrow ones. */
const plain = (text: string) => text.normalize('NFKC').toLowerCase().replace(/[\s-]/g, '')

/** Whether a row is found by a part of the name, the ticket, the code, the device's number or the receipt's. */
export function found({ attempt }: Row, words: string): boolean {
  const sought = plain(words)
  if (!sought) return true
  const { candidate, code, device_number: device, id } = attempt
  return [candidate.name, candidate.ticket, code ?? '', device, receiptNumber(id)].some((part) => plain(part).includes(sought))
}

/**
 * One step from the shown rows to the wanted ones: at most `limit` of them are
 * added, changed or removed. The wanted order applies at once; the rest comes with
 * later steps, from the top.
 */
export function towards(shown: readonly Row[], wanted: readonly Row[], limit: number): Row[] {
  const here = new Map(shown.map((row) => [row.id, row]))
  let left = limit
  const next: Row[] = []
  for (const row of wanted) {
    const old = here.get(row.id)
    here.delete(row.id)
    if (old === row) next.push(row)
    else if (left > 0) {
      left--
      next.push(row)
    } else if (old) next.push(old)
  }
  const gone = [...here.values()].slice(Math.max(0, left))
  return next.concat(gone)
}

export const same = (a: readonly Row[], b: readonly Row[]) => a.length === b.length && a.every((row, i) => row === b[i])
