// How findings are read: which come first, and their numbers.

import type { Doubt, Finding, Verdict } from '../api/types'
import { sizeText } from './format'

const order: Verdict[] = ['fail', 'cannot_tell', 'warn', 'pass']

/** What needs a person's eye comes first; the rest as the centre ordered it. */
export function byUrgency(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
}

/** Doubts under their own verdicts, the worst first, each kind once. */
export function groupedDoubts(doubts: readonly Doubt[]): { verdict: string; kinds: string[] }[] {
  return order
    .map((verdict) => ({ verdict, kinds: [...new Set(doubts.filter((doubt) => doubt.verdict === verdict).map(({ kind }) => kind))] }))
    .filter(({ kinds }) => kinds.length > 0)
}

type Words = (key: string, values?: Record<string, unknown>) => string

/** Ratios that people read as per cent. */
const SHARES: Finding['kind'][] = ['face_present', 'frame_steadiness', 'clipping']

/** Units that have a word; the others (dB, LUFS) are signs. */
const UNITS: string[] = ['s', 'min', 'd', 'px', 'fps', 'pictures'] satisfies (Finding['unit'] | 'pictures')[]

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

const SIGNS: Record<NonNullable<Finding['side']>, string> = { at_least: '≥', at_most: '≤', more_than: '>', less_than: '<' }

/** «(should be ≤ 1)»; of a likeness what is on either side of the limit. */
function limitText(finding: Finding, limit: number, t: Words): string {
  const { kind, side } = finding
  const text = valueText(finding, limit, t)
  if (kind === 'face_match' && side) return t(side === 'at_least' ? 'finding.limit.same' : 'finding.limit.another', { limit: text })
  return side ? t('finding.limit.kept', { limit: `${SIGNS[side]} ${text}` }) : t('finding.limit.known', { limit: text })
}

/** «measured 2 (should be ≤ 1)»; '' for what has no number. */
export function measuredText(finding: Finding, t: Words): string {
  const { kind, value, limit } = finding
  if (value === undefined || value === null) return ''
  if (kind === 'elsewhere') return t('finding.others', { count: value })
  const measured = t('finding.measured', { value: valueText(finding, value, t) })
  return limit ? `${measured} ${limitText(finding, limit, t)}` : measured // «at most none» says nothing
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

const NO_VIDEO = ['not_a_video', 'empty', 'undecodable', 'unsupported_codec']

/** Whether the machine could read no video in it, so that it will never be converted. */
export function isNoVideo(findings: readonly Finding[] | null | undefined): boolean {
  return (findings ?? []).some(({ kind, verdict, note }) => kind === 'readable' && verdict === 'fail' && NO_VIDEO.includes(note ?? ''))
}
