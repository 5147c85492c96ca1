// News of an attempt: server-sent events, and asking where they do not come.

/** Milliseconds between questions while events come: they may be stuck in a dead socket. */
const SLOW = 20_000
/** Milliseconds between questions while no events come. */
const FAST = 4000

export class Live {
  private source: EventSource | null = null
  private timer: ReturnType<typeof setTimeout> | null = null
  private closed = true
  private asking = false
  private readonly url: string
  private readonly heard: (data: string) => void
  private readonly ask: () => Promise<void>

  constructor(url: string, heard: (data: string) => void, ask: () => Promise<void>) {
    this.url = url
    this.heard = heard
    this.ask = ask
  }

  open(): void {
    if (!this.closed) return
    this.closed = false
    this.listen()
    this.plan()
  }

  close(): void {
    this.closed = true
    this.source?.close()
    this.source = null
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
  }

  /** Asks now, for instance after the phone woke. */
  async refresh(): Promise<void> {
    if (this.closed || this.asking) return
    this.asking = true
    try {
      await this.ask()
    } finally {
      this.asking = false
    }
    this.listen()
    this.plan()
  }

  private listen(): void {
    if (this.closed || typeof EventSource === 'undefined') return
    if (this.source && this.source.readyState !== EventSource.CLOSED) return
    this.source = new EventSource(this.url)
    this.source.addEventListener('attempt', (event) => this.heard((event as MessageEvent<string>).data))
    this.source.onerror = () => this.plan()
    this.source.onopen = () => this.plan()
  }

  private plan(): void {
    if (this.closed) return
    if (this.timer !== null) clearTimeout(this.timer)
    const live = this.source?.readyState === 1 // EventSource.OPEN
    this.timer = setTimeout(() => void this.refresh(), live ? SLOW : FAST)
  }
}
