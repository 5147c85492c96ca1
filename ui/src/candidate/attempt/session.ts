// One attempt on this phone: the server's state, the countdown, and the uploads.
// It outlives the pages, so that opening the order list does not stop an upload.

import { computed, ref, shallowRef } from 'vue'
import { ApiError, asApiError, hearLine } from '../../shared/api/http'
import type { Attempt, AttemptItem, Order } from '../../shared/api/types'
import { ServerClock } from '../../shared/clock'
import { levelOf, remaining, warningBetween, type Warning } from '../../shared/countdown'
import { acts } from '../acts'
import { api } from '../api'
import { hintsOf, isBroken } from '../parts/clipState'
import { rememberedLine, rememberLine } from '../uploads/line'
import { Planner, USUAL, type Facts, type Plan } from '../uploads/plan'
import { UploadQueue, type Job } from '../uploads/queue'
import { isGrowing, type Source } from '../uploads/source'
import { tusSend } from '../uploads/tus'
import { Later } from './later'
import { Live } from '../../shared/live'
import { lossHere, Reach, type Loss } from './reach'
import { ScreenLight } from './screen'
import { Tabs } from './tabs'
import { Unsure, untilSure } from './timely'

const TICK = 250
/** Ticks between two checks whether all arrives in time. */
const PLANS = 4
/** Ticks between two requests for another device's progress, and for another tab's. */
const ELSEWHERE = 16
const TABS = 8
/** Milliseconds that an upload waits for the answer how much has arrived. */
const ARRIVED = 3000
/** Why an upload was stopped that goes on where the attempt runs on this device: extra time, a void taken back, the device again (R10, R22). */
const STOPPED = ['other_device', 'attempt_over', 'upload_late']

export class AttemptSession {
  readonly id: string
  readonly attempt = shallowRef<Attempt | null>(null)
  readonly order = shallowRef<Order | null>(null)
  /** Why the attempt could not be read; what is shown may be old. */
  readonly problem = shallowRef<ApiError | null>(null)
  /** An act of which nobody knows whether it was done; until it is known none is offered again. */
  readonly unsure = shallowRef<Unsure | null>(null)
  readonly jobs = shallowRef<readonly Job[]>([])
  readonly left = ref(0)
  /** Whether `left` is valid: not before the first answer. */
  readonly timed = ref(false)
  readonly warning = ref<Warning | null>(null)
  /** Another device went on with the attempt while this page was open (R10). */
  readonly takenAway = ref(false)
  /** Why the centre does not answer, as far as the phone knows; null while it does. */
  readonly lost = ref<Loss | null>(null)
  /** Whether what is to be sent arrives in time. */
  readonly plan = shallowRef<Plan>({ kind: 'none' })
  readonly level = computed(() => levelOf(this.left.value))
  /** The time is up, and the server has not said yet what became of it. */
  readonly over = computed(() => this.timed.value && this.level.value === 'over' && this.attempt.value?.state === 'running')
  readonly queue: UploadQueue
  readonly screen = new ScreenLight()
  /** «Submit when all has arrived». */
  readonly later: Later

  private readonly tabs: Tabs
  private readonly clock = new ServerClock()
  private readonly reach = new Reach()
  private readonly planner = new Planner()
  private readonly live: Live
  private readonly news: () => void
  private deafen: () => void = () => undefined
  private ticker: ReturnType<typeof setInterval> | null = null

  /** `news` is called after every answer of the server and every change of an upload. */
  constructor(id: string, news: () => void = () => undefined) {
    this.id = id
    this.news = news
    this.later = new Later(id)
    this.queue = new UploadQueue(tusSend(id), () => this.jobsChanged(), undefined, (item) => this.arrived(item))
    this.queue.lastRate = rememberedLine()
    this.tabs = new Tabs(id, () => this.queue.jobs, () => this.showJobs())
    this.live = new Live(api.eventsUrl(id), {
      news: (data) => this.hear(data),
      beat: () => this.reach.heard(),
      doubtful: () => this.reach.doubtful,
      ask: (timeout) => this.refresh(timeout),
    }, 'attempt')
  }

  /** Begins to follow the attempt; called again it refreshes it. */
  async open(): Promise<void> {
    if (this.ticker !== null) return this.live.refresh()
    this.ticker = setInterval(() => this.look(), TICK)
    this.tabs.open()
    this.deafen = hearLine((there) => there === this.reach.doubtful && void this.live.refresh()) // any call tells what a poll has to confirm
    document.addEventListener('visibilitychange', this.wake)
    window.addEventListener('pageshow', this.wake)
    window.addEventListener('online', this.online)
    window.addEventListener('beforeunload', this.leaving)
    await this.refresh()
    if (this.ticker !== null) this.live.open() // it may have been closed meanwhile
  }

  /** Stops following; uploads are paused, what the server has stays there. */
  close(): void {
    if (this.ticker !== null) clearInterval(this.ticker)
    this.ticker = null
    document.removeEventListener('visibilitychange', this.wake)
    window.removeEventListener('pageshow', this.wake)
    window.removeEventListener('online', this.online)
    window.removeEventListener('beforeunload', this.leaving)
    this.live.close()
    this.deafen()
    this.tabs.close()
    this.screen.want(false)
    void this.queue.stopAll(null)
  }

  /** Refreshes the attempt; returns whether that succeeded. An error is kept in `problem`, and what is shown stays. */
  async refresh(timeout?: number): Promise<boolean> {
    try {
      const attempt = await this.read(timeout)
      if (!isOver(attempt)) this.queue.resumeAfter(['login_needed']) // the answer shows that somebody is logged in
      this.news()
      if (!this.order.value) this.order.value = await api.order(attempt.order_id)
      return true
    } catch (thrown) {
      this.problem.value = asApiError(thrown)
      return false
    }
  }

  private async read(timeout?: number): Promise<Attempt> {
    const asked = this.clock.mark()
    try {
      const attempt = await api.attempt(this.id, timeout)
      this.reach.answered()
      this.clock.learn(attempt.server_time, asked)
      this.take(attempt)
      return attempt
    } catch (thrown) {
      const { code } = asApiError(thrown)
      if (code === 'offline' || code === 'unknown') this.reach.failed() // unknown: somebody else answered
      else if (code !== 'no_answer') this.reach.answered()
      throw thrown
    }
  }

  /** Bytes of an item that have come, for an upload that waits for its answer. */
  private async arrived(item: string): Promise<number | null> {
    const attempt = await this.read(ARRIVED)
    const receiving = attempt.items.find(({ id }) => id === item)?.receiving
    return receiving ? Math.max(receiving.offset, receiving.arrived ?? 0) : null
  }

  /** Sends a file; what the centre has of the same one already is shown from the start (R24). */
  async send(item: string, file: Source): Promise<void> {
    const part = this.attempt.value?.items.find(({ id }) => id === item)?.receiving
    const same = part && !isGrowing(file) && (part.size === file.size || part.live)
    await this.queue.add(item, file, same ? Math.min(part.offset, file.size) : 0)
  }

  /** After a log-in nothing of the log-out stays. */
  loggedIn(): void {
    if (this.problem.value?.code === 'login_needed') this.problem.value = null
    this.queue.resumeAfter(['login_needed'])
    void this.live.refresh()
  }

  /** Whether leaving now would lose uploads: what was paused when the time ran out is lost already (R13). */
  get busy(): boolean {
    return this.queue.active || (this.running && this.queue.busy)
  }

  /** Whether something is sent, or could be once more: what failed or was paused can be in a running attempt only. */
  get hopes(): boolean {
    return this.queue.active || (this.running && this.queue.jobs.length > 0)
  }

  private get running(): boolean {
    return this.attempt.value?.state === 'running'
  }

  jobOf(item: string): Job | undefined {
    return this.jobs.value.find((job) => job.item === item)
  }

  /** Gives an upload up, and lets the server forget what it has, also where nothing was being sent (R12). */
  async cancel(item: string): Promise<void> {
    this.queue.discard(item)
    await this.refresh()
    const left = this.attempt.value?.items.find((known) => known.id === item)?.receiving
    if (!left || this.queue.find(item)) return
    await api.forgetUpload(left.upload_id).catch(() => undefined) // gone already, or the card says so
    await this.refresh()
  }

  /** Submits; idempotent (R14). */
  async submit(): Promise<void> {
    await this.sure(() => acts.submit(this.id))
    this.later.takeBack()
    await this.refresh()
  }

  /** Does an act. One of which nobody knows whether it was done says so until the attempt's state tells. */
  async sure(act: () => Promise<unknown>): Promise<void> {
    try {
      await act()
    } catch (thrown) {
      if (thrown instanceof Unsure) void this.learn(thrown)
      throw thrown
    }
  }

  private async learn(unsure: Unsure): Promise<void> {
    this.unsure.value = unsure
    await untilSure(unsure, () => this.refresh(), () => this.ticker !== null && this.unsure.value === unsure)
    if (this.unsure.value === unsure) this.unsure.value = null
  }

  dismissWarning(): void {
    this.warning.value = null
  }

  private hear(data: string): void {
    this.reach.heard()
    try {
      const attempt = JSON.parse(data) as Attempt
      this.clock.hear(attempt.server_time)
      this.take(attempt)
      this.news()
    } catch {
      void this.live.refresh() // half a message
    }
  }

  private take(attempt: Attempt): void {
    const before = this.attempt.value
    if (before && Date.parse(attempt.server_time) < Date.parse(before.server_time)) return // overtaken on the way
    this.attempt.value = attempt
    this.problem.value = null
    this.tick()
    this.askTabs()
    if (before?.holds && !attempt.holds && attempt.state === 'running') this.lose()
    if (attempt.holds) this.takenAway.value = false
    if (isOver(attempt)) void this.queue.stopAll(new ApiError('attempt_over'))
    else if (attempt.holds && this.running && this.left.value > 0) this.queue.resumeAfter(STOPPED)
  }

  private lose(): void {
    this.takenAway.value = true
    void this.queue.stopAll(new ApiError('other_device'))
  }

  private ticks = 0

  private look(): void {
    const before = this.lost.value
    this.lost.value = this.reach.look() ? lossHere() : null
    if (before && !this.lost.value) this.queue.retryNow()
    this.tick()
    if (this.ticks++ % PLANS === 0) this.lookAhead()
    if (this.ticks % ELSEWHERE === 0 && this.sentElsewhere) void this.live.refresh()
    if (this.ticks % TABS === 0) this.askTabs()
  }

  /** What arrives and is not sent here may be another tab's. */
  private askTabs(): void {
    const { state, holds, items = [] } = this.attempt.value ?? {}
    if (this.jobs.value.some(({ tab }) => tab)) this.showJobs()
    if (state === 'running' && holds && items.some(({ id, receiving }) => receiving && !this.queue.find(id))) this.tabs.ask()
  }

  private showJobs(): void {
    const arrives = (item: string) => !!this.attempt.value?.items.find(({ id }) => id === item)?.receiving
    const others = this.tabs.jobs.filter(({ item }) => !this.queue.find(item) && arrives(item))
    this.jobs.value = [...this.queue.jobs.map((job) => ({ ...job })), ...others]
  }

  /** Another device's progress causes no event: it has to be polled (R10). */
  private get sentElsewhere(): boolean {
    const attempt = this.attempt.value
    return attempt?.state === 'running' && !attempt.holds && attempt.items.some(({ receiving }) => receiving)
  }

  private lookAhead(): void {
    const plan = this.planner.plan(this.facts())
    if (JSON.stringify(plan) !== JSON.stringify(this.plan.value)) this.plan.value = plan
  }

  private facts(): Facts {
    const attempt = this.attempt.value
    const open = this.queue.jobs.filter(({ state }) => !['done', 'failed'].includes(state))
    const items = attempt?.state === 'running' && attempt.holds ? attempt.items : []
    const sizes = [...items.map(({ clip }) => clip?.size ?? 0), ...open.map(({ file }) => (isGrowing(file) ? 0 : file.size))].filter((size) => size > 0)
    return {
      left: this.left.value,
      rate: this.queue.rate,
      pending: items.length === 0 ? [] : open.map(({ item, file, sent, state }) => ({ item, bytes: Math.max(0, file.size - sent), movable: state === 'queued' })),
      paused: open.some(({ state }) => state === 'paused'),
      missing: items.filter(({ id, clip }) => !clip && !this.jobOf(id)?.tab && !open.some(({ item }) => item === id)).length,
      usual: sizes.length > 0 ? sizes.reduce((sum, size) => sum + size, 0) / sizes.length : USUAL,
    }
  }

  private tick(): void {
    const attempt = this.attempt.value
    if (!attempt || !this.clock.known) return
    const before = this.timed.value ? this.left.value : Infinity
    const left = attempt.state === 'running' ? remaining(attempt.deadline, this.clock.now()) : 0
    this.left.value = left
    this.timed.value = true
    this.warning.value = this.nextWarning(before, left)
    if (this.clock.suspect() || (left === 0 && attempt.state === 'running')) this.askSoon()
  }

  private nextWarning(before: number, left: number): Warning | null {
    const due = before === Infinity ? null : warningBetween(before, left)
    if (due !== null && navigator.vibrate) navigator.vibrate([200, 100, 200])
    const said = this.warning.value
    const stale = said !== null && (left > said * 60_000 || (said > 1 && left < (said - 1) * 60_000)) // extra time came, or it is long past
    return due ?? (stale || left === 0 ? null : this.warning.value)
  }

  private lastAsked = 0

  /** At the end and after a sleep only the server knows the state; it is polled every two seconds. */
  private askSoon(): void {
    if (performance.now() - this.lastAsked < 2000) return
    this.lastAsked = performance.now()
    void this.live.refresh()
  }

  private jobsChanged(): void {
    this.showJobs()
    this.screen.want(this.queue.active)
    if (this.jobs.value.some(({ problem }) => problem?.code === 'login_needed') && !this.problem.value) void this.live.refresh()
    if (this.jobs.value.some(({ state }) => state === 'done')) rememberLine(this.queue.lastRate)
    this.news()
    if (this.jobs.value.some((job) => job.state === 'done')) void this.settle()
  }

  private settling = false

  /** Shows a finished upload as such until the server's word about its clip is here. */
  private async settle(): Promise<void> {
    if (this.settling) return
    this.settling = true
    await this.refresh()
    this.settling = false
    this.queue.clearDone()
  }

  private readonly wake = (): void => {
    if (document.visibilityState !== 'visible') return
    void this.live.refresh()
    this.queue.retryNow()
  }

  private readonly online = (): void => {
    void this.live.refresh()
    this.queue.retryNow()
  }

  private readonly leaving = (event: BeforeUnloadEvent): void => {
    if (!this.busy) return
    event.preventDefault()
    event.returnValue = '' // older browsers ask only then
  }
}

/** Whether nothing can arrive any more. A timed-out attempt may still take what was begun (R13). */
function isOver(attempt: Attempt): boolean {
  return attempt.state === 'submitted' || attempt.state === 'reset' || attempt.state === 'voided'
}

/** The state of an item, for its card and for the list before submitting. */
export type ItemState = 'missing' | 'broken' | 'interrupted' | 'uploading' | 'paused' | 'hinted' | 'unseen' | 'ready'

/** An interrupted upload takes precedence over the existing clip: that one counts, but it was to be replaced. */
export function itemState(item: AttemptItem, job: Job | undefined): ItemState {
  if (job?.state === 'paused') return 'paused'
  if (job && job.state !== 'failed') return 'uploading'
  if (!job && item.receiving?.at_desk) return 'uploading'
  if (job || item.receiving) return 'interrupted'
  if (!item.clip) return 'missing'
  if (isBroken(item.clip)) return 'broken' // no clip: the item is as good as missing (R14)
  if (hintsOf(item.clip).length > 0) return 'hinted'
  return item.clip.previewed ? 'ready' : 'unseen'
}

/** Whether nothing is left to do about the item: what is doubtful was at least watched. */
export function isSettled(item: AttemptItem, job: Job | undefined): boolean {
  const state = itemState(item, job)
  return state === 'ready' || (state === 'hinted' && !!item.clip?.previewed)
}
