import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Timely, Unsure, untilSure } from '../../src/candidate/attempt/timely'
import { ApiError } from '../../src/shared/api/http'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'Date', 'performance'], now: Date.parse('2020-01-01T00:00:00Z') }) // this phone is years behind
})
afterEach(() => void vi.useRealTimers())

/** A server whose clock stands `ahead` milliseconds before the phone's. */
function server(ahead = 200_000_000_000) {
  const state = { ahead, asked: 0, told: [] as number[] }
  const time = () => Date.now() + state.ahead
  const ask = () => {
    state.asked++
    return Promise.resolve({ server_time: new Date(time()).toISOString() })
  }
  /** Does the act if it is not too late. */
  const send = (headers: Record<string, string>) => {
    const left = Date.parse(headers['Act-Until'] ?? '') - time()
    state.told.push(left)
    return left < 0 ? Promise.reject(new ApiError('act_too_late', 409)) : Promise.resolve('done')
  }
  return { state, timely: new Timely(ask), send }
}

describe('an act that the page waits for', () => {
  it('may be done for less than the page’s patience by the server’s clock, however wrong the phone’s is', async () => {
    const { state, timely, send } = server()
    expect(await timely.act('submit', send)).toBe('done')
    expect(state.told).toEqual([15_000])
    await vi.advanceTimersByTimeAsync(600_000)
    await timely.act('submit', send)
    expect(state.told).toEqual([15_000, 15_000])
    expect(state.asked, 'the time is asked for once').toBe(1)
  })

  it('asks anew after the phone’s clock was set, and after the server’s was', async () => {
    const { state, timely, send } = server()
    await timely.act('submit', send)
    vi.setSystemTime(Date.now() + 3_600_000)
    state.ahead -= 3_600_000
    expect(await timely.act('submit', send)).toBe('done')
    expect(state.asked).toBe(2)
    state.ahead += 86_400_000 // at the desk somebody said the date
    expect(await timely.act('submit', send)).toBe('done')
    expect(state.told.map((left) => left >= 0)).toEqual([true, true, false, true])
  })

  it('without an answer is unsure; one that was refused is not', async () => {
    const { timely } = server()
    for (const code of ['offline', 'no_answer']) await expect(timely.act('reset', () => Promise.reject(new ApiError(code)))).rejects.toMatchObject({ code: 'reset_unsure' })
    await expect(timely.act('reset', () => Promise.reject(new ApiError('no_resets_left', 409)))).rejects.toMatchObject({ code: 'no_resets_left' })
  })

  it('is known only by an answer that was asked for after its time', async () => {
    const looks: number[] = []
    const from = performance.now()
    const known = vi.fn()
    void untilSure(new Unsure('submit', from + 15_000), () => (looks.push(performance.now() - from), Promise.resolve(looks.length > 2)), () => true).then(known)
    await vi.advanceTimersByTimeAsync(15_000)
    expect(looks).toEqual([])
    await vi.advanceTimersByTimeAsync(5000)
    expect(looks).toHaveLength(3)
    expect(known).toHaveBeenCalledOnce()
  })
})
