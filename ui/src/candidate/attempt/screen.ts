// Keeps the screen awake while something is sent or recorded (R24): by the
// browser's wake lock, or by a silent video where there is none.

import { ref } from 'vue'
import { StillVideo } from './stillVideo'

export class ScreenLight {
  /** Whether the lock was requested and refused: to save the battery, or because a tap is needed. */
  readonly refused = ref(false)
  private wanted = false
  private readonly locks = new Set<WakeLockSentinel>()
  private video: StillVideo | null = null

  want(wanted: boolean): void {
    if (wanted === this.wanted) return
    this.wanted = wanted
    if (wanted) {
      document.addEventListener('visibilitychange', this.hold)
      void this.hold()
    } else {
      document.removeEventListener('visibilitychange', this.hold)
      this.release()
    }
  }

  /** The browser takes the lock away whenever the page is hidden, and may grant it when it is wanted no more. */
  private readonly hold = async (): Promise<void> => {
    if (!this.wanted || document.visibilityState !== 'visible') return
    try {
      await this.stayAwake()
      this.refused.value = false
      document.removeEventListener('click', this.hold)
    } catch {
      this.refused.value = true
      document.addEventListener('click', this.hold) // a video wants a tap; any will do
    }
    if (!this.wanted) this.release()
  }

  private async stayAwake(): Promise<void> {
    if ('wakeLock' in navigator) {
      this.locks.add(await navigator.wakeLock.request('screen'))
      return
    }
    this.video ??= new StillVideo()
    await this.video.play()
  }

  private release(): void {
    document.removeEventListener('click', this.hold)
    for (const lock of this.locks) void lock.release().catch(() => undefined)
    this.locks.clear()
    this.video?.stop()
  }
}
