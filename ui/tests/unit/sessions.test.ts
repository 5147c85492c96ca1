import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '../../src/shared/api/http'
import type { Attempt } from '../../src/shared/api/types'
import { Sessions } from '../../src/candidate/attempt/sessions'

beforeEach(() => {
  vi.stubGlobal('EventSource', undefined)
  vi.stubGlobal('fetch', () => new Promise(() => undefined)) // silence
})
afterEach(() => void vi.unstubAllGlobals())

describe('the attempts that a page follows', () => {
  it('R24: a look at another attempt leaves running uploads alone', async () => {
    const sessions = new Sessions()
    const first = sessions.find('a')
    await first.queue.add('1', new File(['x'], 'a.mp4'))
    sessions.leave(first)
    sessions.leave(sessions.find('b'))
    expect(first.queue.find('1')?.state).toBe('sending')
    expect(sessions.busy).toBe(true)
    expect(sessions.find('a')).toBe(first)
    sessions.end()
    expect(first.queue.find('1')?.state).toBe('paused')
    expect(sessions.busy).toBe(false)
  })

  it('R24: a new log-in goes on with the same child’s uploads, and with nobody else’s', async () => {
    const sessions = new Sessions()
    const session = sessions.find('a')
    session.attempt.value = { order_id: 'o' } as Attempt
    await session.queue.add('1', new File(['x'], 'a.mp4'))
    await session.queue.stopAll(new ApiError('login_needed', 401))
    sessions.loggedIn([{ id: 'o' }])
    expect(session.queue.find('1')?.state).toBe('sending')
    sessions.loggedIn([{ id: 'of another child' }])
    expect(session.queue.find('1')?.state).toBe('paused')
    expect(sessions.busy).toBe(false)
  })

  it('what failed in an attempt that is over is followed no longer than it is looked at', async () => {
    const sessions = new Sessions()
    const session = sessions.find('a')
    session.attempt.value = { order_id: 'o', state: 'running' } as Attempt
    await session.queue.add('1', new File(['x'], 'a.mp4'))
    await session.queue.stopAll(new ApiError('attempt_over', 409))
    sessions.leave(session)
    expect(sessions.find('a')).toBe(session) // it runs: the file may be tried again
    session.attempt.value = { order_id: 'o', state: 'submitted' } as Attempt
    sessions.leave(session)
    expect(sessions.find('a')).not.toBe(session)
    sessions.end()
  })

  it('an attempt that sends nothing is followed only while it is looked at', () => {
    const sessions = new Sessions()
    const first = sessions.find('a')
    const closed = vi.spyOn(first, 'close')
    sessions.find('b')
    expect(closed).toHaveBeenCalledOnce()
    expect(sessions.find('a')).not.toBe(first)
    sessions.end()
  })
})
