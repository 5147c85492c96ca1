import type { Order } from '../../shared/api/types'
import { useLanguage } from '../../shared/useLanguage'
import { serverNow } from '../serverTime'

/** Seconds that an attempt has which starts now: it ends with the window at the latest (R7). */
export function secondsFor({ time_limit_seconds: limit, window, server_time }: Order): number {
  const left = (Date.parse(window.closes_at) - (serverNow() ?? Date.parse(server_time))) / 1000
  return left < limit ? Math.max(0, left) : limit
}

/** What is said of that time; nothing is promised that the window does not hold. */
export function useAttemptTime() {
  const { t, end, duration } = useLanguage()
  /** Whole minutes: a sentence that stands does not count down. */
  const minutes = (seconds: number) => (seconds < 60 ? t('candidate.orders.under_a_minute') : duration(Math.floor(seconds / 60) * 60))
  return (order: Order) => {
    const seconds = secondsFor(order)
    return { short: seconds < order.time_limit_seconds, words: { left: minutes(seconds), limit: duration(order.time_limit_seconds), closes: end(order.window.closes_at) } }
  }
}
