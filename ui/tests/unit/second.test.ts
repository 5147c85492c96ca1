import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import Second from '../../src/staff/people/Second.vue'
import { show } from './show'

afterEach(() => void vi.unstubAllGlobals())

async function asked(seconds: object[]) {
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(seconds)))
  const part = show(Second, { kind: 'free_room', args: { reason: 'x' } })
  await flushPromises()
  const ask = part.findAll('button').find((one) => one.text() === zhCN.staff.proposal.ask)
  return { text: part.text(), mayAsk: ask?.attributes('disabled') === undefined }
}

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
})
