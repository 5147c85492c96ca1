// R12: a file that stands at another item already is asked about, and never refused.
import { flushPromises } from '@vue/test-utils'
import { beforeEach, expect, it, vi } from 'vitest'
import { computed, defineComponent, h, shallowRef } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import type { AttemptSession } from '../../src/candidate/attempt/session'
import { useItemActs, type ItemActs } from '../../src/candidate/parts/useItemActs'
import type { Attempt } from '../../src/shared/api/types'
import { show } from './show'

const asked = vi.hoisted(() => [] as string[])
const answer = vi.hoisted(() => ({ yes: false, meanwhile: () => undefined as unknown }))
vi.mock('../../src/candidate/parts/ask', () => ({ ask: async ({ text }: { text: string }) => (asked.push(text), answer.meanwhile(), answer.yes) }))

beforeEach(() => void asked.splice(0))

function choose(file: File, { clip, job }: { clip?: object; job?: object }) {
  const attempt = shallowRef({ items: [{ id: '1', name: '音阶', clip }, { id: '2', name: '乐曲' }] } as unknown as Attempt)
  const sent: string[] = []
  const held: boolean[] = []
  const session = {
    jobs: shallowRef(job ? [{ item: '1', ...job }] : []), jobOf: () => undefined, send: async (item: string) => void sent.push(item),
    later: { hold: (_: string, now: boolean) => void held.push(now) },
  } as unknown as AttemptSession
  let acts!: ItemActs
  show(defineComponent({ setup: () => ((acts = useItemActs(session, computed(() => attempt.value))), () => h('i')) }), {})
  acts.choosing.value = '2'
  const done = async () => {
    await acts.chosen(file)
    await flushPromises()
    return { sent, opened: acts.choosing.value, held }
  }
  return { done }
}

const question = zhCN.candidate.choose.same_text.replace('{other}', '音阶').replace('{item}', '乐曲')
const file = (content: string, name: string) => new File([content], name)

it('asks where the file is another item’s, by its name and size or by what is in it', async () => {
  answer.yes = true
  for (const other of [{ clip: { name: 'a.mp4', size: 4 } }, { job: { file: file('same', 'a.mp4') } }, { job: { file: file('same', 'copy.mp4') } }]) {
    expect((await choose(file('same', 'a.mp4'), other).done()).sent, 'and takes it').toEqual(['2'])
    expect(asked.splice(0)).toEqual([question])
  }
  for (const other of [{}, { clip: { name: 'a.mp4', size: 5 } }, { clip: { name: 'b.mp4', size: 4 } }, { job: { file: file('more', 'b.mp4') } }]) {
    expect((await choose(file('same', 'a.mp4'), other).done()).sent).toEqual(['2'])
    expect(asked).toEqual([])
  }
})

it('lets choose again, and nothing is submitted while it is asked', async () => {
  answer.yes = false
  const { sent, opened, held } = await choose(file('same', 'a.mp4'), { clip: { name: 'a.mp4', size: 4 } }).done()
  expect([sent, opened]).toEqual([[], '2'])
  expect(held).not.toContain(false)
})
