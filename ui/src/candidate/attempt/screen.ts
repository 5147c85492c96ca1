// Keeps the screen awake while something is sent, where the browser can (R24).

import { ref } from 'vue'

export class ScreenLight {
  /** Whether the browser offers it at all: on HTTPS, in newer browsers. */
  readonly possible = 'wakeLock' in navigator
  /** Whether it was wanted and refused, for instance to save the battery. */
  readonly refused = ref(false)
  private wanted = false
  private readonly locks = new Set<WakeLockSentinel>()

  want(wanted: boolean): void {
    if (wanted === this.wanted) return
    this.wanted = wanted
    if (wanted) {
      document.addEventListener('visibilitychange', this.hold)
      void this.hold()
    } else {
      document.removeEventListener('visibilitychange', this.hold)
      this.letGo()
    }
  }

  /** The browser takes the lock away whenever the page is hidden, and may grant it when it is wanted no more. */
  private readonly hold = async (): Promise<void> => {
    if (!this.wanted || !this.possible || document.visibilityState !== 'visible') return
    try {
      this.locks.add(await navigator.wakeLock.request('screen'))
      this.refused.value = false
    } catch {
      this.refused.value = true
    }
    if (!this.wanted) this.letGo()
  }

  private letGo(): void {
    for (const lock of this.locks) void lock.release().catch(() => undefined)
    this.locks.clear()
  }
}
