import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import Trouble from '../../src/candidate/parts/Trouble.vue'
import { ApiError, call } from '../../src/shared/api/http'
import DeskTrouble from '../../src/shared/desk/DeskTrouble.vue'
import { show } from './show'

vi.mock('vue-router', () => ({ useRouter: () => ({}), useRoute: () => ({ fullPath: '/' }) }))

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
  vi.stubGlobal('fetch', async () => new Response('{}'))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('when the line is back', () => {
  const answered = async () => {
    await call('GET', '/somewhere').catch(() => undefined)
    await flushPromises()
  }

  it('what could not be read is read again, once at a time, and nothing that was refused', async () => {
    const retry = vi.fn()
    const part = show(Trouble, { problem: new ApiError('offline'), retry })
    await answered()
    expect(retry).toHaveBeenCalledTimes(1)
    await part.setProps({ retrying: true })
    await answered()
    expect(retry, 'it is at it').toHaveBeenCalledTimes(1)
    await part.setProps({ retrying: false, problem: new ApiError('not_found') })
    await answered()
    expect(retry, 'a refusal').toHaveBeenCalledTimes(1)
    part.unmount()
    await answered()
    expect(retry, 'after it is gone').toHaveBeenCalledTimes(1)
  })

  it('what could not be done is said long enough to be read, and no longer', async () => {
    const part = show(Trouble, { problem: new ApiError('no_answer') })
    await answered()
    expect(part.find('[role=alert]').exists()).toBe(true)
    vi.advanceTimersByTime(8000)
    await answered()
    expect(part.find('[role=alert]').exists()).toBe(false)
  })
})

describe('too many tries', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] }))

  it('runs down at a desk too, and begins anew with the next refusal', async () => {
    const refused = (seconds: number) => new ApiError('too_many_tries', 429, { retry_seconds: seconds })
    const part = show(DeskTrouble, { problem: refused(8) })
    await vi.advanceTimersByTimeAsync(3000)
    expect(part.text()).toContain('5 秒')
    await part.setProps({ problem: refused(30) })
    expect(part.text()).toContain('30 秒')
    await vi.advanceTimersByTimeAsync(30_000)
    expect(part.find('[role=alert]').exists()).toBe(false)
  })

  it('says how long it still is, whom to call, and nothing once it may be tried again', async () => {
    const part = show(Trouble, { problem: new ApiError('too_many_tries', 429, { retry_seconds: 8 }) })
    expect(part.text()).toContain('8 秒')
    expect(part.text()).toContain(zhCN.candidate.login.hand)
    await vi.advanceTimersByTimeAsync(3000)
    expect(part.text()).toContain('5 秒')
    expect(part.find('[aria-live=off]').exists(), 'nobody has every second read aloud').toBe(true)
    await vi.advanceTimersByTimeAsync(5000)
    expect(part.find('[role=alert]').exists()).toBe(false)
  })
})
