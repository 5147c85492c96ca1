// R30: whoever asks for help loses neither the clock nor an end that comes meanwhile out of sight.
import { flushPromises } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import { nextTick, ref, shallowRef } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import { Sessions, sessionsKey } from '../../src/candidate/attempt/sessions'
import type { AttemptSession } from '../../src/candidate/attempt/session'
import HelpButton from '../../src/candidate/help/HelpButton.vue'
import { show } from './show'

vi.mock('vue-router', () => ({ useRouter: () => ({ push: () => undefined }), useRoute: () => ({ name: 'attempt', params: {}, fullPath: '/' }) }))
vi.mock('../../src/candidate/api', () => ({ api: { help: async () => ({ open: false, answers: [] }), helpUrl: '' } }))

it('the sheet has the countdown, and says how the attempt ended behind it', async () => {
  const sessions = new Sessions()
  const attempt = shallowRef({ id: 'a', state: 'running', practice: false })
  class Follower {
    readonly attempt = attempt
    readonly left = ref(605_000)
    readonly timed = ref(true)
    readonly lost = ref(null)
    readonly jobs = shallowRef([])
    readonly hopes = true
    close(): void {}
  }
  sessions.find('a', Follower as unknown as new (id: string) => AttemptSession)
  const page = show(HelpButton, { me: { name: '王小明' } }, { stubs: { VanPopup: { template: '<div><slot /></div>' }, Teleport: true }, provide: { [sessionsKey as symbol]: sessions } })
  await flushPromises()
  const clock = () => page.find('.sheet-clock')
  expect(clock().text()).toContain('10:05')
  attempt.value = { ...attempt.value, state: 'voided' }
  await nextTick()
  expect(clock().text()).toBe(zhCN.candidate.running.ended_voided)
  attempt.value = { ...attempt.value, state: 'running', practice: true }
  await nextTick()
  expect(clock().text(), 'a practice run has one too').toContain('10:05')
})
