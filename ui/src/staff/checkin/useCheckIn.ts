// What is asked for at the check-in, what was found, and the acts at the order
// that is open. Without a line it goes on with the list of today that it keeps.
import { computed, onMounted, ref, shallowRef, watch } from 'vue'
import { ApiError, asApiError } from '../../shared/api/http'
import type { CheckInDocument, CheckInOrder, CheckIns } from '../../shared/api/types'
import { ServerClock } from '../../shared/clock'
import { goneSince, whenBack } from '../../shared/desk/server'
import { usePolling } from '../../shared/desk/usePolling'
import { useAct } from '../../shared/useAct'
import { api } from '../api'
import { dayOf, keepDay, type Waiting } from './kept'
import { askedOf, folded, hostOf, isStrange } from './ticket'
import { useQueue } from './useQueue'
import { refusedAt } from './verdict'

/** Random, so that an act that is told twice counts once. */
const newName = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
const isOfLine = (problem: ApiError) => problem.code === 'offline' || problem.code === 'no_answer'

/** Who was logged in when the page was opened last: it may be opened again without a line. */
let lastAccount = ''

export function useCheckIn() {
  const clock = new ServerClock()
  const account = ref('')
  const kept = shallowRef<CheckIns | null>(null)
  const today = usePolling(readToday, 20_000)
  const queue = useQueue(() => account.value, () => void today.refresh())
  const poster = shallowRef('')
  const found = shallowRef<readonly CheckInOrder[]>([])
  const open = shallowRef<CheckInOrder | null>(null)
  /** What was asked for and is not here; without a line only the list of today was asked. */
  const missing = shallowRef<{ who: string; strange: boolean; local: boolean } | null>(null)
  /** Whom this page checked in last. */
  const done = shallowRef<CheckInOrder | null>(null)
  const { busy, problem, run } = useAct()

  const own = computed(() => [location.host, hostOf(poster.value)])
  /** The list as this device has it: what waits here is checked in too. */
  const list = computed(() => (today.data.value ?? kept.value)?.orders.map(asHere) ?? [])
  const alone = computed(() => goneSince.value !== null)

  async function readToday(): Promise<CheckIns> {
    const asked = clock.mark()
    const answer = await api.checkInsToday()
    clock.learn(answer.at, asked)
    if (account.value) void keepDay({ account: account.value, list: answer }).catch(() => undefined) // it is in the memory still
    return answer
  }

  const moment = () => (clock.known && !clock.suspect() ? clock.now() : Date.now())

  /** An order of the list as it stands now on this device. */
  function asHere(order: CheckInOrder): CheckInOrder {
    const waits = queue.waiting.value.find((one) => one.order === order.id)
    const check_in = order.check_in ?? (waits && { id: waits.id, at: waits.at, arrived_at: '', by: waits.by, document: waits.document })
    return { ...order, check_in }
  }

  function judged(order: CheckInOrder): CheckInOrder {
    const here = asHere(order)
    const code = refusedAt(here, moment())
    return { ...here, refused: code ? { code, args: {} } : undefined }
  }

  function findHere(who: string): CheckInOrder[] {
    const key = folded(who)
    const whole = list.value.filter((one) => folded(one.ticket) === key)
    const some = whole.length > 0 ? whole : list.value.filter((one) => one.name.includes(who.trim()) || folded(one.ticket).includes(key))
    return some.slice(0, 20).map(judged)
  }

  async function lookUp(who: string): Promise<{ orders: CheckInOrder[]; local: boolean }> {
    if (!alone.value) {
      try {
        return { orders: (await api.findForCheckIn(who)).orders.map(asHere), local: false }
      } catch (thrown) {
        if (!isOfLine(asApiError(thrown)) || list.value.length === 0) throw thrown
      }
    }
    return { orders: findHere(who), local: true }
  }

  async function ask(text: string): Promise<void> {
    const { who, host } = askedOf(text)
    if (!who) return
    await run(async () => {
      const { orders, local } = await lookUp(who)
      found.value = orders
      missing.value = orders.length === 0 ? { who, strange: isStrange(host, own.value), local } : null
      choose(orders.length === 1 ? (orders[0] ?? null) : null)
    })
  }

  function choose(order: CheckInOrder | null): void {
    open.value = order && (alone.value ? judged(order) : order)
    done.value = null
    problem.value = null
  }

  /** How the order stands now is read anew where an act was refused: somebody else was faster. */
  async function at(order: CheckInOrder, act: () => Promise<CheckInOrder>): Promise<boolean> {
    const well = await run(async () => {
      const after = await act()
      if (open.value?.id === order.id) open.value = after
    })
    if (!well) await reread(order)
    void today.refresh()
    return well
  }

  async function reread(order: CheckInOrder): Promise<void> {
    const answer = await api.findForCheckIn(order.ticket).catch(() => null)
    const fresh = answer?.orders.find((one) => one.id === order.id)
    if (fresh && open.value?.id === order.id) open.value = fresh
  }

  async function checkIn(order: CheckInOrder, document?: CheckInDocument): Promise<void> {
    const one: Waiting = { id: newName(), order: order.id, ticket: order.ticket, name: order.name, at: new Date(moment()).toISOString(), document, by: account.value }
    const well = await at(order, async () => {
      if (alone.value) {
        const code = refusedAt(asHere(order), moment())
        if (code) throw new ApiError(code)
      }
      await queue.add(one).catch((thrown: unknown) => {
        if (alone.value) throw thrown // with a line a browser that keeps nothing checks in all the same
      })
      return (alone.value ? null : await queue.send(one, false)) ?? asHere(order)
    })
    if (well) done.value = open.value
  }

  const identify = (order: CheckInOrder, document: CheckInDocument) => at(order, () => api.identifyAt(order.id, { check_in: order.check_in?.id ?? '', document }))
  const undo = (order: CheckInOrder, reason: string) => at(order, () => api.undoCheckIn(order.id, { check_in: order.check_in?.id ?? '', reason }))

  /** The order's consent was entered. */
  function changed(order: CheckInOrder): void {
    if (open.value?.id === order.id) open.value = asHere(order)
    void today.refresh()
  }

  /** What is open is told of what its act came to since. */
  watch(today.data, () => {
    const fresh = open.value && today.data.value?.orders.find((one) => one.id === open.value?.id)
    if (fresh && fresh.check_in?.id !== open.value?.check_in?.id) open.value = asHere(fresh)
    else if (fresh?.check_in && open.value && !open.value.check_in?.arrived_at) open.value = fresh
  })
  whenBack(() => void (missing.value?.local && ask(missing.value.who))) // now the whole list is asked
  onMounted(async () => {
    account.value = lastAccount = (await api.me().catch(() => null))?.name ?? lastAccount
    kept.value = await dayOf(account.value).catch(() => null)
    if (today.data.value && account.value) void keepDay({ account: account.value, list: today.data.value }).catch(() => undefined)
    await queue.read()
    await queue.replayOwn()
    poster.value = (await api.poster().catch(() => null))?.address ?? ''
  })

  return { today, list, alone, queue, found, open, missing, done, busy, problem, ask, choose, checkIn, identify, undo, changed }
}
