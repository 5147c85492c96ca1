import { inject, type InjectionKey } from 'vue'
import { AttemptSession } from './session'

/**
 * The attempts that this page follows: the one that is shown, and every one
 * that still has something to send (R24).
 */
export class Sessions {
  private readonly kept = new Map<string, AttemptSession>()

  /** The attempt that was opened last, if it is still followed. */
  get current(): AttemptSession | undefined {
    return [...this.kept.values()].pop()
  }

  find(id: string): AttemptSession {
    for (const other of [...this.kept.values()]) if (other.id !== id) this.leave(other)
    const session = this.kept.get(id) ?? new AttemptSession(id)
    this.kept.delete(id) // the last one is the current one
    this.kept.set(id, session)
    return session
  }

  /**
   * The attempt's pages are left: it is followed on only while it sends, or
   * while it runs and still has something that could be sent. What failed in
   * an attempt that is over can never arrive.
   */
  leave(session: AttemptSession): void {
    const { queue, attempt } = session
    const hopes = queue.active || (queue.jobs.length > 0 && attempt.value?.state === 'running')
    if (this.kept.get(session.id) !== session || hopes) return
    session.close()
    this.kept.delete(session.id)
  }

  /** After a log-in: goes on with the attempts of that person's orders, and with no others. */
  loggedIn(orders: readonly { id: string }[]): void {
    for (const session of [...this.kept.values()]) {
      if (orders.some((order) => order.id === session.attempt.value?.order_id)) {
        session.queue.resumeAfter('login_needed')
        continue
      }
      session.close()
      this.kept.delete(session.id)
    }
  }

  /** On logging out: nothing of this candidate goes on. */
  end(): void {
    for (const session of this.kept.values()) session.close()
    this.kept.clear()
  }

  /** Whether leaving now would lose uploads. */
  get busy(): boolean {
    return [...this.kept.values()].some((session) => session.queue.busy)
  }
}

export const sessionsKey: InjectionKey<Sessions> = Symbol('sessions')

export function useSessions(): Sessions {
  const sessions = inject(sessionsKey)
  if (!sessions) throw new Error('no sessions are provided')
  return sessions
}
