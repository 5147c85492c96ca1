import { expect, it } from 'vitest'
import { Reach } from '../../src/candidate/attempt/reach'

/** A page that looks four times a second; `each` is told the time in milliseconds. Returns when the word came and went. */
function watch(length: number, each: (reach: Reach, at: number) => void, sleeps: (at: number) => boolean = () => false) {
  let now = 0
  const reach = new Reach(() => now)
  const turns: number[] = []
  let said = false
  for (; now < length; now += 250) {
    each(reach, now)
    if (sleeps(now)) continue
    if (reach.look() === said) continue
    said = !said
    turns.push(now)
  }
  return turns
}

const beats = (reach: Reach, at: number) => at % 2000 === 0 && reach.heard()

it('says within five seconds that the centre is gone, and takes it back with its first sign', () => {
  const turns = watch(60_000, (reach, at) => (at < 10_000 || at >= 30_000) && beats(reach, at))
  expect(turns).toEqual([8000 + 4500, 30_000])
})

it('says nothing of a restart, and never flickers', () => {
  expect(watch(60_000, (reach, at) => at % 10_000 > 1000 && beats(reach, at))).toEqual([])
  const turns = watch(60_000, (reach, at) => at % 7000 === 0 && reach.heard()) // one sign every seven seconds
  for (const [i, at] of turns.entries()) if (i > 0) expect(at - (turns[i - 1] ?? 0)).toBeGreaterThanOrEqual(2000)
})

it('says it where the stream beats and no request gets through', () => {
  const turns = watch(30_000, (reach, at) => {
    beats(reach, at)
    if (at >= 10_000 && at < 20_000 && at % 2000 === 0) reach.failed()
    if (at === 20_000) reach.answered()
  })
  expect(turns).toEqual([14_500, 20_000])
})

it('doubts the centre from a failed request until one is answered, whatever the stream says', () => {
  const reach = new Reach(() => 0)
  reach.failed()
  reach.heard()
  expect(reach.doubtful).toBe(true)
  reach.answered()
  expect(reach.doubtful).toBe(false)
})

it('a line on which answers only take long is not lost', () => {
  expect(watch(60_000, (reach, at) => beats(reach, at))).toEqual([])
})

it('a phone that slept does not blame the centre', () => {
  const asleep = (at: number) => at >= 10_000 && at < 40_000
  expect(watch(60_000, (reach, at) => !asleep(at) && beats(reach, at), asleep)).toEqual([])
})
