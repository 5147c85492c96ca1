import { watch, type ComputedRef, type ShallowRef } from 'vue'
import type { Attempt, Order } from '../../shared/api/types'
import { api } from '../api'

interface Followed {
  readonly attempt: ShallowRef<Attempt | null>
  readonly order: ShallowRef<Order | null>
}

/**
 * What of an attempt tells that its order's times may have changed: its end,
 * extra time, a moved window (R15, R22). Of one that ended the attempt itself
 * does not show a moved window, so every word of it is news; there are few.
 */
function newsOf({ id, state, deadline, resets_left, server_time }: Attempt): string {
  return `${id} ${state} ${deadline} ${resets_left} ${state === 'running' ? '' : server_time}`
}

/**
 * Reads the order of the shown attempt anew when the page comes up and with
 * such news, so that «until when» is never what was true an hour ago. The
 * first reading is the session's. What cannot be read leaves the former.
 */
export function useFreshOrder(session: ComputedRef<Followed>): void {
  async function read({ attempt, order }: Followed): Promise<void> {
    if (!attempt.value || !order.value) return
    const fresh = await api.order(attempt.value.order_id).catch(() => null)
    if (fresh && Date.parse(fresh.server_time) >= Date.parse(order.value.server_time)) order.value = fresh
  }
  watch(
    () => session.value.attempt.value && newsOf(session.value.attempt.value),
    () => void read(session.value),
    { immediate: true },
  )
}
