import { describe, expect, it } from 'vitest'
import { computed, shallowRef } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import { attemptKey } from '../../src/candidate/attempt/useAttempt'
import UploadLine from '../../src/candidate/parts/UploadLine.vue'
import { ApiError } from '../../src/shared/api/http'
import { show } from './show'

function said(code: string): string {
  const job = { item: '1', file: new File(['x'], 'a.mp4'), state: 'waiting', sent: 0, secondsLeft: null, problem: new ApiError(code) }
  return show(UploadLine, { job }, { stubs: { Trouble: true } }).text()
}

describe('the line of an upload that waits', () => {
  it('I8: blames the network only where the network failed', () => {
    expect(said('offline')).toContain(zhCN.candidate.upload.waiting)
    for (const code of ['storage_failed', 'upload_failed', 'too_many_connections'] as const) {
      expect(said(code)).not.toContain(zhCN.candidate.upload.waiting)
      expect(said(code)).toContain(zhCN.error[code].next)
    }
  })

  it('R24: says that it stands still, and that a busy centre has it all', () => {
    expect(said('stalled')).toContain(zhCN.candidate.upload.stalled)
    expect(said('busy_writing')).toContain(zhCN.candidate.upload.busy_writing)
  })

  it('asks nobody to do anything where it goes on by itself', () => {
    for (const code of ['internal', 'unknown'] as const) {
      expect(said(code)).toContain(zhCN.candidate.upload.waiting_server)
      expect(said(code)).not.toContain(zhCN.error[code].next)
    }
  })
})

it('leaves the time to the notice where it does not all arrive: one number for one thing', () => {
  const job = { item: '1', file: new File(['x'], 'a.mp4'), state: 'sending', sent: 0, secondsLeft: 113, problem: null }
  const line = (kind: string) => show(UploadLine, { job }, { provide: { [attemptKey as symbol]: computed(() => ({ plan: shallowRef({ kind }) })) } }).text()
  expect(line('fits')).toContain('1 分')
  expect(line('late')).not.toContain('1 分')
  expect(line('late')).toContain(zhCN.candidate.upload.sending)
})
