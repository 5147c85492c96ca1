import { useTimeoutFn } from '@vueuse/core'
import { onMounted, onUnmounted, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { ApiError, asApiError } from '../api/http'
import { goneSince } from './server'

/** The code of what was read before the server was gone; its argument says when. */
export const STALE = 'stale'

/**
 * Reads something again and again while the page is looked at. What was read
 * last stays when a reading fails; the failure is shown beside it. A pace that
 * changes holds at once.
 */
export function usePolling<T>(read: () => Promise<T>, every: MaybeRefOrGetter<number>) {
  const data = shallowRef<T | null>(null)
  const problem = shallowRef<ApiError | null>(null)
  const pause = useTimeoutFn(look, every, { immediate: false })
  let latest = 0
  let closed = false
  let known: string | undefined
  let readAt = ''

  /** The whole page says once that the server is gone; a reading, how old it is. */
  function stale(why: ApiError): ApiError {
    return readAt && (why.code === 'offline' || why.code === 'no_answer') ? new ApiError(STALE, 0, { read_at: readAt }) : why
  }

  async function refresh(): Promise<void> {
    pause.stop()
    const turn = ++latest
    try {
      const answer = await read()
      if (turn !== latest) return // a later reading overtook this one
      const text = JSON.stringify(answer)
      if (text !== known) data.value = answer // what did not change is not drawn anew
      known = text
      readAt = new Date().toISOString()
      problem.value = null
    } catch (thrown) {
      if (turn === latest) problem.value = stale(asApiError(thrown))
    }
    if (!closed && turn === latest) pause.start()
  }

  async function look(): Promise<void> {
    if (document.visibilityState === 'visible') await refresh()
    else pause.start()
  }

  watch(
    () => toValue(every),
    () => pause.isPending.value && pause.start(),
  )
  watch(goneSince, (gone) => {
    if (gone === null) void look()
    else problem.value = stale(new ApiError('offline'))
  })
  onMounted(refresh)
  onUnmounted(() => (closed = true)) // an answer that comes later plans no more
  return { data, problem, refresh }
}
