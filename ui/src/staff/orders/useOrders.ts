import { reactive, ref, shallowRef, watch } from 'vue'
import type { OrderRow } from '../../shared/api/types'
import { useAct } from '../../shared/useAct'
import { api, type OrderFilter } from '../api'

/** What a new filter chooses: all orders, by ticket. */
export const everyOrder = (): OrderFilter => ({ who: '', subject: '', grade: '', status: '', no_photo: false, emergency: false, day: '', sort: 'ticket' })

/** The list of orders: pages of it, as the filter chooses. */
export function useOrders() {
  const filter = reactive<OrderFilter>(everyOrder())
  const rows = shallowRef<OrderRow[]>([])
  const subjects = shallowRef<string[]>([])
  const next = ref<string | undefined>()
  const count = ref(0)
  const loaded = ref(false)
  const { busy, problem, run } = useAct()
  let asked = 0

  async function read(after?: string): Promise<void> {
    const turn = ++asked
    const page = await api.orders(filter, after)
    if (turn !== asked) return // the filter was changed meanwhile
    rows.value = after ? [...rows.value, ...page.orders] : page.orders
    next.value = page.next
    count.value = page.count
    subjects.value = page.subjects
    loaded.value = true
  }

  const again = () => run(() => read())
  const more = () => (next.value ? run(() => read(next.value)) : Promise.resolve(false))
  watch(filter, () => {
    busy.value = false // a reading by the former filter is of no use any more
    void again()
  })

  return { filter, rows, subjects, next, count, loaded, busy, problem, again, more }
}

export type Orders = ReturnType<typeof useOrders>
