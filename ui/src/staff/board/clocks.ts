import { ServerClock } from '../../shared/clock'
import { digits, levelOf } from '../../shared/countdown'

/**
 * The board's countdowns: one timer writes them all into the page by itself.
 * As parts of the rows they would have every row compared each second.
 */
export class Clocks {
  private readonly clock = new ServerClock()
  private readonly shown = new Map<HTMLElement, number>()
  private timer: ReturnType<typeof setInterval> | null = null

  /** Learns the server's time from an answer that just came. */
  learn(serverTime: string): void {
    this.clock.learn(serverTime, this.clock.mark())
    this.tick()
  }

  start(): void {
    this.timer = setInterval(() => this.tick(), 1000)
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer)
  }

  /** Counts down to a deadline there. */
  show(place: HTMLElement, deadline: string): void {
    this.shown.set(place, Date.parse(deadline))
    this.write(place, Date.parse(deadline), this.clock.now())
  }

  forget(place: HTMLElement): void {
    this.shown.delete(place)
  }

  private tick(): void {
    const now = this.clock.now()
    for (const [place, deadline] of this.shown) this.write(place, deadline, now)
  }

  private write(place: HTMLElement, deadline: number, now: number): void {
    const left = Math.max(0, deadline - now)
    const text = digits(left)
    if (!place.firstChild) place.textContent = text
    else if (place.firstChild.nodeValue !== text) place.firstChild.nodeValue = text
    const level = levelOf(left)
    if (place.dataset['level'] !== level) place.dataset['level'] = level
  }
}
