import { inject, type InjectionKey } from 'vue'
import { AttemptSession } from './session'

/** The attempts that this page follows. One at a time: a person has one running attempt. */
export class Sessions {
  private current: AttemptSession | null = null

  find(id: string): AttemptSession {
    if (this.current?.id === id) return this.current
    this.current?.close()
    this.current = new AttemptSession(id)
    return this.current
  }

  /** The attempt's pages are left: it is followed on only while it has something to send. */
  leave(session: AttemptSession): void {
    if (session !== this.current || session.queue.jobs.length > 0) return
    this.end()
  }

  /** On logging out: nothing of this candidate goes on. */
  end(): void {
    this.current?.close()
    this.current = null
  }

  /** Whether leaving now would lose uploads. */
  get busy(): boolean {
    return this.current?.queue.busy ?? false
  }
}

export const sessionsKey: InjectionKey<Sessions> = Symbol('sessions')

export function useSessions(): Sessions {
  const sessions = inject(sessionsKey)
  if (!sessions) throw new Error('no sessions are provided')
  return sessions
}
