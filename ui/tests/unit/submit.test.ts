import { describe, expect, it, vi } from 'vitest'
import { computed, shallowRef } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import { attemptKey } from '../../src/candidate/attempt/useAttempt'
import Submit from '../../src/candidate/pages/Submit.vue'
import { show } from './show'

const asked = vi.hoisted(() => [] as string[])
vi.mock('vue-router', () => ({ useRouter: () => ({ replace: () => undefined }) }))
vi.mock('../../src/candidate/parts/ask', () => ({
  ask: async (question: { text: string }) => {
    asked.push(question.text)
    return false
  },
}))

const clip = { id: 'c', state: 'examined', previewed: true, hints: [] }
const item = (id: string, name: string, more: object = {}) => ({ id, name, kind: 'piece', ...more })

describe('the page before submitting', () => {
  it('R14: calls lost what has no clip yet, and not a replacement whose former clip counts', async () => {
    const items = [item('1', '音阶', { clip }), item('2', '乐曲'), item('3', '视奏', { clip })]
    const jobs: Record<string, object> = { 1: { state: 'paused' }, 2: { state: 'paused' }, 3: { state: 'failed' } }
    const session = { attempt: shallowRef({ id: 'a', holds: true, items }), jobOf: (id: string) => jobs[id], refresh: () => undefined }
    const page = show(Submit, {}, { stubs: { Back: true }, provide: { [attemptKey as symbol]: computed(() => session) } })
    const words = zhCN.candidate.submit
    expect(page.findAll('.row').map((row) => row.text())).toEqual([`音阶${words.row.replacing}`, `乐曲${words.row.paused}`, `视奏${words.row.ready}`])
    await page.find('.main-act').trigger('click')
    expect(asked[0]?.split('\n')[0]).toBe(words.lost_uploads.replace('{items}', '乐曲'))
  })
  it('R14: a file that cannot be opened is no video, and with nothing else there is nothing to submit', async () => {
    const broken = { id: 'b', state: 'unexaminable', previewed: true, hints: ['unreadable'] }
    const items = [item('1', '音阶', { clip: broken }), item('2', '乐曲')]
    const session = { attempt: shallowRef({ id: 'a', holds: true, items }), jobOf: () => undefined, refresh: () => undefined }
    const page = show(Submit, {}, { stubs: { Back: true }, provide: { [attemptKey as symbol]: computed(() => session) } })
    const words = zhCN.candidate.submit
    expect(page.findAll('.row').map((row) => row.text())).toEqual([`音阶${words.row.broken}`, `乐曲${words.row.missing}`])
    expect(page.text()).toContain(words.nothing)
  })
})
