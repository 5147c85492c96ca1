// One take: every second is stored on the phone before it counts, and the end is
// reported once, with its reason, when the last second is written.

import type { Limit } from './limits'
import { watchStops, type Stop } from './stops'
import { Superseded } from './store'

const SECOND = 1000

export type End = 'asked' | Limit | Stop

export const isAlarm = (end: End): end is Stop => !['asked', 'size', 'time'].includes(end)

export class Recording {
  private readonly recorder: MediaRecorder
  private readonly write: (chunk: Blob) => Promise<void>
  private readonly ended: (end: End) => void
  private readonly unwatch: () => void
  private written: Promise<void> = Promise.resolve()
  private end: End | null = null
  private full = false

  constructor(recorder: MediaRecorder, write: (chunk: Blob) => Promise<void>, ended: (end: End) => void) {
    this.recorder = recorder
    this.write = write
    this.ended = ended
    this.unwatch = watchStops(recorder.stream, (why) => this.stop(why))
    recorder.addEventListener('dataavailable', (event) => this.take(event.data))
    recorder.addEventListener('error', () => this.stop('recorder'))
    recorder.addEventListener('stop', () => void this.finish())
  }

  start(): void {
    this.recorder.start(SECOND)
  }

  /** The first reason counts. */
  stop(why: End): void {
    if (this.end) return
    this.end = why
    this.unwatch()
    if (this.recorder.state !== 'inactive') this.recorder.stop()
  }

  private take(chunk: Blob): void {
    if (chunk.size === 0) return
    this.written = this.written.then(() => this.put(chunk))
  }

  /** After a second that could not be written no later one is: a gap would spoil the whole. */
  private async put(chunk: Blob): Promise<void> {
    if (this.full) return
    try {
      await this.write(chunk)
    } catch (thrown) {
      const why = thrown instanceof Superseded ? 'superseded' : 'storage'
      this.full = true
      if (this.end === 'asked') this.end = why
      this.stop(why)
    }
  }

  private async finish(): Promise<void> {
    this.stop('recorder') // it stopped by itself, unless somebody said so before
    await this.written
    this.ended(this.end ?? 'recorder')
  }
}
