import { describe, expect, it } from 'vitest'
import { ServerClock } from '../../src/shared/clock'
import { digits, levelOf, remaining, warningBetween } from '../../src/shared/countdown'

const at = (seconds: number) => new Date(Date.UTC(2026, 6, 20, 2, 0, seconds)).toISOString()
const ms = (seconds: number) => Date.UTC(2026, 6, 20, 2, 0, seconds)

/** A phone: its two clocks move together unless it sleeps or somebody sets one. */
function phone() {
  const clocks = { monotonic: 1000, wall: Date.UTC(1999, 0, 1) }
  const clock = new ServerClock(
    () => clocks.monotonic,
    () => clocks.wall,
  )
  const pass = (milliseconds: number) => {
    clocks.monotonic += milliseconds
    clocks.wall += milliseconds
  }
  return { clocks, clock, pass }
}

describe('the countdown', () => {
  it('R7: follows the server’s clock, however wrong the phone’s is', () => {
    const { clock, pass } = phone()
    const asked = clock.mark()
    pass(100)
    clock.learn(at(0), asked)
    pass(10_000)
    expect(Math.abs(clock.now() - ms(10))).toBeLessThanOrEqual(50)
    expect(digits(remaining(at(70), clock.now()))).toBe('01:00')
  })

  it('R7: does not move when somebody sets the phone’s clock, and asks again', () => {
    const { clock, clocks, pass } = phone()
    clock.learn(at(0), clock.mark())
    pass(5000)
    clocks.wall += 24 * 3600_000
    expect(clock.now()).toBe(ms(5))
    expect(clock.suspect()).toBe(true)
    clock.learn(at(5), clock.mark())
    expect(clock.suspect()).toBe(false)
  })

  it('R7: is right again after a sleep in which the phone’s monotonic clock stood still', () => {
    const { clock, clocks } = phone()
    clock.learn(at(0), clock.mark())
    clocks.wall += 600_000
    expect(clock.suspect()).toBe(true)
    clock.learn(at(600), clock.mark())
    expect(clock.now()).toBe(ms(600))
  })

  it('believes the quicker of two answers that agree', () => {
    const { clock, pass } = phone()
    clock.learn(at(0), clock.mark())
    const asked = clock.mark()
    pass(4000)
    clock.learn(at(3), asked) // a slow one: somewhere within four seconds
    expect(clock.now()).toBe(ms(4))
  })

  it('is never set back by a message that was stuck on the way', () => {
    const { clock, pass } = phone()
    clock.learn(at(0), clock.mark())
    pass(30_000)
    clock.hear(at(3))
    expect(clock.now()).toBe(ms(30))
    clock.hear(at(33))
    expect(clock.now()).toBe(ms(33))
  })

  it('counts a begun second, so that 00:00 is only shown at the end', () => {
    expect(digits(1)).toBe('00:01')
    expect(digits(0)).toBe('00:00')
    expect(digits(59_001)).toBe('01:00')
    expect(digits(3_600_000)).toBe('1:00:00')
    expect(remaining(at(0), ms(5))).toBe(0)
  })

  it('warns at 10, 5 and 1 minute, once each', () => {
    const minute = 60_000
    expect(warningBetween(10 * minute + 1, 10 * minute)).toBe(10)
    expect(warningBetween(10 * minute, 10 * minute - 250)).toBeNull()
    expect(warningBetween(5 * minute + 1, 5 * minute)).toBe(5)
    expect(warningBetween(minute + 1, minute - 1)).toBe(1)
    expect(warningBetween(30 * minute, 30 * minute - 250)).toBeNull()
  })

  it('says only the most urgent warning after a sleep over several, and none at the end', () => {
    const minute = 60_000
    expect(warningBetween(11 * minute, 4 * minute)).toBe(5)
    expect(warningBetween(11 * minute, 0)).toBeNull()
  })

  it('names how urgent it is', () => {
    expect([11, 10, 5, 1, 0].map((minutes) => levelOf(minutes * 60_000))).toEqual(['calm', 'ten', 'five', 'one', 'over'])
  })
})
