// The places of a clip that a reviewer jumps to: what the machine saw and
// what people marked.

import type { ReviewClip } from '../../shared/api/types'

export interface Place {
  ms: number
  to: number
  /** A verdict, or «person» for what somebody marked. */
  look: string
  kind: string
}

/** In the order of the clip; what passed is no place. */
export function placesOf(clip: Pick<ReviewClip, 'findings' | 'departures'>): Place[] {
  const seen = clip.findings
    .filter((finding) => finding.verdict !== 'pass')
    .flatMap((finding) => finding.evidence.filter((at) => !at.other).map((at) => ({ ms: at.from_ms, to: at.to_ms, look: finding.verdict, kind: `finding.kind.${finding.kind}` })))
  const marked = clip.departures
    .filter((departure) => departure.ms !== undefined)
    .map((departure) => ({ ms: departure.ms ?? 0, to: departure.ms ?? 0, look: 'person', kind: `finding.category.${departure.category}` }))
  return [...seen, ...marked].sort((a, b) => a.ms - b.ms)
}

/** Half a second: who has just jumped to a place wants the one beside it. */
const NEAR = 500

export function nextPlace(places: readonly Place[], now: number): Place | undefined {
  return places.find((place) => place.ms > now + NEAR)
}

export function previousPlace(places: readonly Place[], now: number): Place | undefined {
  return [...places].reverse().find((place) => place.ms < now - NEAR)
}
