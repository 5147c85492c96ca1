// R7: an attempt ends with the window at the latest, so no page promises more
// than that; and a last attempt is called one before it begins.
import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { computed, ref, shallowRef } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import { Sessions, sessionsKey } from '../../src/candidate/attempt/sessions'
import { attemptKey } from '../../src/candidate/attempt/useAttempt'
import Reset from '../../src/candidate/pages/Reset.vue'
import RulesPage from '../../src/candidate/pages/Rules.vue'
import Ended from '../../src/candidate/parts/Ended.vue'
import OrderCard from '../../src/candidate/parts/OrderCard.vue'
import { whoKey } from '../../src/candidate/who'
import type { Order } from '../../src/shared/api/types'
import { show } from './show'

const asked = vi.hoisted(() => [] as string[])
const known = vi.hoisted(() => ({ order: {} as object }))
vi.mock('vue-router', () => ({ useRouter: () => ({ push: () => undefined, replace: () => undefined, currentRoute: { value: { fullPath: '/' } } }), useRoute: () => ({ fullPath: '/' }) }))
vi.mock('../../src/candidate/parts/ask', () => ({ ask: async ({ text }: { text: string }) => void asked.push(text) }))
vi.mock('../../src/candidate/api', () => ({ api: { order: async () => known.order, rules: async () => ({ rules_version: '1', text: '# x', pictures: [], download_url: '' }) } }))

beforeEach(() => void asked.splice(0))

const order = (minutes: number, more: Partial<Order> = {}) =>
  ({
    id: 'o', name: '王小明', ticket: 'K1', subject: '钢琴', grade: 8, status: 'open', photo: true, compares: true, face_consent: 'given', practiced: true, items: [], time_limit_seconds: 3600, attempts_used: 1, max_attempts: 3, resets_left: 2,
    rules_agreed_version: '1', server_time: '2026-08-03T12:00:00+08:00', window: { opens_at: '2026-08-01T00:00:00+08:00', closes_at: new Date(Date.parse('2026-08-03T12:00:00+08:00') + minutes * 60_000).toISOString() }, ...more,
  }) as unknown as Order

const who = { [whoKey as symbol]: { me: shallowRef({ name: '王小明', device: { allowed: true } }), check: async () => undefined }, [sessionsKey as symbol]: new Sessions() }
const link = { RouterLink: { template: '<a><slot /></a>' } }

/** What every page says where so many minutes of the window are left. */
async function said(minutes: number, language: 'zh-CN' | 'en' = 'zh-CN'): Promise<Record<string, string>> {
  const now = order(minutes)
  known.order = now
  const card = show(OrderCard, { order: now }, { language, provide: who, stubs: link })
  const rules = show(RulesPage, { order: 'o' }, { language, provide: who, stubs: { ...link, Back: true, PathBar: true, Speak: true, Pictures: true } })
  await flushPromises()
  await rules.find('.agree').trigger('click')
  const attempt = { id: 'a', order_id: 'o', state: 'auto_submitted', subject: '钢琴', grade: 8, deadline: now.server_time, resets_left: 2, number: 1, holds: true, items: [{ id: '1', name: '乐曲', kind: 'piece' }] }
  const session = { id: 'a', attempt: shallowRef(attempt), order: shallowRef(now), jobs: shallowRef([]), unsure: shallowRef(null), timed: ref(true), left: ref(1) }
  const reset = show(Reset, {}, { language, stubs: { Back: true }, provide: { [attemptKey as symbol]: computed(() => session) } })
  await reset.find('.bar-side').trigger('click')
  const ended = show(Ended, { attempt, order: now }, { language })
  await ended.find('.main-act').trigger('click')
  const [start = '', again = '', anew = ''] = asked.splice(0)
  return { card: card.text(), rules: rules.text(), start, reset: reset.text(), again, anew }
}

describe('R7: near the end of the window', () => {
  it('every page says the time that is left, and none the full one as a promise', async () => {
    for (const [page, text] of Object.entries(await said(2.5))) {
      expect(text, page).toContain('2 分钟')
      expect(text.replace(/不是完整的 60 分钟/g, ''), page).not.toContain('60 分钟')
    }
    for (const [page, text] of Object.entries(await said(2.5, 'en'))) {
      expect(text, page).toContain('2 min')
      expect(text.replace(/not the full 60 min/g, ''), page).not.toContain('60 min')
    }
  })

  it('less than a minute is no minute', async () => {
    for (const [page, text] of Object.entries(await said(0.5))) expect(text, page).toContain('不到 1 分钟')
  })

  it('the reset warns of it, and with time enough nothing does', async () => {
    expect((await said(2.5)).reset).toContain('自动弃权')
    const enough = await said(600)
    for (const page of ['card', 'start', 'reset', 'anew']) expect(enough[page], page).toContain('60 分钟')
    for (const [page, text] of Object.entries(enough)) expect(text, page).not.toMatch(/只剩|只能再考/)
  })
})

describe('R15: the last attempt', () => {
  it('says before its start that it cannot be reset', async () => {
    const dialog = async (attempts_used: number) => {
      known.order = order(600, { attempts_used })
      const rules = show(RulesPage, { order: 'o' }, { provide: who, stubs: { ...link, Back: true, PathBar: true, Speak: true, Pictures: true } })
      await flushPromises()
      await rules.find('.agree').trigger('click')
      return asked.splice(0)[0]
    }
    expect(await dialog(2)).toContain('不能重置')
    expect(await dialog(1)).not.toContain('不能重置')
  })
})

describe('R17: an order whose time ran out', () => {
  const card = (more: Partial<Order>) => show(OrderCard, { order: order(600, { status: 'auto_submitted', clips: 0, clips_wanted: 1, attempt_id: 'a', reset_until: '2026-08-04T00:00:00+08:00', ...more }) }, { provide: who, stubs: link })
  it('says, where nothing came, that the staff may help before another try', () => {
    expect(card({}).text()).toContain(zhCN.candidate.ended.centre_fault)
    expect(card({ resets_left: 0 }).text()).toContain(zhCN.candidate.ended.centre_fault_last)
  })
  it('R16, R28: speaks neither of nothing nor of another try while a recording is put together', () => {
    for (const clips of [0, 1]) {
      const shown = card({ arriving: true, clips, clips_wanted: 2 })
      expect(shown.text()).toContain(zhCN.candidate.orders.explain.arriving)
      expect(shown.findAll('button').map((one) => one.text())).toEqual([zhCN.candidate.orders.receipt])
    }
  })
  it('R9: another try has a new draw only where something is drawn', async () => {
    for (const [drawn, said] of [[undefined, false], [{ title: '谱例' }, true]] as const) {
      const attempt = { id: 'a', order_id: 'o', state: 'auto_submitted', subject: '钢琴', grade: 8, deadline: '2026-08-03T12:00:00+08:00', time_limit_seconds: 60, resets_left: 2, number: 1, items: [{ id: '1', name: '乐曲', kind: 'piece', drawn }] }
      await show(Ended, { attempt, order: order(6000) }).find('.main-act').trigger('click')
      expect(asked.splice(0).join('').includes('重新抽题')).toBe(said)
    }
  })
})

describe('R20: an order that the committee had', () => {
  const clip = { id: 'c', state: 'examined', size: 1, name: 'a.mp4', hints: [], previewed: true, playable: true }
  const result = { outcome: 'good', items: [], met_on: '2026-08-20', published_at: '2026-08-21T10:00:00+08:00' } as unknown as Order['result']
  const both = (more: Partial<Order>, clips: object[] = [clip]) => {
    const now = order(600, { status: 'submitted', clips: clips.length, clips_wanted: 1, face_consent: 'declined', ...more })
    const attempt = { id: 'a', order_id: 'o', state: 'submitted', subject: '钢琴', grade: 8, deadline: '2026-08-03T12:00:00+08:00', resets_left: 0, items: clips.map((sent) => ({ id: '1', name: '乐曲', kind: 'piece', clip: sent })) }
    return [show(OrderCard, { order: now }, { provide: who, stubs: link }).text(), show(Ended, { attempt, order: now }).text()]
  }
  it('says nothing any more of what was to be done before leaving, nor that the result is still to come', () => {
    for (const text of [...both({ result }), ...both({ result_withdrawn: true }), ...both({ result, unreadable: ['乐曲'] }, [{ ...clip, state: 'unexaminable', hints: ['unreadable'] }])]) {
      expect(text).not.toMatch(/先到工作人员|告诉考点工作人员|请等待评定结果|考官会看/)
    }
    expect(both({ result })[1]).toContain(zhCN.candidate.ended.text.next_published)
  })
  it('says that a result which stood there was withdrawn, instead of taking it away in silence', () => {
    for (const text of both({ result_withdrawn: true })) expect(text).toContain(zhCN.candidate.result.withdrawn)
  })
})

describe('R2, R25: who goes to the desk', () => {
  const clip = { id: 'c', state: 'examined', size: 1, name: 'a.mp4', hints: [], previewed: true, playable: true }
  const ways = [{ photo: false }, { face_consent: 'declined' }, { face_consent: 'none' }] as Partial<Order>[]
  const ended = (state: string, more: Partial<Order>, language: 'zh-CN' | 'en' = 'zh-CN') =>
    show(Ended, { attempt: { id: 'a', order_id: 'o', state, subject: '钢琴', grade: 8, deadline: '2026-08-03T12:00:00+08:00', resets_left: 0, items: [{ id: '1', name: '乐曲', kind: 'piece', clip }] }, order: order(600, { status: state as Order['status'], ...more }) }, { language }).text()
  const card = (status: string, more: Partial<Order>) => show(OrderCard, { order: order(600, { status: status as Order['status'], clips: 1, clips_wanted: 1, ...more }) }, { provide: who, stubs: link }).text()

  it.each(['submitted', 'auto_submitted'])('is told so at the end and on the order, and never that nothing is left to do: %s', (state) => {
    for (const way of ways) {
      for (const text of [ended(state, way), card(state, way)]) {
        expect(text).toContain('先到工作人员那里核验身份')
        expect(text).not.toContain('不用再做什么了')
      }
      expect(ended(state, way, 'en')).toContain('Go to the staff first')
      expect(ended(state, way, 'en')).not.toContain('Nothing more')
    }
    for (const text of [ended(state, {}), card(state, {})]) expect(text).not.toContain('核验身份')
  })

  it('whose face is compared has nothing more to do', () => {
    expect(ended('submitted', {})).toContain('不用再做什么了')
    expect(ended('submitted', {}, 'en')).toContain('Nothing more is to be done. Examiners')
  })
})
