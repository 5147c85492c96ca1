// The sentence and the next step of every refusal (I8). Codes are the
// server's and never change; a code we do not know gets a general sentence.

import type { ApiError, Args } from '../api/http'
import { durationText, gradeText, sizeText, timeText, type Language } from './format'

export interface Sentence {
  text: string
  next: string
}

/** What the function needs of vue-i18n. */
export interface Translator {
  t(key: string, named: Record<string, unknown>): string
  te(key: string): boolean
}

export function sentenceOf(problem: ApiError, i18n: Translator, language: Language): Sentence {
  const named = readable(problem.args, language)
  const key = keyOf(problem, i18n, named)
  return { text: i18n.t(`error.${key}.text`, named), next: i18n.t(`error.${key}.next`, named) }
}

function keyOf(problem: ApiError, i18n: Translator, named: Record<string, unknown>): string {
  const { code } = problem
  if (!i18n.te(`error.${code}.text`)) return 'unknown'
  // A sentence with a gap in it is worse than a general one.
  return complete(code, named) ? code : `${code}_plain`
}

/** Arguments that a code's sentence cannot do without; `<code>_plain` is the sentence without them. */
export const NEEDED: Record<string, string[]> = {
  window_not_open: ['opens_at'],
  window_closed: ['closed_at'],
  too_many_tries: ['retry_seconds'],
  upload_too_large: ['size', 'max_clip_bytes'],
  device_not_allowed: ['number'],
  loan_order_elsewhere: ['name'],
  missed_early: ['calls', 'third_at'],
  import_begun: ['count', 'ticket'],
  import_moved_on: ['count', 'ticket'],
  intake_no_room: ['needed_bytes', 'left_bytes'],
  syllabus_bare: ['subject', 'count', 'ticket'],
  syllabus_in_use: ['count', 'ticket'],
  too_many_to_confirm: ['count', 'max'],
  setting_text: ['max'],
  setting_wifi_name: ['max'],
  setting_span: ['min', 'max'],
  setting_number: ['min', 'max'],
  setting_password: ['min', 'max'],
}

function complete(code: string, named: Record<string, unknown>): boolean {
  return (NEEDED[code] ?? []).every((name) => named[name] !== undefined)
}

/** Arguments as people read them: times, sizes, durations, grades. */
export function readable(args: Args, language: Language): Record<string, unknown> {
  const entries = Object.entries(args).map(([name, value]) => [name, oneReadable(name, value, language)])
  return Object.fromEntries(entries) as Record<string, unknown>
}

function oneReadable(name: string, value: unknown, language: Language): unknown {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return timeText(value, language, name === 'third_at' ? 'exact' : 'moment')
  if (typeof value !== 'number') return value
  if (name === 'grade') return gradeText(value, language)
  if (name === 'size' || name.endsWith('_bytes')) return sizeText(value)
  return name.endsWith('_seconds') ? durationText(value, language) : value
}
