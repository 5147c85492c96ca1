import { computed } from 'vue'
import { ApiError } from '../../shared/api/http'
import { useAct } from '../../shared/useAct'
import type { AttemptSession } from '../attempt/session'
import { Unsure } from '../attempt/timely'

/**
 * useAct for what changes an attempt. While nobody knows whether an act was
 * done, that is said and nothing is offered; then, where it was not, that it
 * can be done again.
 */
export function useSureAct(session: AttemptSession) {
  const { busy, problem, run } = useAct()
  return {
    busy: computed(() => busy.value || !!session.unsure.value),
    problem: computed(() => session.unsure.value ?? (problem.value instanceof Unsure ? new ApiError('act_too_late') : problem.value)),
    run: (act: () => Promise<unknown>) => (session.unsure.value ? Promise.resolve(false) : run(act)),
  }
}
