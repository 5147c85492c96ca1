import { useTimeoutFn } from '@vueuse/core'
import { onMounted, onUnmounted, shallowRef } from 'vue'
import { asApiError, type ApiError } from '../api/http'

/**
 * Reads something again and again while the page is looked at. What was read
 * last stays when a reading fails; the failure is shown beside it.
 */
export function usePolling<T>(read: () => Promise<T>, every: number) {
  const data = shallowRef<T | null>(null)
  const problem = shallowRef<ApiError | null>(null)
  const pause = useTimeoutFn(look, every, { immediate: false })
  let latest = 0
  let closed = false
  let known: string | undefined

  async function refresh(): Promise<void> {
    pause.stop()
    const turn = ++latest
    try {
      const answer = await read()
      if (turn !== latest) return // a later reading overtook this one
      const text = JSON.stringify(answer)
      if (text !== known) data.value = answer // what did not change is not drawn anew
      known = text
      problem.value = null
    } catch (thrown) {
      if (turn === latest) problem.value = asApiError(thrown)
    }
    if (!closed && turn === latest) pause.start()
  }

  async function look(): Promise<void> {
    if (document.visibilityState === 'visible') await refresh()
    else pause.start()
  }

  onMounted(refresh)
  onUnmounted(() => (closed = true)) // an answer that comes later plans no more
  return { data, problem, refresh }
}
