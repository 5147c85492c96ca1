import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import { concernWords } from '../../src/staff/people/acts'
import Second from '../../src/staff/people/Second.vue'
import { chinese } from '../outside/words'
import { show } from './show'

afterEach(() => void vi.unstubAllGlobals())

async function asked(seconds: object[]) {
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(seconds)))
  const part = show(Second, { kind: 'free_room', args: { reason: 'x' } })
  await flushPromises()
  const ask = part.findAll('button').find((one) => one.text() === zhCN.staff.proposal.ask)
  return { text: part.text(), mayAsk: ask?.attributes('disabled') === undefined }
}

const t = (key: string, named: Record<string, unknown>) => chinese(key, named as Record<string, number>)

describe('an act that two people do', () => {
  it('names who can be the second person', async () => {
    const { text, mayAsk } = await asked([{ name: '刘主任' }, { name: '小李', from: '2026-08-04T11:00:00+08:00' }])
    expect(text).toContain('现在可以当第二个人的：刘主任。')
    expect(mayAsk).toBe(true)
  })

  it('is not asked for where nobody can be it yet, and says from when on', async () => {
    const { text, mayAsk } = await asked([{ name: '小李', from: '2026-08-04T12:00:00+08:00' }, { name: '刘主任', from: '2026-08-04T11:00:00+08:00' }])
    expect(text).toMatch(/最早是 刘主任，.*11:00 以后/)
    expect(mayAsk).toBe(false)
  })

  it('or where there is nobody at all', async () => {
    const { text, mayAsk } = await asked([])
    expect(text).toContain(zhCN.staff.proposal.nobody)
    expect(mayAsk).toBe(false)
  })

  it('says why it was turned down, why it was not done, and that it is being done', async () => {
    const waiting = { id: 'p', kind: 'void_day', args: {}, state: 'waiting', proposed_at: '', proposed_by: '王老师', expires_at: '2026-08-03T11:00:00+08:00', may_confirm: false, done: false }
    const shown = async (answer: object) => {
      vi.stubGlobal('fetch', async (path: string) => new Response(JSON.stringify(path.endsWith('/seconds') ? [{ name: '李主任' }] : { ...waiting, decided_by: '李主任', ...answer })))
      const part = show(Second, { kind: 'void_day', args: { day: '2026-08-03', reason: '停电' } })
      await flushPromises()
      await part.findAll('button').find((one) => one.text() === zhCN.staff.proposal.ask)?.trigger('click')
      await flushPromises()
      return part.find('[role=status]').text()
    }
    expect(await shown({ state: 'rejected', rejected_for: '只有二号琴房停电' })).toContain('原因：只有二号琴房停电')
    expect(await shown({ state: 'confirmed', done: true, refused: 'nothing_to_void' })).toContain(zhCN.error.nothing_to_void.text)
    expect(await shown({ state: 'confirmed' })).toContain('正在执行')
  })

  it('stays open when taking it back failed, and tells what came of it when it was over', async () => {
    const waiting = { id: 'p', kind: 'free_room', args: {}, state: 'waiting', proposed_at: '', proposed_by: '王老师', expires_at: '2026-08-03T11:00:00+08:00', may_confirm: false, done: false }
    const cancelled = async (no: () => Response, now: object = {}) => {
      let taken = false
      vi.stubGlobal('fetch', async (path: string) => {
        if (path.endsWith('/seconds')) return new Response(JSON.stringify([{ name: '李主任' }]))
        if (path.endsWith('/reject')) {
          taken = true
          return no()
        }
        return new Response(JSON.stringify({ ...waiting, ...(taken ? now : {}) }))
      })
      const part = show(Second, { kind: 'free_room', args: { reason: 'x' } })
      const press = async (words: string) => {
        await part.findAll('button').find((one) => one.text() === words)?.trigger('click')
        await flushPromises()
      }
      await flushPromises()
      await press(zhCN.staff.proposal.ask)
      await press(zhCN.common.cancel)
      return part
    }
    const over = () => new Response(JSON.stringify({ code: 'proposal_over' }), { status: 409 })

    const down = await cancelled(() => {
      throw new TypeError('line down')
    })
    expect(down.emitted('cancel')).toBeUndefined()
    expect(down.find('[role=status]').exists()).toBe(true)
    expect(down.find('[role=alert]').exists()).toBe(true)

    const confirmed = await cancelled(over, { state: 'confirmed', decided_by: '李主任' })
    expect(confirmed.emitted('cancel')).toBeUndefined()
    expect(confirmed.find('[role=status]').text()).toContain('正在执行')

    const done = await cancelled(over, { state: 'confirmed', done: true, result: {} })
    expect(done.emitted('done')).toHaveLength(1)
    expect(done.emitted('cancel')).toBeUndefined()

    const taken = await cancelled(() => new Response(null, { status: 204 }))
    expect(taken.emitted('cancel')).toHaveLength(1)
  })

  it('says how many it concerns now, and how many it was where that changed', () => {
    const count = { attempts: 3, candidates: 2, running: 1, sealed: 0 }
    expect(concernWords({ now: count, then: count }, t)).toEqual(['现在一共：3 次考试，2 名考生，其中正在考 1 次。'])
    const [, before, sealed] = concernWords({ now: { ...count, sealed: 4 }, then: { ...count, attempts: 2 } }, t)
    expect(before).toContain('2 次考试')
    expect(sealed).toContain('4 次')
    expect(concernWords({}, t)).toEqual([])
  })
})
