// A phone of a rehearsal 彩排: sends bytes that mean nothing by the way that
// videos take, one file after another, until the desk's time is over.

import { ref, shallowRef } from 'vue'
import { createClient } from '../shared/api/client'
import { asApiError, type ApiError } from '../shared/api/http'
import type { paths } from '../shared/api/openapi'
import { ScreenLight } from './attempt/screen'
import { UploadQueue, type Job } from './uploads/queue'
import { tusSend } from './uploads/tus'

/** Beside the other calls these would come with every phone's first load. */
const { post } = createClient<paths>()
const calls = {
  /** This phone is named by its cookie, the page by the token that it gets. */
  join: (word: string) => post('/api/v1/rehearsal/join', { body: { word } }),
  tell: (word: string, token: string, retries: number) => post('/api/v1/rehearsal/state', { body: { word, token, retries } }),
}

export type RehearsalStage = 'joining' | 'ready' | 'sending' | 'over'

/** Milliseconds between two looks at how long it goes on. */
const LOOK = 2000
/** Milliseconds before another file is tried after a refusal that may pass, such as a full disk. */
const AGAIN = 5000
const BLOCK = 1024 * 1024

export class RehearsalPhone {
  readonly stage = ref<RehearsalStage>('joining')
  readonly problem = shallowRef<ApiError | null>(null)
  readonly number = ref(0)
  readonly secondsLeft = ref<number | null>(null)
  /** Of the whole, as far as this page saw it, 0 to 100. */
  readonly percent = ref(0)
  /** Bytes that the centre has. */
  readonly sent = ref(0)
  readonly rate = ref(0)
  /** The line broke, and is being tried again. */
  readonly waiting = ref(false)

  private token = ''
  private pieceBytes = 0
  private pieces = 0
  private before = 0
  private retries = 0
  private whole = 0
  private queue: UploadQueue | null = null
  private readonly light = new ScreenLight()
  private timer: ReturnType<typeof setTimeout> | null = null
  private again: ReturnType<typeof setTimeout> | null = null
  private closed = false

  constructor(private readonly word: string) {}

  async join(): Promise<void> {
    this.problem.value = null
    try {
      const joined = await calls.join(this.word)
      if (this.closed) return
      this.number.value = joined.number
      this.token = joined.token
      this.pieceBytes = joined.piece_bytes
      this.stage.value = 'ready'
      this.look()
    } catch (thrown) {
      this.problem.value = asApiError(thrown)
    }
  }

  start(): void {
    if (this.stage.value !== 'ready') return
    this.stage.value = 'sending'
    this.light.want(true)
    this.queue = new UploadQueue(tusSend(this.token, '/api/v1/rehearsal/uploads'), () => this.changed())
    this.next()
  }

  /** The page is left. */
  close(): void {
    this.closed = true
    this.light.want(false)
    for (const timer of [this.timer, this.again]) if (timer) clearTimeout(timer)
    void this.queue?.stopAll(null)
  }

  /** The same random megabyte over and over: a file that holds no memory, and does not pack. */
  private next(): void {
    if (this.stage.value !== 'sending' || this.closed) return
    const block = random()
    const whole = Array.from({ length: Math.floor(this.pieceBytes / BLOCK) }, () => block)
    const file = new File([...whole, block.slice(0, this.pieceBytes % BLOCK)], `rehearsal-${++this.pieces}`)
    this.queue?.clearDone()
    void this.queue?.add(`${this.pieces}`, file)
  }

  private changed(): void {
    const job = this.queue?.find(`${this.pieces}`)
    if (!job || this.stage.value !== 'sending') return
    const waits = job.state === 'waiting'
    if (waits && !this.waiting.value) this.retries++
    this.waiting.value = waits
    this.rate.value = this.queue?.rate ?? 0
    this.sent.value = this.before + job.sent
    if (job.state === 'done') {
      this.before += job.file.size
      setTimeout(() => this.next())
    }
    if (job.state === 'failed') this.failed(job)
  }

  private failed(job: Job): void {
    if (job.problem?.code === 'rehearsal_elsewhere') return this.end(job.problem)
    this.before += job.sent
    this.queue?.discard(job.item)
    this.look() // whether it is over
    this.again = setTimeout(() => this.next(), AGAIN)
  }

  private look(): void {
    if (this.timer) clearTimeout(this.timer)
    void this.ask().finally(() => {
      if (!this.closed && this.stage.value !== 'over') this.timer = setTimeout(() => this.look(), LOOK)
    })
  }

  private async ask(): Promise<void> {
    try {
      const told = await calls.tell(this.word, this.token, this.retries)
      this.secondsLeft.value = told.sends ? told.seconds : null
      if (told.sends) this.whole = Math.max(this.whole, told.seconds)
      if (this.whole > 0) this.percent.value = Math.round(100 * (1 - told.seconds / this.whole))
      if (told.over) this.end(null)
    } catch (thrown) {
      const problem = asApiError(thrown)
      if (problem.code.startsWith('rehearsal_')) this.end(problem)
    }
  }

  private end(problem: ApiError | null): void {
    if (this.stage.value === 'over') return
    this.problem.value = problem
    this.stage.value = 'over'
    this.light.want(false)
    void this.queue?.stopAll(null)
    if (this.again) clearTimeout(this.again)
    forgetUploads(this.token)
  }
}

let bytes: Blob | null = null

function random(): Blob {
  if (bytes) return bytes
  const block = new Uint8Array(BLOCK)
  for (let at = 0; at < BLOCK; at += 65_536) crypto.getRandomValues(block.subarray(at, at + 65_536))
  return (bytes = new Blob([block]))
}

/** What the uploads wrote down to go on after a closed page: there is nothing to go on with. */
function forgetUploads(token: string): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.includes(`kaodian-${token}-`)) localStorage.removeItem(key)
  } catch {
    // a private window has none
  }
}
