// What a loan phone tells the centre and is told. It is known by its device
// alone: nobody need be logged in on it.

import { createClient } from '../../shared/api/client'
import { send } from '../../shared/api/http'
import type { paths } from '../../shared/api/openapi'
import type { HeldVideo, LoanPart, LoanRemoved, LoanTold } from '../../shared/api/types'

const { post, url } = createClient<paths>()

/** Bytes that the centre takes in one request. */
const SLICE = 1024 * 1024

export const calls = {
  bind: (token: string) => post('/api/v1/loan/bind', { body: { token } }),
  tell: (held: HeldVideo[]): Promise<LoanTold> => post('/api/v1/loan/state', { body: { held } }),
  check: (loan: string, parts: LoanPart[]) => post('/api/v1/loan/check', { body: { loan, parts } }),
  cleared: (loan: string, removed: LoanRemoved) => post('/api/v1/loan/cleared', { body: { loan, ...removed } }),
  /** Sends what was recorded, of which the centre keeps nothing. */
  async recording(bytes: Blob): Promise<void> {
    for (let from = 0; from < bytes.size; from += SLICE) await send(url('/api/v1/loan/recording'), bytes.slice(from, from + SLICE))
  },
}
