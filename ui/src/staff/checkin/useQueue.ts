// The check-ins of this device that the server does not have yet. One is kept
// before it is sent and dropped when the server has answered, so that neither a
// lost answer nor a closed page loses it or counts it twice.
import { useIntervalFn } from '@vueuse/core'
import { computed, onMounted, shallowRef } from 'vue'
import { asApiError } from '../../shared/api/http'
import type { CheckInOrder } from '../../shared/api/types'
import { whenBack } from '../../shared/desk/server'
import { api } from '../api'
import { allWaiting, drop, keep, type Waiting } from './kept'

/** Milliseconds between two tries while something waits. */
const AGAIN = 8000

/** An answer of the server that says no: what it says after a failure of its own is none. */
const isRefusal = (status: number) => status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status)

export function useQueue(account: () => string, told: () => void) {
  const list = shallowRef<readonly Waiting[]>([])
  const waiting = computed(() => list.value.filter((one) => !one.refused))
  const own = computed(() => waiting.value.filter((one) => one.by === account()))
  const others = computed(() => waiting.value.filter((one) => one.by !== account()))
  const refused = computed(() => list.value.filter((one) => one.refused))
  let sending = false

  const read = async () => {
    list.value = await allWaiting().catch(() => list.value)
  }

  /** Sends one: its order as it stands now; null while the server has not answered. A refusal is thrown. */
  async function send(one: Waiting, late: boolean): Promise<CheckInOrder | null> {
    try {
      const order = await api.checkIn(one.order, { id: one.id, at: late ? one.at : undefined, document: one.document })
      await drop(one.id)
      return order
    } catch (thrown) {
      const problem = asApiError(thrown)
      if (!isRefusal(problem.status)) return null
      if (late) await keep({ ...one, refused: problem.code })
      else await drop(one.id)
      throw problem
    } finally {
      await read()
    }
  }

  /** What waits goes out one after another, in the order in which it was read. */
  async function replay(what: readonly Waiting[]): Promise<void> {
    if (sending || !account()) return
    sending = true
    try {
      for (const one of [...what].sort((a, b) => a.at.localeCompare(b.at))) {
        const order = await send(one, true).catch(() => undefined)
        if (order === null) break // no answer: the rest waits too
        told()
      }
    } finally {
      sending = false
    }
  }

  async function add(one: Waiting): Promise<void> {
    await keep(one)
    await read()
  }

  async function dismiss(one: Waiting): Promise<void> {
    await drop(one.id)
    await read()
  }

  const replayOwn = () => replay(own.value)
  whenBack(() => void replayOwn())
  useIntervalFn(() => void (own.value.length > 0 && replayOwn()), AGAIN)
  onMounted(read)

  return { waiting, others, refused, add, send, dismiss, read, replayOwn, sendOthers: () => replay(others.value) }
}
