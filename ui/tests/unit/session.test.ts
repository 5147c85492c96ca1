import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AttemptSession, isSettled, itemState } from '../../src/candidate/attempt/session'
import { ApiError } from '../../src/shared/api/http'
import type { Attempt, AttemptItem } from '../../src/shared/api/types'

/** A server with one attempt; `now` is its clock, which runs with the fake timers. */
const start = Date.UTC(2026, 6, 20, 2, 0, 0)
let attempt: Attempt
let answers: number

const iso = (seconds: number) => new Date(start + seconds * 1000).toISOString()
const now = () => (Date.now() - start) / 1000

function answer(path: string): unknown {
  if (path.includes('/orders/')) return { id: 'o', name: 'x', face_consent: 'given' }
  answers++
  return { ...attempt, server_time: iso(now()) }
}

beforeEach(() => {
  vi.useFakeTimers({ now: start, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] })
  answers = 0
  attempt = {
    id: 'a', order_id: 'o', number: 1, state: 'running', code: '4821', acknowledged: true, practice: false, holds: true,
    started_at: iso(0), deadline: iso(620), server_time: iso(0), subject: '钢琴', subject_pinyin: 'gāng qín', grade: 8,
    time_limit_seconds: 620, max_clip_bytes: 1000, resets_left: 2, items: [],
  }
  vi.stubGlobal('EventSource', undefined)
  vi.stubGlobal('fetch', async (path: string) => new Response(JSON.stringify(answer(path))))
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

async function open(): Promise<AttemptSession> {
  const session = new AttemptSession('a')
  const opening = session.open()
  await vi.advanceTimersByTimeAsync(1)
  await opening
  return session
}

describe('an attempt on a phone', () => {
  it('R7: counts down and warns when ten minutes are left', async () => {
    const session = await open()
    expect(session.left.value).toBeGreaterThan(619_000)
    expect(session.warning.value).toBeNull()
    await vi.advanceTimersByTimeAsync(20_500)
    expect(session.left.value).toBeLessThanOrEqual(600_000)
    expect(session.warning.value).toBe(10)
    await vi.advanceTimersByTimeAsync(61_000)
    expect(session.warning.value, 'a minute later it is true no more').toBeNull()
    session.close()
  })

  it('R22: extra time moves the countdown and takes the warning back', async () => {
    const session = await open()
    await vi.advanceTimersByTimeAsync(21_000)
    attempt.deadline = iso(1220)
    await session.refresh()
    await vi.advanceTimersByTimeAsync(300)
    expect(session.left.value).toBeGreaterThan(1_100_000)
    expect(session.warning.value).toBeNull()
    session.close()
  })

  it('R16: at zero it asks the server until that says what became of the attempt', async () => {
    const session = await open()
    attempt.deadline = iso(5)
    await session.refresh()
    await vi.advanceTimersByTimeAsync(5000)
    const before = answers
    await vi.advanceTimersByTimeAsync(4500)
    expect(answers - before).toBeGreaterThanOrEqual(2)
    attempt = { ...attempt, state: 'auto_submitted', ended_at: iso(5) }
    await vi.advanceTimersByTimeAsync(2500)
    expect(session.attempt.value?.state).toBe('auto_submitted')
    session.close()
  })

  it('R10: says so, and stops its uploads, when another device went on', async () => {
    const session = await open()
    await session.queue.add('1', new File(['x'], 'a.mp4'))
    attempt.holds = false
    await session.refresh()
    expect(session.takenAway.value).toBe(true)
    expect(session.jobOf('1')?.problem?.code).toBe('other_device')
    attempt.holds = true
    await session.refresh()
    expect(session.takenAway.value).toBe(false)
    expect(session.jobOf('1')?.state).toBe('sending')
    session.close()
  })

  it.each(['upload_late', 'attempt_over'])('R22: an upload that was refused with %s goes on by itself when the attempt is open again', async (code) => {
    const session = await open()
    await session.queue.add('1', new File(['x'], 'a.mp4'))
    await session.queue.stopAll(new ApiError(code, 409))
    attempt = { ...attempt, state: 'auto_submitted', ended_at: iso(5) }
    await session.refresh()
    expect(session.jobOf('1')?.state).toBe('failed')
    attempt = { ...attempt, state: 'running', deadline: iso(1220) }
    await session.refresh()
    expect(session.jobOf('1')).toMatchObject({ state: 'sending', problem: null })
    session.close()
  })

  it('R22: also where the void was taken back, and where the page never saw that it was over', async () => {
    const session = await open()
    await session.queue.add('1', new File(['x'], 'a.mp4'))
    attempt.state = 'voided'
    await session.refresh()
    expect(session.jobOf('1')?.problem?.code).toBe('attempt_over')
    attempt.state = 'running'
    await session.refresh()
    expect(session.jobOf('1')?.state).toBe('sending')
    await session.queue.stopAll(new ApiError('upload_late', 409))
    await session.refresh()
    expect(session.jobOf('1')?.state).toBe('sending')
    session.close()
  })

  it('R13: what was refused stays so while the time is over', async () => {
    const session = await open()
    await session.queue.add('1', new File(['x'], 'a.mp4'))
    await session.queue.stopAll(new ApiError('upload_late', 409))
    attempt.deadline = iso(-1) // the server has not said yet what became of it
    await session.refresh()
    expect(session.jobOf('1')?.state).toBe('failed')
    session.close()
  })

  it('R12: a paused upload that is cancelled is forgotten by the server too', async () => {
    const session = await open()
    const asked: string[] = []
    attempt.items = [{ id: '1', name: '乐曲', kind: 'piece', receiving: { upload_id: 'u', offset: 1, size: 2 } }]
    vi.stubGlobal('fetch', async (path: string, request: RequestInit) => {
      if (request.method === 'DELETE') asked.push(`${path} ${JSON.stringify(request.headers)}`)
      return request.method === 'DELETE' ? new Response(null, { status: 204 }) : new Response(JSON.stringify(answer(path)))
    })
    await session.queue.add('1', new File(['x'], 'a.mp4'))
    await session.queue.pause('1')
    await session.cancel('1')
    expect(asked).toEqual(['/api/v1/uploads/u {"Tus-Resumable":"1.0.0"}'])
    session.close()
  })

  it('is not followed when its page was left before the first answer', async () => {
    const session = new AttemptSession('a')
    const opening = session.open()
    session.close()
    await opening
    const before = answers
    await vi.advanceTimersByTimeAsync(60_000)
    expect(answers).toBe(before)
  })

  it('R24: goes on with uploads that waited for a log-in', async () => {
    const session = await open()
    await session.queue.add('1', new File(['x'], 'a.mp4'))
    await session.queue.stopAll(new ApiError('login_needed', 401))
    await session.refresh()
    expect(session.jobOf('1')?.state).toBe('sending')
    session.close()
  })

  it('keeps showing what it knows while the network is away, and says so', async () => {
    const session = await open()
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('Failed to fetch')
    })
    await session.refresh()
    expect(session.problem.value?.code).toBe('offline')
    expect(session.attempt.value?.code).toBe('4821')
    expect(session.lost.value, 'not at the first failure').toBeNull()
    await vi.advanceTimersByTimeAsync(5000)
    expect(session.lost.value).toBe('centre')
    await vi.advanceTimersByTimeAsync(5000)
    expect(session.left.value).toBeLessThan(612_000)
    vi.stubGlobal('fetch', async (path: string) => new Response(JSON.stringify(answer(path))))
    await vi.advanceTimersByTimeAsync(2500)
    expect(session.lost.value).toBeNull()
    session.close()
  })

  it('after a failed call asks at once and often, although the stream beats, until the centre answers', async () => {
    vi.stubGlobal('EventSource', class {
      readyState = 1
      addEventListener(name: string, heard: () => void): void {
        if (name === 'pulse') setInterval(heard, 2000)
      }
      close(): void {}
    })
    const session = await open()
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('Failed to fetch')
    })
    await session.submit().catch(() => undefined)
    await vi.advanceTimersByTimeAsync(6000)
    expect(session.lost.value).toBe('centre')
    vi.stubGlobal('fetch', async (path: string) => new Response(JSON.stringify(answer(path))))
    await vi.advanceTimersByTimeAsync(3000)
    expect(session.lost.value).toBeNull()
    session.close()
  })

  it('R10: follows how far another device’s upload is', async () => {
    attempt.holds = false
    attempt.items = [{ id: '1', name: '乐曲', kind: 'piece', receiving: { upload_id: 'u', offset: 1, size: 10 } }]
    vi.stubGlobal('EventSource', class {
      readyState = 1
      constructor() {
        setInterval(() => this.beat(), 2000) // the stream beats and has no news
      }
      private beat: () => void = () => undefined
      addEventListener(name: string, heard: () => void): void {
        if (name === 'pulse') this.beat = heard
      }
      close(): void {}
    })
    const session = await open()
    await vi.advanceTimersByTimeAsync(6000)
    attempt.items = [{ id: '1', name: '乐曲', kind: 'piece', receiving: { upload_id: 'u', offset: 5, size: 10 } }]
    await vi.advanceTimersByTimeAsync(4500)
    expect(session.attempt.value?.items[0]?.receiving?.offset).toBe(5)
    session.close()
  })

  it('R29: tells a phone without a network, and one that uses mobile data, what to do', async () => {
    const session = await open()
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('Failed to fetch')
    })
    const network = { onLine: true, connection: { type: 'cellular' } }
    vi.stubGlobal('navigator', new Proxy(navigator, { get: (of, name) => Reflect.get(name in network ? network : of, name) as unknown }))
    await vi.advanceTimersByTimeAsync(8000)
    expect(session.lost.value).toBe('mobile')
    network.onLine = false
    await vi.advanceTimersByTimeAsync(500)
    expect(session.lost.value).toBe('offline')
    session.close()
  })

  it('asks at once and often where the stream is dead, whatever it fires', async () => {
    class Dead {
      readyState = 0
      onerror: () => void = () => undefined
      constructor() {
        setInterval(() => this.onerror(), 3000)
      }
      addEventListener(): void {}
      close(): void {}
    }
    vi.stubGlobal('EventSource', Dead)
    const session = await open()
    const before = answers
    await vi.advanceTimersByTimeAsync(20_000)
    expect(answers - before).toBeGreaterThanOrEqual(8)
    expect(session.lost.value, 'requests work').toBeNull()
    session.close()
  })

  it('R24: nothing of a log-out stays after a log-in, and it is heard at once', async () => {
    const session = await open()
    const out = async () => new Response('{"code":"login_needed"}', { status: 401 })
    vi.stubGlobal('fetch', out)
    await session.queue.add('1', new File(['x'], 'a.mp4'))
    await session.queue.stopAll(new ApiError('login_needed', 401)) // an upload is told first
    await vi.advanceTimersByTimeAsync(1)
    expect(session.problem.value?.code).toBe('login_needed')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(session.lost.value, 'the centre answers').toBeNull()
    vi.stubGlobal('fetch', async (path: string) => new Response(JSON.stringify(answer(path))))
    session.loggedIn()
    expect(session.problem.value).toBeNull()
    expect(session.jobOf('1')?.state).toBe('sending')
    session.close()
  })

  it('R24: shows from the start what the centre has of a file that is chosen again', async () => {
    const session = await open()
    attempt.items = [{ id: '1', name: '乐曲', kind: 'piece', receiving: { upload_id: 'u', offset: 7, size: 10 } }]
    await session.refresh()
    await session.send('1', new File(['0123456789'], 'a.mp4'))
    expect(session.jobOf('1')?.sent).toBe(7)
    await session.send('1', new File(['another'], 'b.mp4'))
    expect(session.jobOf('1')?.sent).toBe(0)
    session.close()
  })

  it('a sign-in window of the Wi-Fi is not taken for the server', async () => {
    const session = await open()
    vi.stubGlobal('fetch', async () => new Response('<html>Welcome</html>'))
    await session.refresh()
    expect(session.problem.value?.code).toBe('unknown')
    expect(session.attempt.value?.state).toBe('running')
    session.close()
  })
})

describe('an item', () => {
  const item = (more: Partial<AttemptItem>): AttemptItem => ({ id: '1', name: '乐曲', kind: 'piece', ...more })
  const clip = { id: 'c', state: 'examined', size: 1, name: 'a', hints: [], previewed: false, playable: true, rendition: false, received_at: '' } as const

  it('R14: is missing, interrupted, uploading, not seen or ready', () => {
    const job = { item: '1', file: new File([], 'a'), state: 'sending', sent: 0, secondsLeft: null, problem: null } as const
    expect(itemState(item({}), undefined)).toBe('missing')
    expect(itemState(item({ receiving: { upload_id: 'u', offset: 1, size: 2 } }), undefined)).toBe('interrupted')
    expect(itemState(item({}), job)).toBe('uploading')
    expect(itemState(item({}), { ...job, state: 'paused' })).toBe('paused')
    expect(itemState(item({}), { ...job, state: 'failed' })).toBe('interrupted')
    const replacing = item({ clip: { ...clip, hints: [], previewed: true }, receiving: { upload_id: 'u', offset: 7, size: 100 } })
    expect(itemState(replacing, { ...job, state: 'failed' }), 'the old one counts, but another was wanted').toBe('interrupted')
    expect(itemState(replacing, undefined), 'also after a reload').toBe('interrupted')
    expect(itemState(item({ clip: { ...clip, previewed: true, hints: ['silent'] } }), undefined), 'R19: a hint stays until the clip is replaced').toBe('hinted')
    expect(isSettled(item({ clip: { ...clip, previewed: true, hints: ['silent'] } }), undefined)).toBe(true)
    expect(isSettled(item({ clip: { ...clip, hints: ['silent'] } }), undefined)).toBe(false)
    expect(itemState(item({ clip: { ...clip, hints: [] } }), undefined)).toBe('unseen')
    expect(itemState(item({ clip: { ...clip, hints: [], previewed: true } }), undefined)).toBe('ready')
    expect(itemState(item({ clip: { ...clip, state: 'unexaminable', hints: ['unreadable'], previewed: true } }), undefined), 'R14: what cannot be opened is no clip').toBe('broken')
    expect(itemState(item({ clip: { ...clip, state: 'unexaminable', hints: ['unreadable'] } }), job), 'another one is on its way').toBe('uploading')
    expect(itemState(item({ clip: { ...clip, state: 'unexaminable', hints: [] } }), undefined), 'nobody could look at it yet').toBe('unseen')
  })
})
