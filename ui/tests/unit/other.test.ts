// R7: one exam at a time: while one runs no other order invites.
import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { shallowRef, type Component } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import { Sessions, sessionsKey } from '../../src/candidate/attempt/sessions'
import type { AttemptSession } from '../../src/candidate/attempt/session'
import Info from '../../src/candidate/pages/Info.vue'
import Orders from '../../src/candidate/pages/Orders.vue'
import Rules from '../../src/candidate/pages/Rules.vue'
import { whoKey } from '../../src/candidate/who'
import { show } from './show'

const went = vi.hoisted(() => [] as object[])
const known = vi.hoisted(() => ({ orders: [] as { id: string }[] }))
vi.mock('vue-router', () => {
  const go = (to: object) => void went.push(to)
  return { useRouter: () => ({ push: go, replace: go, currentRoute: { value: { fullPath: '/' } }, afterEach: () => () => undefined }), useRoute: () => ({ fullPath: '/' }) }
})
vi.mock('../../src/candidate/api', () => ({
  api: { orders: async () => known.orders, order: async (id: string) => known.orders.find((one) => one.id === id), rules: async () => ({ rules_version: '2', text: '# x', pictures: [], download_url: '' }) },
}))

const order = (id: string, more: object = {}) => ({
  id, name: '王小明', ticket: id, subject: '钢琴', grade: 8, status: 'open', photo: true, compares: true, face_consent: 'given', practiced: true, items: [], time_limit_seconds: 3600, attempts_used: 0, max_attempts: 3, resets_left: 2,
  server_time: '2026-08-03T12:00:00+08:00', window: { opens_at: '2026-08-01T00:00:00+08:00', closes_at: '2026-08-09T12:00:00+08:00' }, ...more,
})
const words = zhCN.candidate.orders
const to = { name: 'attempt', params: { id: 'a' } }

function open(page: Component, props: Record<string, unknown>, running: { order_id: string; state: string; practice: boolean }) {
  known.orders = [order('x', running.state === 'running' ? { status: 'running', attempt_id: 'a' } : {}), order('y')]
  went.splice(0)
  const sessions = new Sessions()
  const attempt = shallowRef({ id: 'a', ...running })
  class Follower {
    readonly attempt = attempt
    readonly hopes = true
    close(): void {}
  }
  sessions.watch('a', Follower as unknown as new (id: string) => AttemptSession)
  const provide = { [sessionsKey as symbol]: sessions, [whoKey as symbol]: { me: shallowRef({ name: '王小明', device: { allowed: true } }), check: async () => undefined } }
  const shown = show(page, props, { provide, stubs: { RouterLink: { template: '<a><slot /></a>' }, Back: true, PathBar: true, Speak: true, Pictures: true, OrderFacts: true } })
  return { shown, attempt }
}

const runs = { order_id: 'x', state: 'running', practice: false }

describe('while another order’s exam runs', () => {
  it('the order’s card says so and leads back', async () => {
    const { shown } = open(Orders, {}, runs)
    await flushPromises()
    const [first, second] = shown.findAll('article')
    expect(first!.text()).toContain(words.go_on)
    expect(second!.text()).toContain(words.explain.other)
    expect(second!.text()).not.toContain(words.status.open)
    expect(second!.find('.van-button--primary').exists()).toBe(false)
    await second!.find('.main-act').trigger('click')
    expect(went).toEqual([to])
  })

  it('the rules ask nobody to read to their end for a start that would be refused', async () => {
    const { shown, attempt } = open(Rules, { order: 'y' }, runs)
    await flushPromises()
    expect(shown.find('.bar').text()).toBe(`${words.explain.other}${words.to_running}`)
    await shown.find('.bar .main-act').trigger('click')
    expect(went).toEqual([to])
    attempt.value = { ...attempt.value, state: 'submitted' }
    await flushPromises()
    expect(shown.find('.bar').text(), 'over: it invites again').not.toContain(words.explain.other)
  })

  it('neither does the exam information; a practice run is no exam', async () => {
    const { shown, attempt } = open(Info, { order: 'y' }, runs)
    await flushPromises()
    expect(shown.find('.main-act').text()).toBe(words.to_running)
    expect(shown.text()).toContain(words.explain.other)
    attempt.value = { ...attempt.value, practice: true }
    await flushPromises()
    expect(shown.find('.main-act').text()).toBe(words.enter)
    const own = open(Info, { order: 'x' }, runs).shown
    await flushPromises()
    expect(own.find('.main-act').text()).toBe(words.go_on)
  })
})
