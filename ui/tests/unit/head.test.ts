import { describe, expect, it } from 'vitest'
import { ref, shallowRef } from 'vue'
import en from '../../locales/en.json'
import AttemptHead from '../../src/candidate/parts/AttemptHead.vue'
import type { Plan } from '../../src/candidate/uploads/plan'
import { show } from './show'

const attempt = { code: '4821', subject: '钢琴', grade: 3, deadline: '2026-07-20T10:30:00+08:00', practice: false }

function head(plan: Plan, sends = false, gone = false) {
  const known = { ...attempt, items: [{ id: '1', name: '乐曲' }] }
  const session = {
    attempt: shallowRef(known), level: ref('calm'), timed: ref(true), left: ref(600_000), warning: ref(null), plan: shallowRef(plan),
    lost: ref(gone ? 'centre' : null), jobOf: () => (sends ? { item: '1', state: 'sending', sent: 1 } : undefined),
  }
  return show(AttemptHead, { session }, { language: 'en', stubs: { LineNotice: true } }).text()
}

describe('the head of an attempt', () => {
  it('R22: says by when sending has to begin, and not where that is less than a minute before the end', () => {
    const begin = (before: number) => head({ kind: 'begin', before, usual: 0 })
    expect(begin(90_000)).toContain(en.candidate.plan.begin.replace('{at}', '10:28'))
    expect(begin(60_000)).toContain(en.candidate.plan.begin.replace('{at}', '10:29'))
    const said = en.candidate.plan.begin.split('{at}')[0]!
    expect(begin(59_000), 'a clock without seconds would say the end itself').not.toContain(said)
  })

  it('tells whoever sends by when the others have to follow, and nobody of a speed while the centre is gone', () => {
    const plan: Plan = { kind: 'begin', before: 90_000, usual: 0 }
    expect(head(plan, true)).toContain(en.candidate.plan.begin_rest.replace('{at}', '10:28'))
    expect(head(plan, true)).not.toContain(en.candidate.plan.begin.split('{at}')[0])
    expect(head(plan, false, true)).not.toContain('10:28')
    expect(head({ kind: 'fits', needs: 120, files: 2 }, true, true)).not.toContain('2 min')
  })

  it('says how long the rest takes where it is more than one video', () => {
    const fits = (files: number) => head({ kind: 'fits', needs: 120, files })
    expect(fits(2)).toContain(en.candidate.plan.fits.replace('{needs}', '2 min'))
    expect(fits(1)).not.toContain('2 min')
  })
})
