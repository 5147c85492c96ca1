import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { shallowRef } from 'vue'
import type { Attempt } from '../../src/shared/api/types'
import { AttemptSession } from '../../src/candidate/attempt/session'
import { Sessions, sessionsKey } from '../../src/candidate/attempt/sessions'
import QrLogin from '../../src/candidate/pages/QrLogin.vue'
import Login from '../../src/candidate/pages/Login.vue'
import { pageLoaderKey } from '../../src/candidate/pageLoader'
import { whoKey } from '../../src/candidate/who'
import { show } from './show'

const replace = vi.hoisted(() => vi.fn(async () => undefined))
vi.mock('vue-router', () => ({ useRouter: () => ({ replace }), useRoute: () => ({ query: {} }) }))

afterEach(() => {
  vi.unstubAllGlobals()
  replace.mockClear()
  location.hash = ''
})

const plainField = { props: ['modelValue'], template: '<input :value="modelValue" @input="$emit(\'update:modelValue\', $event.target.value)" />' }

/** A phone on which the former child still sends, with a server that answers all but the list of orders. */
async function phoneOfAnother(field: unknown = plainField) {
  vi.stubGlobal('EventSource', undefined)
  vi.stubGlobal('fetch', async (path: string) => {
    if (path.endsWith('/orders')) throw new TypeError('Failed to fetch')
    return new Response(JSON.stringify({ name: '李小红', order_id: 'o' }))
  })
  const sessions = new Sessions()
  const former = sessions.find('a', AttemptSession)
  former.attempt.value = { order_id: 'of the former child' } as Attempt
  await former.queue.add('1', new File(['x'], 'a.mp4'))
  const me = shallowRef(null)
  const stubs = { Trouble: true, Waiting: true, PianoKeys: true, VanField: field }
  const provide = { [sessionsKey as symbol]: sessions, [whoKey as symbol]: { me, check: async () => undefined }, [pageLoaderKey as symbol]: {} }
  return { former, me, around: { stubs, provide } }
}

describe('a log-in whose orders cannot be read', () => {
  it('R4: leaves nothing of the former child going, and goes on as the new one', async () => {
    const { former, me, around } = await phoneOfAnother()
    const page = show(Login, {}, around)
    for (const field of page.findAll('input')) await field.setValue('K1')
    await page.find('form').trigger('submit')
    await flushPromises()
    expect(former.queue.find('1')?.state).toBe('paused')
    expect(me.value).toMatchObject({ name: '李小红' })
    expect(replace).toHaveBeenCalledWith({ name: 'orders' })
  })

  it('R4: goes on by the QR code too, whose token is used up', async () => {
    const { former, me, around } = await phoneOfAnother()
    location.hash = 'token'
    show(QrLogin, {}, around)
    await flushPromises()
    expect(former.queue.find('1')?.state).toBe('paused')
    expect(me.value).toEqual({ name: '李小红' })
    expect(replace).toHaveBeenCalledWith({ name: 'info', params: { order: 'o' } })
  })
})

describe('Enter', () => {
  it('leads from the ticket to the number, and from there logs in', async () => {
    const { me, around } = await phoneOfAnother(false)
    const page = show(Login, {}, { ...around, attached: true })
    const [ticket, number] = page.findAll('input')
    await ticket?.setValue('K1')
    await ticket?.trigger('keypress', { key: 'Enter', keyCode: 13 })
    expect(document.activeElement).toBe(number?.element)
    await number?.setValue('K1')
    await number?.trigger('keypress', { key: 'Enter', keyCode: 13 })
    await flushPromises()
    expect(me.value).toMatchObject({ name: '李小红' })
    page.unmount()
  })
})
