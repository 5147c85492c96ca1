import { describe, expect, it, vi } from 'vitest'
import { computed, ref, shallowRef } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import { attemptKey } from '../../src/candidate/attempt/useAttempt'
import Items from '../../src/candidate/pages/Items.vue'
import Reset from '../../src/candidate/pages/Reset.vue'
import { show } from './show'

vi.mock('vue-router', () => ({ useRouter: () => ({ push: () => undefined, replace: () => undefined }) }))

/** The attempt with that number of three. */
function open(part: typeof Items | typeof Reset, number: number, resets_left: number, items: object[] = []) {
  const session = {
    id: 'a', attempt: shallowRef({ id: 'a', holds: true, state: 'running', number, resets_left, items: [] }), order: shallowRef({ attempts_used: number, max_attempts: 3, items, window: { closes_at: '2026-08-03T12:00:00+08:00' }, time_limit_seconds: 1800 }),
    jobs: shallowRef([]), unsure: shallowRef(null), jobOf: () => undefined, later: { hold: () => undefined }, screen: { refused: ref(false) }, queue: {},
  }
  return show(part, {}, { stubs: { Back: true, ItemSheets: true }, provide: { [attemptKey as symbol]: computed(() => session) } })
}

describe('R15: the reset', () => {
  it('is not offered in the last attempt, whose page says why', () => {
    const acts = (number: number, left: number) => open(Items, number, left).findAll('.bar .van-button').map((button) => button.text())
    expect(acts(2, 1)).toEqual([zhCN.candidate.reset.act, zhCN.candidate.submit.act])
    expect(acts(3, 0)).toEqual([zhCN.candidate.submit.act])
    expect(open(Reset, 3, 0).find('.note').text()).toBe('这是最后一次（共 3 次），不能再重置。')
    expect(open(Reset, 2, 0).find('.note').text()).toBe(zhCN.candidate.reset.too_late)
  })
  it('R9: tells of a new draw only where something is drawn', () => {
    const said = (drawn: boolean) => open(Reset, 1, 2, [{ name: '音阶', drawn }]).find('.points').text()
    expect(said(true)).toContain('抽题')
    expect(said(false)).not.toContain('抽')
    expect(said(false)).toContain('新的考试码')
  })
})
