import { describe, expect, it, vi } from 'vitest'
import { computed, shallowRef } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import { attemptKey } from '../../src/candidate/attempt/useAttempt'
import Ended from '../../src/candidate/parts/Ended.vue'
import PracticeEnded from '../../src/candidate/parts/PracticeEnded.vue'
import type { Attempt, AttemptItem, Order } from '../../src/shared/api/types'
import { show } from './show'

vi.mock('vue-router', () => ({ useRouter: () => ({ push: () => undefined }) }))

const clip = { id: 'c', state: 'examined', size: 1, name: 'a.mp4', hints: [], previewed: true, playable: true, rendition: false, received_at: '' }

function ended(clips: number, resetsLeft: number, until?: string, language: 'zh-CN' | 'en' = 'zh-CN', more: Partial<AttemptItem> = {}): string {
  const attempt = {
    id: 'a', order_id: 'o', state: 'auto_submitted', subject: '钢琴', grade: 8, deadline: '2026-07-20T10:00:00+08:00', resets_left: resetsLeft,
    items: [{ id: '1', name: '乐曲', kind: 'piece', ...(clips > 0 ? { clip } : {}), ...more }],
  } as unknown as Attempt
  const order = until === undefined ? null : ({ name: '王小明', ticket: 'K1', reset_until: until } as Order)
  return show(Ended, { attempt, order }, { language }).find('.ended-say').text()
}

const brokenClip = { ...clip, state: 'unexaminable', hints: ['unreadable'] } as const

function receipt(state: Attempt['state'], clips: object[]) {
  const items = clips.map((sent, i) => ({ id: `${i}`, name: `科目${i}`, kind: 'piece', clip: sent }))
  const attempt = { id: 'a', order_id: 'o', state, subject: '钢琴', grade: 8, deadline: '2026-07-20T10:00:00+08:00', resets_left: 0, items }
  return show(Ended, { attempt, order: null })
}

describe('the receipt of a video that staff ruled invalid', () => {
  it('R20: says so, with the reason', () => {
    const attempt = { id: 'a', order_id: 'o', state: 'submitted', subject: '钢琴', grade: 8, deadline: '2026-07-20T10:00:00+08:00', resets_left: 0, items: [{ id: '1', name: '乐曲', kind: 'piece', clip }] }
    const order = { name: '王小明', ticket: 'K1', photo: true, compares: true, face_consent: 'given', invalid: [{ item: '乐曲', reason: '没有录到双手。' }] }
    const note = show(Ended, { attempt, order }).find('.note-warn').text()
    expect(note).toContain('乐曲：视频无效')
    expect(note).toContain('没有录到双手。如')
  })
})

describe('an attempt whose time ran out while a recording was on its way', () => {
  it('R16, R28: says that it is being put together, neither that nothing came nor how to reset', () => {
    const attempt = {
      id: 'a', order_id: 'o', state: 'auto_submitted', subject: '钢琴', grade: 8, deadline: '2026-07-20T10:00:00+08:00', resets_left: 2,
      items: [{ id: '1', name: '乐曲', kind: 'piece', receiving: { upload_id: 'u', offset: 3_300_000, arrived: 3_300_000, live: true, at_desk: false } }],
    }
    const page = show(Ended, { attempt, order: { name: '王小明', ticket: 'K1', reset_until: '2026-07-21T00:00:00+08:00' } })
    expect(page.find('h1').text()).toBe(zhCN.candidate.ended.title.arriving)
    expect(page.find('.ended-say').text()).toContain('乐曲 3')
    expect(page.text()).not.toContain('没有收到')
    expect(page.text()).not.toContain(zhCN.candidate.reset.act)
  })
  it('R16: also while another video is there', () => {
    const items = [{ id: '1', name: '乐曲', kind: 'piece', clip }, { id: '2', name: '练习曲', kind: 'piece', receiving: { upload_id: 'u', offset: 1_000_000, arrived: 1_000_000, live: true, at_desk: false } }]
    const attempt = { id: 'a', order_id: 'o', state: 'auto_submitted', subject: '钢琴', grade: 8, deadline: '2026-07-20T10:00:00+08:00', resets_left: 2, items }
    const page = show(Ended, { attempt, order: null })
    expect(page.find('h1').text()).toBe(zhCN.candidate.ended.title.arriving)
    expect(page.text()).not.toContain(zhCN.candidate.reset.act)
  })
})

describe('the receipt of a file that cannot be opened', () => {
  const words = zhCN.candidate.ended
  it('R14: is red, says so, and is no submission where nothing else is there', () => {
    const page = receipt('submitted', [brokenClip])
    expect(page.find('h1').text()).toBe(words.title.broken)
    expect(page.find('.ended-submitted').exists()).toBe(false)
    expect(page.find('.ended-broken').exists()).toBe(true)
    expect(page.find('.receipt .tone-good').exists()).toBe(false)
    expect(page.find('.receipt .tone-bad').exists()).toBe(true)
    expect(page.find('.note-bad').text()).toContain('科目0')
  })
  it('R14: stands red beside a video that is green, and what is still checked is neither', () => {
    const page = receipt('submitted', [clip, brokenClip, { ...clip, state: 'received' }])
    expect(page.find('h1').text()).toBe(words.title.submitted)
    const says = page.findAll('.receipt dd').slice(-3)
    expect(says.map((dd) => dd.find('.tone-good').exists())).toEqual([true, false, false])
    expect(says[1]!.text()).toBe(words.broken)
    expect(says[2]!.text()).toContain('检查')
  })
  it('R17: a timed-out attempt with nothing else says that it cannot be opened, and not that nothing came', () => {
    const page = receipt('auto_submitted', [brokenClip])
    expect(page.find('h1').text()).toBe(words.title.empty_broken)
    expect(page.text()).toContain(words.text.auto_empty_broken)
    expect(page.text()).not.toContain('没有收到')
    expect(page.text()).toContain('自动弃权')
    expect(page.find('.tone-good').exists()).toBe(false)
  })
  it('R26: after a practice run it is said once that nobody marks its video', () => {
    for (const [language, said] of [['zh-CN', /评分|不算/g], ['en', /marks|examiner/g]] as const) {
      const text = show(PracticeEnded, { attempt: { id: 'a', order_id: 'o', state: 'submitted', items: [{ id: '1', clip }] } }, { language }).find('.ended-say').text()
      expect(text.split(/[。.]/).filter((sentence) => sentence.match(said)), text).toHaveLength(1)
    }
  })
  it('R26: a practice run with it is not called done', () => {
    const practised = (state: object) => show(PracticeEnded, { attempt: { id: 'a', order_id: 'o', state: 'submitted', items: [{ id: '1', clip: state }] } })
    expect(practised(brokenClip).text()).toContain(zhCN.candidate.practice.broken)
    expect(practised(brokenClip).find('.ended-submitted').exists()).toBe(false)
    expect(practised(clip).find('.ended-submitted').exists()).toBe(true)
  })
})

describe('an attempt that ran out of time', () => {
  it('R17: says that the order is forfeited when nothing arrived and nothing can be reset', () => {
    expect(ended(0, 0)).toContain('自动弃权')
    expect(ended(0, 0, '', 'en')).toContain('forfeited')
    expect(receipt('auto_submitted', []).text(), 'R22: until the order is final extra time opens it again').toContain(zhCN.candidate.ended.centre_fault_last)
    expect(ended(1, 0)).not.toContain('自动弃权')
  })

  it('R13, R17: forfeits nothing while a video is still arriving', () => {
    const arriving = { receiving: { upload_id: 'u', offset: 1, size: 2 } }
    for (const until of [undefined, '2026-07-21T00:00:00+08:00']) {
      for (const left of [0, 1]) expect(ended(0, left, until, 'zh-CN', arriving)).not.toContain('自动弃权')
    }
  })

  it('R17: says what becomes of an empty attempt that is not reset', () => {
    expect(ended(0, 1, '2026-07-21T00:00:00+08:00')).toMatch(/24:00.*重置.*自动弃权/)
    expect(ended(1, 1, '2026-07-21T00:00:00+08:00')).not.toContain('自动弃权')
  })

  it('R15: has no gap where the time until which it can be reset is not known', () => {
    for (const until of [undefined, '']) {
      expect(ended(1, 1, until)).not.toContain('之前')
      expect(ended(1, 1, until, 'en')).not.toContain('before')
      expect(ended(1, 1, until)).toContain('还可重置 1 次')
    }
  })
})

describe('R17, R20: a calm end', () => {
  const words = zhCN.candidate.ended
  const page = (state: Attempt['state'], order: Partial<Order> | null, clips: object[] = [], resets_left = 0) => {
    const items = ['音阶', '乐曲'].map((name, i) => ({ id: `${i}`, name, kind: 'piece', clip: clips[i] }))
    const attempt = { id: 'a', order_id: 'o', state, code: '0472', subject: '钢琴', grade: 8, deadline: '2026-07-20T10:00:00+08:00', resets_left, items }
    return show(Ended, { attempt, order: order && { name: '王小明', ticket: 'K1', window: { closes_at: '2026-07-22T00:00:00+08:00' }, ...order } })
  }
  it.each([
    ['submitted', { status: 'submitted', centre: '济南一号考点' }, [clip], zhCN.common.to_orders],
    ['auto_submitted', { status: 'auto_submitted' }, [clip], zhCN.common.to_orders],
    ['auto_submitted', { status: 'auto_submitted' }, [], zhCN.common.to_orders],
    ['auto_submitted', { status: 'forfeited' }, [], zhCN.common.to_orders],
    ['submitted', { status: 'disqualified', reason: '替考。' }, [clip], zhCN.common.to_orders],
    ['reset', { status: 'open' }, [], words.start_again],
    ['reset', { status: 'running', attempt_id: 'b' }, [], zhCN.candidate.orders.go_on],
    ['voided', { status: 'forfeited' }, [], zhCN.common.to_orders],
  ] as const)('%s with %o and %o: what counts, and one strong button', (state, order, clips, act) => {
    const ended = page(state, order as Partial<Order>, [...clips])
    expect(ended.find('.ended-say strong').text()).not.toBe('')
    expect(ended.findAll('.main-act').map((button) => button.text())).toEqual([act])
    expect(ended.find('.receipt').exists(), 'a receipt for what was received').toBe(clips.length > 0 && order.status !== 'disqualified')
  })
  it('names centre and code on the receipt, and what is missing', () => {
    const text = page('submitted', { status: 'submitted', centre: '济南一号考点' }, [clip]).text()
    for (const word of ['济南一号考点', '0472', '没有视频的科目：乐曲']) expect(text).toContain(word)
  })
  it('says once why an order is disqualified', () => {
    expect(page('submitted', { status: 'disqualified', reason: '替考。' }).text()).toContain('原因：替考。如有')
  })
  it('R15: an empty attempt that can be started again says so, and nothing there is green', () => {
    const empty = page('auto_submitted', { status: 'auto_submitted', reset_until: '2026-07-21T00:00:00+08:00' }, [], 2)
    expect(empty.findAll('button').map((button) => button.text())).toEqual([words.start_again])
    expect(empty.find('.tone-good, .ended-submitted').exists()).toBe(false)
    expect(empty.text(), 'R22: the centre’s fault costs no attempt').toContain(words.centre_fault)
  })
})

describe('what the time cut off', () => {
  const words = zhCN.candidate.ended
  const page = (state: string, more: object, job: object) => {
    const jobs = shallowRef([{ item: '1', file: { size: 100 }, sent: 45, state: 'failed', ...job }])
    const attempt = { id: 'a', order_id: 'o', state, subject: '钢琴', grade: 8, deadline: '2026-07-20T10:00:00+08:00', resets_left: 1, items: [{ id: '1', name: '乐曲', kind: 'piece', ...more }] }
    return show(Ended, { attempt, order: null }, { provide: { [attemptKey as symbol]: computed(() => ({ jobs })) } }).text()
  }

  it('R22: is named with how much of it is there, and that extra time can complete it', () => {
    expect(page('auto_submitted', {}, {})).toContain(words.cut.replace('{items}', '乐曲 45%'))
    expect(page('auto_submitted', {}, { state: 'paused' })).toContain('45%')
    expect(page('auto_submitted', {}, { state: 'sending' }), 'it may arrive').not.toContain('45%')
    expect(page('auto_submitted', {}, { sent: 0 })).not.toContain('没有传完')
    expect(page('submitted', { clip }, {})).not.toContain('45%')
  })
})
