// News of an attempt: server-sent events, and asking where they do not come.

/** Milliseconds between questions while the stream beats: news may have been lost on the way. */
const SLOW = 20_000
/** Milliseconds between questions while it does not. */
const FAST = 2000
/** Milliseconds without a beat, of two seconds each, after which the stream counts as dead. */
const QUIET = 4500
/** Milliseconds that a stream is given before it is opened anew. */
const REOPEN = 8000
/** Milliseconds between two looks at all this. */
const LOOK = 500
/** Milliseconds that an answer may take: the first, and the most on a line that needs longer. */
const PATIENCE = [5000, 20_000] as const

export interface Hears {
  /** News of the attempt. */
  news(data: string): void
  /** The stream beats. */
  beat(): void
  /** Asks within so many milliseconds; whether the centre answered, whatever it said. */
  ask(patience: number): Promise<boolean>
}

export class Live {
  private readonly url: string
  private readonly hears: Hears
  private source: EventSource | null = null
  private ticker: ReturnType<typeof setInterval> | null = null
  private asking = false
  private asked = -Infinity
  private heard = -Infinity
  private opened = -Infinity
  private patience: number = PATIENCE[0]

  constructor(url: string, hears: Hears) {
    this.url = url
    this.hears = hears
  }

  open(): void {
    if (this.ticker !== null) return
    this.ticker = setInterval(() => this.look(), LOOK)
    this.asked = performance.now()
    this.listen()
  }

  close(): void {
    if (this.ticker !== null) clearInterval(this.ticker)
    this.ticker = null
    this.source?.close()
    this.source = null
  }

  /** Asks now, for instance after the phone woke. */
  async refresh(): Promise<void> {
    if (this.ticker === null || this.asking) return
    this.asking = true
    this.asked = performance.now()
    const well = await this.hears.ask(this.patience)
    this.asking = false
    const late = performance.now() - this.asked >= this.patience
    this.patience = well ? PATIENCE[0] : late ? Math.min(PATIENCE[1], this.patience * 2) : this.patience
    if (well) this.listen()
  }

  private look(): void {
    const pause = performance.now() - this.asked
    if (pause >= (this.alive() ? SLOW : FAST)) void this.refresh()
  }

  private alive(): boolean {
    return this.source?.readyState === 1 && performance.now() - this.heard < QUIET // EventSource.OPEN
  }

  /** Opens the stream, and anew where it is dead: a socket that only hangs never says so. */
  private listen(): void {
    if (this.ticker === null || typeof EventSource === 'undefined' || this.alive()) return
    const closed = !this.source || this.source.readyState === 2 // EventSource.CLOSED
    if (!closed && performance.now() - this.opened < REOPEN) return
    this.source?.close()
    this.opened = performance.now()
    this.source = new EventSource(this.url)
    this.source.addEventListener('attempt', (event) => {
      this.heard = performance.now()
      this.hears.news((event as MessageEvent<string>).data)
    })
    this.source.addEventListener('pulse', () => {
      this.heard = performance.now()
      this.hears.beat()
    })
    this.source.onerror = () => this.broke()
  }

  /** A stream that broke is asked after at once, and after its own tries not more often than without it. */
  private broke(): void {
    this.heard = -Infinity
    if (performance.now() - this.asked >= FAST / 2) void this.refresh()
  }
}
