// What is left of an attempt, and when to say so.

export type Level = 'calm' | 'ten' | 'five' | 'one' | 'over'

/** Minutes before the end at which the candidate is warned. */
export const WARNINGS = [10, 5, 1] as const
export type Warning = (typeof WARNINGS)[number]

const MINUTE = 60_000

export function remaining(deadline: string, now: number): number {
  return Math.max(0, Date.parse(deadline) - now)
}

/** «42:07» or «1:02:07»; a begun second counts, so that 00:00 is only shown when it is over. */
export function digits(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  const pad = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const rest = `${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}

export function levelOf(ms: number): Level {
  if (ms <= 0) return 'over'
  if (ms <= MINUTE) return 'one'
  if (ms <= 5 * MINUTE) return 'five'
  if (ms <= 10 * MINUTE) return 'ten'
  return 'calm'
}

/**
 * The warning that became due between two looks, the most urgent one if the
 * phone slept through several. An attempt that starts with less than the time
 * of a warning is not warned of it.
 */
export function warningBetween(before: number, now: number): Warning | null {
  const due = WARNINGS.filter((minutes) => before > minutes * MINUTE && now <= minutes * MINUTE)
  return now > 0 ? (due[due.length - 1] ?? null) : null
}
