// What other tabs of this browser send for the same attempt: nothing is stuck
// here then, and nobody is to send it twice. A tab answers when it is asked, at
// once even where it is hidden and its own timers sleep.

import type { Job } from '../uploads/queue'
import { isGrowing, type Recorded } from '../uploads/source'

/** Milliseconds after which a tab's word says nothing any more; asked is more often. */
const AGES = 5000

interface Sent extends Pick<Job, 'item' | 'state' | 'sent' | 'secondsLeft'> {
  readonly size: number
  readonly growing: boolean
}

/** Without `sends` it is the question. */
interface Word {
  readonly sends?: readonly Sent[]
}

/** A source that only its own tab can read. */
const theirs = (size: number, growing: boolean): Recorded => ({ name: '', type: '', size, growing, slice: () => Promise.reject(new Error('it is another tab’s')), interrupt: () => undefined })

export class Tabs {
  private readonly name: string
  private readonly mine: () => readonly Job[]
  private readonly told: () => void
  private channel: BroadcastChannel | null = null
  private sends: readonly Sent[] = []
  private at = -Infinity

  /** `mine`: what this tab sends; `told` is called when another one said what it does. */
  constructor(attempt: string, mine: () => readonly Job[], told: () => void) {
    this.name = `kaodian-uploads-${attempt}`
    this.mine = mine
    this.told = told
  }

  /** An old browser has no such channel: there every tab is by itself. */
  open(): void {
    if (typeof BroadcastChannel !== 'function') return
    this.channel = new BroadcastChannel(this.name)
    this.channel.onmessage = ({ data }: MessageEvent<Word>) => (data.sends ? this.hear(data.sends) : this.answer())
  }

  close(): void {
    this.channel?.close()
    this.channel = null
  }

  ask(): void {
    this.say({})
  }

  /** What another tab sends at this moment. */
  get jobs(): readonly Job[] {
    if (performance.now() - this.at > AGES) return []
    return this.sends.map(({ size, growing, ...rest }) => ({ ...rest, file: theirs(size, growing), problem: null, tab: true }))
  }

  private hear(sends: readonly Sent[]): void {
    this.sends = sends
    this.at = performance.now()
    this.told()
  }

  /** Who sends nothing says nothing: a third tab may. */
  private answer(): void {
    const sends = this.mine()
      .filter(({ state }) => state === 'queued' || state === 'sending' || state === 'waiting')
      .map(({ item, state, sent, secondsLeft, file }) => ({ item, state, sent, secondsLeft, size: file.size, growing: isGrowing(file) }))
    if (sends.length > 0) this.say({ sends })
  }

  private say(word: Word): void {
    this.channel?.postMessage(word)
  }
}
