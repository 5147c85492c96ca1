// A recording as an upload reads it: the seconds that the phone has, also
// while more are coming.

import type { Recorded } from '../uploads/source'
import { pieceOf, type Kept } from './store'

/** Seconds that are sent together: each request costs the server a sync of its disk. */
const TOGETHER = 3

export class KeptRecording implements Recorded {
  readonly name: string
  readonly type: string
  growing: boolean
  private readonly kept: Kept
  /** Counts interruptions. */
  private turn = 0
  private waiting: { enough: () => boolean; go: () => void; fail: (why: Error) => void }[] = []

  /** `growing`: until `end` is called more seconds come. */
  constructor(kept: Kept, growing: boolean) {
    this.kept = kept
    this.growing = growing
    this.name = kept.name
    this.type = kept.type
  }

  get size(): number {
    return this.kept.bytes
  }

  /** A second was written. */
  grew(): void {
    const ready = this.waiting.filter((wait) => wait.enough())
    this.waiting = this.waiting.filter((wait) => !ready.includes(wait))
    for (const wait of ready) wait.go()
  }

  /** No more seconds come. */
  end(): void {
    this.growing = false
    this.grew()
  }

  interrupt(): void {
    this.turn++
    const waiting = this.waiting
    this.waiting = []
    for (const wait of waiting) wait.fail(new Error('stopped'))
  }

  async slice(start: number, end: number): Promise<{ value: Blob | null; done: boolean }> {
    const turn = this.turn
    await this.until(() => !this.growing || secondsFrom(this.kept, start) >= TOGETHER)
    const done = !this.growing && end >= this.size
    if (start >= this.size) return { value: null, done }
    const value = await pieceOf(this.kept, start, Math.min(end, this.size))
    if (turn !== this.turn) throw new Error('stopped') // meanwhile: nobody waits for it
    return { value, done }
  }

  private until(enough: () => boolean): Promise<void> {
    if (enough()) return Promise.resolve()
    return new Promise((go, fail) => this.waiting.push({ enough, go, fail }))
  }
}

const secondsFrom = (kept: Kept, start: number): number => kept.ends.filter((end) => end > start).length
