import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { computed, defineComponent, nextTick, ref, shallowRef } from 'vue'
import { Later } from '../../src/candidate/attempt/later'
import type { AttemptSession } from '../../src/candidate/attempt/session'
import { useLater } from '../../src/candidate/attempt/useLater'
import { ApiError } from '../../src/shared/api/http'
import type { Attempt, Clip } from '../../src/shared/api/types'
import { show } from './show'

const questions = vi.hoisted(() => ({ texts: [] as string[], answer: false }))
vi.mock('../../src/candidate/parts/ask', () => ({
  ask: async ({ text }: { text: string }) => {
    questions.texts.push(text)
    return questions.answer
  },
}))

const clip = (id: string, more: object = {}) => ({ id, state: 'examined', previewed: false, hints: [], size: 1, name: 'a', received_at: '', ...more }) as unknown as Clip
const job = (item: string, state: string) => ({ item, state, sent: 0, file: { size: 1 }, secondsLeft: null, problem: null })
type Items = { id: string; clip?: Clip; receiving?: object }[]

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
  localStorage.clear()
  questions.texts = []
  questions.answer = false
})
afterEach(() => vi.useRealTimers())

/** A phone with two items; the second is being sent. */
function phone(more: { later?: Later; items?: Items; jobs?: object[] } = {}) {
  const items = more.items ?? [{ id: '1', clip: clip('c1') }, { id: '2' }]
  const submits: number[] = []
  const refusal = ref<ApiError | null>(null)
  const session = {
    later: more.later ?? new Later('a'),
    attempt: shallowRef({ state: 'running', holds: true, items: items.map((one) => ({ name: one.id, kind: 'piece', ...one })) } as unknown as Attempt),
    jobs: shallowRef(more.jobs ?? [job('2', 'sending')]), left: ref(60_000), timed: ref(true),
    submit: async () => {
      submits.push(performance.now())
      if (refusal.value) throw refusal.value
      session.later.takeBack()
      session.attempt.value = { ...session.attempt.value, state: 'submitted' }
    },
  }
  const free = ref(true)
  const use = { stage: '' as unknown }
  const page = show(
    defineComponent({
      setup: () => {
        const { stage } = useLater(computed(() => session as unknown as AttemptSession), () => free.value)
        use.stage = stage
        return () => stage.value
      },
    }),
    {},
  )
  const arm = () => session.later.arm(session.attempt.value, session.jobs.value as never)
  const arrives = async (what: object = {}, jobs: object[] = []) => {
    session.attempt.value = { ...session.attempt.value, items: session.attempt.value.items.map((one) => (one.id === '2' ? { ...one, receiving: undefined, clip: clip('c2', what) } : one)) }
    session.jobs.value = jobs
    await vi.advanceTimersByTimeAsync(1000)
  }
  return { session, submits, page, free, refusal, arm, arrives }
}

describe('«submit when all has arrived»', () => {
  it('R14: submits once when the last clip is there, and not without being armed', async () => {
    const never = phone()
    await never.arrives()
    expect(never.submits).toHaveLength(0)
    never.page.unmount()
    const { submits, arm, arrives, page } = phone()
    arm()
    await arrives({}, [job('2', 'done')])
    expect(submits, 'the upload is done, but its clip was not seen yet').toHaveLength(0)
    await arrives()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(submits).toHaveLength(1)
    expect(localStorage.getItem('kaodian-later-a')).toBeNull()
    page.unmount()
  })

  it('R24: is remembered by the phone after a reload, and waits for what has to be sent again', async () => {
    const before = phone()
    before.arm()
    before.page.unmount()
    const items = [{ id: '1', clip: clip('c1') }, { id: '2', receiving: { upload_id: 'u', offset: 7, size: 100 } }]
    const { submits, arrives, page, session } = phone({ items, jobs: [] })
    await vi.advanceTimersByTimeAsync(5000)
    expect([page.text(), submits.length]).toEqual(['stuck', 0])
    session.jobs.value = [job('2', 'sending')]
    await nextTick()
    expect(page.text()).toBe('sending')
    await arrives()
    expect(submits).toHaveLength(1)
    page.unmount()
  })

  it('waits for a replacement, not for the old clip', async () => {
    const { submits, arm, session, page } = phone({ items: [{ id: '1', clip: clip('c1') }, { id: '2', clip: clip('old') }] })
    arm()
    session.jobs.value = [job('2', 'failed')]
    await vi.advanceTimersByTimeAsync(5000)
    expect(page.text()).toBe('stuck')
    session.jobs.value = [] // it was given up
    await vi.advanceTimersByTimeAsync(5000)
    expect([page.text(), submits.length]).toEqual(['stuck', 0])
    page.unmount()
  })

  it('in two tabs of one attempt it is one wish: taken back in both, and carried out or asked once', async () => {
    const told = () => dispatchEvent(new StorageEvent('storage', { key: 'kaodian-later-a' }))
    const [one, two] = [phone(), phone()]
    one.arm()
    told()
    expect(two.session.later.awaited.value, 'armed here, too').not.toBeNull()
    two.session.later.takeBack()
    told()
    await one.arrives()
    await two.arrives()
    expect([one.submits.length, two.submits.length]).toEqual([0, 0])
    for (const { page } of [one, two]) page.unmount()
    const [first, second] = [phone(), phone()]
    first.arm()
    told()
    await first.arrives({ hints: ['silent'] })
    await second.arrives({ hints: ['silent'] }) // before the word of the first has come
    expect(questions.texts).toHaveLength(1)
    for (const { page } of [first, second]) page.unmount()
  })

  it.each([
    ['broken', { state: 'unexaminable', hints: ['unreadable'] }],
    ['silent', { hints: ['silent'] }],
  ])('R14, R19: with a %s clip it says so and asks, and is armed no more', async (_name, what) => {
    const { submits, arm, arrives, session, page } = phone()
    arm()
    await arrives(what)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(questions.texts).toHaveLength(1)
    expect(questions.texts[0]).toContain('2')
    expect(submits).toHaveLength(0)
    expect(session.later.awaited.value).toBeNull()
    page.unmount()
  })

  it('waits until the clip was looked at, but not for ever', async () => {
    const { submits, arm, arrives, page } = phone()
    arm()
    await arrives({ state: 'received' })
    await vi.advanceTimersByTimeAsync(20_000)
    expect([page.text(), submits.length]).toEqual(['checking', 0])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(submits).toHaveLength(1)
    page.unmount()
  })

  it('R10, R16: does nothing after the deadline or where another device went on, and forgets it', async () => {
    for (const end of ['deadline', 'device'] as const) {
      const { submits, arm, arrives, session, page } = phone()
      arm()
      if (end === 'deadline') session.left.value = 0
      else session.attempt.value = { ...session.attempt.value, holds: false }
      await arrives()
      expect(submits, end).toHaveLength(0)
      expect(session.later.awaited.value, end).toBeNull()
      page.unmount()
    }
  })

  it('takes nothing out of the hands of who records or chooses, and waits for what is sent then too', async () => {
    const { submits, arm, arrives, session, free, page } = phone()
    arm()
    free.value = false
    session.later.hold('sheet', true)
    await arrives()
    free.value = true
    await vi.advanceTimersByTimeAsync(2000)
    expect(submits, 'a sheet is open').toHaveLength(0)
    session.jobs.value = [job('1', 'queued')]
    session.later.hold('sheet', false)
    await vi.advanceTimersByTimeAsync(2000)
    expect(session.later.awaited.value).toEqual({ 1: 'c1', 2: '' })
    session.jobs.value = []
    await vi.advanceTimersByTimeAsync(2000)
    expect(submits, 'the new one did not come').toHaveLength(0)
    page.unmount()
  })

  it('tries on while nobody answers, and gives up when it is refused', async () => {
    const { submits, arm, arrives, session, refusal, page } = phone()
    refusal.value = new ApiError('offline')
    arm()
    await arrives()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(submits.length).toBeGreaterThan(1)
    refusal.value = new ApiError('nothing_to_submit', 409)
    await vi.advanceTimersByTimeAsync(5000)
    const tried = submits.length
    await vi.advanceTimersByTimeAsync(20_000)
    expect(submits).toHaveLength(tried)
    expect(session.later.awaited.value).toBeNull()
    page.unmount()
  })
})
