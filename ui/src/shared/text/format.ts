// Numbers and times as people read them. Times are shown as the server's
// clock shows them: a phone set to another zone would mislead.

export type Language = 'zh-CN' | 'en'

/** Minutes east of Greenwich in an RFC 3339 time; the centre's own zone where it says UTC. */
const CENTRE_OFFSET = 8 * 60

export function offsetOf(time: string): number {
  return offsetIn(time) || CENTRE_OFFSET
}

/** Minutes east of Greenwich as they are written, 0 where none are. */
function offsetIn(time: string): number {
  const match = /([+-])(\d\d):(\d\d)$/.exec(time)
  if (!match) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return match[1] === '-' ? -minutes : minutes
}

const styles = {
  moment: { month: 'short', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit' },
  exact: { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  clock: { hour: '2-digit', minute: '2-digit' },
  day: { month: 'short', day: 'numeric', weekday: 'short' },
} satisfies Record<string, Intl.DateTimeFormatOptions>

export type TimeStyle = keyof typeof styles

/** The year is said where it is not this one: a window may cross it. */
export function timeText(time: string, language: Language, style: TimeStyle = 'moment', now = Date.now()): string {
  const local = localOf(time)
  return local ? formatted(local, language, style, thisYear(time, now)) : time
}

/** A moment in milliseconds since 1970 as a time in the zone of another. */
export function timeLike(time: string, at: number): string {
  const zone = /(Z|[+-]\d\d:\d\d)$/.exec(time)?.[0] ?? 'Z'
  const east = zone === 'Z' ? 0 : offsetIn(zone)
  return new Date(at + east * 60_000).toISOString().replace('Z', zone)
}

/** A time at which something ends: midnight is 24:00 of the day before, as people say it. */
export function endText(time: string, language: Language, now = Date.now()): string {
  const local = localOf(time)
  if (!local || local % DAY !== 0) return timeText(time, language, 'moment', now)
  return `${formatted(local - 1, language, 'day', thisYear(time, now))}${language === 'en' ? ', ' : ' '}24:00`
}

/** A calendar's day, as «2026-08-03» says it; with its year always on what is kept on paper. Anything else is shown as it is. */
export function dayText(day: string, language: Language, kept = false, now = Date.now()): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return day
  return formatted(Date.parse(day), language, 'day', kept ? NaN : thisYear(`${day}T00:00:00+08:00`, now))
}

const DAY = 24 * 3600_000

/** Milliseconds that read as UTC what the server's clock shows. */
function localOf(time: string): number | null {
  const at = Date.parse(time)
  return Number.isNaN(at) ? null : at + offsetOf(time) * 60_000
}

/** The year that it is now where the time was told. */
const thisYear = (time: string, now: number) => new Date(now + offsetOf(time) * 60_000).getUTCFullYear()

function formatted(local: number, language: Language, style: TimeStyle, year: number): string {
  const locale = language === 'en' ? 'en-GB' : 'zh-CN'
  const dated = 'day' in styles[style] && new Date(local).getUTCFullYear() !== year
  return new Intl.DateTimeFormat(locale, { ...styles[style], ...(dated ? { year: 'numeric' } : {}), hourCycle: 'h23', timeZone: 'UTC' }).format(new Date(local))
}

const MB = 1024 * 1024

/** «87 MB», in the rules' megabytes of 1024 × 1024 bytes. */
export function sizeText(bytes: number): string {
  if (bytes >= 1024 * MB) return `${(bytes / 1024 / MB).toFixed(1)} GB`
  if (bytes >= 10 * MB) return `${Math.round(bytes / MB)} MB`
  if (bytes >= MB / 10) return `${(bytes / MB).toFixed(1)} MB`
  return `${Math.ceil(bytes / 1024)} KB`
}

/** «99.9 KB», in thousands of bytes, as R2 has the bounds of a photo; what is too large is not rounded down to its bound. */
export function photoSizeText(bytes: number, round: (n: number) => number): string {
  return `${round(bytes / 100) / 10} KB`
}

const chinese = ['', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十']

export function gradeText(grade: number, language: Language): string {
  return language === 'en' ? `Grade ${grade}` : `${chinese[grade] ?? grade}级`
}

/** «2 分钟 5 秒», rounded so that it does not flicker. */
export function durationText(seconds: number, language: Language): string {
  const whole = Math.max(1, Math.round(seconds))
  const [m, s] = [Math.floor(whole / 60), whole % 60]
  const units = language === 'en' ? { h: ' h', m: ' min', s: ' s', gap: ' ' } : { h: ' 小时', m: ' 分钟', s: ' 秒', gap: ' ' }
  if (m >= 120) return m % 60 === 0 ? `${m / 60}${units.h}` : `${Math.floor(m / 60)}${units.h}${units.gap}${m % 60}${units.m}`
  if (m === 0) return `${s}${units.s}`
  if (m >= 10 || s === 0) return `${m}${units.m}`
  return `${m}${units.m}${units.gap}${s}${units.s}`
}
