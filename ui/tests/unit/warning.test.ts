import { describe, expect, it } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import AttemptHead from '../../src/candidate/parts/AttemptHead.vue'
import { attemptKey } from '../../src/candidate/attempt/useAttempt'
import { AttemptSession } from '../../src/candidate/attempt/session'
import type { Job } from '../../src/candidate/uploads/queue'
import type { Attempt, Clip } from '../../src/shared/api/types'
import { computed } from 'vue'
import { show } from './show'

describe('R14, R16: the last minutes', () => {
  const received = { state: 'received', hints: [] as string[], previewed: false } as unknown as Clip
  const word = (minutes: 1 | 5 | 10, clip: Clip | undefined, job: Partial<Job> | undefined, holds = true) => {
    const session = new AttemptSession('a')
    session.attempt.value = { id: 'a', holds, state: 'running', subject: '钢琴', grade: 3, deadline: '2026-08-03T12:00:00+08:00', items: [{ id: '1', name: '乐曲', clip }, { id: '2', name: '视奏' }] } as unknown as Attempt
    session.jobs.value = job ? [{ item: '2', sent: 0, file: new File([], 'a.mp4'), problem: null, secondsLeft: null, ...job } as unknown as Job] : []
    session.left.value = minutes * 60_000 - 1
    session.warning.value = minutes
    const provide = { [attemptKey as symbol]: computed(() => session) }
    return show(AttemptHead, { session }, { provide, stubs: { LineNotice: true, Keys: true } }).find('.head-warn span').text()
  }

  it('asks to submit only who has something and nothing on its way', () => {
    expect(word(1, received, undefined)).toBe(zhCN.candidate.head.warning_1)
    expect(word(1, received, { state: 'sending' })).toBe(zhCN.candidate.head.warning_1_sending)
    expect(word(1, undefined, { state: 'waiting' })).toBe(zhCN.candidate.head.warning_1_sending)
    expect(word(1, undefined, undefined)).toBe(zhCN.candidate.head.warning_1_nothing)
    expect(word(1, undefined, { state: 'failed' })).toBe(zhCN.candidate.head.warning_1_nothing)
    expect(word(5, undefined, undefined)).toBe(zhCN.candidate.head.warning_5)
  })

  it('tells nobody to begin who sends already', () => {
    expect(word(10, undefined, undefined)).toBe(zhCN.candidate.head.warning_10)
    expect(word(10, undefined, { state: 'sending' })).toBe(zhCN.candidate.head.warning_10_sending)
    expect(word(10, received, { state: 'failed' })).toBe(zhCN.candidate.head.warning_10)
  })

  it('R10: asks nothing that only the other device can do', () => {
    const looking = (minutes: number) => zhCN.candidate.head.warning_looking.replace('{minutes}', String(minutes))
    expect(word(1, undefined, undefined, false)).toBe(looking(1))
    expect(word(5, received, undefined, false)).toBe(looking(5))
  })
})
