import type { AttemptItem, Clip } from '../../shared/api/types'
import type { IconName } from '../../shared/Icon.vue'

/**
 * Whether the clip is no video that anybody can open. An `unexaminable` clip
 * without that hint is one that the centre's own machine failed on: it may be
 * perfectly good, and only a person can tell.
 */
export function isBroken(clip: Clip): boolean {
  return clip.state === 'unexaminable' && (clip.hints ?? []).includes('unreadable')
}

/** Whether the item has a video that counts: a file in which nothing can be opened is none (R14, R17). */
export const holdsVideo = (item: AttemptItem): boolean => !!item.clip && !isBroken(item.clip)

/** What the candidate is told of a clip that arrived: a key of `candidate.item.clip`. */
export function clipWord(clip: Clip): Clip['state'] | 'unchecked' {
  return clip.state === 'unexaminable' && !isBroken(clip) ? 'unchecked' : clip.state
}

interface OnReceipt {
  /** A key of `candidate.ended`. */
  word: 'received' | 'checking' | 'broken' | 'no_clip'
  icon: IconName
  tone: string
}

/** What the receipt says of an item: green is only what was looked at, or will never be. */
export function receiptOf(item: AttemptItem): OnReceipt {
  if (!item.clip) return { word: 'no_clip', icon: 'minus', tone: 'soft' }
  if (isBroken(item.clip)) return { word: 'broken', icon: 'alert', tone: 'bad' }
  if (item.clip.state === 'received') return { word: 'checking', icon: 'clock', tone: 'soft' }
  return { word: 'received', icon: 'check', tone: 'good' }
}
