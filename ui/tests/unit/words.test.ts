// What is said in the field's words: terms, the announcement with its pinyin,
// how a candidate is identified, and reading aloud.
import { mount } from '@vue/test-utils'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import { announced, announcement } from '../../src/candidate/parts/announcement'
import { identification } from '../../src/candidate/parts/identification'
import { blocksOf, spokenOf } from '../../src/candidate/parts/rulesText'
import FaceNotice from '../../src/candidate/parts/FaceNotice.vue'
import type { Attempt, AttemptItem, Order } from '../../src/shared/api/types'
import { termText } from '../../src/shared/text/terms'
import { show } from './show'

vi.mock('vue-router', () => ({ useRouter: () => ({ push: () => undefined }), useRoute: () => ({ fullPath: '/' }) }))

const src = join(import.meta.dirname, '../../src')

function vueFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? vueFiles(path) : entry.name.endsWith('.vue') ? [path] : []
  })
}

describe('terms', () => {
  it('are in the page’s language, also with a number', () => {
    expect(termText('钢琴', 'en')).toBe('Piano')
    expect(termText('钢琴', 'zh-CN')).toBe('钢琴')
    expect(termText('基本练习', 'en')).toBe('Basic practice')
    expect(termText('乐曲（二）', 'en')).toBe('Repertoire piece 2')
    expect(termText('练习曲 3', 'en')).toBe('Étude 3')
    expect(termText('模拟视频', 'en')).toBe('Practice video')
  })

  it('that nobody knows, and titles, stay as they are', () => {
    for (const name of ['小步舞曲', '低音单簧管', '车尔尼 599', '', '二']) expect(termText(name, 'en')).toBe(name)
  })

  it('stand on every page: no subject and no item’s name is shown past them', () => {
    const raw = /\{\{[^}]*(?<!term\(|[\w.])(?:(?:order|attempt|clip|row|call)\.subject|(?:row\.)?item\.name|other\.name|(?:row|clip)\.item)\b(?!\.)[^}]*\}\}/
    const found = vueFiles(src).flatMap((file) => readFileSync(file, 'utf8').split('\n').filter((line) => raw.test(line)).map((line) => `${file.slice(src.length)}: ${line.trim()}`))
    expect(found).toEqual([])
    expect('<h2>{{ order.subject }} x</h2>').toMatch(raw)
  })
})

describe('R23: the announcement', () => {
  const attempt = { code: '4071', subject: '钢琴', subject_pinyin: 'gāng qín', grade: 10 } as Attempt
  const item = { id: '1', name: '乐曲', kind: 'piece', piece: '车尔尼 599 第8首', pinyin: 'chē ěr ní dì shǒu' } as AttemptItem
  const lines = announcement(attempt, item, { name: '王小明', pinyin: 'Wang Xiaoming' })
  const read = (part: string) => lines.filter((line) => line.part === part).flatMap(({ label, said }) => [...label, ...said]).map(({ text, pinyin }) => `${text}${pinyin && `(${pinyin})`}`).join('')

  it('is Chinese, in the order in which it is ticked (R33)', () => {
    expect(lines.map(({ part }) => part)).toEqual(['name', 'code', 'subject', 'grade', 'piece'])
    expect(announced(lines)).toBe('我是王小明，考试码四零七一，专业钢琴，级别十级，曲目车尔尼 599 第8首。')
  })

  it('has its pinyin above: the name’s as it was registered, the code’s digit by digit', () => {
    expect(read('name')).toBe('我(wǒ)是(shì)王小明(Wang Xiaoming)')
    expect(read('code')).toBe('考(kǎo)试(shì)码(mǎ)4(sì)0(líng)7(qī)1(yī)')
    expect(read('subject')).toBe('专(zhuān)业(yè)钢(gāng)琴(qín)')
    expect(read('grade')).toBe('级(jí)别(bié)十(shí)级(jí)')
    expect(read('piece')).toBe('曲(qǔ)目(mù)车(chē)尔(ěr)尼(ní) 599 第(dì)8首(shǒu)')
  })

  it('says the drawn question, or the item, where no piece is registered', () => {
    const drawn = announcement(attempt, { ...item, piece: undefined, drawn: { title: '视奏一' }, pinyin: 'shì zòu yī' }, { name: '王小明' })
    expect(announced(drawn)).toContain('曲目视奏一。')
    expect(drawn[0]?.said.find(({ text }) => text === '王小明')?.pinyin).toBe('')
  })
})

describe('the notice about faces (R8)', () => {
  const order = { photo: true, compares: true, face_consent: 'given' as const }

  it('says what is true for this candidate', () => {
    expect(identification(order)).toBe('compared')
    expect(identification({ ...order, compares: false })).toBe('by_eye')
    expect(identification({ ...order, face_consent: 'declined' })).toBe('declined')
    expect(identification({ ...order, photo: false })).toBe('no_photo')
    expect(identification({ ...order, photo: false, face_consent: 'declined' })).toBe('no_photo')
    expect(identification({ ...order, face_consent: 'none' })).toBe('not_asked')
  })

  it('R26: stands in the notice, and a practice run compares for nobody', () => {
    const notice = (practice: boolean, known: Partial<Order>) =>
      show(FaceNotice, { session: { order: { value: { ...order, ...known } } }, attempt: { practice } }).find('li').text()
    const words = zhCN.candidate.face
    expect(notice(false, {})).toBe(words.compared)
    expect(notice(false, { photo: false })).toBe(words.no_photo)
    expect(notice(false, { face_consent: 'declined' })).toBe(words.declined)
    expect(notice(true, { face_consent: 'none' })).toBe(words.practice)
    expect(notice(true, {})).toBe(words.practice)
  })
})

describe('reading aloud', () => {
  /** A browser's voices; Chromium of the tests has none. */
  function voices(...given: { lang: string; localService: boolean }[]) {
    const said: { text: string; onend?: () => void }[] = []
    const speech = { getVoices: () => given, speak: (one: { text: string }) => said.push(one), cancel: vi.fn(), addEventListener: () => undefined }
    vi.stubGlobal('speechSynthesis', speech)
    vi.stubGlobal('SpeechSynthesisUtterance', class {
      constructor(readonly text: string) {}
    })
    return { said, speech }
  }

  async function page(text: string) {
    vi.resetModules() // the voices are known once a page
    vi.doMock('../../src/shared/useLanguage', () => ({ useLanguage: () => ({ t: (key: string) => key, language: { value: 'en' } }) }))
    const { default: Speak } = await import('../../src/candidate/parts/Speak.vue')
    const { keepSilent } = await import('../../src/candidate/speech/speech')
    return { shown: mount(Speak, { props: { text, language: 'zh-CN' } }), keepSilent }
  }
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.doUnmock('../../src/shared/useLanguage')
  })

  it('is offered only where the phone itself has a voice of the language', async () => {
    for (const given of [[], [{ lang: 'en-GB', localService: true }], [{ lang: 'zh-CN', localService: false }]]) {
      voices(...given)
      expect((await page('规则')).shown.find('button').exists()).toBe(false)
    }
    voices({ lang: 'zh_CN', localService: true })
    expect((await page('规则')).shown.find('button').exists()).toBe(true)
  })

  it('never speaks by itself, reads a sentence at a time, stops at a second tap and with the page', async () => {
    const { said, speech } = voices({ lang: 'zh-CN', localService: true })
    const { shown } = await page('第一句。第二句！\n第三句')
    expect(said).toEqual([])
    await shown.find('button').trigger('click')
    expect(said.map(({ text }) => text.trim())).toEqual(['第一句。', '第二句！', '第三句'])
    expect(shown.text()).toBe('common.read_stop')
    await shown.find('button').trigger('click')
    expect(shown.text()).toBe('common.read_aloud')
    await shown.find('button').trigger('click')
    speech.cancel.mockClear()
    shown.unmount()
    expect(speech.cancel).toHaveBeenCalled()
  })

  it('is silent while somebody records', async () => {
    const { speech } = voices({ lang: 'zh-CN', localService: true })
    const { shown, keepSilent } = await page('规则')
    await shown.find('button').trigger('click')
    speech.cancel.mockClear()
    keepSilent(true)
    await nextTick()
    expect(speech.cancel).toHaveBeenCalled()
    expect(shown.find('button').exists()).toBe(false)
  })

  it('reads headings and points as sentences', () => {
    expect(spokenOf(blocksOf('# 规则\n\n一次。\n- 横屏\n- 有声音'))).toBe('规则。\n一次。\n横屏。\n有声音。')
  })
})

describe('the gap between two words', () => {
  it('is not left to the beginning of an element, where Vue’s compiler drops it', () => {
    const dropped = vueFiles(src).flatMap((path) =>
      readFileSync(path, 'utf8').split('\n').filter((line) => /"> +(?:\{\{|<[a-z])/.test(line)).map((line) => `${path.slice(src.length)}: ${line.trim()}`),
    )
    expect(dropped).toEqual([])
  })
})
