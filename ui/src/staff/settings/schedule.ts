// When the centre sends, in the words of the page and as a cron expression.

export const SCHEDULES = ['daily', 'hourly', 'night', 'line', 'own'] as const
export type ScheduleKind = (typeof SCHEDULES)[number]

export interface Schedule {
  kind: ScheduleKind
  /** Of a daily one, as HH:MM. */
  at: string
  cron: string
}

const HOURLY = '0 * * * *'
/** Every hour from ten in the evening to five in the morning. */
const NIGHT = '0 22-23,0-5 * * *'
/** Where the line is only there at times, as with a phone's hotspot. */
const LINE = '*/10 * * * *'

export function readSchedule(cron: string): Schedule {
  const text = cron.trim().replace(/\s+/g, ' ')
  const daily = /^([0-5]?\d) ([01]?\d|2[0-3]) \* \* \*$/.exec(text)
  const at = daily ? `${daily[2]?.padStart(2, '0')}:${daily[1]?.padStart(2, '0')}` : '20:00'
  const kind = daily ? 'daily' : text === HOURLY || text === '@hourly' ? 'hourly' : text === NIGHT ? 'night' : text === LINE ? 'line' : 'own'
  return { kind, at, cron: text }
}

export function writeSchedule({ kind, at, cron }: Schedule): string {
  if (kind === 'hourly') return HOURLY
  if (kind === 'night') return NIGHT
  if (kind === 'line') return LINE
  if (kind === 'own') return cron.trim()
  const [hour = 0, minute = 0] = at.split(':').map(Number)
  return `${minute} ${hour} * * *`
}
