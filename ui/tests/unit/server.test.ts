import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import { call } from '../../src/shared/api/http'
import DeskTrouble from '../../src/shared/desk/DeskTrouble.vue'
import ServerNotice from '../../src/shared/desk/ServerNotice.vue'
import { usePolling } from '../../src/shared/desk/usePolling'
import { show } from './show'

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-07-23T02:05:00Z') }))
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A page with two cards, one of which is read every half a minute. */
const page = () =>
  show(
    defineComponent(() => {
      const cards = [usePolling(() => call('GET', '/a'), 4000), usePolling(() => call('GET', '/b'), 30_000)]
      return () => [h(ServerNotice), ...cards.map(({ problem }) => h('section', problem.value ? h(DeskTrouble, { problem: problem.value }) : undefined))]
    }),
    {},
  )

const answers = async () => new Response('{}')
const refuses = () => Promise.reject(new TypeError('Failed to fetch'))
const silent = (_path: string, { signal }: RequestInit) => new Promise((_done, fail) => signal?.addEventListener('abort', () => fail(new DOMException('', 'AbortError'))))

describe('a server that is gone', () => {
  it.each([['refuses', refuses], ['is silent', silent]] as const)('%s: is said once within five seconds, and every card says how old it is', async (_name, gone) => {
    vi.stubGlobal('fetch', answers)
    const desk = page()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(desk.find('[role=alert]').exists()).toBe(false)
    vi.stubGlobal('fetch', gone)
    await vi.advanceTimersByTimeAsync(5000)
    expect(desk.findAll('[role=alert]').map((alert) => alert.text())).toEqual([expect.stringContaining(zhCN.desk.gone_next)])
    expect(desk.find('[role=alert]').text()).toContain('10:06')
    expect(desk.findAll('section').map((card) => card.text())).toEqual([expect.stringContaining('10:0'), expect.stringContaining('10:0')])
    vi.stubGlobal('fetch', answers)
    await vi.advanceTimersByTimeAsync(5000)
    await flushPromises()
    expect(desk.text(), 'it is back, and the cards are read at once').toBe('')
    desk.unmount()
  })

  it('is not one answer that came late: others waited behind a video', async () => {
    let asked = 0
    vi.stubGlobal('fetch', (path: string, request: RequestInit) => (path === '/healthz' && asked++ % 2 === 0 ? silent(path, request) : answers()))
    const desk = page()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(asked).toBeGreaterThan(10)
    expect(desk.text()).toBe('')
    desk.unmount()
  })
})
