/* eslint-disable vue/one-component-per-file -- the parts of one test */
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import { call } from '../../src/shared/api/http'
import type { DeskMe } from '../../src/shared/api/types'
import DeskFrame from '../../src/shared/desk/DeskFrame.vue'
import DeskTrouble from '../../src/shared/desk/DeskTrouble.vue'
import { useAct } from '../../src/shared/useAct'
import { show } from './show'

afterEach(() => void vi.unstubAllGlobals())

const refused = () => new Response(JSON.stringify({ code: 'login_needed', status: 401 }), { status: 401 })

/** A page on which somebody writes a reason and confirms it. */
const Page = defineComponent({
  components: { DeskTrouble },
  setup() {
    const { problem, run } = useAct()
    return { problem, confirm: () => run(() => call('POST', '/api/v1/staff/decisions')) }
  },
  template: '<textarea /><button class="confirm" @click="confirm">!</button><DeskTrouble v-if="problem" :problem="problem" />',
})

function desk() {
  let who: DeskMe = { name: '李', role: 'invigilator' } as DeskMe
  vi.stubGlobal('fetch', async () => refused())
  const logout = vi.fn(async () => {
    await call('POST', '/api/v1/staff/logout')
  })
  const Frame = defineComponent({
    components: { DeskFrame, Page },
    setup: () => ({ api: { me: async () => who, login: async () => who, logout } }),
    template: '<DeskFrame title="x" :api="api"><template #default><Page /></template></DeskFrame>',
  })
  return { logout, become: (next: string) => (who = { ...who, name: next }), view: show(Frame, {}, { stubs: { ServerNotice: true, LanguageSwitch: true } }) }
}

describe('a desk whose session has ended', () => {
  async function over() {
    const one = desk()
    await flushPromises()
    expect(one.view.find('form').exists()).toBe(false)
    await one.view.find('textarea').setValue('替考')
    await one.view.find('.confirm').trigger('click')
    await flushPromises()
    return one
  }

  async function logIn({ view }: Awaited<ReturnType<typeof over>>) {
    await view.find('input[name=name]').setValue('李')
    await view.find('input[name=password]').setValue('密码')
    await view.find('form').trigger('submit')
    await flushPromises()
  }

  it('asks for the log-in at any act and keeps what was written', async () => {
    const one = await over()
    expect(one.view.text()).toContain(zhCN.desk.login.again)
    expect(one.view.text()).not.toContain(zhCN.error.login_needed.next)
    expect(one.view.find('textarea').element.closest<HTMLElement>('div[style]')?.style.display).toBe('none')
    await logIn(one)
    expect(one.view.find('form').exists()).toBe(false)
    expect(one.view.find('textarea').element.value).toBe('替考')
  })

  it('shows nothing of it to somebody else', async () => {
    const one = await over()
    one.become('王')
    await logIn(one)
    expect(one.view.find('textarea').element.value).toBe('')
  })

  it('is left by the way out, too', async () => {
    const one = await over()
    await one.view.find('.desk-who .desk-link').trigger('click')
    await flushPromises()
    expect(one.logout).not.toHaveBeenCalled()
    expect(one.view.find('textarea').exists()).toBe(false)
    expect(one.view.find('form').exists()).toBe(true)
  })
})
