import { onMounted, onUnmounted, shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import { hearLine } from '../../shared/api/http'
import type { Order } from '../../shared/api/types'
import { useAct } from '../../shared/useAct'
import { api } from '../api'
import { onwardFrom } from '../way/onward'

/** One order for a page that shows it; a visitor who is not logged in goes to the log-in and comes back. */
export function useOrder(id: () => string) {
  const router = useRouter()
  const order = shallowRef<Order | null>(null)
  const { busy, problem, run } = useAct()

  async function load(): Promise<void> {
    const onward = onwardFrom(router)
    await run(async () => (order.value = await api.order(id())))
    if (problem.value?.code === 'login_needed') await onward({ name: 'login', query: { next: router.currentRoute.value.fullPath } })
  }
  onMounted(load)

  return { order, busy, problem, load }
}

/** The order of a page that is of use without it too: what cannot be read is left out. */
export function useKnownOrder(id: () => string | undefined) {
  const order = shallowRef<Order | null>(null)
  let asking = false
  async function load(): Promise<void> {
    const asked = id()
    if (!asked || asking || order.value) return
    asking = true
    order.value = await api.order(asked).catch(() => null)
    asking = false
  }
  onMounted(load)
  let lost = false
  onUnmounted(
    hearLine((there) => {
      if (there && lost) void load() // the line is back
      lost = !there
    }),
  )
  return { order }
}
