// The field's terms: subjects 专业 and kinds of item 科目 as lists and the
// syllabus name them, in English. Whatever is not in the table is shown as it
// is, and a piece's title is never translated.

import type { Language } from './format'

const english: Record<string, string> = {
  // Keyboards
  钢琴: 'Piano', 电子琴: 'Electronic keyboard', 双排键: 'Electronic organ', 双排键电子琴: 'Electronic organ', 手风琴: 'Accordion', 口风琴: 'Melodica', 管风琴: 'Organ',
  // Strings
  小提琴: 'Violin', 中提琴: 'Viola', 大提琴: 'Cello', 低音提琴: 'Double bass', 倍大提琴: 'Double bass', 竖琴: 'Harp',
  吉他: 'Guitar', 古典吉他: 'Classical guitar', 民谣吉他: 'Acoustic guitar', 电吉他: 'Electric guitar', 电贝司: 'Bass guitar', 电贝斯: 'Bass guitar', 尤克里里: 'Ukulele',
  // Winds
  长笛: 'Flute', 短笛: 'Piccolo', 竖笛: 'Recorder', 单簧管: 'Clarinet', 双簧管: 'Oboe', 大管: 'Bassoon', 巴松: 'Bassoon', 萨克斯: 'Saxophone', 萨克斯管: 'Saxophone',
  小号: 'Trumpet', 圆号: 'French horn', 长号: 'Trombone', 大号: 'Tuba', 次中音号: 'Euphonium', 上低音号: 'Euphonium', 口琴: 'Harmonica',
  // Percussion
  架子鼓: 'Drum kit', 爵士鼓: 'Drum kit', 小军鼓: 'Snare drum', 马林巴: 'Marimba', 木琴: 'Xylophone', 打击乐: 'Percussion', 非洲鼓: 'Djembe', 中国鼓: 'Chinese drums',
  // Chinese instruments keep their names
  二胡: 'Erhu', 高胡: 'Gaohu', 中胡: 'Zhonghu', 板胡: 'Banhu', 京胡: 'Jinghu', 琵琶: 'Pipa', 古筝: 'Guzheng', 古琴: 'Guqin', 扬琴: 'Yangqin', 柳琴: 'Liuqin', 阮: 'Ruan', 中阮: 'Zhongruan',
  三弦: 'Sanxian', 月琴: 'Yueqin', 箜篌: 'Konghou', 竹笛: 'Dizi', 笛子: 'Dizi', 箫: 'Xiao', 洞箫: 'Xiao', 笙: 'Sheng', 唢呐: 'Suona', 管子: 'Guanzi', 埙: 'Xun', 葫芦丝: 'Hulusi', 巴乌: 'Bawu',
  // Voice and theory
  声乐: 'Voice', 美声唱法: 'Voice (bel canto)', 民族唱法: 'Voice (Chinese national style)', 流行唱法: 'Voice (popular)', 通俗唱法: 'Voice (popular)', 童声: 'Children’s voice', 合唱: 'Choir',
  乐理: 'Music theory', 基本乐科: 'Music theory', 音乐基础知识: 'Music theory', 视唱练耳: 'Sight singing and ear training',
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
