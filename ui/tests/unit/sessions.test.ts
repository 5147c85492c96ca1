import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '../../src/shared/api/http'
import type { Attempt } from '../../src/shared/api/types'
import { AttemptSession } from '../../src/candidate/attempt/session'
import { Sessions } from '../../src/candidate/attempt/sessions'

beforeEach(() => {
  vi.stubGlobal('EventSource', undefined)
  vi.stubGlobal('fetch', () => new Promise(() => undefined)) // silence
})
afterEach(() => void vi.unstubAllGlobals())

const attemptOf = (state: Attempt['state']) => ({ id: 'a', order_id: 'o', state, holds: true, server_time: '2026-07-20T10:00:00+08:00', deadline: '2026-07-20T11:00:00+08:00', items: [] }) as unknown as Attempt
const answer = (attempt: Attempt) => vi.stubGlobal('fetch', async () => new Response(JSON.stringify(attempt)))

describe('the attempts that a page follows', () => {
  it('R24: a look at another attempt leaves running uploads alone', async () => {
    const sessions = new Sessions()
    const first = sessions.find('a', AttemptSession)
    await first.queue.add('1', new File(['x'], 'a.mp4'))
    sessions.leave(first)
    sessions.leave(sessions.find('b', AttemptSession))
    expect(first.queue.find('1')?.state).toBe('sending')
    expect(sessions.busy).toBe(true)
    expect(sessions.find('a', AttemptSession)).toBe(first)
    sessions.end()
    expect(first.queue.find('1')?.state).toBe('paused')
    expect(sessions.busy).toBe(false)
  })

  it('R24: a new log-in goes on with the same child’s uploads, and with nobody else’s', async () => {
    const sessions = new Sessions()
    const session = sessions.find('a', AttemptSession)
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
    const session = sessions.find('a', AttemptSession)
    session.attempt.value = { order_id: 'o', state: 'running' } as Attempt
    await session.queue.add('1', new File(['x'], 'a.mp4'))
    await session.queue.stopAll(new ApiError('attempt_over', 409))
    sessions.leave(session)
    expect(sessions.find('a', AttemptSession)).toBe(session) // it runs: the file may be tried again
    session.attempt.value = { order_id: 'o', state: 'submitted' } as Attempt
    sessions.leave(session)
    expect(sessions.find('a', AttemptSession)).not.toBe(session)
    sessions.end()
  })

  it('R14, R15: an attempt that is over is let go, also when its uploads ended only after its pages were left', async () => {
    const sessions = new Sessions()
    const session = sessions.find('a', AttemptSession)
    session.attempt.value = attemptOf('running')
    await session.queue.add('1', new File(['x'], 'a.mp4'))
    const closed = vi.spyOn(session, 'close')
    sessions.leave(session)
    expect(closed).not.toHaveBeenCalled()
    answer(attemptOf('reset'))
    await session.refresh()
    expect(closed).toHaveBeenCalledOnce()
    expect(sessions.find('a', AttemptSession)).not.toBe(session)
    sessions.end()
  })

  it('R24: an attempt is let go when its last upload has arrived and nobody looks at it', async () => {
    const sessions = new Sessions()
    const session = sessions.find('a', AttemptSession)
    session.attempt.value = attemptOf('running')
    await session.queue.add('1', new File(['x'], 'a.mp4'))
    sessions.leave(session)
    session.queue.discard('1')
    expect(sessions.find('a', AttemptSession)).not.toBe(session)
    sessions.end()
  })

  it('R13, R16: what was paused when the time ran out warns of nothing and keeps nothing', async () => {
    const sessions = new Sessions()
    const session = sessions.find('a', AttemptSession)
    session.attempt.value = attemptOf('running')
    await session.queue.add('1', new File(['x'], 'a.mp4'))
    await session.queue.pause('1')
    sessions.leave(session)
    expect(sessions.find('a', AttemptSession)).toBe(session)
    expect(sessions.busy).toBe(true)
    answer(attemptOf('running'))
    await session.open()
    expect(window.dispatchEvent(new Event('beforeunload', { cancelable: true }))).toBe(false)
    answer(attemptOf('auto_submitted'))
    await session.refresh()
    expect(sessions.busy).toBe(false)
    expect(window.dispatchEvent(new Event('beforeunload', { cancelable: true }))).toBe(true)
    sessions.leave(session)
    expect(sessions.find('a', AttemptSession)).not.toBe(session)
    sessions.end()
  })

  it('R13: what was begun in time is sent on after the timeout', async () => {
    const sessions = new Sessions()
    const session = sessions.find('a', AttemptSession)
    session.attempt.value = attemptOf('auto_submitted')
    await session.queue.add('1', new File(['x'], 'a.mp4'))
    sessions.leave(session)
    expect(sessions.busy).toBe(true)
    expect(sessions.find('a', AttemptSession)).toBe(session)
    sessions.end()
  })

  it('R14: a log-in that comes after the end sends nothing more', async () => {
    const sessions = new Sessions()
    const session = sessions.find('a', AttemptSession)
    await session.queue.add('1', new File(['x'], 'a.mp4'))
    await session.queue.stopAll(new ApiError('login_needed', 401))
    answer(attemptOf('submitted'))
    await session.refresh()
    expect(session.queue.active).toBe(false)
    sessions.end()
  })

  it('an attempt that sends nothing is followed only while it is looked at', () => {
    const sessions = new Sessions()
    const first = sessions.find('a', AttemptSession)
    const closed = vi.spyOn(first, 'close')
    sessions.find('b', AttemptSession)
    expect(closed).toHaveBeenCalledOnce()
    expect(sessions.find('a', AttemptSession)).not.toBe(first)
    sessions.end()
  })
})
