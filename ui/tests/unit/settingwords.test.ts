// A setting's value as people say it.
import { expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { useSettingWords } from '../../src/staff/settings/useSettingWords'
import type { Language } from '../../src/shared/text/format'
import { show } from './show'

const Said = defineComponent({
  props: { span: { type: String, required: true } },
  setup(props) {
    const { say } = useSettingWords()
    return () => h('p', say({ name: 'exam.upload_grace' }, props.span))
  },
})
const said = (language: Language, span: string) => show(Said, { span }, { language }).text()

it.each([
  ['0s', '无', 'none'],
  ['0h0m0s', '无', 'none'],
  ['30m', '30分钟', '30 minutes'],
  ['1h30m0s', '1小时30分钟', '1 hour 30 minutes'],
  ['24h', '1天', '1 day'],
  ['25h', '25小时', '25 hours'],
  ['36h1m', '36小时1分钟', '36 hours 1 minute'],
  ['1m5s', '1分钟5秒钟', '1 minute 5 seconds'],
])('%s is said as %s and %s', (span, chinese, english) => {
  expect(said('zh-CN', span)).toBe(chinese)
  expect(said('en', span)).toBe(english)
})
