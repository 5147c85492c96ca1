import { describe, expect, it } from 'vitest'
import { blocksOf } from '../../src/candidate/parts/rulesText'
import { dayText, durationText, endText, gradeText, sizeText, timeLike, timeText } from '../../src/shared/text/format'
import { receiptNumber } from '../../src/shared/text/receipt'

describe('words for numbers and times', () => {
  it('R5: shows a time as the server’s clock shows it, whatever the phone’s zone', () => {
    expect(timeText('2026-07-20T09:05:00+08:00', 'zh-CN')).toContain('09:05')
    expect(timeText('2026-07-20T01:05:00Z', 'zh-CN')).toContain('09:05')
    expect(timeText('2026-07-20T01:05:00+00:00', 'zh-CN')).toContain('09:05')
    expect(timeText('2026-07-20T09:05:00+08:00', 'en')).toContain('Mon')
    expect(timeText('2026-07-20T00:00:07+08:00', 'en', 'exact')).toContain('00:00:07')
    expect(timeText('nonsense', 'en')).toBe('nonsense')
  })

  it('R5: says an end at midnight as people say it', () => {
    expect(endText('2026-07-25T00:00:00+08:00', 'zh-CN')).toMatch(/24日.* 24:00$/)
    expect(endText('2026-07-24T16:00:00Z', 'en')).toMatch(/24 Jul, 24:00$/)
    expect(endText('2026-07-24T18:00:00+08:00', 'en')).toContain('18:00')
  })

  it('R5: says the year where it is not this one, as of a window that crosses it', () => {
    const now = Date.parse('2026-12-30T12:00:00+08:00')
    expect(timeText('2026-12-28T09:00:00+08:00', 'zh-CN', 'moment', now)).not.toContain('2026')
    expect(timeText('2027-01-03T18:00:00+08:00', 'zh-CN', 'moment', now)).toMatch(/^2027年1月3日.*18:00$/)
    expect(endText('2027-01-04T00:00:00+08:00', 'en', now)).toMatch(/3 Jan 2027, 24:00$/)
    expect(endText('2027-01-01T00:00:00+08:00', 'zh-CN', now)).toMatch(/^12月31日.* 24:00$/)
    expect(timeText('2027-01-03T18:00:00+08:00', 'en', 'clock', now)).toBe('18:00')
    // It is the year where the centre stands: there 2027 has begun already.
    expect(timeText('2027-01-03T18:00:00+08:00', 'en', 'moment', Date.parse('2026-12-31T20:00:00Z'))).not.toContain('2027')
  })

  it('says a day of the calendar, and leaves alone what is none', () => {
    const now = Date.parse('2026-12-30T12:00:00+08:00')
    expect(dayText('2026-08-03', 'zh-CN', false, now)).toBe('8月3日周一')
    expect(dayText('2026-08-03', 'zh-CN', true, now)).toBe('2026年8月3日周一')
    expect(dayText('2025-08-03', 'en', false, now)).toMatch(/^Sun,? 3 Aug 2025$/)
    expect(dayText('', 'en')).toBe('')
    expect(dayText('nonsense', 'en')).toBe('nonsense')
  })

  it('R11: counts megabytes as the rules do', () => {
    expect(sizeText(500 * 1024 * 1024)).toBe('500 MB')
    expect(sizeText(1500)).toBe('2 KB')
    expect(sizeText(1.5 * 1024 * 1024)).toBe('1.5 MB')
  })

  it('names grades and durations in both languages', () => {
    expect(gradeText(8, 'zh-CN')).toBe('八级')
    expect(gradeText(10, 'en')).toBe('Grade 10')
    expect(durationText(125, 'zh-CN')).toBe('2 分钟 5 秒')
    expect(durationText(3600, 'en')).toBe('60 min')
    expect(durationText(0.2, 'en')).toBe('1 s')
  })

  it('makes a receipt number that can be read out', () => {
    expect(receiptNumber('k3v9qz2m4x7t8h5n6p1r0w2y4s')).toBe('K3V9-QZ2M-4X7T')
  })
})

describe('the rules’ text', () => {
  it('becomes headings, lists and paragraphs, and never markup', () => {
    expect(blocksOf('# 规则\n\n第一段\n续行\n\n- 甲\n- <b>乙</b>\n\n## 二')).toEqual([
      { kind: 'heading', level: 2, text: '规则' },
      { kind: 'text', text: '第一段 续行' },
      { kind: 'list', items: ['甲', '<b>乙</b>'] },
      { kind: 'heading', level: 3, text: '二' },
    ])
  })
})

describe('a moment in the zone of another time', () => {
  it('is shown as the centre’s clock shows it', () => {
    const deadline = '2026-07-20T10:05:00+08:00'
    expect(timeLike(deadline, Date.parse(deadline) - 180_000)).toBe('2026-07-20T10:02:00.000+08:00')
    expect(timeText(timeLike(deadline, Date.parse(deadline) - 180_000), 'en', 'clock')).toBe('10:02')
    expect(timeText(timeLike('2026-07-20T02:05:00Z', Date.parse(deadline)), 'en', 'clock')).toBe('10:05')
  })
})
