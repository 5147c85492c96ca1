// A stream of server-sent events that beats, and is opened anew when it does not.

/** Milliseconds without a heartbeat (one every two seconds) after which the stream counts as dead. */
const QUIET = 4500
/** Milliseconds before a dead stream is reopened. */
const REOPEN = 8000

export interface Follows {
  /** What an event of the stream's name says. */
  news(data: string): void
  /** The stream beats. */
  beat(): void
  /** It is dead until it is heard again. */
  broke(): void
}

export class EventStream {
  private readonly url: string
  private readonly event: string
  private readonly follows: Follows
  private source: EventSource | null = null
  private heard = -Infinity
  private opened = -Infinity

  /** `event` is the name of the stream's news. */
  constructor(url: string, event: string, follows: Follows) {
    this.url = url
    this.event = event
    this.follows = follows
  }

  get alive(): boolean {
    return this.source?.readyState === 1 && performance.now() - this.heard < QUIET // EventSource.OPEN
  }

  /** Opens the stream, or reopens a dead one: a hanging socket reports no error. */
  listen(): void {
    if (typeof EventSource === 'undefined' || this.alive) return
    const closed = !this.source || this.source.readyState === 2 // EventSource.CLOSED
    if (!closed && performance.now() - this.opened < REOPEN) return
    this.close()
    this.opened = performance.now()
    this.source = new EventSource(this.url)
    this.source.addEventListener(this.event, (event) => {
      this.heard = performance.now()
      this.follows.news((event as MessageEvent<string>).data)
    })
    this.source.addEventListener('pulse', () => {
      this.heard = performance.now()
      this.follows.beat()
    })
    this.source.onerror = () => {
      this.heard = -Infinity
      this.follows.broke()
    }
  }

  close(): void {
    this.source?.close()
    this.source = null
  }
}
