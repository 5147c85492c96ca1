import { describe, expect, it } from 'vitest'
import OrderFacts from '../../src/candidate/parts/OrderFacts.vue'
import type { Order } from '../../src/shared/api/types'
import { show } from './show'

const order = (status: Order['status']) =>
  ({ status, subject: '钢琴', grade: 3, ticket: 'T1', attempts_used: 1, max_attempts: 3, resets_left: 2, time_limit_seconds: 1800, window: { opens_at: '2026-11-01T00:00:00Z', closes_at: '2026-11-30T16:00:00Z' }, items: [] }) as unknown as Order

describe('the facts of an order', () => {
  it('R15: tell the resets that are left only while there is something to reset', () => {
    expect(show(OrderFacts, { order: order('running') }).text()).toContain('还可重置 2 次')
    for (const status of ['submitted', 'absent', 'forfeited', 'disqualified'] as const) expect(show(OrderFacts, { order: order(status) }).text()).not.toContain('还可重置')
  })
})
