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

/** One part of the announcement: what it is, and what is said of it, which for the code never breaks. */
export interface AnnouncedLine {
  part: AnnouncedPart
  label: Spoken[]
  said: Spoken[]
  /** What is said of the part, for a gloss. */
  value: string
}

const DIGITS = ['líng', 'yī', 'èr', 'sān', 'sì', 'wǔ', 'liù', 'qī', 'bā', 'jiǔ']
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
  const line = (part: AnnouncedPart, value: string, label: Spoken[], said: Spoken[]): AnnouncedLine => ({ part, value, label, said })
  return [
    line('name', who.pinyin || who.name, above('我是', 'wǒ shì'), [{ text: who.name, pinyin: who.pinyin ?? '' }]),
    line('code', attempt.code ?? '', above('考试码', 'kǎo shì mǎ'), code),
    line('subject', attempt.subject, above('专业', 'zhuān yè'), above(attempt.subject, attempt.subject_pinyin)),
    line('grade', String(attempt.grade), above('级别', 'jí bié'), above(gradeText(attempt.grade, 'zh-CN'), `${GRADES[attempt.grade] ?? ''} jí`)),
    line('piece', piece, above('曲目', 'qǔ mù'), above(piece, item.pinyin ?? '')),
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
  const textOf = (spoken: Spoken[]) => spoken.map(({ text }) => text).join('')
  const digits = (code: string) => code.replace(/\d/g, (digit) => NUMERALS[Number(digit)] ?? digit)
  return lines.map(({ part, label, said }) => textOf(label) + (part === 'code' ? digits(textOf(said)) : textOf(said))).join('，') + '。'
}
