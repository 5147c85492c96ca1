import { ref } from 'vue'
import { describe, expect, it } from 'vitest'
import type { ReviewClip } from '../../src/shared/api/types'
import Announcement from '../../src/staff/review/Announcement.vue'
import { show } from './show'

type Finding = NonNullable<ReviewClip['findings']>[number]

/** The note beside the ticks where the machine found that of the announcement. */
function noteOf(...findings: Partial<Finding>[]): string | undefined {
  const clip = { code: '1234', subject: '钢琴', grade: 3, item: '乐曲', findings } as unknown as ReviewClip
  const ticks = { parts: ref([]), problem: ref(null), set: () => undefined, allHeard: () => undefined }
  const note = show(Announcement, { clip, ticks: ticks as never, open: true }).find('.desk-note')
  return note.exists() ? note.text() : undefined
}

describe('whether anybody speaks at the start (R33)', () => {
  it('is said with the times from the first word to the last', () => {
    expect(noteOf({ kind: 'announcement', verdict: 'pass', evidence: [{ from_ms: 3000, to_ms: 5500 }, { from_ms: 6000, to_ms: 9000 }] })).toContain('0:03.0–0:09.0')
  })

  it('is said where nobody does, with how long was listened', () => {
    expect(noteOf({ kind: 'announcement', verdict: 'warn', evidence: [{ from_ms: 0, to_ms: 30_000 }] })).toContain('30 秒')
  })

  it('is not said where nobody listened', () => {
    expect(noteOf()).toBeUndefined()
    expect(noteOf({ kind: 'sound', verdict: 'pass', evidence: [] })).toBeUndefined()
  })
})
