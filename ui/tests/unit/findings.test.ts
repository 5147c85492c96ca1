// What the machine measured, as people say it.
import { createI18n } from 'vue-i18n'
import { describe, expect, test } from 'vitest'
import zh from '../../locales/zh-CN.json'
import en from '../../locales/en.json'
import type { Finding } from '../../src/shared/api/types'
import { measuredText, spanText } from '../../src/shared/text/findings'

const words = (locale: 'zh-CN' | 'en') => {
  const i18n = createI18n({ legacy: false, locale, messages: { 'zh-CN': zh, en } })
  return (key: string, values?: Record<string, unknown>) => i18n.global.t(key, values ?? {})
}

const finding = (of: Partial<Finding>): Finding => ({ verdict: 'warn', evidence: [], ...of }) as Finding

describe('a finding says its number with its limit', () => {
  test.each([
    [{ kind: 'photo_age', value: 400, limit: 366, unit: 'd' }, '测得 400 天 （应不超过 366 天）', 'measured 400 days (at most 366 days)'],
    [{ kind: 'persons', value: 2, limit: 1 }, '测得 2 （应不超过 1）', 'measured 2 (at most 1)'],
    [{ kind: 'resolution', value: 480, limit: 720, unit: 'px' }, '测得 480 像素 （应不低于 720 像素）', 'measured 480 pixels (at least 720 pixels)'],
    [{ kind: 'face_present', value: 0.07, limit: 0.25 }, '测得 7 % （应不低于 25 %）', 'measured 7 % (at least 25 %)'],
    [{ kind: 'clipping', value: 0.0043, limit: 0.001 }, '测得 0.4 % （应不超过 0.1 %）', 'measured 0.4 % (at most 0.1 %)'],
    [{ kind: 'face_match', verdict: 'fail', value: 0.12345, limit: 0.25 }, '测得 0.12 （0.25 以下像另一人）', 'measured 0.12 (0.25 or less looks like a different person)'],
    [{ kind: 'face_match', verdict: 'pass', value: 0.61, limit: 0.4 }, '测得 0.61 （0.4 以上像同一人）', 'measured 0.61 (0.4 or more looks like the same person)'],
    [{ kind: 'same_person', value: 4, limit: 3 }, '测得 4 张截图 （应少于 3 张截图）', 'measured 4 of the pictures (fewer than 3 of the pictures)'],
    [{ kind: 'light', value: 25.06, limit: 40 }, '测得 25.1 （应不低于 40）', 'measured 25.1 (at least 40)'],
    [{ kind: 'light', note: 'dark_stretch', value: 12, limit: 5, unit: 's' }, '测得 12 秒 （应不超过 5 秒）', 'measured 12 s (at most 5 s)'],
    [{ kind: 'loudness', value: -41.2, limit: -35, unit: 'LUFS' }, '测得 -41.2 LUFS （应不低于 -35 LUFS）', 'measured -41.2 LUFS (at least -35 LUFS)'],
    [{ kind: 'cuts', value: 2, limit: 0 }, '测得 2', 'measured 2'],
    [{ kind: 'readable' }, '', ''],
  ] satisfies [Partial<Finding>, string, string][])('%o', (of, chinese, english) => {
    expect(measuredText(finding(of), words('zh-CN'))).toBe(chinese)
    expect(measuredText(finding(of), words('en'))).toBe(english)
  })
})

test.each([
  [1800, '30 分钟', '30 min'],
  [90, '1 分钟 30 秒', '1 min 30 s'],
  [5, '5 秒', '5 s'],
  [59.6, '1 分钟', '1 min'],
])('a limit of %d seconds is never «0 min»', (seconds, chinese, english) => {
  expect(spanText(seconds, words('zh-CN'))).toBe(chinese)
  expect(spanText(seconds, words('en'))).toBe(english)
})
