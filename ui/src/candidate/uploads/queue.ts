// The videos that wait to be sent, one after another: a phone's Wi-Fi is
// not faster with two. It knows nothing of tus or Vue: the function that sends
// one file is passed in, and listeners are called on every change.
//
// It gives up only when the server refuses or the file cannot be read. A lost
// network, a restarting server and a silent socket are waited out.

import { ApiError } from '../../shared/api/http'
import { MIN_BYTES } from './parts'
import { isGrowing, isRecorded, type Source } from './source'
import { Speed } from './speed'

export type JobState = 'queued' | 'sending' | 'waiting' | 'paused' | 'failed' | 'done'

export interface Job {
  readonly item: string
  readonly file: Source
  state: JobState
  /** Bytes that the server has acknowledged: they are safe. */
  sent: number
  /** Seconds left, null while unknown. */
  secondsLeft: number | null
  /** Why it failed or waits. */
  problem: ApiError | null
  /** Another tab of this browser sends it: here it can only be watched. */
  readonly tab?: true
}

export interface SendEvents {
  /** The server says that it has so many bytes. */
  progress(sent: number): void
  /** The network failed; it is being tried again. */
  trouble(problem: ApiError): void
  done(): void
  /** The server refused, the file cannot be read, or the tries are used up. */
  failed(problem: ApiError): void
}

/** One file on its way. */
export interface Sending {
  /** Whether a request waits for its answer; if not, the phone itself is idle. */
  readonly asking: boolean
  /** Bytes of the file up to the end of the part under way. */
  readonly handed: number
  start(): void
  /** So many bytes of the current part came in so many milliseconds: the next parts adapt to that. */
  slowed(bytes: number, time: number): void
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
/** Milliseconds without an acknowledged byte after which an upload stands still. */
const STALL = 8000
/** Milliseconds after which the server is asked whether bytes arrive, and between further requests. */
const FIRST_LOOK = 4000
const LOOKS = 3000
/** Milliseconds that a server which has every byte may take to write them. */
const WRITES = 60_000
/** Milliseconds that the phone may take to provide the next bytes. */
const IDLE = 25_000
/** Milliseconds between two changes of mere progress: each redraws the page. */
const CALM = 250

/** How many bytes of an item have arrived, safe or not; null if that is unknown now. */
export type Arrived = (item: string) => Promise<number | null>

interface Current {
  readonly job: Job
  readonly sending: Sending
  readonly speed: Speed
  tries: number
  /** When the last byte was acknowledged, or the sending began anew. */
  since: number
  /** What had arrived at the last check. */
  seen: number | null
  /** When a check last saw progress. */
  grew: number
}

export class UploadQueue {
  readonly jobs: Job[] = []
  /** Bytes a second that this phone's last upload had; 0 while unknown. */
  lastRate = 0
  private readonly send: Send
  private readonly changed: () => void
  private readonly now: () => number
  private readonly arrived: Arrived
  private current: Current | null = null
  private timer: ReturnType<typeof setTimeout> | null = null
  private telling: ReturnType<typeof setTimeout> | null = null
  private told = -Infinity

  constructor(send: Send, changed: () => void, now: () => number = () => performance.now(), arrived: Arrived = () => Promise.resolve(null)) {
    this.send = send
    this.changed = () => {
      this.told = this.now()
      changed()
    }
    this.now = now
    this.arrived = arrived
  }

  /** Bytes a second of the upload under way, else of the last one; 0 while unknown. */
  get rate(): number {
    return this.speedNow() || this.lastRate
  }

  find(item: string): Job | undefined {
    return this.jobs.find((job) => job.item === item)
  }

  /** Whether anything is sent, waits or is paused: leaving the page would lose it. */
  get busy(): boolean {
    return this.jobs.some((job) => !['done', 'failed'].includes(job.state))
  }

  /** Whether bytes are sent or wait to be: the screen should stay awake. */
  get active(): boolean {
    return this.jobs.some((job) => ['queued', 'sending', 'waiting'].includes(job.state))
  }

  /**
   * Puts a file at the end of the queue; it takes the place of the item's
   * earlier one. What is being recorded goes first: only what the centre has
   * outlives the phone (R23). `has`: bytes of it that the server told of.
   */
  async add(item: string, file: Source, has = 0): Promise<void> {
    await this.forget(item, false)
    const job: Job = { item, file, state: 'queued', sent: has, secondsLeft: null, problem: null }
    if (isGrowing(file)) {
      this.jobs.unshift(job)
      await this.interrupt()
    } else {
      this.jobs.push(job)
    }
    this.next()
  }

  /** Sends a waiting file before all others, for instance a short one that still fits. */
  async prefer(item: string): Promise<void> {
    const job = this.find(item)
    if (!job || job.state !== 'queued' || (this.current && isGrowing(this.current.job.file))) return
    this.jobs.splice(this.jobs.indexOf(job), 1)
    this.jobs.unshift(job)
    await this.interrupt()
    this.next()
  }

  /** Puts the current upload back into the queue. */
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

  /** Goes on, in the queue's order, with the uploads that failed for reasons that are gone now. */
  resumeAfter(codes: readonly string[]): void {
    const again = this.jobs.filter(({ state, problem }) => ['paused', 'failed'].includes(state) && problem && codes.includes(problem.code))
    for (const job of again) Object.assign(job, { state: 'queued', problem: null })
    if (again.length > 0) this.next()
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
    this.keepRate()
    this.current = null
    this.stopTimer()
    await (discard ? sending.discard() : sending.stop()).catch(() => undefined)
  }

  private next(): void {
    const job = this.current ? undefined : this.jobs.find((waiting) => waiting.state === 'queued')
    if (job) {
      job.state = 'sending'
      const sending = this.send(job.item, job.file, this.eventsOf(job))
      this.current = { job, sending, speed: new Speed(), tries: 0, since: this.now(), seen: null, grew: -Infinity }
      this.watchAnswer()
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

  /** A byte more is progress; the same again only says that the server was reached. */
  private progress(current: Current, sent: number): void {
    const { job, speed } = current
    const more = sent > job.sent
    if (!isGrowing(job.file)) speed.add(this.now(), sent) // a recording arrives no faster than it is made
    job.sent = sent
    const rate = speed.rate(this.now())
    job.secondsLeft = isGrowing(job.file) || rate === 0 ? null : (job.file.size - sent) / rate
    this.watchAnswer()
    if (!more && job.state === 'waiting') return this.tell()
    const before = job.state
    job.state = 'sending'
    job.problem = null
    current.tries = 0
    if (before === 'sending') this.tell()
    else this.changed()
  }

  /** Reports progress, a few times a second at most. */
  private tell(): void {
    if (this.telling !== null) return
    const rest = this.told + CALM - this.now()
    if (rest <= 0) return this.changed()
    this.telling = setTimeout(() => {
      this.telling = null
      this.changed()
    }, rest)
  }

  private wait(job: Job, problem: ApiError): void {
    this.keepRate()
    job.state = 'waiting'
    job.problem = problem
    job.secondsLeft = null
    this.changed()
  }

  private fail(current: Current, problem: ApiError): void {
    if (!isPassing(problem)) return this.finish(current.job, 'failed', problem)
    this.wait(current.job, problem)
    this.watch(WAITS[Math.min(current.tries++, WAITS.length - 1)] ?? IDLE)
  }

  private finish(job: Job, state: JobState, problem: ApiError | null): void {
    const whole = state === 'done' && !isRecorded(job.file) ? this.current?.speed.whole() : 0
    this.lastRate = this.speedNow() || whole || this.lastRate
    this.current = null
    this.stopTimer()
    job.state = state
    job.problem = problem
    job.secondsLeft = null
    this.next()
  }

  /** Starts the current upload anew after that many milliseconds. */
  private watch(delay: number): void {
    this.stopTimer()
    this.timer = setTimeout(() => void this.restart(), delay)
  }

  private async restart(): Promise<void> {
    const current = this.current
    if (!current) return
    this.keepRate()
    this.watchAnswer()
    await current.sending.stop().catch(() => undefined)
    if (this.current === current) current.sending.start()
  }

  /** Restarts the wait for the next acknowledged byte. */
  private watchAnswer(): void {
    const current = this.current
    if (!current) return
    current.since = this.now()
    current.seen = null
    this.lookIn(current, FIRST_LOOK)
  }

  private lookIn(current: Current, delay: number): void {
    this.stopTimer()
    this.timer = setTimeout(() => void this.look(current), delay)
  }

  /**
   * No byte was acknowledged for a while. A request whose bytes come, however
   * slowly, is left alone, and so is a server that is busy writing them.
   */
  private async look(current: Current): Promise<void> {
    const { since, sending, job } = current
    const waited = () => this.now() - since
    if (!sending.asking) return waited() >= IDLE ? this.restart() : this.lookIn(current, LOOKS)
    if (waited() >= STALL && current.seen === null) return this.stall(current) // the last look was not answered either
    const seen = await within(this.arrived(job.item), waited() < STALL ? Math.min(LOOKS, STALL - waited()) : LOOKS)
    if (this.current !== current || current.since !== since) return // meanwhile it came, or all is another's
    if (seen !== null && current.seen !== null && seen > current.seen) current.grew = this.now()
    current.seen = seen
    if (waited() < STALL) return this.lookIn(current, Math.min(LOOKS, STALL - waited()))
    if (this.now() - current.grew < 2 * LOOKS) return seen !== null && this.isLong(current, seen) ? this.split(current, seen) : this.lookIn(current, LOOKS)
    if (seen === null || seen < sending.handed || waited() > WRITES) return this.stall(current)
    this.wait(job, new ApiError('busy_writing'))
    this.lookIn(current, LOOKS)
  }

  /** Whether the rest of the current part would take so long that no progress is seen: the line has become slower since the part was cut. */
  private isLong({ since, sending, job }: Current, seen: number): boolean {
    const rate = (seen - job.sent) / (this.now() - since)
    const rest = sending.handed - seen
    return rate > 0 && rest > 2 * MIN_BYTES && rest / rate > STALL // what is small is left alone
  }

  /** Ends a part early: what arrived of it is kept, and the next ones are smaller. */
  private split(current: Current, seen: number): void {
    current.sending.slowed(seen - current.job.sent, this.now() - current.since)
    void this.restart()
  }

  private stall(current: Current): void {
    this.wait(current.job, new ApiError('stalled'))
    void this.restart()
  }

  /** Bytes a second of the upload under way, 0 while unknown. */
  private speedNow(): number {
    return this.current?.speed.rate(this.now()) ?? 0
  }

  private keepRate(): void {
    this.lastRate = this.speedNow() || this.lastRate
    this.current?.speed.forget()
  }

  private stopTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
  }
}

/** The promise's result if it comes within so many milliseconds, else null. */
function within<T>(answer: Promise<T | null>, time: number): Promise<T | null> {
  return new Promise((done) => {
    const timer = setTimeout(() => done(null), time)
    const end = (value: T | null) => {
      clearTimeout(timer)
      done(value)
    }
    answer.then(end, () => end(null))
  })
}
