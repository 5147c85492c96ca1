import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { ApiError } from './api/http'

/**
 * «Too many tries» says how long to wait, in seconds: that runs down, and is not
 * said any longer than it is true. `shown` is the problem as it is now, `waits`
 * whether it names a time, `past` whether that is over.
 */
export function useRunningDown(problem: () => ApiError) {
  const shown = shallowRef(problem())
  const waits = ref(false)
  const past = ref(false)
  let timer: ReturnType<typeof setInterval> | undefined

  function begin(told: ApiError): void {
    clearInterval(timer)
    const seconds = told.code === 'too_many_tries' ? Number(told.args['retry_seconds']) || 0 : 0
    shown.value = told
    waits.value = seconds > 0
    past.value = false
    if (seconds > 0) timer = setInterval(tick, 1000, told, seconds, performance.now())
  }

  function tick(told: ApiError, seconds: number, since: number): void {
    const left = seconds - Math.floor((performance.now() - since) / 1000)
    past.value = left <= 0
    shown.value = new ApiError(told.code, told.status, { ...told.args, retry_seconds: Math.max(1, left) })
    if (past.value) clearInterval(timer)
  }

  watch(problem, begin, { immediate: true })
  onScopeDispose(() => clearInterval(timer))
  return { shown, waits, past }
}
