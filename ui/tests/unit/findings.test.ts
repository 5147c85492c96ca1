// What the machine measured, as people say it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createI18n } from 'vue-i18n'
import { describe, expect, test } from 'vitest'
import zh from '../../locales/zh-CN.json'
import en from '../../locales/en.json'
import type { Finding } from '../../src/shared/api/types'
import ClipDoubts from '../../src/shared/desk/ClipDoubts.vue'
import FindingItem from '../../src/shared/desk/FindingItem.vue'
import { measuredText, spanText } from '../../src/shared/text/findings'
import { show } from './show'

const words = (locale: 'zh-CN' | 'en') => {
  const i18n = createI18n({ legacy: false, locale, messages: { 'zh-CN': zh, en } })
  return (key: string, values?: Record<string, unknown>) => i18n.global.t(key, values ?? {})
}

const finding = (of: Partial<Finding>): Finding => ({ verdict: 'warn', evidence: [], ...of }) as Finding

describe('a finding says its number with its limit', () => {
  test.each([
    [{ kind: 'photo_age', value: 400, limit: 366, side: 'at_most', unit: 'd' }, '测得 400 天 （应 ≤ 366 天）', 'measured 400 d (should be ≤ 366 d)'],
    [{ kind: 'persons', value: 2, limit: 1, side: 'at_most' }, '测得 2 （应 ≤ 1）', 'measured 2 (should be ≤ 1)'],
    [{ kind: 'resolution', value: 480, limit: 720, side: 'at_least', unit: 'px' }, '测得 480 像素 （应 ≥ 720 像素）', 'measured 480 pixels (should be ≥ 720 pixels)'],
    [{ kind: 'orientation', value: 0.5625, limit: 1, side: 'more_than' }, '测得 0.56 : 1 （应 > 1 : 1）', 'measured 0.56 : 1 (should be > 1 : 1)'],
    [{ kind: 'face_present', value: 0.07, limit: 0.25, side: 'at_least' }, '测得 7 % （应 ≥ 25 %）', 'measured 7 % (should be ≥ 25 %)'],
    [{ kind: 'clipping', value: 0.0043, limit: 0.001, side: 'at_most' }, '测得 0.4 % （应 ≤ 0.1 %）', 'measured 0.4 % (should be ≤ 0.1 %)'],
    [{ kind: 'face_match', verdict: 'fail', value: 0.12345, limit: 0.25, side: 'more_than' }, '测得 0.12 （≤ 0.25 像另一人）', 'measured 0.12 (≤ 0.25 looks like a different person)'],
    [{ kind: 'face_match', verdict: 'pass', value: 0.61, limit: 0.4, side: 'at_least' }, '测得 0.61 （≥ 0.4 像同一人）', 'measured 0.61 (≥ 0.4 looks like the same person)'],
    [{ kind: 'same_person', value: 4, limit: 3, side: 'less_than' }, '测得 4 张截图 （应 < 3 张截图）', 'measured 4 of the pictures (should be < 3 of the pictures)'],
    [{ kind: 'light', value: 25.06, limit: 40, side: 'at_least' }, '测得 25.1 （应 ≥ 40）', 'measured 25.1 (should be ≥ 40)'],
    [{ kind: 'light', note: 'dark_stretch', value: 12, limit: 5, side: 'at_most', unit: 's' }, '测得 12 秒 （应 ≤ 5 秒）', 'measured 12 s (should be ≤ 5 s)'],
    [{ kind: 'loudness', value: -41.2, limit: -35, side: 'at_least', unit: 'LUFS' }, '测得 -41.2 LUFS （应 ≥ -35 LUFS）', 'measured -41.2 LUFS (should be ≥ -35 LUFS)'],
    [{ kind: 'loudness', value: -41.2, limit: -35, unit: 'LUFS' }, '测得 -41.2 LUFS （界限 -35 LUFS）', 'measured -41.2 LUFS (limit -35 LUFS)'],
    [{ kind: 'cuts', value: 2, limit: 0, side: 'at_most' }, '测得 2', 'measured 2'],
    [{ kind: 'elsewhere', value: 1, limit: 0, side: 'at_most' }, '相同的其他视频：1 条', 'other videos that show the same: 1'],
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

test('both servers describe a finding alike, so that one page shows both', () => {
  const described = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, '../../openapi', `${name}.json`), 'utf8')).components.schemas as Record<string, unknown>
  const [centre, province] = [described('centre'), described('province')]
  for (const schema of ['FindingBody', 'EvidenceBody', 'OtherClipBody']) expect(province[schema], schema).toEqual(centre[schema])
})

describe('one finding', () => {
  const places = [{ from_ms: 1000, to_ms: 1000, frame: 'f00d' }, { from_ms: 0, to_ms: 0, other: { clip_id: 'b', attempt_id: 'a1b2c3', attempt: 2 } }, { from_ms: 0, to_ms: 0, other: { clip_id: 'c' } }]
  const shown = (props: Record<string, unknown>) => show(FindingItem, { finding: finding({ kind: 'cuts', value: 2, note: 'cut', detail: 'h264', engine: 'YuNet', evidence: places }), ...props })

  test('has its verdict, number, note, detail, engine and places', async () => {
    const item = shown({ frame: (sum: string) => `/frames/${sum}`, opens: true })
    for (const text of ['一镜到底', '留意', '测得 2', zh.finding.note.cut, 'h264', 'YuNet', '0:01.0', '第 2 次考试', zh.finding.other_gone]) expect(item.text()).toContain(text)
    expect(item.find('img').attributes()).toMatchObject({ src: '/frames/f00d', alt: zh.finding.still })
    const [go, other, ...more] = item.findAll('button')
    expect(more).toEqual([])
    await go?.trigger('click')
    await other?.trigger('click')
    expect([item.emitted('go'), item.emitted('clip')]).toEqual([[[1000]], [['b']]])
  })

  test('leads nowhere for another clip that was not told', () => {
    const item = shown({ finding: finding({ kind: 'elsewhere', value: 1, note: 'same_file', evidence: [{ from_ms: 0, to_ms: 0 }] }) })
    expect(item.findAll('button')).toEqual([])
    expect(item.text()).toContain('相同的其他视频：1 条')
  })

  test('goes nowhere in a video that is gone, opens no other where nobody listens, and shows no frame unasked', () => {
    const item = shown({ gone: true })
    expect(item.findAll('button').map((button) => button.attributes('disabled'))).toEqual([''])
    expect(item.find('img').exists()).toBe(false)
  })
})

test('a list says under a verdict only the findings that have it', () => {
  const doubts = [
    { kind: 'orientation', verdict: 'warn' },
    { kind: 'duration', verdict: 'fail' },
    { kind: 'face_match', verdict: 'cannot_tell' },
    { kind: 'sound', verdict: 'fail' },
    { kind: 'sound', verdict: 'fail' },
  ]
  const page = show(ClipDoubts, { worst: 'fail', doubts })
  const said = page.findAll('.clip-doubted').map((one) => one.text().replace(/\s+/g, ' '))
  expect(said).toEqual(['不符 时长、声音', '无法判断 人脸比对', '留意 横屏'])
  page.unmount()
  const good = show(ClipDoubts, { worst: 'pass', doubts: [] })
  expect(good.text()).toBe('通过')
  good.unmount()
})
