// What every clip opens with (R23, R33): in Chinese whatever the page's
// language, because the examiners listen for it, with pinyin above for who
// reads little Chinese or none.

import { computed } from 'vue'
import type { Attempt, AttemptItem } from '../../shared/api/types'
import { gradeText } from '../../shared/text/format'
import { useAttempt } from '../attempt/useAttempt'

/** A few characters with what stands above them, '' for nothing. */
export interface Spoken {
  text: string
  pinyin: string
}

export type AnnouncedPart = 'name' | 'code' | 'subject' | 'grade' | 'piece'

/** One part of the announcement: it stands on a line of its own and does not break within its value. */
export interface AnnouncedLine {
  part: AnnouncedPart
  spoken: Spoken[]
  /** What is said of the part, for a gloss. */
  value: string
}

const DIGITS = ['líng', 'yī', 'èr', 'sān', 'sì', 'wǔ', 'liù', 'qī', 'bā', 'jiǔ']
/** Between what a part is and what is said of it. */
const GAP: Spoken = { text: ' ', pinyin: '' }
const NUMERALS = [...'零一二三四五六七八九']
const GRADES = ['', ...DIGITS.slice(1), 'shí']

/** Who announces: the order's name, and the pinyin that was registered with it. */
export interface Announcer {
  name: string
  pinyin?: string
}

export function announcement(attempt: Attempt, item: AttemptItem, who: Announcer): AnnouncedLine[] {
  const piece = item.piece || item.drawn?.title || item.name
  const code: Spoken[] = [...(attempt.code ?? '')].map((digit) => ({ text: digit, pinyin: DIGITS[Number(digit)] ?? '' }))
  return [
    { part: 'name', value: who.pinyin || who.name, spoken: [...above('我是', 'wǒ shì'), { text: who.name, pinyin: who.pinyin ?? '' }, ...above('，')] },
    { part: 'code', value: attempt.code ?? '', spoken: [...above('考试码', 'kǎo shì mǎ'), GAP, ...code, ...above('，')] },
    { part: 'subject', value: attempt.subject, spoken: [...above('专业', 'zhuān yè'), GAP, ...above(attempt.subject, attempt.subject_pinyin), ...above('，')] },
    { part: 'grade', value: String(attempt.grade), spoken: [...above('级别', 'jí bié'), GAP, ...above(gradeText(attempt.grade, 'zh-CN'), `${GRADES[attempt.grade] ?? ''} jí`), ...above('，')] },
    { part: 'piece', value: piece, spoken: [...above('曲目', 'qǔ mù'), GAP, ...above(piece, item.pinyin ?? ''), ...above('。')] },
  ]
}

/** The announcement of an item of the attempt that the page is in. */
export function useAnnouncement(item: () => AttemptItem) {
  const { session, attempt } = useAttempt()
  const who = () => ({ name: session.order.value?.name ?? '', pinyin: session.order.value?.pinyin })
  return computed(() => announcement(attempt.value, item(), who()))
}

/** Puts one syllable above each Chinese character; whatever stands between keeps together. */
function above(text: string, pinyin = ''): Spoken[] {
  const syllables = pinyin.split(' ').filter(Boolean)
  const parts = text.match(/\p{Script=Han}|[^\p{Script=Han}]+/gu) ?? []
  return parts.map((part) => ({ text: part, pinyin: /\p{Script=Han}/u.test(part) ? (syllables.shift() ?? '') : '' }))
}

/** The whole sentence as the phone reads it out: the code digit by digit, not as a number. */
export function announced(lines: AnnouncedLine[]): string {
  return lines.map(({ part, spoken }) => (part === 'code' ? spoken.map(({ text }) => (/^\d$/.test(text) ? NUMERALS[Number(text)] : text)) : spoken.map(({ text }) => text)).join('')).join('')
}
