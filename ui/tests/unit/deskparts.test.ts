// Small parts of the desk that said or lost something wrong.
import { describe, expect, it, vi } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import type { ReviewClip, SyncState } from '../../src/shared/api/types'
import Facts from '../../src/staff/review/Facts.vue'
import MarkForm from '../../src/staff/review/MarkForm.vue'
import SyncPanel from '../../src/staff/SyncPanel.vue'
import { show } from './show'

describe('the panel of sending', () => {
  it('leads to the setup only whom that page lets in', () => {
    const state = { enrolled: false, batches: [] } as unknown as SyncState
    for (const [role, led] of [['administrator', true], ['technician', true], ['invigilator', false]] as const) {
      const page = show(SyncPanel, { state, problem: null, role, refresh: async () => undefined })
      expect(page.text()).toContain(zhCN.staff.sync.not_enrolled)
      expect(page.find('a[href="#setup"]').exists(), role).toBe(led)
      page.unmount()
    }
  })
})

describe('a mark that is begun', () => {
  it('is kept when the page is closed at once', async () => {
    const sent = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('{}'))
    const clip = { id: 'c1', item: '乐曲', item_id: '1', marks: [], drafts: [] } as unknown as ReviewClip
    const page = show(MarkForm, { clip, whole: false, open: true, reload: async () => undefined })
    await page.find('textarea').setValue('节奏很稳')
    expect(sent).not.toHaveBeenCalled()
    window.dispatchEvent(new Event('pagehide'))
    expect(sent).toHaveBeenCalledTimes(1)
    const [address, request] = sent.mock.calls[0] ?? []
    expect(address).toBe('/api/v1/staff/review/c1/marks')
    expect(request).toMatchObject({ method: 'POST', keepalive: true })
    expect(JSON.parse(String(request?.body))).toMatchObject({ draft: true, whole: false, remarks: '节奏很稳' })
    page.unmount()
    expect(sent).toHaveBeenCalledTimes(1)
    sent.mockRestore()
  })
})

describe('what happened to an order', () => {
  it('R31: says an irregularity in its own words, which differ from a requirement’s of the same name', () => {
    const fact = { kind: 'irregularity_noted', at: new Date(0).toISOString(), role: 'staff' as const, by: 'li', of_clip: false, details: { category: 'noise' }, later: false }
    const page = show(Facts, { facts: [fact, { ...fact, kind: 'departure_marked' }] })
    const rows = page.findAll('li').map((row) => row.text())
    expect(rows[0]).toContain(zhCN.finding.irregularity.noise)
    expect(rows[1]).toContain(zhCN.finding.category.noise)
    page.unmount()
  })
})
