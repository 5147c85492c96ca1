// How fast this phone's line was when it was last measured: by an upload, or
// by the check before the exam. It is the estimate for the first upload of an
// attempt, also after a reload.

const KEY = 'kaodian-line'
/** Milliseconds for which it is valid: phones move, halls fill. */
const AGES = 2 * 3600_000

/** `rate`: bytes a second. */
export function rememberLine(rate: number): void {
  if (!(rate > 0)) return
  try {
    localStorage.setItem(KEY, JSON.stringify({ rate: Math.round(rate), at: Date.now() }))
  } catch {
    // a private window: then it is measured anew
  }
}

/** Bytes a second, 0 while unknown. */
export function rememberedLine(): number {
  try {
    const { rate, at } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as { rate?: number; at?: number }
    const age = Date.now() - (at ?? 0)
    return typeof rate === 'number' && age >= 0 && age < AGES ? rate : 0
  } catch {
    return 0
  }
}
