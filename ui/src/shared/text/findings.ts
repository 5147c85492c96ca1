// How findings are read: which come first, and their numbers.

import type { Finding, Verdict } from '../api/types'
import { sizeText } from './format'

const order: Verdict[] = ['fail', 'cannot_tell', 'warn', 'pass']

/** What needs a person's eye comes first; the rest as the centre ordered it. */
export function byUrgency(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
}

/** Ratios that people read as per cent. */
const SHARES = ['face_present', 'frame_steadiness', 'clipping']

export function valueText(finding: Finding, value: number | undefined): string {
  if (value === undefined || value === null) return ''
  if (finding.unit === 'bytes') return sizeText(value)
  if (SHARES.includes(finding.kind)) return `${Math.round(value * 100)} %`
  const rounded = Number(value.toFixed(2))
  return finding.unit ? `${rounded} ${finding.unit}` : `${rounded}`
}

/** «1:05.2» of milliseconds from the clip's start. */
export function momentText(ms: number): string {
  const tenths = Math.round(ms / 100)
  const seconds = Math.floor(tenths / 10)
  const rest = `${String(seconds % 60).padStart(2, '0')}.${tenths % 10}`
  return `${Math.floor(seconds / 60)}:${rest}`
}
