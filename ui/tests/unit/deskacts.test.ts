import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import type { StaffAttempt } from '../../src/shared/api/types'
import Acts from '../../src/staff/board/acts/Acts.vue'
import TakeInAct from '../../src/staff/board/acts/TakeInAct.vue'
import { show } from './show'

vi.mock('../../src/staff/board/acts/takeIn', () => ({ takeIn: () => ({ done: Promise.resolve(), stop: () => undefined }) }))

type Item = StaffAttempt['items'][number]

const at = '2026-08-03T12:00:00+08:00'
const attempt = (...items: Item[]): StaffAttempt => ({
  id: 'a', order_id: 'o', number: 1, state: 'running', started_at: at, deadline: at, server_time: at, candidate: { name: '李静', ticket: 'T1' }, subject: '钢琴', grade: 3,
  face_consent: 'given', photo: true, device_number: '200001', items,
})
const words = zhCN.staff.act

describe('before the desk does for a candidate what cannot be taken back', () => {
  const may = { submit: true, reset: true, void: false, undo_void: false, extra_time: false, reopen: false, take_in: false, disqualify: false }
  const detail = { state: 'running', may, attempts_used: 1, max_attempts: 3, resets_left: 2, closes_at: '2026-08-03T18:30:00+08:00', sealed: false, irregularities: [], categories: [], decisions: [], facts: [] }
  const items: Item[] = [{ id: '1', name: '乐曲', hints: [], clip_id: 'c' }, { id: '2', name: '基本练习', hints: [] }, { id: '3', name: '音阶', hints: [], receiving: { upload_id: 'u', offset: 1, live: false } as unknown as Item['receiving'] }]

  async function form(act: string) {
    const part = show(Acts, { attempt: attempt(...items), detail, mayDecide: true, busy: false, problem: null, act: vi.fn(), refresh: vi.fn() })
    await part.findAll('button').find((one) => one.text() === act)?.trigger('click')
    return part.find('form').text()
  }

  it('R14: the items without a video and those that are lost are named', async () => {
    const text = await form(words.submit)
    expect(text).toContain('还没有视频的科目：基本练习、音阶。')
    expect(text).toContain('正在上传的视频会丢掉：音阶。')
  })

  it('R15: the end of the window is named, and what follows without a new attempt', async () => {
    expect(await form(words.reset)).toMatch(/18:30 以前重新开始.*自动弃权/)
  })
})

describe('a file taken in at the desk', () => {
  /** What is said once the board shows the item as it is afterwards. */
  async function said(before: Partial<Item>, after: Partial<Item>): Promise<string> {
    const item = (more: Partial<Item>) => attempt({ id: '1', name: '乐曲', hints: [], ...more })
    const part = show(TakeInAct, { attempt: item(before), refresh: () => part.setProps({ attempt: item(after) }) })
    const input = part.find('input[type=file]')
    Object.defineProperty(input.element, 'files', { value: [new File(['x'], 'list.csv')] })
    await input.trigger('change')
    await part.find('form').trigger('submit')
    await vi.waitFor(() => expect(part.find('[role=status] strong').exists()).toBe(true))
    await flushPromises()
    return part.find('[role=status] strong').text()
  }

  it('is in once it was looked into, and not before', async () => {
    expect(await said({}, { clip_id: 'new', clip_state: 'received' })).toBe(words.taken.looking)
    expect(await said({}, { clip_id: 'new', clip_state: 'examined' })).toBe(words.taken.in)
  })

  it('R14: and is none where it holds no video, whether another clip counts again or not', async () => {
    expect(await said({}, { clip_id: 'new', clip_state: 'unexaminable' })).toBe(words.taken.no_video)
    expect(await said({ clip_id: 'old', clip_state: 'examined' }, { clip_id: 'old', clip_state: 'examined' })).toBe(words.taken.former)
  })
})
