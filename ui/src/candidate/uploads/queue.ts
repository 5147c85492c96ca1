// The videos that wait to be sent, one after another: a phone's Wi-Fi is
// not faster with two. It knows nothing of tus or Vue; it is given a way to
// send one file, and tells whoever listens when something changed.
//
// It gives up only when the server refuses or the file cannot be read. A lost
// network, a restarting server and a silent socket are waited out.

import { ApiError } from '../../shared/api/http'
import { isGrowing, type Source } from './source'
import { Speed } from './speed'

export type JobState = 'queued' | 'sending' | 'waiting' | 'paused' | 'failed' | 'done'

export interface Job {
  readonly item: string
  readonly file: Source
  state: JobState
  /** Bytes that the server has or that are on the way. */
  sent: number
  /** Seconds left, null while unknown. */
  secondsLeft: number | null
  /** Why it failed or waits. */
  problem: ApiError | null
}

export interface SendEvents {
  progress(sent: number): void
  /** The network failed; it is being tried again. */
  trouble(problem: ApiError): void
  done(): void
  /** The server refused, the file cannot be read, or the tries are used up. */
  failed(problem: ApiError): void
}

/** One file on its way. */
export interface Sending {
  start(): void
  /** Stops; what the server has stays there. */
  stop(): Promise<void>
  /** Stops and lets the server forget what it has. */
  discard(): Promise<void>
}

export type Send = (item: string, file: Source, events: SendEvents) => Sending

/** Codes after which trying again helps. */
const PASSING = [
  'offline',
  'no_answer',
  'unknown',
  'internal',
  'upload_offset_mismatch',
  'upload_failed',
  'checksum_mismatch',
  'storage_failed',
  'too_many_connections',
]

export function isPassing(problem: ApiError): boolean {
  return PASSING.includes(problem.code)
}

/** Milliseconds between tries while nothing gets through. */
const WAITS = [1000, 2000, 4000, 8000, 10_000]
/** Milliseconds without a byte after which a socket is taken for dead. */
const SILENCE = 25_000

export class UploadQueue {
  readonly jobs: Job[] = []
  private readonly send: Send
  private readonly changed: () => void
  private readonly now: () => number
  private current: { job: Job; sending: Sending; speed: Speed; tries: number } | null = null
  private timer: ReturnType<typeof setTimeout> | null = null

  constructor(send: Send, changed: () => void, now: () => number = () => performance.now()) {
    this.send = send
    this.changed = changed
    this.now = now
  }

  find(item: string): Job | undefined {
    return this.jobs.find((job) => job.item === item)
  }

  /** Whether anything is sent, waits or is paused: leaving the page would lose it. */
  get busy(): boolean {
    return this.jobs.some((job) => !['done', 'failed'].includes(job.state))
  }

  /** Whether bytes flow or want to: the screen should stay awake. */
  get active(): boolean {
    return this.jobs.some((job) => ['queued', 'sending', 'waiting'].includes(job.state))
  }

  /**
   * Puts a file at the end of the queue; it takes the place of the item's
   * earlier one. What is being recorded goes first: only what the centre has
   * outlives the phone (R23).
   */
  async add(item: string, file: Source): Promise<void> {
    await this.forget(item, false)
    const job: Job = { item, file, state: 'queued', sent: 0, secondsLeft: null, problem: null }
    if (isGrowing(file)) {
      this.jobs.unshift(job)
      await this.interrupt()
    } else {
      this.jobs.push(job)
    }
    this.next()
  }

  /** Lets the upload under way wait for its turn again. */
  private async interrupt(): Promise<void> {
    const job = this.current?.job
    if (!job) return
    job.state = 'queued'
    job.secondsLeft = null
    await this.release(job, false)
  }

  /** Takes an upload out of the queue; what the server has of it stays there. */
  async leave(item: string): Promise<void> {
    await this.forget(item, false)
    this.next()
  }

  async pause(item: string): Promise<void> {
    const job = this.find(item)
    if (!job || !['queued', 'sending', 'waiting'].includes(job.state)) return
    job.state = 'paused'
    job.secondsLeft = null
    await this.release(job, false)
    this.next()
  }

  /** Goes on with a paused or failed upload. */
  resume(item: string): void {
    const job = this.find(item)
    if (!job || !['paused', 'failed'].includes(job.state)) return
    job.state = 'queued'
    job.problem = null
    this.next()
  }

  /** Goes on with the uploads that failed for a reason that is gone now. */
  resumeAfter(code: string): void {
    for (const job of this.jobs) if (job.problem?.code === code) this.resume(job.item)
  }

  /** Takes an upload out of the queue and lets the server forget it. */
  discard(item: string): void {
    void this.forget(item, true) // nobody waits for the server's answer, which may never come
    this.next()
  }

  /** Stops everything, because this device does not go on; nothing is lost at the server. */
  async stopAll(problem: ApiError | null): Promise<void> {
    for (const job of this.jobs) {
      if (['done', 'failed'].includes(job.state)) continue
      job.state = problem ? 'failed' : 'paused'
      job.problem = problem
      job.secondsLeft = null
    }
    this.changed()
    if (this.current) await this.release(this.current.job, false)
  }

  /** Forgets what is done; to be called when the clips are seen at the server. */
  clearDone(): void {
    const rest = this.jobs.filter((job) => job.state !== 'done')
    if (rest.length === this.jobs.length) return
    this.jobs.splice(0, this.jobs.length, ...rest)
    this.changed()
  }

  /** The network seems to be back: try at once instead of waiting on. */
  retryNow(): void {
    if (this.current?.job.state !== 'waiting') return
    this.current.tries = 0
    void this.restart()
  }

  private async forget(item: string, discard: boolean): Promise<void> {
    const job = this.find(item)
    if (!job) return
    this.jobs.splice(this.jobs.indexOf(job), 1)
    await this.release(job, discard)
  }

  private async release(job: Job, discard: boolean): Promise<void> {
    if (this.current?.job !== job) return
    const { sending } = this.current
    this.current = null
    this.stopTimer()
    await (discard ? sending.discard() : sending.stop()).catch(() => undefined)
  }

  private next(): void {
    const job = this.current ? undefined : this.jobs.find((waiting) => waiting.state === 'queued')
    if (job) {
      job.state = 'sending'
      const sending = this.send(job.item, job.file, this.eventsOf(job))
      this.current = { job, sending, speed: new Speed(), tries: 0 }
      this.watch(SILENCE)
      sending.start()
    }
    this.changed()
  }

  private eventsOf(job: Job): SendEvents {
    const ifCurrent = (act: (current: NonNullable<typeof this.current>) => void) => {
      if (this.current?.job === job) act(this.current)
    }
    return {
      progress: (sent) => ifCurrent((current) => this.progress(current, sent)),
      trouble: (problem) => ifCurrent(() => this.wait(job, problem)),
      done: () => ifCurrent(() => this.finish(job, 'done', null)),
      failed: (problem) => ifCurrent((current) => this.fail(current, problem)),
    }
  }

  private progress(current: NonNullable<typeof this.current>, sent: number): void {
    const { job, speed } = current
    speed.add(this.now(), sent)
    job.state = 'sending'
    job.problem = null
    job.sent = sent
    job.secondsLeft = isGrowing(job.file) ? null : speed.secondsFor(job.file.size - sent)
    current.tries = 0
    this.watch(SILENCE)
    this.changed()
  }

  private wait(job: Job, problem: ApiError): void {
    job.state = 'waiting'
    job.problem = problem
    job.secondsLeft = null
    this.current?.speed.forget()
    this.changed()
  }

  private fail(current: NonNullable<typeof this.current>, problem: ApiError): void {
    if (!isPassing(problem)) return this.finish(current.job, 'failed', problem)
    this.wait(current.job, problem)
    this.watch(WAITS[Math.min(current.tries++, WAITS.length - 1)] ?? SILENCE)
  }

  private finish(job: Job, state: JobState, problem: ApiError | null): void {
    this.current = null
    this.stopTimer()
    job.state = state
    job.problem = problem
    job.secondsLeft = null
    this.next()
  }

  /** Starts the current upload anew after that many milliseconds without news. */
  private watch(delay: number): void {
    this.stopTimer()
    this.timer = setTimeout(() => void this.restart(), delay)
  }

  private async restart(): Promise<void> {
    const current = this.current
    if (!current) return
    this.watch(SILENCE)
    await current.sending.stop().catch(() => undefined)
    if (this.current === current) current.sending.start()
  }

  private stopTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
  }
}
