import { describe, expect, it } from 'vitest'
import { fitOf } from '../../src/shared/scoreFit'

const phone = { width: 724, height: 260 } // what a phone of 740 × 360 has for it

describe('a score on a phone held sideways', () => {
  it('begins as wide as the screen, and can be made so small that a whole page is seen', () => {
    const page = fitOf({ width: 2480, height: 3508 }, phone)
    expect(page.first).toBe(100)
    expect((page.smallest / 100) * phone.width * (3508 / 2480)).toBeLessThanOrEqual(phone.height)
    expect(fitOf({ width: 2480, height: 900 }, phone).first).toBe(100)
  })
  it('one long line begins as high as the screen: its notes are read, and it is moved sideways', () => {
    const line = fitOf({ width: 4000, height: 400 }, phone)
    expect(((line.first / 100) * phone.width * 400) / 4000).toBeCloseTo(phone.height, -1)
    expect(line.largest).toBeGreaterThanOrEqual(line.first)
  })
  it('of one that has no size nothing is reckoned', () => {
    expect(fitOf({ width: 0, height: 0 }, phone)).toEqual({ smallest: 50, largest: 300, first: 100 })
  })
})
