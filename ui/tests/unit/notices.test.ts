// Of many notices the most urgent is seen, and the rest on a tap.
import { expect, it, vi } from 'vitest'
import { h, nextTick, shallowRef } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import Notices from '../../src/candidate/parts/Notices.vue'
import { show } from './show'

it('folds all but the first of more than two, also when they come later', async () => {
  const said = shallowRef(['一', '二'])
  const page = show({ setup: () => () => h(Notices, () => said.value.map((text) => h('section', { class: 'note', key: text }, text))) }, {}, { attached: true })
  const box = () => page.find('div').classes('notices-folded')
  await nextTick()
  expect([box(), page.find('button').exists()]).toEqual([false, false])
  said.value = ['一', '二', '三']
  await vi.waitFor(() => expect(box()).toBe(true))
  const more = page.find('button')
  expect(more.text()).toBe(zhCN.candidate.notices.more.replace('{count}', '2'))
  await more.trigger('click')
  expect([box(), more.text(), more.attributes('aria-expanded')]).toEqual([false, zhCN.candidate.notices.less, 'true'])
  said.value = ['一', '二']
  await vi.waitFor(() => expect(page.find('button').exists()).toBe(false))
})
