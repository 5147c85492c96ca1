import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { ScreenCall } from '../../src/shared/api/types'
import { CallQueue } from '../../src/staff/screen/queue'
import { clipsOf, SPOKEN } from '../../src/staff/screen/words'

const at = '2026-08-03T12:00:00+08:00'
const call = (seq: number, more: Partial<ScreenCall> = {}): ScreenCall => ({ seq, tail: `000${seq}`, name: '王*明', at, hall: 1, count: 1, current: true, ...more })
const settled = () => new Promise((done) => setTimeout(done))

/** A queue whose calls are spoken when the test says so. */
function queued() {
  const spoken: number[] = []
  let next: () => void = () => undefined
  const queue = new CallQueue((call) => {
    spoken.push(call.seq)
    return new Promise((done) => (next = done))
  })
  return { queue, spoken, end: async () => (next(), await settled()) }
}

describe('the calls of a screen', () => {
  it('what was called before the screen was opened is not called again', async () => {
    const { queue, spoken } = queued()
    queue.take([call(2), call(1)], at)
    queue.take([call(2), call(1)], at)
    expect(spoken).toEqual([])
    queue.take([call(3), call(2)], at)
    expect(spoken).toEqual([3])
  })

  it('two calls at once are spoken one after the other, each once', async () => {
    const { queue, spoken, end } = queued()
    queue.take([], at)
    queue.take([call(2), call(1)], at)
    queue.take([call(2), call(1)], at)
    expect(spoken).toEqual([1])
    expect(queue.now.value?.seq).toBe(1)
    await end()
    expect(spoken).toEqual([1, 2])
    await end()
    expect(queue.now.value).toBeNull()
    expect(spoken).toEqual([1, 2])
  })

  it('a call that was taken back, or to which somebody came, is not spoken any more', async () => {
    const { queue, spoken, end } = queued()
    queue.take([], at)
    queue.take([call(3), call(2), call(1)], at)
    queue.take([call(3, { current: false }), call(1)], at)
    await end()
    expect(spoken).toEqual([1])
    queue.take([call(4), call(3, { current: false })], at)
    expect(spoken).toEqual([1, 4])
  })

  it('after a lost server only what was called just now is spoken', async () => {
    const { queue, spoken, end } = queued()
    queue.take([call(1)], at)
    const later = '2026-08-03T12:01:30+08:00'
    queue.take([call(3, { at: '2026-08-03T12:01:10+08:00' }), call(2, { at: '2026-08-03T12:00:20+08:00' }), call(1)], later)
    await end()
    expect(spoken).toEqual([3])
  })

  it('without sound it goes on', async () => {
    const queue = new CallQueue(vi.fn(() => Promise.reject(new Error('no loudspeaker'))))
    queue.take([], at)
    queue.take([call(2), call(1)], at)
    await settled()
    expect(queue.now.value).toBeNull()
  })
})

describe('the words of a call', () => {
  it('are strung together', () => {
    expect(clipsOf({ tail: 'A012', hall: 3 }, 'zh')).toEqual(['bell', 'zh/ticket', 'en/a', 'zh/0', 'zh/1', 'zh/2', 'zh/go', 'zh/3', 'zh/room'])
    expect(clipsOf({ tail: '12', hall: 12 }, 'en')).toEqual(['bell', 'en/ticket', 'en/1', 'en/2', 'en/go', 'en/12'])
    expect(clipsOf({ tail: '1', hall: 20 }, 'zh').slice(-3)).toEqual(['zh/2', 'zh/10', 'zh/room'])
    expect(clipsOf({ tail: '1', hall: 13 }, 'zh').slice(-3)).toEqual(['zh/10', 'zh/3', 'zh/room'])
    expect(clipsOf({ tail: '1', hall: 1 }, 'zh+en').filter((clip) => clip === 'bell')).toHaveLength(1)
  })

  it('are all recorded', () => {
    const tail = 'abcdefghijklmnopqrstuvwxyz0123456789'
    for (const spoken of SPOKEN) {
      for (let hall = 1; hall <= 20; hall++) {
        for (const clip of clipsOf({ tail, hall }, spoken)) expect(existsSync(join(import.meta.dirname, '../../src/staff/screen/voice', `${clip}.mp3`)), clip).toBe(true)
      }
    }
  })
})
