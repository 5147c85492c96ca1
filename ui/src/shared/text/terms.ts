// The field's terms: subjects 专业 and kinds of item 科目 as lists and the
// syllabus name them, in English. Whatever is not in the table is shown as it
// is, and a piece's title is never translated.

import subjects from '../../../../app/centre/rules/subjects.json' // the rules in English name them too
import type { Language } from './format'

const english: Record<string, string> = {
  ...subjects,
  // Items
  基本练习: 'Basic practice', 音阶: 'Scales', 琶音: 'Arpeggios', 音阶琶音: 'Scales and arpeggios', 音阶与琶音: 'Scales and arpeggios', 练习曲: 'Étude', 乐曲: 'Repertoire piece', 歌曲: 'Song',
  中国乐曲: 'Chinese piece', 外国乐曲: 'Foreign piece', 中国作品: 'Chinese piece', 外国作品: 'Foreign piece', 复调: 'Polyphonic piece', 复调乐曲: 'Polyphonic piece', 奏鸣曲: 'Sonata', 协奏曲: 'Concerto',
  规定曲目: 'Set piece', 指定曲目: 'Set piece', 必弹曲目: 'Set piece', 自选曲目: 'Own-choice piece', 民歌: 'Folk song', 艺术歌曲: 'Art song', 歌剧选段: 'Opera aria',
  视奏: 'Sight reading', 视谱: 'Sight reading', 视奏谱: 'Sight reading', 视唱: 'Sight singing', 编配伴奏: 'Accompaniment arranging', 即兴伴奏: 'Improvised accompaniment',
  // Documents
  居民身份证: 'Resident ID card', 护照: 'Passport', 港澳居民来往内地通行证: 'Mainland travel permit (Hong Kong and Macao)', 台湾居民来往大陆通行证: 'Mainland travel permit (Taiwan)', 外国人永久居留身份证: 'Foreigner’s permanent resident card',
  // The practice run's own (R26)
  模拟视频: 'Practice video', 随意演奏一小段: 'A few bars of anything you like',
}

const NUMBERS = '一二三四五六七八九十'

/** A term in the page's language: «乐曲（二）» is «Repertoire piece 2». */
export function termText(name: string, language: Language): string {
  if (language !== 'en') return name
  const whole = english[name.trim()]
  if (whole) return whole
  const [, term = '', digit = ''] = /^(.+?)\s*[（(]?([一二三四五六七八九十]|\d{1,2})[）)]?$/.exec(name.trim()) ?? []
  const known = english[term.trim()]
  return known ? `${known} ${NUMBERS.includes(digit) ? NUMBERS.indexOf(digit) + 1 : digit}` : name
}
