import { beforeEach, describe, expect, it, vi } from 'vitest'
import { rememberedLine, rememberLine } from '../../src/candidate/uploads/line'
import { PartSize } from '../../src/candidate/uploads/parts'
import { Planner, secondsFor, type Facts } from '../../src/candidate/uploads/plan'

const MB = 1024 * 1024
const facts = (more: Partial<Facts>): Facts => ({ left: 600_000, rate: MB, pending: [], paused: false, missing: 0, usual: 60 * MB, ...more })
const pending = (item: string, bytes: number, movable = true) => ({ item, bytes, movable })

/** What is said after a few seconds of the same. */
function said(more: Partial<Facts>) {
  const planner = new Planner()
  for (let i = 0; i < 3; i++) planner.plan(facts(more))
  return planner.plan(facts(more))
}

describe('whether all arrives in time', () => {
  it('says nothing where no speed is known, and nothing where nothing is left', () => {
    expect(said({ rate: 0, pending: [pending('1', MB)] })).toEqual({ kind: 'none' })
    expect(said({})).toEqual({ kind: 'none' })
    expect(said({ left: 0, missing: 1 })).toEqual({ kind: 'none' })
  })

  it('counts every file that waits, not the one under way alone', () => {
    const queue = [pending('1', 300 * MB, false), pending('2', 300 * MB)]
    expect(said({ pending: queue })).toMatchObject({ kind: 'late', needs: secondsFor(600 * MB, 2, MB) })
    expect(said({ pending: queue, left: 700_000 })).toMatchObject({ kind: 'fits' })
  })

  it('R22: extra time takes the alarm back', () => {
    const planner = new Planner()
    const queue = [pending('1', 600 * MB, false)]
    for (let i = 0; i < 3; i++) planner.plan(facts({ pending: queue }))
    expect(planner.plan(facts({ pending: queue })).kind).toBe('late')
    expect(planner.plan(facts({ pending: queue, left: 1_200_000 })).kind).toBe('fits')
  })

  it('tells when the sending of what is missing has to begin', () => {
    expect(said({ missing: 2 })).toEqual({ kind: 'begin', before: secondsFor(120 * MB, 2, MB) * 1000, usual: 60 * MB })
    expect(said({ pending: [pending('1', 60 * MB)], paused: true })).toMatchObject({ kind: 'begin', usual: 0 })
    expect(said({ pending: [pending('1', 60 * MB)], missing: 2 }), 'what is on its way has begun').toMatchObject({ kind: 'begin', before: secondsFor(120 * MB, 2, MB) * 1000 })
  })

  it('says it when a usual video more does not fit any more', () => {
    expect(said({ missing: 1, left: 60_000 })).toMatchObject({ kind: 'short', usual: 60 * MB })
  })

  it('names the shorter one that would still arrive, and only where it helps', () => {
    const long = pending('1', 900 * MB, false)
    expect(said({ pending: [long, pending('2', 30 * MB)] })).toMatchObject({ kind: 'late', sooner: '2' })
    expect(said({ pending: [long, pending('2', 800 * MB)] })).toMatchObject({ kind: 'late', sooner: null })
    expect(said({ pending: [pending('1', 30 * MB, false), pending('2', 900 * MB)] }), 'it goes first already').toMatchObject({ sooner: null })
    expect(said({ pending: [pending('1', 30 * MB, false), pending('2', 900 * MB), pending('3', 40 * MB)] })).toMatchObject({ sooner: '3' })
  })

  it('does not flicker where it is close', () => {
    const planner = new Planner()
    const kinds = Array.from({ length: 40 }, (_, i) => planner.plan(facts({ pending: [pending('1', 540 * MB, false)], rate: MB * (i % 2 ? 1.03 : 0.97) })).kind)
    expect(kinds.filter((kind, i) => i > 0 && kind !== kinds[i - 1]).length).toBeLessThanOrEqual(1)
  })
})

describe('the size of a part', () => {
  it('grows on a fast line by steps, and shrinks where a part does not get through', () => {
    const parts = new PartSize()
    const sizes = [parts.now]
    for (let i = 0; i < 6; i++) {
      parts.took(parts.now, parts.now / 50_000) // 50 MB a second
      sizes.push(parts.now)
    }
    expect(sizes.map((size) => size / 1024)).toEqual([64, 256, 1024, 4096, 8192, 8192, 8192])
    parts.failed()
    expect(parts.now).toBe(2 * MB)
  })

  it('begins small with each file: the line may have become slow since', () => {
    const parts = new PartSize()
    for (let i = 0; i < 6; i++) parts.took(parts.now, parts.now / 50_000)
    parts.begins()
    expect(parts.now).toBe(256 * 1024)
    for (let i = 0; i < 3; i++) parts.took(65_536, 60_000)
    parts.begins()
    expect(parts.now, 'a slow line stays one').toBe(65_536)
  })

  it('is what a slow line takes in three seconds, and not less than 64 KiB', () => {
    const parts = new PartSize()
    for (let i = 0; i < 3; i++) parts.took(parts.now, parts.now / 100) // 100 KB a second
    expect(parts.now).toBe(300_000)
    parts.took(parts.now, 60_000)
    expect(parts.now).toBe(65_536)
  })
})

describe('the line of before', () => {
  beforeEach(() => localStorage.clear())

  it('speaks for the first upload, and not for ever', () => {
    vi.useFakeTimers()
    expect(rememberedLine()).toBe(0)
    rememberLine(1234.5)
    expect(rememberedLine()).toBe(1235)
    vi.setSystemTime(Date.now() + 3 * 3600_000)
    expect(rememberedLine()).toBe(0)
    vi.useRealTimers()
  })
})
