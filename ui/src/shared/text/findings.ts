// How findings are read: which come first, and their numbers.

import type { Finding, Verdict } from '../api/types'
import { sizeText } from './format'

const order: Verdict[] = ['fail', 'cannot_tell', 'warn', 'pass']

/** What needs a person's eye comes first; the rest as the centre ordered it. */
export function byUrgency(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
}

type Words = (key: string, values?: Record<string, unknown>) => string

/** Ratios that people read as per cent. */
const SHARES = ['face_present', 'frame_steadiness', 'clipping']

/** Units that have a word; the others (dB, LUFS) are signs. */
const UNITS = ['s', 'min', 'd', 'px', 'fps', 'pictures']

/** A measured number as people say it: «400 days», «7 %». */
export function valueText(finding: Finding, value: number, t: Words): string {
  const { kind } = finding
  const unit = kind === 'same_person' ? 'pictures' : finding.unit
  if (unit === 'bytes') return sizeText(value)
  if (SHARES.includes(kind)) return `${Number((value * 100).toFixed(value < 0.01 ? 1 : 0))} %`
  if (kind === 'orientation') return `${Number(value.toFixed(2))} : 1`
  const n = Number(value.toFixed(Math.abs(value) < 10 ? 2 : 1))
  if (unit && UNITS.includes(unit)) return t(`finding.unit.${unit}`, { n })
  return unit ? `${n} ${unit}` : `${n}`
}

/** Of these the limit is the least; of all others the most. */
const AT_LEAST = ['resolution', 'frame_rate', 'duration', 'orientation', 'sound', 'light', 'loudness', 'face_present']

/** On which side of its limit a finding is good. */
function side({ kind, verdict, note, unit }: Finding): string {
  if (kind === 'face_match') return verdict === 'fail' ? 'another' : 'same'
  if (kind === 'same_person') return 'below'
  // Light is held against a least and a most, and against the seconds of a stretch.
  if (kind === 'light') return note === 'too_bright' || unit === 's' ? 'most' : 'least'
  return AT_LEAST.includes(kind) ? 'least' : 'most'
}

/** «measured 2 (at most 1)»; '' for what has no number. */
export function measuredText(finding: Finding, t: Words): string {
  const { value, limit } = finding
  if (value === undefined || value === null) return ''
  const measured = t('finding.measured', { value: valueText(finding, value, t) })
  if (!limit) return measured // «at most none» says nothing
  return `${measured} ${t(`finding.limit.${side(finding)}`, { limit: valueText(finding, limit, t) })}`
}

/** Places and pictures of one finding that stand there at once: more would push the next out of sight. */
export const PLACES = 4
export const FRAMES = 3

/** «1:05.2» of milliseconds from the clip's start. */
export function momentText(ms: number): string {
  const tenths = Math.round(ms / 100)
  const seconds = Math.floor(tenths / 10)
  const rest = `${String(seconds % 60).padStart(2, '0')}.${tenths % 10}`
  return `${Math.floor(seconds / 60)}:${rest}`
}

/** A span as people say it: «30 min», «1 min 30 s»; never «0 min». */
export function spanText(seconds: number, t: Words): string {
  const whole = Math.round(seconds)
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60]
  const parts = [minutes > 0 ? t('finding.unit.min', { n: minutes }) : '', rest > 0 || minutes === 0 ? t('finding.unit.s', { n: rest }) : '']
  return parts.filter(Boolean).join(' ')
}
