// «Submit when all has arrived» (R14): armed with one tap, taken back with one.
// It is a wish of this phone: kept on it, so that a reload or a killed tab does
// not forget it, and carried out by an open page of the attempt only. What it
// waits for are the clips themselves, not the uploads, which end with a page.

import { shallowRef } from 'vue'
import type { Attempt, AttemptItem } from '../../shared/api/types'
import { hintsOf, isBroken } from '../parts/clipState'
import type { Job } from '../uploads/queue'

/** Of each item that was on its way: the clip that stood there then, '' for none. */
export type Awaited = Readonly<Record<string, string>>

/**
 * sending: something is on its way. tab: by another tab of this phone. stuck: something of it does not come by
 * itself. checking: all is there, and the last is being looked at. ask: what
 * came is no good video. submit: it is time. over: not for this phone any more.
 */
export type Stage = 'sending' | 'tab' | 'stuck' | 'checking' | 'ask' | 'submit' | 'over'

/** Milliseconds that a clip is waited for to be looked at: what was not looked at counts as a clip (R14). */
export const CHECKING = 60_000

const ACTIVE: readonly Job['state'][] = ['queued', 'sending', 'waiting', 'done'] // done: its clip is not seen yet

export const isOnWay = (job: Job | undefined): boolean => !!job && ACTIVE.includes(job.state)

/** The items whose new clip is not there. */
export const lacking = (awaited: Awaited, attempt: Attempt): AttemptItem[] =>
  attempt.items.filter((item) => item.receiving || (item.id in awaited && (item.clip?.id ?? '') === awaited[item.id]))

export function stageOf(awaited: Awaited, attempt: Attempt, jobs: readonly Job[], left: number, waited: number): Stage {
  if (attempt.state !== 'running' || !attempt.holds || left <= 0) return 'over'
  const onWay = jobs.filter(isOnWay)
  if (onWay.length > 0) return onWay.every(({ tab }) => tab) ? 'tab' : 'sending'
  if (jobs.length > 0 || lacking(awaited, attempt).length > 0) return 'stuck'
  const came = attempt.items.filter((item) => item.id in awaited).flatMap((item) => item.clip ?? [])
  if (came.some((clip) => isBroken(clip) || hintsOf(clip).length > 0)) return 'ask'
  return waited < CHECKING && came.some((clip) => clip.state === 'received') ? 'checking' : 'submit'
}

export class Later {
  readonly awaited = shallowRef<Awaited | null>(null)
  private readonly key: string
  private readonly holds = new Set<string>()
  /** Whether this phone keeps it: a browser that keeps nothing has it in this page only. */
  private written = false

  constructor(attempt: string) {
    this.key = `kaodian-later-${attempt}`
    this.awaited.value = this.read()
  }

  /** Whether somebody is at something that a submission would take out of their hands. */
  get held(): boolean {
    return this.holds.size > 0
  }

  hold(who: string, holds: boolean): void {
    if (holds) this.holds.add(who)
    else this.holds.delete(who)
  }

  arm(attempt: Attempt, jobs: readonly Job[]): void {
    this.await(attempt.items.filter((item) => item.receiving || jobs.some((job) => job.item === item.id)), {})
  }

  /** What is begun afterwards is waited for too. */
  follow(attempt: Attempt, jobs: readonly Job[]): void {
    const before = this.awaited.value
    if (!before) return
    const news = attempt.items.filter((item) => !(item.id in before) && jobs.some((job) => job.item === item.id && job.state !== 'done'))
    if (news.length > 0) this.await(news, before)
  }

  /** Another tab of this phone armed it or took it back: the wish is one. */
  heed(key: string | null): void {
    if (key === this.key || key === null) this.awaited.value = this.read()
  }

  /** Whether the wish still stands: another tab may have carried it out, and its word be on its way. */
  get stands(): boolean {
    return this.awaited.value !== null && (!this.written || this.read() !== null)
  }

  takeBack(): void {
    this.awaited.value = null
    try {
      localStorage.removeItem(this.key)
    } catch {
      // a browser that keeps nothing has nothing to forget
    }
  }

  private await(items: readonly AttemptItem[], before: Awaited): void {
    const awaited = { ...before, ...Object.fromEntries(items.map((item) => [item.id, item.clip?.id ?? ''])) }
    this.awaited.value = awaited
    try {
      localStorage.setItem(this.key, JSON.stringify(awaited))
      this.written = true
    } catch {
      // it holds as long as the page
    }
  }

  private read(): Awaited | null {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key) ?? 'null') as Awaited | null
      this.written ||= kept !== null
      return kept
    } catch {
      return null
    }
  }
}
