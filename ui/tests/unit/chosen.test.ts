import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import { goneSince } from '../../src/shared/desk/server'
import StepName from '../../src/staff/setup/StepName.vue'
import { show } from './show'

afterEach(() => {
  goneSince.value = null
  vi.unstubAllGlobals()
})

it('a step that could not be saved says so at its form, also while the page says that the server is away', async () => {
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ settings: [{ name: 'exam.centre_name', value: '城东考点' }] })))
  const step = show(StepName, { mayAct: true, busy: false })
  await flushPromises()
  await step.find('input').setValue('城西考点')
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  goneSince.value = Date.now()
  await step.find('form').trigger('submit')
  await flushPromises()
  expect(step.find('[role=alert]').exists()).toBe(true)
  expect(step.emitted('done')).toBeUndefined()
})
