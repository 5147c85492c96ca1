import { onMounted, shallowRef, watch } from 'vue'
import { asApiError, type ApiError } from '../../shared/api/http'

import { useAct } from '../../shared/useAct'
import { api } from '../api'
import type { DeskAttempt } from './acts/types'

interface Shown {
  id: () => string
  /** Changes with whatever the board's row shows. */
  version: () => string
  refresh: () => Promise<void>
}

/**
 * The attempt of the open row: what may be done, and what was done. It is read
 * anew with every change of the row and after every act, also a refused one:
 * another helper may have been faster.
 */
export function useDeskAttempt({ id, version, refresh }: Shown) {
  const detail = shallowRef<DeskAttempt | null>(null)
  const failed = shallowRef<ApiError | null>(null)
  const acting = useAct()

  async function read(): Promise<void> {
    const asked = id()
    try {
      const answer = await api.deskAttempt(asked)
      if (asked === id()) [detail.value, failed.value] = [answer, null]
    } catch (thrown) {
      if (asked === id()) failed.value = asApiError(thrown)
    }
  }

  /** Acts, and reads what came of it; whether it was done. */
  async function act(what: () => Promise<unknown>): Promise<boolean> {
    const done = await acting.run(what)
    await Promise.all([read(), refresh()])
    return done
  }

  onMounted(read)
  watch(version, read)
  return { detail, failed, act, busy: acting.busy, problem: acting.problem }
}
