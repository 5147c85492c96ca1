// What a page says of the line and of the time, where the two meet or nothing
// else on the page says it.
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { computed, nextTick, ref, shallowRef } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import en from '../../locales/en.json'
import { attemptKey } from '../../src/candidate/attempt/useAttempt'
import { AttemptSession } from '../../src/candidate/attempt/session'
import { Sessions, sessionsKey } from '../../src/candidate/attempt/sessions'
import { asked } from '../../src/candidate/help/open'
import { pageLoaderKey } from '../../src/candidate/pageLoader'
import Attempt from '../../src/candidate/pages/Attempt.vue'
import Check from '../../src/candidate/pages/Check.vue'
import Login from '../../src/candidate/pages/Login.vue'
import Practice from '../../src/candidate/pages/Practice.vue'
import AttemptHead from '../../src/candidate/parts/AttemptHead.vue'
import PlanNotice from '../../src/candidate/parts/PlanNotice.vue'
import Preview from '../../src/candidate/parts/Preview.vue'
import Replaced from '../../src/candidate/parts/Replaced.vue'
import SlowLoad from '../../src/candidate/parts/SlowLoad.vue'
import Trouble from '../../src/candidate/parts/Trouble.vue'
import { whoKey } from '../../src/candidate/who'
import { ApiError, call } from '../../src/shared/api/http'
import { show } from './show'

const at = vi.hoisted(() => ({ path: '/', name: 'attempt', query: {} as Record<string, string> }))
const replaced = vi.hoisted(() => [] as object[])
vi.mock('vue-router', () => ({
  useRouter: () => ({ push: () => undefined, replace: async (to: object) => void replaced.push(to), currentRoute: { value: { fullPath: '/' } } }),
  useRoute: () => ({ ...at, fullPath: at.path }), onBeforeRouteLeave: () => undefined, onBeforeRouteUpdate: () => undefined,
}))

const words = zhCN.candidate
const link = { RouterLink: { template: '<a><slot /></a>' } }
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  at.path = '/'
  at.query = {}
})

function running(left: number, more: object = {}) {
  const session = new AttemptSession('a')
  session.attempt.value = { id: 'a', order_id: 'o', holds: true, acknowledged: true, state: 'running', subject: '钢琴', grade: 3, deadline: '2026-08-03T12:00:00+08:00', items: [{ id: '1', name: '乐曲' }], ...more } as never
  session.timed.value = true
  session.left.value = left
  return { session, provide: { [attemptKey as symbol]: computed(() => session) } }
}

describe('R16: at zero with the server gone', () => {
  it('one sentence stands there, which says what is true, and nothing to press', () => {
    const { session, provide } = running(0)
    vi.spyOn(session, 'open').mockResolvedValue()
    session.lost.value = 'centre'
    const sessions = { find: () => session, leave: () => undefined } as unknown as Sessions
    const page = show(Attempt, { id: 'a' }, { stubs: { ...link, PathBar: true, ExtraTime: true, RouterView: { template: '<button>act</button>' } }, provide: { ...provide, [sessionsKey as symbol]: sessions } })
    expect(page.text()).toContain(words.head.lost_over)
    expect(page.text()).not.toContain(words.head.over)
    expect(page.text()).not.toContain('倒计时还在走')
    expect(page.findAll('button')).toEqual([])
    session.left.value = 1000
    return nextTick().then(() => {
      expect(page.text()).toContain(words.head.lost_centre)
      expect(page.findAll('button').map((button) => button.text())).toEqual(['act'])
    })
  })
})

describe('the head of an attempt', () => {
  const clip = { id: 'c', state: 'examined', hints: [], previewed: false }
  const said = (minutes: 5 | 10, items: object[], lost = false) => {
    const { session, provide } = running(minutes * 60_000, { items })
    session.warning.value = minutes
    if (lost) session.lost.value = 'centre'
    return show(AttemptHead, { session }, { provide }).text()
  }
  it('tells nobody to upload whose videos have all arrived', () => {
    expect(said(10, [{ id: '1', name: '乐曲', clip }])).toContain('预览后可以提交')
    expect(said(10, [{ id: '1', name: '乐曲', clip }, { id: '2', name: '视奏' }])).toContain(words.head.warning_10)
    expect(said(5, [{ id: '1', name: '乐曲', clip: { ...clip, state: 'unexaminable', hints: ['unreadable'] } }])).toContain(words.head.warning_5)
  })
  it('says one thing at a time: that the line is lost comes before the minutes', () => {
    const text = said(10, [{ id: '1', name: '乐曲' }], true)
    expect(text).toContain(words.head.lost_centre)
    expect(text).not.toContain(words.head.warning_10)
  })
  it('is not repeated by what could not be done', () => {
    const { session, provide } = running(60_000)
    const part = () => show(Trouble, { problem: new ApiError('offline') }, { provide })
    expect(part().find('p:not(.said-above)').text()).toContain(zhCN.error.offline.next)
    session.lost.value = 'centre'
    expect(part().text()).toContain(zhCN.error.offline.text)
    expect(part().find('p:not(.said-above)').exists(), 'but for a phone held sideways, whose head is out of sight').toBe(false)
  })
  it('R23: nothing is reckoned of a line that is not there', () => {
    const { session, provide } = running(185_000)
    session.plan.value = { kind: 'late', needs: 900, sooner: null } as never
    const notice = show(PlanNotice, {}, { provide })
    expect(notice.text()).toContain('只剩 3 分钟')
    session.lost.value = 'centre'
    expect(show(PlanNotice, {}, { provide }).text()).toBe('')
  })
  it('R30: nobody who has asked for help is told to ask', () => {
    for (const kind of ['late', 'short'] as const) {
      const { session, provide } = running(185_000)
      session.plan.value = { kind, needs: 900, sooner: null, usual: 1e8 } as never
      asked.value = false
      for (const language of ['zh-CN', 'en'] as const) expect(show(PlanNotice, {}, { provide, language }).text()).toMatch(/工作人员帮忙|ask the staff/)
      asked.value = true
      for (const language of ['zh-CN', 'en'] as const) {
        const text = show(PlanNotice, {}, { provide, language }).text()
        expect(text).not.toMatch(/请工作人员|ask the staff/)
        expect(text).toMatch(/工作人员已经知道|The staff know/)
      }
    }
    asked.value = false
  })
  it('below a minute no notice has another number than the clock', () => {
    const late = (left: number, kind: 'late' | 'short') => {
      const { session, provide } = running(left)
      session.plan.value = { kind, needs: 90, sooner: null, usual: 1e8 } as never
      return show(PlanNotice, {}, { provide }).find('strong').text()
    }
    for (const kind of ['late', 'short'] as const) {
      expect(late(28_000, kind)).toContain('时间快到了')
      expect(late(28_000, kind)).not.toMatch(/[^0-9]20 秒/)
      expect(late(185_000, kind)).toContain('只剩 3 分钟')
    }
  })
})

describe('R4: a computer that may not record', () => {
  const who = { [whoKey as symbol]: { me: shallowRef({ name: '王小明', device: { allowed: false } }), check: async () => undefined } }
  beforeEach(() => void vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ id: 'o', status: 'open', photo: true, items: [] }))))
  it('is told on the check and on the practice why nothing starts, and never that it can take the exam', async () => {
    for (const [page, props] of [[Check, {}], [Practice, { order: 'o' }]] as const) {
      const shown = show(page, props, { stubs: { ...link, Back: true, PathBar: true, PathNext: true }, provide: who })
      await flushPromises()
      await vi.waitFor(() => expect(shown.text()).toContain(words.phone_code.not_here))
      for (const all of [words.check.all_good, words.check.all_warn]) expect(shown.text()).not.toContain(all)
    }
  })
})

describe('the line is back', () => {
  it('the check of the line is measured again by itself', async () => {
    let there = false
    vi.stubGlobal('fetch', async () => {
      if (!there) throw new TypeError('no line')
      return new Response('')
    })
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const page = show(Check, {}, { stubs: { ...link, Back: true, PathBar: true, PathNext: true }, provide: { [whoKey as symbol]: { me: shallowRef(null), check: async () => undefined } } })
    await vi.waitFor(() => expect(page.text()).toContain(words.check.line.lost))
    there = true
    await vi.advanceTimersByTimeAsync(3000)
    await vi.waitFor(() => expect(page.text()).not.toContain(words.check.line.lost))
  })

  it('a preview that the line cut is loaded again, and one that cannot be played is not', async () => {
    const clip = { id: 'c', state: 'examined', size: 1, name: 'a.mp4', hints: [], previewed: false, playable: true, rendition: false, received_at: '' }
    for (const cut of [true, false]) {
      let there = !cut
      vi.stubGlobal('fetch', async () => {
        if (!there) throw new TypeError('no line')
        return new Response('{}')
      })
      const page = show(Preview, { item: { id: '1', name: '乐曲', kind: 'piece' }, clip, holds: true }, { stubs: { VanPopup: { template: '<div><slot /></div>' }, BottomSheetHead: true } })
      await vi.waitFor(() => expect(page.find('video').exists()).toBe(true))
      await page.find('video').trigger('error')
      await flushPromises()
      expect(page.find('video').exists()).toBe(false)
      there = true
      await call('GET', '/x')
      await flushPromises()
      expect(page.find('video').exists(), String(cut)).toBe(cut)
      page.unmount()
    }
  })
})

describe('a server that does not answer', () => {
  it('is said after a few seconds, with what to do, and not over an attempt, whose head says it', async () => {
    let answer: (response: Response) => void = () => undefined
    vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (answer = resolve)))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const loader = { [pageLoaderKey as symbol]: { late: ref(false), broken: shallowRef(null) } }
    const page = show(SlowLoad, {}, { provide: loader })
    at.path = '/attempts/a'
    const inside = show(SlowLoad, {}, { provide: loader })
    const asked = call('GET', '/somewhere')
    vi.advanceTimersByTime(4900)
    await nextTick()
    expect(page.text()).toBe('')
    vi.advanceTimersByTime(200)
    await nextTick()
    expect(page.text()).toBe(words.late.no_answer)
    expect(inside.text()).toBe('')
    answer(new Response('{}'))
    await asked
    await nextTick()
    expect(page.text()).toBe('')
  })
})

describe('two children with one phone', () => {
  it('nobody is told of a countdown who has none', () => {
    const said = (ran: boolean) => show(Replaced, { before: '考生17', now: '考生18', ran }).text()
    expect(said(true)).toContain('倒计时还在走')
    expect(said(false)).not.toContain('倒计时')
  })
  it('whoever logs in again is not offered to go on as the other one', async () => {
    at.path = '/attempts/a'
    const page = show(Replaced, { before: '甲', now: '乙', ran: true })
    await page.find('.main-act').trigger('click')
    await flushPromises()
    expect(replaced.pop(), 'and then back to where it was').toEqual({ name: 'login', query: { again: 'yes', next: '/attempts/a' } })
    const login = () =>
      show(Login, {}, { stubs: { PianoKeys: true, VanField: true, Trouble: true }, provide: { [sessionsKey as symbol]: new Sessions(), [whoKey as symbol]: { me: shallowRef({ name: '乙' }), check: async () => undefined }, [pageLoaderKey as symbol]: {} } }).text()
    expect(login()).toContain(words.login.go_on)
    at.query = { again: 'yes' }
    expect(login()).not.toContain(words.login.go_on)
  })
})

describe('R23: the recorder’s last seconds', () => {
  it('are those of the recording in both languages, not of the clock beside them', () => {
    for (const key of ['soon_time', 'soon_size'] as const) {
      expect(zhCN.candidate.record[key]).toContain('还能录 {seconds} 秒')
      expect(en.candidate.record[key]).toContain('you can record for {seconds} s more')
    }
  })
})
