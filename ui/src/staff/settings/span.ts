// Spans of time as the server writes them («72h», «1h30m»), in days and hours.

const UNITS: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001 }

/** In seconds; 0 for what is none. */
export function secondsOf(span: string): number {
  return [...span.matchAll(/([\d.]+)(h|ms|m|s)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0)
}

/** The largest unit in which it is a whole number. */
export function inUnits(seconds: number): { count: number; unit: 'day' | 'hour' | 'minute' | 'second' } {
  if (seconds > 0 && seconds % 86_400 === 0) return { count: seconds / 86_400, unit: 'day' }
  if (seconds % 3600 === 0) return { count: seconds / 3600, unit: 'hour' }
  if (seconds % 60 === 0) return { count: seconds / 60, unit: 'minute' }
  return { count: seconds, unit: 'second' }
}

/** As people say it: in whole days, else in hours, minutes and seconds. */
export function partsOf(seconds: number): { count: number; unit: 'day' | 'hour' | 'minute' | 'second' }[] {
  if (seconds % 86_400 === 0) return [inUnits(seconds)]
  const parts = [
    { count: Math.floor(seconds / 3600), unit: 'hour' as const },
    { count: Math.floor((seconds % 3600) / 60), unit: 'minute' as const },
    { count: seconds % 60, unit: 'second' as const },
  ]
  return parts.filter(({ count }) => count > 0)
}
