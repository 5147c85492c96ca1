// A page of the desk keeps what was typed, and shows what its address names.
import { flushPromises } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import Intake from '../../src/staff/orders/Intake.vue'
import Papers from '../../src/staff/papers/Papers.vue'
import StepWifi from '../../src/staff/setup/StepWifi.vue'
import { show } from './show'

const server = vi.hoisted(() => ({ settings: { wifi_name: 'Hall', wifi_password: 'old-password' } as Record<string, string>, shown: [] as string[] }))
vi.mock('../../src/staff/api', () => ({
  orderUrls: { previewPhoto: () => '' },
  api: {
    settings: async () => ({ settings: Object.entries(server.settings).map(([name, value]) => ({ name, value })) }),
    chooseSetting: async (name: string, value: string) => void (server.settings[name] = value),
    poster: async () => ({ address: 'http://exam.example', wifi_name: '', wifi_password: '' }),
    papers: async (_: unknown, kind: string) => {
      server.shown.push(kind)
      return { centre: '', papers: [] }
    },
    imports: async () => [],
    sendList: async () => ({ id: 'p', name: 'a.xlsx', kind: 'orders', counts: { added: 0, refused: 0 }, rows: [], problems: [{ code: 'column_missing', args: { column: '姓名' }, warning: false }], bad: true }),
  },
}))

const field = (page: ReturnType<typeof show>, name: string) => page.find<HTMLInputElement>(`input[name=${name}]`)

it('what is typed into a step is there after a look at another one, and what was kept is read anew', async () => {
  const open = async () => {
    const step = show(StepWifi, { mayAct: true, busy: false }, { attached: true })
    await flushPromises()
    return step
  }
  const first = await open()
  await field(first, 'wifi_name').setValue('Exam hall')
  first.unmount()
  const second = await open()
  expect(field(second, 'wifi_name').element.value).toBe('Exam hall')
  expect(field(second, 'wifi_password').element.value).toBe('old-password')
  await second.find('form').trigger('submit')
  await flushPromises()
  expect(server.settings['wifi_name']).toBe('Exam hall')
  second.unmount()
  server.settings['wifi_name'] = 'Another'
  expect(field(await open(), 'wifi_name').element.value).toBe('Another')
})

it('the print page turns to what its address names', async () => {
  const stubs = { TicketPaper: true, SheetPaper: true, MissingPaper: true, PosterPaper: { template: '<i class="posters" />' }, PosterForm: true, ScopePicker: true }
  const page = show(Papers, { role: 'administrator', rest: 'posters' }, { stubs })
  await flushPromises()
  expect(page.find('.posters').exists()).toBe(true)
  await page.setProps({ rest: 'sheets/today' })
  await flushPromises()
  expect(page.find('.posters').exists()).toBe(false)
  expect(page.find<HTMLInputElement>('input[value=sheets]').element.checked).toBe(true)
  expect(server.shown).toEqual(['sheets'])
})

it('a list that is refused as a whole has its reason, and no table of nothing', async () => {
  const page = show(Intake, { kind: 'import', role: 'administrator' }, { stubs: { ListColumns: true } })
  await flushPromises()
  Object.defineProperty(page.find('input[type=file]').element, 'files', { value: [new File(['x'], 'a.xlsx')] })
  await page.find('input[type=file]').trigger('change')
  await flushPromises()
  expect(page.find('.intake-problems').exists()).toBe(true)
  expect(page.find('.intake-tabs').exists()).toBe(false)
  expect(page.find('.orders-table').exists()).toBe(false)
  expect(page.findAll('button').map((one) => one.text())).toContain(zhCN.staff.orders.intake.discard)
})
