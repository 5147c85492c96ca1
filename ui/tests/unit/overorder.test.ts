import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { shallowRef } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import Consent from '../../src/candidate/pages/Consent.vue'
import Practice from '../../src/candidate/pages/Practice.vue'
import { whoKey } from '../../src/candidate/who'
import { show } from './show'

vi.mock('vue-router', () => ({ useRouter: () => ({ push: () => undefined, back: () => undefined, replace: () => undefined, currentRoute: { value: { fullPath: '/' } } }), useRoute: () => ({ params: {} }) }))

afterEach(() => vi.unstubAllGlobals())

async function open(page: object, status: string) {
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ id: 'o', status, items: [], face_consent: 'none', attempts_used: 0, practiced: false, window: {} }), { headers: { 'Content-Type': 'application/json' } }))
  const stubs = { Back: true, PathBar: true, PathNext: true, OnPhone: true, VanField: true }
  const shown = show(page as never, { order: 'o' } as never, { stubs, provide: { [whoKey as symbol]: { me: shallowRef({ name: '李', device: { allowed: true, number: '1' } }), check: async () => undefined } } })
  await flushPromises()
  return shown
}

describe('a page of the way to an exam that is over', () => {
  it.each(['absent', 'forfeited', 'disqualified', 'submitted'])('says so, and has nothing to press: %s', async (status) => {
    const consent = await open(Consent, status)
    expect(consent.text()).toContain(zhCN.candidate.consent.over)
    expect(consent.findAll('button')).toHaveLength(0)
    const practice = await open(Practice, status)
    expect(practice.text()).toContain(zhCN.candidate.practice.over)
    expect(practice.findAll('button')).toHaveLength(0)
  })

  it('says nothing of it while the exam can be taken', async () => {
    expect((await open(Consent, 'open')).findAll('button')).toHaveLength(2)
    const practice = await open(Practice, 'waiting')
    expect(practice.text()).not.toContain(zhCN.candidate.practice.over)
    expect(practice.findAll('button')).toHaveLength(1)
  })
})
