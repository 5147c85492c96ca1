import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import en from '../../locales/en.json'
import { stageOf } from '../../src/candidate/attempt/later'
import { AttemptSession, itemState } from '../../src/candidate/attempt/session'
import UploadLine from '../../src/candidate/parts/UploadLine.vue'
import type { Attempt, AttemptItem } from '../../src/shared/api/types'
import { show } from './show'

const item = { id: '2', name: '乐曲', kind: 'piece', receiving: { upload_id: 'u', offset: 40, size: 100 } } as unknown as AttemptItem
const attempt = { id: 'a', order_id: 'o', state: 'running', holds: true, server_time: '2026-07-20T02:00:00Z', deadline: '2026-07-20T03:00:00Z', items: [item] } as unknown as Attempt

beforeEach(() => {
  vi.stubGlobal('EventSource', undefined)
  vi.stubGlobal('fetch', async (path: string) => (path.includes('/uploads') ? new Promise(() => undefined) : new Response(JSON.stringify(path.includes('/orders/') ? { id: 'o' } : attempt))))
})
afterEach(() => void vi.unstubAllGlobals())

async function tab(): Promise<AttemptSession> {
  const session = new AttemptSession('a')
  await session.open()
  return session
}

describe('two tabs of one attempt', () => {
  it('the one that sends nothing says that the other sends, and is not stuck', async () => {
    const [first, second] = [await tab(), await tab()]
    expect(itemState(item, second.jobOf('2')), 'nobody sends it yet').toBe('interrupted')
    await first.queue.add('2', new File(['x'.repeat(100)], 'a.mp4'), 40)
    await second.refresh()
    await expect.poll(() => second.jobOf('2')).toMatchObject({ tab: true, sent: 40, state: 'sending' })
    expect(itemState(item, second.jobOf('2'))).toBe('uploading')
    expect(stageOf({ 2: '' }, attempt, second.jobs.value, 60_000, 0)).toBe('tab')
    expect(stageOf({ 2: '' }, attempt, first.jobs.value, 60_000, 0)).toBe('sending')
    expect(second.busy, 'closing it loses nothing').toBe(false)
    const line = show(UploadLine, { job: second.jobOf('2') }, { language: 'en' })
    expect(line.text()).toContain(en.candidate.upload.tab)
    expect(line.findAll('button'), 'it can only be watched').toHaveLength(0)
    first.close()
    second.close()
  })

  it('the other tab was closed: what it sent has broken off', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'Date'] })
    const [first, second] = [await tab(), await tab()]
    await first.queue.add('2', new File(['x'.repeat(100)], 'a.mp4'), 40)
    await second.refresh()
    vi.useRealTimers()
    await expect.poll(() => second.jobOf('2')?.tab).toBe(true)
    first.close()
    vi.useFakeTimers({ now: Date.now() + 10_000, toFake: ['performance', 'Date'] })
    vi.advanceTimersByTime(3_600_000) // from zero: this process may have run for a while
    await second.refresh()
    expect(itemState(item, second.jobOf('2'))).toBe('interrupted')
    second.close()
    vi.useRealTimers()
  })
})
