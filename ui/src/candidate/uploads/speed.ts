// How fast an upload is, smoothed over the last seconds, so that the time
// that is left does not jump about.

/** Milliseconds looked back. */
const MEMORY = 12_000

export class Speed {
  private points: { at: number; sent: number }[] = []

  add(at: number, sent: number): void {
    const last = this.points[this.points.length - 1]
    if (last && sent < last.sent) this.points = [] // it went back to what the server has
    this.points.push({ at, sent })
    while (this.points.length > 2 && at - (this.points[0]?.at ?? at) > MEMORY) this.points.shift()
  }

  forget(): void {
    this.points = []
  }

  /** Bytes per second, 0 while unknown. */
  get rate(): number {
    const [first, last] = [this.points[0], this.points[this.points.length - 1]]
    if (!first || !last || last.at - first.at < 500) return 0
    return ((last.sent - first.sent) * 1000) / (last.at - first.at)
  }

  /** Seconds until `rest` bytes are sent, null while unknown. */
  secondsFor(rest: number): number | null {
    return this.rate > 0 ? rest / this.rate : null
  }
}
