import { nextTick } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import en from '../../locales/en.json'
import zhCN from '../../locales/zh-CN.json'
import WaitEstimate from '../../src/candidate/parts/WaitEstimate.vue'
import { show } from './show'

const words = zhCN.candidate.wait
const said = (sentence: string, time: string) => sentence.replace('{time}', time)

describe('how long something takes', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  const pass = async (seconds: number) => {
    await vi.advanceTimersByTimeAsync(seconds * 1000)
    await nextTick()
  }

  it('is said in round figures, rather more than less', () => {
    for (const [seconds, time] of [[3, '10 秒'], [14, '20 秒'], [61, '1 分钟 30 秒'], [130, '2 分钟 30 秒'], [200, '4 分钟']] as const) {
      expect(show(WaitEstimate, { seconds }).text()).toBe(said(words.about, time))
    }
    expect(en.candidate.wait.about).toContain('{time}')
  })

  it('goes down by itself, and says so when it was too short', async () => {
    const page = show(WaitEstimate, { seconds: 25 })
    await pass(12)
    expect(page.text()).toBe(said(words.about, '20 秒'))
    await pass(14)
    expect(page.text()).toBe(words.late)
  })

  it('says that it takes longer where the server knows so', async () => {
    const page = show(WaitEstimate, { seconds: 20 })
    await pass(10)
    await page.setProps({ seconds: 12 }) // as good as what was said
    expect(page.text()).toBe(said(words.about, '20 秒'))
    await page.setProps({ seconds: 50 })
    expect(page.text()).toBe(said(words.longer, '50 秒'))
  })
})
