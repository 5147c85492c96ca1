import { beforeEach, describe, expect, it, vi } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import Ticket from '../../src/candidate/pages/Ticket.vue'
import ExtraTime from '../../src/candidate/parts/ExtraTime.vue'
import { remember } from '../../src/candidate/way/memory'
import { entrance, nextStep, rememberCheck, rememberRules, skip, stateOf } from '../../src/candidate/way/path'
import type { Attempt, Order } from '../../src/shared/api/types'
import { show } from './show'

vi.mock('vue-router', () => ({ useRouter: () => ({ push: () => undefined, currentRoute: { value: { fullPath: '/' } } }) }))

let count = 0
const order = (more: Partial<Order> = {}): Order =>
  ({ id: `o${count}`, status: 'open', practiced: false, practice_required: false, attempts_used: 0, face_consent: 'given', ...more }) as Order
beforeEach(() => {
  count++ // what one test remembers is no other's
  remember('checked', '')
})

describe('the way to the exam', () => {
  it('leads to the first step that is neither done nor skipped', () => {
    const o = order()
    expect(nextStep(o)).toBe('check')
    rememberCheck()
    expect([stateOf(o, 'check'), nextStep(o)]).toEqual(['done', 'practice'])
    skip(o.id, 'practice')
    expect([stateOf(o, 'practice'), nextStep(o)]).toEqual(['skipped', 'rules'])
    rememberRules(o.id)
    expect([stateOf(o, 'rules'), nextStep(o)]).toEqual(['done', 'rules']) // where the exam starts
    expect(entrance(o)).toMatchObject({ name: 'rules' })
    expect(entrance({ ...o, face_consent: 'none' })).toMatchObject({ name: 'consent' })
  })

  it('R26: a practice run that the centre requires is not skipped', () => {
    const required = order({ practice_required: true })
    rememberCheck()
    skip(required.id, 'practice')
    expect(nextStep(required)).toBe('practice')
    expect(nextStep({ ...required, practice_required: false, practiced: true })).toBe('rules')
  })

  it('asks nobody again who began an attempt before', () => {
    const again = order({ attempts_used: 1, rules_agreed_version: '1' })
    expect([stateOf(again, 'check'), stateOf(again, 'practice'), nextStep(again)]).toEqual(['skipped', 'skipped', 'rules'])
  })
})

describe('R22: extra time', () => {
  it('is told of the newest grant until it was read, and of none after the end', async () => {
    const grant = (minute: number, reopened = false) => ({ at: `2026-08-03T12:0${minute}:00+08:00`, seconds: 600, until: '2026-08-03T15:42:00+08:00', reason: '停电。', reopened })
    const attempt = { id: 'a', state: 'running', extra: [grant(1), grant(2, true)] } as Attempt
    const page = show(ExtraTime, { attempt })
    expect(page.findAll('p').map((p) => p.text())).toEqual(['考试重新开放 10 分钟，到 15:42 为止。请继续。 原因：停电。'])
    await page.find('button').trigger('click')
    expect(page.find('section').exists()).toBe(false)
    expect(show(ExtraTime, { attempt }).find('section').exists(), 'after a reload').toBe(false)
    expect(show(ExtraTime, { attempt: { ...attempt, extra: [...attempt.extra!, grant(3)] } }).findAll('p')).toHaveLength(1)
    expect(show(ExtraTime, { attempt: { ...attempt, id: 'b', state: 'auto_submitted' } }).find('section').exists()).toBe(false)
  })
})

describe('R1, R5: the admission ticket', () => {
  it('shows photo, centre and gender, and says what to do where there is no photo', async () => {
    const shown = (more: Partial<Order>) => {
      const facts = { ticket: 'K1', name: '王小明', gender: 'female', centre: '济南一号考点', subject: '钢琴', grade: 8, max_attempts: 3, window: {}, items: [] }
      vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ ...order(), ...facts, ...more })))
      return show(Ticket, { order: 'o' }, { stubs: { Back: true, OrderFacts: true, RouterLink: true } })
    }
    const page = shown({ photo: true })
    await vi.waitFor(() => expect(page.find('img').attributes('src')).toBe(`/api/v1/orders/o${count}/photo`))
    for (const word of ['济南一号考点', '女']) expect(page.text()).toContain(word)
    const without = shown({ photo: false })
    await vi.waitFor(() => expect(without.text()).toContain(zhCN.candidate.ticket.no_photo_text))
    expect(without.find('img').exists()).toBe(false)
    vi.unstubAllGlobals()
  })
})
