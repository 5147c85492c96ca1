import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { computed, effectScope, shallowRef, type EffectScope } from 'vue'
import { useFreshOrder } from '../../src/candidate/parts/freshOrder'
import type { Attempt, Order } from '../../src/shared/api/types'

let answered: Partial<Order>
let asked: number
let scope: EffectScope

const attemptOf = (more: Partial<Attempt>) => ({ id: 'a', order_id: 'o', state: 'running', deadline: '2026-07-20T10:00:00+08:00', resets_left: 2, items: [], ...more }) as unknown as Attempt
const orderOf = (at: string, until?: string) => ({ id: 'o', server_time: `2026-07-20T${at}:00+08:00`, reset_until: until }) as Order

beforeEach(() => {
  asked = 0
  scope = effectScope()
  vi.stubGlobal('fetch', async () => {
    asked++
    return new Response(JSON.stringify(answered))
  })
})

afterEach(() => {
  scope.stop()
  vi.unstubAllGlobals()
})

function follow(order: Order | null) {
  const session = { attempt: shallowRef<Attempt | null>(attemptOf({})), order: shallowRef(order) }
  scope.run(() => useFreshOrder(computed(() => session)))
  return session
}

describe('the order of an attempt that is looked at', () => {
  it('R22: is read anew when the attempt’s state, end or resets change, and not with other news', async () => {
    answered = orderOf('10:00', 'first')
    const session = follow(orderOf('09:00'))
    await flushPromises()
    expect([asked, session.order.value?.reset_until]).toEqual([1, 'first'])
    session.attempt.value = attemptOf({ items: [] })
    await flushPromises()
    expect(asked).toBe(1)
    answered = orderOf('10:30', 'moved')
    for (const news of [{ state: 'auto_submitted' }, { deadline: '2026-07-20T10:10:00+08:00' }, { resets_left: 0 }] as Partial<Attempt>[]) {
      session.attempt.value = { ...session.attempt.value!, ...news }
      await flushPromises()
    }
    expect([asked, session.order.value?.reset_until]).toEqual([4, 'moved'])
  })

  it('R15: a moved window of an attempt that timed out is heard of, though the attempt itself stays as it was', async () => {
    answered = orderOf('10:00', 'first')
    const session = follow(orderOf('09:00'))
    session.attempt.value = attemptOf({ state: 'auto_submitted', server_time: '2026-07-20T10:31:00+08:00' })
    await flushPromises()
    answered = orderOf('10:40', 'moved')
    session.attempt.value = attemptOf({ state: 'auto_submitted', server_time: '2026-07-20T10:40:00+08:00' })
    await flushPromises()
    expect(session.order.value?.reset_until).toBe('moved')
  })

  it('stays what it was while it cannot be read, and is not set back by a late answer', async () => {
    answered = orderOf('08:00', 'older')
    const session = follow(orderOf('09:00', 'known'))
    await flushPromises()
    vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('Failed to fetch')))
    session.attempt.value = attemptOf({ state: 'auto_submitted' })
    await flushPromises()
    expect([asked, session.order.value?.reset_until]).toEqual([1, 'known'])
  })

  it('R15: what could not be read in a gap of the network is read with the next news', async () => {
    answered = orderOf('09:00')
    const session = follow(orderOf('09:00', 'known'))
    await flushPromises()
    const answering = fetch
    vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('Failed to fetch')))
    session.attempt.value = attemptOf({ state: 'auto_submitted', server_time: '2026-07-20T10:05:00+08:00' })
    await flushPromises()
    vi.stubGlobal('fetch', answering)
    answered = orderOf('10:30', 'moved')
    session.attempt.value = attemptOf({ state: 'auto_submitted', server_time: '2026-07-20T10:05:20+08:00' })
    await flushPromises()
    expect(session.order.value?.reset_until).toBe('moved')
  })

  it('is read by the session the first time', async () => {
    follow(null)
    await flushPromises()
    expect(asked).toBe(0)
  })
})
