// Whether an order may be checked in, by the server's own rules, for a desk
// that lost its line: the cases that both are held to are the exam's
// (app/exam/testdata/check_in.json).
import type { CheckInOrder } from '../../shared/api/types'

/** What the rules ask for of an order. */
export type Judged = Pick<CheckInOrder, 'opens_at' | 'closes_at' | 'from' | 'refused' | 'check_in'>

/** Refusals that no passing of time changes. */
const LASTING = ['check_in_over']

/** The code of why the order is not checked in at that moment (milliseconds since 1970), '' where it may be. */
export function refusedAt(order: Judged, now: number): string {
  const from = Date.parse(order.from)
  if (order.refused?.code === 'check_in_disqualified') return order.refused.code
  if (order.check_in) return 'checked_in_already'
  if (order.refused && LASTING.includes(order.refused.code)) return order.refused.code
  if (now < from) return dayOf(now, order.from) === dayOf(from, order.from) ? 'check_in_early' : 'check_in_other_day'
  return now < Date.parse(order.closes_at) ? '' : 'check_in_closed'
}

/** The day at the centre: its offset stands at the end of each of its times. */
function dayOf(moment: number, like: string): string {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(like) ?? []
  const offset = sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) : 0
  return new Date(moment + offset * 60_000).toISOString().slice(0, 10)
}
