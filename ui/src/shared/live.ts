// Updates of one thing, such as an attempt: server-sent events, and polling where they do not work.
import { EventStream } from './stream'

/** Milliseconds between polls while the stream is alive: an event may have been lost. */
const SLOW = 20_000
/** Milliseconds between polls while it is not. */
const FAST = 2000
/** Milliseconds between two checks. */
const LOOK = 500
/** Milliseconds that an answer may take: at first, and at most on a slow line. */
const TIMEOUT = [5000, 20_000] as const

export interface Hears {
  /** News of it. */
  news(data: string): void
  /** The stream beats. */
  beat(): void
  /** Whether the last request did not get through, although the stream may beat. */
  doubtful(): boolean
  /** Refreshes with that timeout; whether the centre answered, with an error or not. */
  ask(timeout: number): Promise<boolean>
}

export class Live {
  private readonly hears: Hears
  private readonly stream: EventStream
  private ticker: ReturnType<typeof setInterval> | null = null
  private asking = false
  private asked = -Infinity
  private timeout: number = TIMEOUT[0]

  /** `event` is the name of the stream's news. */
  constructor(url: string, hears: Hears, event: string) {
    this.hears = hears
    this.stream = new EventStream(url, event, { news: (data) => hears.news(data), beat: () => hears.beat(), broke: () => this.broke() })
  }

  open(): void {
    if (this.ticker !== null) return
    this.ticker = setInterval(() => this.look(), LOOK)
    this.asked = performance.now()
    this.stream.listen()
  }

  close(): void {
    if (this.ticker !== null) clearInterval(this.ticker)
    this.ticker = null
    this.stream.close()
  }

  /** Polls now, for instance after the phone woke. */
  async refresh(): Promise<void> {
    if (this.ticker === null || this.asking) return
    this.asking = true
    this.asked = performance.now()
    const well = await this.hears.ask(this.timeout)
    this.asking = false
    const late = performance.now() - this.asked >= this.timeout
    this.timeout = well ? TIMEOUT[0] : late ? Math.min(TIMEOUT[1], this.timeout * 2) : this.timeout
    if (well && this.ticker !== null) this.stream.listen()
  }

  private look(): void {
    const pause = performance.now() - this.asked
    if (pause >= (this.stream.alive && !this.hears.doubtful() ? SLOW : FAST)) void this.refresh()
  }

  /** After a broken stream it is polled at once, and during its retries not more often than without it. */
  private broke(): void {
    if (performance.now() - this.asked >= FAST / 2) void this.refresh()
  }
}
