// How a loan phone stands, in one word, and what can be done with it.

import type { LoanPhone } from '../../shared/api/types'

export type Standing = 'free' | 'unbound' | 'checking' | 'failed' | 'out' | 'returning' | 'over' | 'forced'

/** Milliseconds after its last word in which a phone counts as there. */
const HEARD = 15_000

export function standingOf({ bound_at, loan }: LoanPhone): Standing {
  if (!loan) return bound_at ? 'free' : 'unbound'
  if (loan.state === 'over') return loan.cleared_at ? 'over' : 'forced'
  if (loan.forced_at) return 'forced'
  return loan.state === 'checking' && loan.parts.length > 0 && !loan.passed ? 'failed' : loan.state
}

export const TONES: Record<Standing, string> = {
  free: 'state-good', over: 'state-good', unbound: 'state-soft', checking: 'state-soft', out: 'state-soft', failed: 'state-warn', returning: 'state-warn', forced: 'state-warn',
}

export const isThere = ({ heard_at }: LoanPhone, at: string): boolean => !!heard_at && Date.parse(at) - Date.parse(heard_at) < HEARD
