import { computed, inject, type ComputedRef, type InjectionKey } from 'vue'
import type { Attempt } from '../../shared/api/types'
import type { AttemptSession } from './session'

export const attemptKey: InjectionKey<ComputedRef<AttemptSession>> = Symbol('attempt')

/** The attempt whose frame this page is in; the frame shows it only when it is known. */
export function useAttempt(): { session: AttemptSession; attempt: ComputedRef<Attempt> } {
  const given = inject(attemptKey)
  if (!given) throw new Error('this page is shown inside an attempt only')
  const session = given.value
  const attempt = computed(() => {
    if (!session.attempt.value) throw new Error('the attempt is not known yet')
    return session.attempt.value
  })
  return { session, attempt }
}
