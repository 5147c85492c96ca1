// Keeps the screen awake while something is sent, where the browser can (R24).

import { ref } from 'vue'

export class ScreenLight {
  /** Whether the browser offers it at all: on HTTPS, in newer browsers. */
  readonly possible = 'wakeLock' in navigator
  /** Whether it was wanted and refused, for instance to save the battery. */
  readonly refused = ref(false)
  private wanted = false
  private lock: WakeLockSentinel | null = null

  constructor() {
    document.addEventListener('visibilitychange', () => void this.hold())
  }

  want(wanted: boolean): void {
    if (wanted === this.wanted) return
    this.wanted = wanted
    if (wanted) return void this.hold()
    void this.lock?.release().catch(() => undefined)
    this.lock = null
  }

  /** The browser takes the lock away whenever the page is hidden. */
  private async hold(): Promise<void> {
    if (!this.wanted || !this.possible || document.visibilityState !== 'visible') return
    try {
      this.lock = await navigator.wakeLock.request('screen')
      this.refused.value = false
    } catch {
      this.refused.value = true
    }
  }
}
