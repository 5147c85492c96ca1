import { onUnmounted, ref, shallowRef } from 'vue'
import { useRoute } from 'vue-router'
import type { Help } from '../../shared/api/types'
import { hearProblems } from '../../shared/api/http'
import { useAct } from '../../shared/useAct'
import { api } from '../api'
import { useSessions } from '../attempt/sessions'
import { helpState } from './state'

/** Milliseconds between two words of how the phone is, while a call is open. */
const EVERY = 6_000

/** «I need help»: asks, keeps what staff see fresh while it is open, and hears whether somebody is coming (R30). */
export function useHelp() {
  const route = useRoute()
  const sessions = useSessions()
  const call = shallowRef<Help>({ open: false })
  const lastError = ref<string>()
  const { busy, problem, run } = useAct()
  let timer: ReturnType<typeof setInterval> | null = null

  const unhear = hearProblems((code) => (lastError.value = code))

  async function tell(): Promise<void> {
    const session = sessions.current
    const attempt = session?.attempt.value
    const nameOf = (item: string) => attempt?.items.find(({ id }) => id === item)?.name ?? ''
    const state = await helpState(String(route.name ?? ''), session?.jobs.value ?? [], nameOf, lastError.value)
    const order = typeof route.params['order'] === 'string' ? route.params['order'] : undefined
    await api.askForHelp({ ...state, attempt_id: attempt?.id, order_id: order })
  }

  async function look(): Promise<void> {
    call.value = await api.help()
    follow(call.value.open)
  }

  function follow(open: boolean): void {
    if (open === (timer !== null)) return
    if (timer !== null) clearInterval(timer)
    // A lost network is waited out: the call stays open, and the next turn tells again.
    timer = open ? setInterval(() => void refresh().catch(() => undefined), EVERY) : null
  }

  async function refresh(): Promise<void> {
    await look() // staff may have closed it: it is not opened again behind their back
    if (call.value.open) await tell()
  }

  onUnmounted(() => {
    follow(false)
    unhear()
  })

  return {
    call,
    busy,
    problem,
    ask: () => run(async () => {
      await tell()
      await look()
    }),
    end: () => run(async () => {
      await api.endHelp()
      await look()
    }),
    /** After a log-in or a reload: goes on with a call that is open already. */
    resume: () => look().catch(() => undefined),
    forget: () => {
      call.value = { open: false }
      follow(false)
    },
  }
}
