// What left a person at a desk stuck or misled: each is said where one looks, in a desk's words.
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import en from '../../locales/en.json'
import { ApiError } from '../../src/shared/api/http'
import type { Finding, ReviewRow } from '../../src/shared/api/types'
import DeskTrouble from '../../src/shared/desk/DeskTrouble.vue'
import { isNoVideo } from '../../src/shared/text/findings'
import ExtraTimeForm from '../../src/staff/ExtraTimeForm.vue'
import JobsPanel from '../../src/staff/JobsPanel.vue'
import Review from '../../src/staff/review/Review.vue'
import Shortcuts from '../../src/staff/review/Shortcuts.vue'
import { useQueue } from '../../src/staff/review/useQueue'
import { show } from './show'

afterEach(() => {
  vi.unstubAllGlobals()
  sessionStorage.clear()
})

const answer = (body: unknown, status = 200) => vi.stubGlobal('fetch', async () => new Response(JSON.stringify(body), { status }))
const row = (id: string) => ({ id }) as ReviewRow

describe('a desk', () => {
  it.each(['not_found', 'order_final', 'order_submitted', 'window_closes_first', 'disk_full'] as const)('is not told a candidate’s sentence for %s', (code) => {
    for (const [language, words] of [['zh-CN', zhCN], ['en', en]] as const) {
      const said = show(DeskTrouble, { problem: new ApiError(code, 409) }, { language }).text()
      expect(said).toContain(words.error[`${code}_desk`].text)
      expect(said).not.toMatch(/报名订单|举手|Go back to your orders|Tell the staff/)
    }
  })

  it('is told that nobody was in an exam then, and the form stays', async () => {
    answer({ given: 0, refused: [] })
    const form = show(ExtraTimeForm, { refresh: async () => undefined })
    await form.find('input[name=reason]').setValue('停电')
    await form.find('input[name=at]').setValue('03:10')
    await form.trigger('submit')
    await flushPromises()
    expect(form.text()).toContain('03:10 没有人在考试')
    expect(form.find('input[name=at]').exists()).toBe(true)
    await form.find('input[name=at]').setValue('09:10')
    expect(form.text()).not.toContain('没有人在考试，')
  })

  it('is told at the job that its new try failed', async () => {
    answer({ code: 'role_not_allowed' }, 403)
    const jobs = ['a', 'b'].map((id) => ({ id, kind: 'inspect', clip_id: '', parked: true, tries: 3, last_error: '' }))
    const panel = show(JobsPanel, { jobs, problem: null, mayRetry: true, refresh: async () => undefined })
    await panel.findAll('li')[1]?.find('button').trigger('click')
    await flushPromises()
    expect(panel.findAll('[role=alert]')).toHaveLength(1)
    expect(panel.findAll('li')[1]?.find('[role=alert]').text()).toContain(zhCN.error.role_not_allowed.text)
  })

  it('promises no conversion of what is no video', () => {
    const of = (more: Partial<Finding>) => [{ kind: 'readable', verdict: 'fail', evidence: [], ...more }] as Finding[]
    expect(isNoVideo(of({ note: 'not_a_video' }))).toBe(true)
    expect(isNoVideo(of({ note: 'cut_off' }))).toBe(false)
    expect(isNoVideo(of({ verdict: 'pass' }))).toBe(false)
    expect(isNoVideo(null)).toBe(false)
  })
})

describe('a reviewer', () => {
  it('keeps the filter over a reload, each role its own, and no candidate’s name', async () => {
    answer({ clips: [], count: 0, subjects: [], grades: [] })
    const queue = useQueue('administrator')
    Object.assign(queue.filter, { sealed: 'all', open: true, who: '王小明' })
    await flushPromises()
    expect(useQueue('administrator').filter).toMatchObject({ sealed: 'all', open: true, unmarked: false, who: '' })
    expect(useQueue('examiner').filter, 'an examiner begins with what waits').toMatchObject({ open: false, unmarked: true })
    expect(JSON.stringify(sessionStorage)).not.toContain('王小明')
  })

  it('finds the clip of the address on a later page of the queue', async () => {
    vi.stubGlobal('fetch', async (path: string) => new Response(JSON.stringify(path.includes('after=') ? { clips: [row('c'), row('d')], count: 4, subjects: [], grades: [] } : { clips: [row('a'), row('b')], next: 'x', count: 4, subjects: [], grades: [] })))
    const queue = useQueue()
    await queue.again()
    expect(await queue.beside('c', 1)).toBe('d')
  })

  it('is told that there is no further clip', async () => {
    answer({ clips: [row('a'), row('b')], count: 2, subjects: [], grades: [] })
    const page = { template: '<p @click="$emit(`beside`, 1)" @dblclick="$emit(`beside`, -1)">{{ edge }}</p>', props: ['edge'] }
    const review = show(Review, { role: 'examiner', rest: 'b' }, { stubs: { ClipPage: page } })
    await review.find('p').trigger('click')
    await flushPromises()
    expect([review.text(), review.emitted('go')]).toEqual(['1', undefined])
    await review.find('p').trigger('dblclick')
    await flushPromises()
    expect([review.text(), review.emitted('go')]).toEqual(['0', [['a']]])
  })

  it.each([[true, 'FMGIH'], [false, 'FMDGIH']] as const)('finds the keys of the tabs that there are (examiner: %s)', (examiner, keys) => {
    const list = show(Shortcuts, { examiner })
    const tabs = list.findAll('dt').map((keys) => keys.findAll('kbd').map((key) => key.text()).join(''))
    expect(tabs).toContain(keys)
    expect(list.text().includes(zhCN.staff.review.tab.decision)).toBe(!examiner)
    expect(list.text()).toContain(zhCN.staff.review.tab.departures)
  })
})
