// What is asked for at the check-in, what was found, and the acts at the order
// that is open.
import { computed, ref, shallowRef } from 'vue'
import type { CheckInDocument, CheckInOrder } from '../../shared/api/types'
import { usePolling } from '../../shared/desk/usePolling'
import { useAct } from '../../shared/useAct'
import { api } from '../api'
import { askedOf, isStrange } from './ticket'

/** Random, so that an act that is told twice counts once. */
const newName = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

export function useCheckIn() {
  const today = usePolling(api.checkInsToday, 20_000)
  const poster = shallowRef('')
  const found = shallowRef<readonly CheckInOrder[]>([])
  const open = shallowRef<CheckInOrder | null>(null)
  /** What was asked for and is not here. */
  const missing = shallowRef<{ who: string; strange: boolean } | null>(null)
  /** Whom this page checked in last. */
  const done = shallowRef<CheckInOrder | null>(null)
  const { busy, problem, run } = useAct()
  const act = ref('')

  const own = computed(() => [location.host, hostOf(poster.value)])

  async function ask(text: string): Promise<void> {
    const { who, host } = askedOf(text)
    if (!who) return
    await run(async () => {
      const answer = await api.findForCheckIn(who)
      found.value = answer.orders
      missing.value = answer.orders.length === 0 ? { who, strange: isStrange(host, own.value) } : null
      choose(answer.orders.length === 1 ? (answer.orders[0] ?? null) : null)
    })
  }

  function choose(order: CheckInOrder | null): void {
    if (order?.id !== open.value?.id) act.value = newName()
    open.value = order
    done.value = null
    problem.value = null
  }

  /** How the order stands now is read anew where the act was refused: somebody else was faster. */
  async function at(id: string, call: () => Promise<CheckInOrder>): Promise<boolean> {
    const well = await run(async () => {
      open.value = await call()
    })
    if (!well) await reread(id)
    void today.refresh()
    return well
  }

  async function reread(id: string): Promise<void> {
    const answer = await api.findForCheckIn(open.value?.ticket ?? '').catch(() => null)
    const fresh = answer?.orders.find((one) => one.id === id)
    if (fresh && open.value?.id === id) open.value = fresh
  }

  async function checkIn(order: CheckInOrder, document?: CheckInDocument): Promise<void> {
    if (!(await at(order.id, () => api.checkIn(order.id, { id: act.value, document })))) return
    done.value = open.value
    act.value = newName()
  }

  const identify = (order: CheckInOrder, document: CheckInDocument) => at(order.id, () => api.identifyAt(order.id, { check_in: order.check_in?.id ?? '', document }))
  const undo = (order: CheckInOrder, reason: string) => at(order.id, () => api.undoCheckIn(order.id, { check_in: order.check_in?.id ?? '', reason }))

  /** The address on the posters is our own too; without it only this page's is. */
  const readPoster = async () => (poster.value = (await api.poster().catch(() => null))?.address ?? '')

  return { today, found, open, missing, done, busy, problem, ask, choose, checkIn, identify, undo, readPoster }
}

function hostOf(address: string): string {
  try {
    return new URL(address).host
  } catch {
    return ''
  }
}
