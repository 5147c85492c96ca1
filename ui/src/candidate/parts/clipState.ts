import type { AttemptItem, Clip } from '../../shared/api/types'
import type { IconName } from '../../shared/Icon.vue'
import type { ItemState } from '../attempt/session'
import type { Job } from '../uploads/queue'

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

/** What may be said to help to record again (R19); a hint of a newer server that we have no words for is left out. */
const HINTS = ['cut_off', 'too_short', 'portrait', 'silent', 'too_dark', 'too_bright', 'no_face'] as const

export const hintsOf = (clip: Clip) => HINTS.filter((hint) => (clip.hints ?? []).includes(hint))

/** What is as it should be. */
const GOOD = ['sound', 'landscape', 'face'] as const

export const goodOf = (clip: Clip) => GOOD.filter((good) => (clip.good ?? []).includes(good))

interface Look {
  icon: IconName
  tone: 'good' | 'hot' | 'bad' | 'info' | 'soft'
}

export const looks: Record<ItemState, Look> = {
  missing: { icon: 'upload', tone: 'soft' },
  broken: { icon: 'alert', tone: 'bad' },
  interrupted: { icon: 'alert', tone: 'hot' },
  uploading: { icon: 'upload', tone: 'info' },
  paused: { icon: 'pause', tone: 'hot' },
  hinted: { icon: 'alert', tone: 'hot' },
  unseen: { icon: 'eye', tone: 'hot' },
  ready: { icon: 'check', tone: 'good' },
}

/** The one thing that helps with an item. */
export type Remedy = 'record' | 'replace' | 'again' | 'preview' | 'resume' | 'choose' | 'send' | 'take'

/** null: nothing has to be done, or can be. */
export function remedyOf(item: AttemptItem, job: Job | undefined, kept: boolean): Remedy | null {
  if (job) return remedyOfJob(job)
  if (item.receiving?.at_desk) return null // the staff take it in
  if (kept) return 'send'
  if (item.receiving) return item.receiving.live && item.receiving.offset > 0 ? 'take' : 'choose'
  if (!item.clip) return 'record'
  if (isBroken(item.clip)) return 'replace'
  return hintsOf(item.clip).length > 0 ? 'again' : 'preview'
}

/** After a refusal: another file, the same again, or nothing any more. */
export function remedyOfJob(job: Job): 'resume' | 'choose' | null {
  const code = job.problem?.code ?? ''
  if (job.state === 'paused') return 'resume'
  if (job.state !== 'failed' || ['upload_late', 'attempt_over', 'order_submitted', 'other_device', 'login_needed'].includes(code)) return null
  return ['file_unreadable', 'upload_too_large', 'upload_empty'].includes(code) ? 'choose' : 'resume'
}

/** Without the upload that this device had to stop: it is the other device's now (R10). */
export const ownJob = (job: Job | undefined, holds: boolean): Job | undefined => (holds || job?.problem?.code !== 'other_device' ? job : undefined)

/** Percent of an upload that is there. */
export function percentOf({ state, sent, file }: Job): number {
  if (state === 'done') return 100
  return file.size > 0 ? Math.min(99, Math.floor((sent / file.size) * 100)) : 0
}

/** Percent of an upload that broke off, 0 where nothing is there. */
export function arrivedOf(item: AttemptItem, job: Job | undefined): number {
  const { sent, size } = item.receiving ? { sent: item.receiving.offset, size: item.receiving.size ?? 0 } : { sent: job?.sent ?? 0, size: job?.file.size ?? 0 }
  return size > 0 ? Math.min(99, Math.floor((sent / size) * 100)) : 0
}

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
