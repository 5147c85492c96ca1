import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import type { ClockState } from '../../src/shared/api/types'
import ClockNotice from '../../src/staff/ClockNotice.vue'
import { show } from './show'

afterEach(() => void vi.unstubAllGlobals())

const state = (more: Partial<ClockState>): ClockState => ({
  time: '2026-07-03T18:00:00+08:00',
  machine_time: '2026-09-01T08:02:00+08:00',
  doubted: false,
  phones: 0,
  phones_differ: false,
  ...more,
})
const notice = (shown: ClockState) => show(ClockNotice, { state: shown, refresh: async () => undefined })

describe('the clock’s notice', () => {
  it('is not there while nobody doubts the date', () => {
    expect(notice(state({})).text()).toBe('')
  })

  it('confirms the machine’s date with one tap', async () => {
    const sent = vi.fn(async () => new Response('{}', { status: 200, headers: { 'Content-Type': 'application/json' } }))
    vi.stubGlobal('fetch', sent)
    const page = notice(state({ doubted: true }))
    expect(page.text()).toContain(zhCN.staff.clock.doubted)
    await page.find('button').trigger('click')
    const [[address, call]] = sent.mock.calls as unknown as [[string, RequestInit]]
    expect(address).toBe('/api/v1/staff/time')
    expect(JSON.parse(String(call.body))).toEqual({ time: '2026-09-01T08:02:00+08:00' })
  })

  it('puts no clock before another where they differ, and takes the one that is pressed', async () => {
    const sent = vi.fn(async () => new Response('{}', { status: 200, headers: { 'Content-Type': 'application/json' } }))
    vi.stubGlobal('fetch', sent)
    const page = notice(state({ doubted: true, phones: 4, phones_time: '2026-07-06T08:05:00+08:00' }))
    const buttons = page.findAll('.clock-acts .el-button')
    expect(buttons).toHaveLength(3)
    expect(page.findAll('.el-button--primary')).toHaveLength(0)
    await buttons[2]?.trigger('click')
    const [[, call]] = sent.mock.calls as unknown as [[string, RequestInit]]
    expect(JSON.parse(String(call.body))).toEqual({ time: '2026-07-06T08:05:00+08:00' })

    const agreed = notice(state({ doubted: true, time: '2026-09-01T08:00:00+08:00' }))
    expect(agreed.findAll('.clock-acts .el-button')).toHaveLength(1)
    expect(agreed.findAll('.el-button--primary')).toHaveLength(1)
  })

  it('takes another time by the centre’s zone', async () => {
    const sent = vi.fn(async () => new Response('{}', { status: 200, headers: { 'Content-Type': 'application/json' } }))
    vi.stubGlobal('fetch', sent)
    const page = notice(state({ doubted: true }))
    await page.find('.clock-acts .desk-link').trigger('click')
    await page.find('input').setValue('2026-07-06T08:05')
    await page.find('form').trigger('submit')
    const [[, call]] = sent.mock.calls as unknown as [[string, RequestInit]]
    expect(JSON.parse(String(call.body))).toEqual({ time: '2026-07-06T08:05:00+08:00' })
  })

  it('asks once more about a time that no clock is near, with the year in full', async () => {
    const answers = [new Response('{"code":"date_far","args":{}}', { status: 409 }), new Response('{}', { status: 200 })]
    const sent = vi.fn(async () => answers.shift())
    vi.stubGlobal('fetch', sent)
    const page = notice(state({ doubted: true }))
    await page.find('.clock-acts .desk-link').trigger('click')
    await page.find('input').setValue('2036-09-01T08:05')
    await page.find('form').trigger('submit')
    await flushPromises()
    expect(page.find('.clock-far').text()).toContain('2036')
    expect(page.find('.clock-far').text()).toMatch(/晚 10\s?年/)
    await page.find('.clock-far button').trigger('click')
    const [, [, call]] = sent.mock.calls as unknown as [unknown, [string, RequestInit]]
    expect(JSON.parse(String(call.body))).toEqual({ time: '2036-09-01T08:05:00+08:00', sure: true })
  })

  it('shows what the phones say, also when nobody doubts the date', () => {
    const page = notice(state({ phones: 4, phones_time: '2026-07-06T08:05:00+08:00', phones_differ: true }))
    expect(page.text()).toContain(zhCN.staff.clock.differs)
    expect(page.text()).toContain('08:05')
  })
})
