// How fast this phone's bytes are acknowledged, over the last seconds, so that
// the time that is left does not jump about.

/** Milliseconds looked back. */
const MEMORY = 20_000
/** Milliseconds after which a speed is known: an initial burst does not count. */
const KNOWN = 3000
/** Milliseconds without progress that are still one part; longer ones lower the speed. */
const PART = 4000

export class Speed {
  private points: { at: number; sent: number }[] = []
  private start: { at: number; sent: number } | null = null

  /** The centre has so many bytes. */
  add(at: number, sent: number): void {
    const last = this.points[this.points.length - 1]
    if (last && sent < last.sent) this.forget() // it went back to what the centre has
    this.start ??= { at, sent }
    this.points.push({ at, sent })
    while (this.points.length > 2 && at - (this.points[1]?.at ?? at) > MEMORY) this.points.shift()
  }

  forget(): void {
    this.points = []
    this.start = null
  }

  /** Bytes per second, 0 while unknown. */
  rate(now: number): number {
    const [first, last] = [this.points[0], this.points[this.points.length - 1]]
    if (!first || !last) return 0
    const until = now - last.at > PART ? now : last.at
    return until - first.at < KNOWN ? 0 : ((last.sent - first.sent) * 1000) / (until - first.at)
  }

  /** Of a file that is there: over all of it, where it was too quick to be known before. */
  whole(): number {
    const last = this.points[this.points.length - 1]
    if (!this.start || !last || last.at - this.start.at < 300 || last.sent - this.start.sent < 1024 * 1024) return 0
    return ((last.sent - this.start.sent) * 1000) / (last.at - this.start.at)
  }
}
