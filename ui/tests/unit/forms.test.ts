// A form of the desk closes when its act was done, and stays with what went
// wrong when it was not: nothing is written twice, and no failure is silent.
import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import { ApiError } from '../../src/shared/api/http'
import CheckInCard from '../../src/staff/checkin/CheckInCard.vue'
import Accounts from '../../src/shared/people/Accounts.vue'
import { api } from '../../src/staff/api'
import { useTurns } from '../../src/staff/turns/useTurns'
import { show } from './show'

const server = vi.hoisted(() => ({ fails: null as unknown, done: [] as string[] }))
vi.mock('../../src/staff/api', () => {
  const act = (name: string) => async () => {
    if (server.fails) throw server.fails
    server.done.push(name)
  }
  return {
    screenEvents: '/events',
    orderUrls: { photo: () => '', consentPaper: () => '' },
    api: {
      people: async () => [{ name: '王老师', role: 'invigilator', sessions: [] }],
      lockAccount: act('lock'), saveTurns: act('save'), turns: async () => ({ at: '2026-08-03T12:00:00+08:00', halls: [], turns: [] }), withoutTurn: async () => ({ count: 0, orders: [], windows: [] }),
      previewTurns: async () => ({ moved: [], fingerprint: 'f' }),
    },
  }
})
vi.mock('../../src/staff/useNews', () => ({ useNews: () => undefined }))

const offline = () => new ApiError('offline')

describe('what failed at the desk', () => {
  it('a lock: the question stays, and says why', async () => {
    const page = show(Accounts, { api, roles: ['invigilator'] }, { stubs: { Second: true } })
    await flushPromises()
    const buttons = () => page.findAll('button')
    const press = async (text: string) => {
      await buttons().find((one) => one.text() === text)!.trigger('click')
      await flushPromises()
    }
    await press(zhCN.desk.people.lock)
    server.fails = offline()
    await press(zhCN.desk.people.lock_yes)
    expect(page.find('.people-ask').text()).toContain(zhCN.desk.offline)
    server.fails = null
    await press(zhCN.desk.people.lock_yes)
    expect(server.done).toContain('lock')
    expect(page.find('.people-ask').exists()).toBe(false)
  })

  it('a check-in taken back: the reason stays until it is gone', async () => {
    const order = { id: 'o', name: '甲', ticket: 'T', subject: '钢琴', grade: 3, status: 'open', face_consent: 'given', photo: false, opens_at: '2026-08-03T12:00:00+08:00', closes_at: '2026-08-03T13:00:00+08:00', check_in: { id: 'c', at: '2026-08-03T12:00:00+08:00', arrived_at: '2026-08-03T12:00:00+08:00', by: '王老师' } }
    const card = show(CheckInCard, { order, just: false, busy: false, alone: false, snap: async () => null })
    await card.findAll('button').find((one) => one.text() === zhCN.staff.checkin.undo)!.trigger('click')
    await card.find('input[name=reason]').setValue('扫错了')
    await card.find('.checkin-reason').element.closest('form')!.dispatchEvent(new Event('submit'))
    await flushPromises()
    expect(card.emitted('undo')).toEqual([['扫错了']])
    expect((card.find('input[name=reason]').element as HTMLInputElement).value, 'nobody knows yet').toBe('扫错了')
    await card.setProps({ order: { ...order, check_in: undefined } })
    await card.setProps({ order: { ...order, check_in: { ...order.check_in, id: 'd' } } })
    expect(card.find('input[name=reason]').exists(), 'another check-in').toBe(false)
  })

  it('a change of turns: it stays to be saved again, but for one that would be another now', async () => {
    let desk!: ReturnType<typeof useTurns>
    show(defineComponent({ setup: () => ((desk = useTurns()), () => h('p')) }), {})
    await flushPromises()
    await desk.look({ share: true })
    server.fails = offline()
    expect(await desk.save()).toBe(false)
    expect([desk.preview.value?.fingerprint, desk.act.problem.value?.code]).toEqual(['f', 'offline'])
    server.fails = new ApiError('turns_changed', 409)
    await desk.save()
    expect([desk.preview.value, desk.act.problem.value?.code]).toEqual([null, 'turns_changed'])
    server.fails = null
    await desk.look({ share: true })
    expect(await desk.save()).toBe(true)
    expect(desk.preview.value).toBeNull()
  })
})
