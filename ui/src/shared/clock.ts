// The server's clock, as seen from a phone whose own clock may be wrong, may
// be set while the page is open, and may stand still while the phone sleeps.

interface Sample {
  /** Server's time minus the monotonic clock, milliseconds. */
  offset: number
  /** How long the answer took, milliseconds: the offset is wrong by at most half of it. */
  trip: number
  /** Wall clock minus monotonic clock at that moment: changes with sleep or when the clock is set. */
  gap: number
}

/** A difference of the two local clocks from which we no longer believe them. */
const SUSPICIOUS = 1500

/** Longer than any call may take: every answer knows better. */
const UNKNOWN_TRIP = 60_000

export class ServerClock {
  private sample: Sample | null = null
  private readonly monotonic: () => number
  private readonly wall: () => number

  constructor(monotonic: () => number = () => performance.now(), wall: () => number = () => Date.now()) {
    this.monotonic = monotonic
    this.wall = wall
  }

  /** Moment on the monotonic clock, to be taken just before asking. */
  mark(): number {
    return this.monotonic()
  }

  /** Learns from an answer that was asked for at `asked` (see mark). */
  learn(serverTime: string, asked: number): void {
    const now = this.monotonic()
    const trip = Math.max(0, now - asked)
    const server = Date.parse(serverTime)
    if (Number.isNaN(server)) return
    this.take({ offset: server - (asked + now) / 2, trip, gap: this.wall() - now })
  }

  /**
   * Learns from a time that was sent to us, on the way for we do not know how
   * long: it is never earlier than that. After a sleep such a message may be
   * old, so it never sets the clock back.
   */
  hear(serverTime: string): void {
    const now = this.monotonic()
    const server = Date.parse(serverTime)
    if (Number.isNaN(server) || (this.sample && server <= this.now())) return
    this.sample = { offset: server - now, trip: UNKNOWN_TRIP, gap: this.sample?.gap ?? this.wall() - now }
  }

  /** Whether the server's time is known at all. */
  get known(): boolean {
    return this.sample !== null
  }

  /** The server's time, milliseconds since 1970. */
  now(): number {
    return this.monotonic() + (this.sample?.offset ?? 0)
  }

  /** Whether the phone slept or its clock was set since we last asked: time to ask again. */
  suspect(): boolean {
    if (!this.sample) return true
    return Math.abs(this.wall() - this.monotonic() - this.sample.gap) > SUSPICIOUS
  }

  private take(next: Sample): void {
    const old = this.sample
    const agree = old !== null && Math.abs(next.offset - old.offset) <= (next.trip + old.trip) / 2
    if (old && agree && !this.suspect() && old.trip <= next.trip) return
    this.sample = next
  }
}
