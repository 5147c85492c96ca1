import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import { goneSince } from '../../src/shared/desk/server'
import { lazy } from '../../src/staff/lazy'
import { show } from './show'

const page = { default: defineComponent(() => () => h('h2', '当天收尾')) }
const words = zhCN.staff.page

afterEach(() => {
  goneSince.value = null
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** The page, which the loader gives when it is asked that often; the server answers or does not. */
async function opened(failures: number, there: boolean) {
  vi.useFakeTimers()
  vi.stubGlobal('fetch', () => (there ? Promise.resolve(new Response('{}')) : Promise.reject(new TypeError('Failed to fetch'))))
  const loader = vi.fn(async () => {
    if (loader.mock.calls.length <= failures) throw new TypeError('Failed to fetch dynamically imported module')
    return page
  })
  const place = lazy(loader)
  const part = show(defineComponent(() => () => h('main', h(place))), {})
  await vi.advanceTimersByTimeAsync(1000)
  await flushPromises()
  return { part, loader }
}

describe('a page that is opened for the first time', () => {
  it('while the server is away says so, and comes by itself when it is back', async () => {
    const { part } = await opened(1, false)
    expect(part.find('[role=alert]').text()).toContain(words.not_opened)
    expect(goneSince.value).not.toBeNull()
    goneSince.value = null
    await flushPromises()
    await vi.advanceTimersByTimeAsync(1000)
    expect(part.text()).toBe('当天收尾')
  })

  it('and failed for a moment only is simply there', async () => {
    expect((await opened(1, true)).part.text()).toBe('当天收尾')
  })

  it('and which the server does not have is not asked for again and again, but when somebody wants it', async () => {
    const { part, loader } = await opened(2, true)
    expect(loader).toHaveBeenCalledTimes(2)
    await part.find('button').trigger('click')
    await vi.advanceTimersByTimeAsync(1000)
    expect(part.text()).toBe('当天收尾')
  })
})
