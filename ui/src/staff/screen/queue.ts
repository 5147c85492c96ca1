// Calls one after the other: every committed call drives screen and sound once,
// in the order in which they were made.
import { shallowRef } from 'vue'
import type { ScreenCall } from '../../shared/api/types'

/** Milliseconds after which a call that was missed, because the server was gone, is shown but not spoken any more. */
const STALE = 60_000

export class CallQueue {
  /** The call that is being shown and spoken now. */
  readonly now = shallowRef<ScreenCall | null>(null)
  private readonly present: (call: ScreenCall) => Promise<void>
  private waiting: ScreenCall[] = []
  private heard: number | null = null
  private running = false

  /** `present` ends when the call was shown and spoken. */
  constructor(present: (call: ScreenCall) => Promise<void>) {
    this.present = present
  }

  /** Takes what the server tells, newest first; `at` is its time. What was called before this screen was opened is not called again. */
  take(calls: readonly ScreenCall[], at: string): void {
    const newest = calls[0]?.seq ?? this.heard ?? 0
    const known = this.heard
    this.heard = newest
    const holds = (call: ScreenCall) => calls.some(({ seq, current }) => seq === call.seq && current)
    this.waiting = this.waiting.filter(holds) // taken back meanwhile, or here already
    if (known === null) return
    const fresh = calls.filter((call) => call.seq > known && call.current && Date.parse(at) - Date.parse(call.at) < STALE)
    this.waiting.push(...fresh.reverse())
    void this.run()
  }

  private async run(): Promise<void> {
    if (this.running) return
    this.running = true
    for (let call = this.waiting.shift(); call; call = this.waiting.shift()) {
      this.now.value = call
      await this.present(call).catch(() => undefined) // without sound it was shown
    }
    this.now.value = null
    this.running = false
  }
}
