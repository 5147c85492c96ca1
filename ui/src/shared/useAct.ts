import { ref, shallowRef } from 'vue'
import { asApiError, type ApiError } from './api/http'

/**
 * An act of a person: while it runs a second tap does nothing, and what went
 * wrong is kept to be shown. `run` tells whether it went well.
 */
export function useAct() {
  const busy = ref(false)
  const problem = shallowRef<ApiError | null>(null)

  async function run(act: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    problem.value = null
    try {
      await act()
      return true
    } catch (thrown) {
      problem.value = asApiError(thrown)
      return false
    } finally {
      busy.value = false
    }
  }

  return { busy, problem, run }
}
