// Whether the centre can be reached, reported with a delay: not at the first
// failed request, and not just after the phone woke.

/** Milliseconds without a sign of the centre after which it counts as lost; its streams beat every two seconds. */
const SILENCE = 4500
/** Milliseconds for which a report stays at least, so that it never flickers. */
const STANDS = 2000
/** Milliseconds between two checks after which the page must have slept. */
const SLEPT = 2500

export class Reach {
  private readonly now: () => number
  /** The last sign of life. */
  private sign: number
  /** The first request in a row that did not get through, though the stream may beat. */
  private failing: number | null = null
  private looked: number
  /** Since when it is lost. */
  private since: number | null = null

  constructor(now: () => number = () => performance.now()) {
    this.now = now
    this.sign = this.looked = now()
  }

  /** An event or a heartbeat came. */
  heard(): void {
    this.sign = this.now()
  }

  /** A request was answered, with an error or not. */
  answered(): void {
    this.heard()
    this.failing = null
  }

  /** A request failed. A slow one is no failure: the line may be slow. */
  failed(): void {
    this.failing ??= this.now()
  }

  /** Whether the last request did not get through. */
  get doubtful(): boolean {
    return this.failing !== null
  }

  /** Whether the centre is lost at this moment; to be called a few times a second. */
  look(): boolean {
    const now = this.now()
    if (now - this.looked > SLEPT && this.since === null) this.begin(now)
    this.looked = now
    const silent = now - this.sign >= SILENCE || (this.failing !== null && now - this.failing >= SILENCE)
    if (silent) this.since ??= now
    else if (this.since !== null && now - this.since >= STANDS) this.since = null
    return this.since !== null
  }

  /** After a sleep nothing is known: the silence was the phone's. */
  private begin(now: number): void {
    this.sign = now
    this.failing = null
  }
}

/** Why: no network at all, mobile data instead of the centre's network (R29), or unknown. */
export type Loss = 'offline' | 'mobile' | 'centre'

export function lossHere(): Loss {
  if (navigator.onLine === false) return 'offline'
  const told = (navigator as Navigator & { connection?: { type?: string } }).connection
  return told?.type === 'cellular' ? 'mobile' : 'centre'
}
