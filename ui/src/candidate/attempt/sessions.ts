import { inject, shallowRef, type InjectionKey } from 'vue'
import type { AttemptSession } from './session'

/** The constructor of a session, passed in because it is no part of the first load. */
type Follow = new (id: string, news: () => void) => AttemptSession

/**
 * The attempts that this page follows: the one that is shown, and every one
 * that still has something to send (R24).
 */
export class Sessions {
  private readonly kept = new Map<string, AttemptSession>()
  /** The attempt whose pages are shown. */
  private shown: string | null = null
  /** The attempt whose countdown stands on the other pages. */
  private watched: string | null = null

  /** The same as `current`, for watchers. */
  readonly latest = shallowRef<AttemptSession>()

  /** The attempt that was opened last, if it is still followed. */
  get current(): AttemptSession | undefined {
    return [...this.kept.values()].pop()
  }

  find(id: string, Follower: Follow): AttemptSession {
    this.shown = id
    this.tidy()
    const session = this.keep(id, Follower)
    this.kept.delete(id) // the last one is the current one
    this.put(id, session)
    return session
  }

  /** Follows an attempt for its countdown, whatever page is shown; null: none any more. */
  watch(id: string, Follower: Follow): AttemptSession
  watch(id: null): null
  watch(id: string | null, Follower?: Follow): AttemptSession | null {
    this.watched = id
    this.tidy()
    return id !== null && Follower ? this.keep(id, Follower) : null
  }

  /** The attempt of another order that runs: a person has one exam at a time (R7). */
  beside(order: string): string | undefined {
    void this.latest.value // for watchers: the map is none
    return [...this.kept.values()].map(({ attempt }) => attempt.value).find((one) => one?.state === 'running' && !one.practice && one.order_id !== order)?.id
  }

  follows(session: AttemptSession | null): boolean {
    return session !== null && this.kept.get(session.id) === session
  }

  private keep(id: string, Follower: Follow): AttemptSession {
    const session = this.kept.get(id) ?? new Follower(id, () => this.tidy())
    this.put(id, session)
    return session
  }

  private put(id: string, session: AttemptSession): void {
    this.kept.set(id, session)
    this.latest.value = this.current
  }

  /** The attempt's pages are left: it is followed on only while it has something to send. */
  leave(session: AttemptSession): void {
    if (this.shown === session.id && this.kept.get(session.id) === session) this.shown = null
    this.tidy()
  }

  /** After a log-in: goes on with the attempts of that person's orders, and with no others. */
  loggedIn(orders: readonly { id: string }[]): void {
    for (const session of [...this.kept.values()]) {
      if (orders.some((order) => order.id === session.attempt.value?.order_id)) {
        session.loggedIn()
        continue
      }
      this.drop(session)
    }
  }

  /** On logging out: nothing of this candidate goes on. */
  end(): void {
    for (const session of [...this.kept.values()]) this.drop(session)
  }

  /** Whether the countdown of one of them runs. */
  get running(): boolean {
    return [...this.kept.values()].some(({ attempt }) => attempt.value?.state === 'running')
  }

  /** What is on its way to the centre or waits for it. */
  held(): { attempt: string; name: string; bytes: number }[] {
    return [...this.kept.values()].flatMap(({ id, jobs }) => jobs.value.filter(({ state }) => state !== 'done' && state !== 'failed').map(({ file }) => ({ attempt: id, name: file.name, bytes: file.size })))
  }

  /** Whether leaving now would lose uploads. */
  get busy(): boolean {
    return [...this.kept.values()].some((session) => session.busy)
  }

  /** Drops sessions that are not shown and have nothing to send, also when the last upload ends long after its pages were left. */
  private tidy(): void {
    for (const session of [...this.kept.values()]) if (session.id !== this.shown && session.id !== this.watched && !session.hopes) this.drop(session)
  }

  private drop(session: AttemptSession): void {
    this.kept.delete(session.id) // first: closing is news, too
    this.latest.value = this.current
    session.close()
  }
}

export const sessionsKey: InjectionKey<Sessions> = Symbol('sessions')

export function useSessions(): Sessions {
  const sessions = inject(sessionsKey)
  if (!sessions) throw new Error('no sessions are provided')
  return sessions
}
