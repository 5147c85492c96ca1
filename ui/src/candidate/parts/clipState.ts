import type { Clip } from '../../shared/api/types'

/**
 * Whether the clip is no video that anybody can open. An `unexaminable` clip
 * without that hint is one that the centre's own machine failed on: it may be
 * perfectly good, and only a person can tell.
 */
export function isBroken(clip: Clip): boolean {
  return clip.state === 'unexaminable' && (clip.hints ?? []).includes('unreadable')
}

/** What the candidate is told of a clip that arrived: a key of `candidate.item.clip`. */
export function clipWord(clip: Clip): Clip['state'] | 'unchecked' {
  return clip.state === 'unexaminable' && !isBroken(clip) ? 'unchecked' : clip.state
}
