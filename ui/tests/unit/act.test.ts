import { afterEach, expect, it, vi } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import { ApiError, call } from '../../src/shared/api/http'
import DeskTrouble from '../../src/shared/desk/DeskTrouble.vue'
import { goneSince } from '../../src/shared/desk/server'
import { show } from './show'

afterEach(() => {
  vi.unstubAllGlobals()
  goneSince.value = null
})

it('what was not done is said where it was asked for, while the server is gone and after; what was not read is not', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no line')))
  const problemOf = (method: string) => call(method, '/somewhere').then(() => new ApiError('unknown'), (thrown: ApiError) => thrown)
  goneSince.value = Date.now()
  const act = show(DeskTrouble, { problem: await problemOf('POST') })
  const reading = show(DeskTrouble, { problem: await problemOf('GET') })
  expect(act.text()).toContain(zhCN.desk.act_again)
  expect(reading.text()).toBe('')
  goneSince.value = null
  await act.vm.$nextTick()
  expect(act.text()).toContain(zhCN.desk.act_again)
  expect(reading.text()).toBe('')
})
