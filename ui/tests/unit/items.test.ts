// R12: what a deletion takes is said before, and the upload of a device whose exam moved away is none any more.
import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { computed, nextTick, ref, shallowRef } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import { attemptKey } from '../../src/candidate/attempt/useAttempt'
import Items from '../../src/candidate/pages/Items.vue'
import ChooseSheet from '../../src/candidate/parts/ChooseSheet.vue'
import DeviceNotice from '../../src/candidate/parts/DeviceNotice.vue'
import ItemCard from '../../src/candidate/parts/ItemCard.vue'
import SubmitRow from '../../src/candidate/parts/SubmitRow.vue'
import { ApiError } from '../../src/shared/api/http'
import { show } from './show'

/** What this phone has recorded. */
const stored = vi.hoisted(() => [] as object[])
vi.mock('../../src/candidate/recorder/store', () => ({ keptOf: async () => stored.splice(0) }))
const asked = vi.hoisted(() => [] as string[])
const titles = vi.hoisted(() => [] as string[])
const deleted = vi.hoisted(() => [] as string[])
/** What each question is answered with, and what happens while it is read. */
const answers = vi.hoisted(() => [] as (() => boolean)[])
vi.mock('vue-router', () => ({ useRouter: () => ({ push: () => undefined, replace: () => undefined }), useRoute: () => ({ fullPath: '/' }) }))
vi.mock('../../src/candidate/parts/ask', () => ({ ask: async ({ title, text }: { title: string; text: string }) => (titles.push(title), asked.push(text), answers.shift()?.() ?? false) }))
vi.mock('../../src/candidate/acts', () => ({ acts: { deleteClip: async (id: string) => void deleted.push(id) } }))

const words = zhCN.candidate.item
const clip = { id: 'c', state: 'examined', previewed: true, hints: [] as string[], size: 1 }
const item = (more: object) => ({ id: '1', name: '乐曲', kind: 'piece', ...more })

beforeEach(() => [asked, titles, deleted, answers].forEach((list) => list.splice(0)))

function open(one: object, jobs: object[] = []) {
  const attempt = shallowRef({ id: 'a', holds: true, state: 'running', number: 1, resets_left: 2, items: [one] })
  const session = {
    id: 'a', attempt, order: shallowRef(null), jobs: shallowRef(jobs), unsure: shallowRef(null), jobOf: () => jobs[0], refresh: async () => undefined, sure: (act: () => unknown) => act(),
    later: { hold: () => undefined, takeBack: () => undefined, awaited: shallowRef<object | null>(null) }, screen: { refused: ref(false) }, queue: {}, cancel: async () => undefined,
  }
  const page = show(Items, {}, { stubs: { ItemSheets: true }, provide: { [attemptKey as symbol]: computed(() => session) } })
  const press = async (label: string) => {
    await page.findAll('button').find((button) => button.text() === label)!.trigger('click')
    await flushPromises()
  }
  return { page, press, attempt, session }
}

describe('what was torn', () => {
  const receiving = { upload_id: 'u', offset: 17, size: 100 }

  it('is spoken of alone, whatever an earlier file was', () => {
    const card = (more: object) => show(ItemCard, { item: item({ clip: { ...clip, restored: true }, ...more }), number: 1, holds: true, several: false, next: true, busy: false }).text()
    expect(card({})).toContain(words.restored)
    expect(card({ receiving })).toContain('17%')
    expect(card({ receiving })).not.toContain(words.restored)
  })

  it('R12: is dropped and not cancelled where nothing sends it', async () => {
    const { page, press } = open(item({ clip, receiving }))
    await press(words.drop_new)
    expect(titles).toEqual([words.drop_title.replace('{item}', '乐曲')])
    page.unmount()
  })
})

it('R12: what another device or the desk sends is a replacement while the former video counts', () => {
  const card = (receiving: object, holds: boolean) => show(ItemCard, { item: item({ clip, receiving }), number: 1, holds, several: false, next: false, busy: false }).text()
  expect(card({ upload_id: 'u', offset: 17, size: 100 }, false)).toContain(words.old_counts)
  expect(card({ upload_id: 'u', offset: 17, size: 100, at_desk: true }, true)).toContain(words.old_counts)
})

describe('a recording that was cut off', () => {
  const MB = 1024 * 1024
  const kept = { attempt: 'a', item: '1', name: 'r.webm', type: 'video/webm', begun: 0, ends: [100 * MB], bytes: 100 * MB }
  const said = async (receiving: object, more: object = {}) => {
    stored.splice(0, 1, kept)
    const { page } = open(item({ receiving: { upload_id: 'u', ...receiving }, ...more }))
    await vi.waitFor(() => expect(page.find('.kept').exists()).toBe(true))
    const text = page.find('.item').text()
    page.unmount()
    return text
  }

  it('is told by one sentence, with what the centre has of it', async () => {
    for (const receiving of [{ offset: 40 * MB, live: true }, { offset: 40 * MB, size: 100 * MB }]) {
      const text = await said(receiving)
      expect(text).toContain('考点已收到其中的 40 MB')
      expect(text).not.toContain('还没有传给考点')
      expect(text).not.toContain('录像中断了')
      expect(text).not.toContain(words.choose_again)
    }
  })

  it('is not taken for another file of the item', async () => {
    const text = await said({ offset: 40 * MB, size: 300 * MB })
    expect(text).toContain('还没有传给考点')
    expect(text).toContain(words.choose_again)
  })

  it('says that the former video counts', async () => {
    expect(await said({ offset: 40 * MB, size: 100 * MB }, { clip })).toContain(words.old_counts)
  })
})

it('R10: whoever takes the exam over knows that what was recorded there stays there', async () => {
  for (const practice of [false, true]) {
    const session = { takenAway: ref(false), unsure: shallowRef(null) }
    const page = show(DeviceNotice, { session, attempt: { id: 'a', practice } })
    await page.find('.note-act').trigger('click')
    await flushPromises()
    expect(asked.pop()).toContain('会留在那台设备上')
  }
})

describe('deleting a video', () => {
  it('says which one goes, and what counts then', async () => {
    for (const [one, says] of [
      [{ clip }, words.delete_text],
      [{ clip: { ...clip, restored: true } }, words.delete_good],
      [{ clip: { ...clip, state: 'received' }, former: true }, words.delete_former],
    ] as const) {
      await open(item(one)).press(zhCN.common.delete)
      expect(asked.pop()).toBe(says)
    }
    expect(deleted).toEqual([])
  })

  it('asks once more where the new one was looked at while the question was read', async () => {
    const { press, attempt } = open(item({ clip: { ...clip, state: 'received' }, former: true }))
    answers.push(() => ((attempt.value = { ...attempt.value, items: [item({ clip })] }), true), () => true)
    await press(zhCN.common.delete)
    expect(asked).toEqual([words.delete_former, words.delete_text])
    expect(deleted).toEqual(['c'])
  })

  it('never takes the good one that came back for the broken one that was meant', async () => {
    const { press, attempt } = open(item({ clip: { ...clip, id: 'new', state: 'received' }, former: true }))
    answers.push(() => ((attempt.value = { ...attempt.value, items: [item({ clip: { ...clip, restored: true } })] }), true))
    await press(zhCN.common.delete)
    expect(asked).toEqual([words.delete_former, words.delete_good])
    expect(deleted).toEqual([])
  })

  it('cancelling a replacement says that the old one counts', async () => {
    const job = { item: '1', state: 'paused', sent: 20, file: { size: 100 }, secondsLeft: null, problem: null }
    await open(item({ clip }), [job]).press(words.cancel)
    await open(item({}), [job]).press(words.cancel)
    expect(asked).toEqual([words.cancel_old, words.cancel_text])
  })
})

it('R14: nobody is told to submit by hand what is submitted by itself', async () => {
  const job = { item: '1', state: 'sending', sent: 20, file: { size: 100 }, secondsLeft: null, problem: null }
  const { page, session } = open(item({}), [job])
  expect(page.text()).toContain('到了再提交')
  session.later.awaited.value = { 1: '' }
  await nextTick()
  expect(page.text()).not.toContain('到了再提交')
})

describe('R10: a device whose exam moved away', () => {
  const job = { item: '1', state: 'failed', sent: 20, file: { size: 100 }, secondsLeft: null, problem: new ApiError('other_device') }
  const receiving = { upload_id: 'u', offset: 20, size: 100 }

  it('shows one state, and nothing to cancel', () => {
    const card = show(ItemCard, { item: item({ receiving }), number: 1, job, holds: false, several: false, next: false, busy: false })
    expect(card.text()).toContain(words.stopped.replace('{percent}', '20'))
    expect(card.find('.tag').text()).toBe(words.state.paused)
    expect(card.find('[role=alert]').exists()).toBe(false)
    expect(card.findAll('button')).toHaveLength(0)
    const sends = show(ItemCard, { item: item({ receiving: { ...receiving, offset: 30 } }), number: 1, job, holds: false, several: false, next: false, busy: false })
    expect(sends.text()).toContain(words.elsewhere.replace('{percent}', '30'))
    const gone = show(ItemCard, { item: item({}), number: 1, job, holds: false, several: false, next: false, busy: false })
    expect([gone.find('.tag').text(), gone.findAll('button').length]).toEqual([words.state.missing, 0])
    expect(show(SubmitRow, { item: item({}), job, holds: false, kept: false }).text()).toContain(zhCN.candidate.submit.row.missing)
  })
})

it('R32: the sheet says what this instrument’s picture has to show', () => {
  const said = (subject: string) => {
    const attempt = { id: 'a', subject, max_clip_bytes: 1, items: [], code: '1234', grade: 1 }
    return show(ChooseSheet, { item: item({}), attempt }, { stubs: { BottomSheet: { template: '<div><slot /></div>' }, SayCard: true, RouterLink: true } }).text()
  }
  expect(said('钢琴')).toContain(zhCN.candidate.record.side)
  expect(said('小提琴')).toContain(zhCN.candidate.record.front)
})
