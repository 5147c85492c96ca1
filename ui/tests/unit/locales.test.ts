import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NEEDED, sentenceOf } from '../../src/shared/text/errors'
import { ApiError } from '../../src/shared/api/http'

const root = join(import.meta.dirname, '../..')
type Words = { [key: string]: string | Words }
const load = (name: string) => JSON.parse(readFileSync(join(root, 'locales', name), 'utf8')) as Words

function flat(words: Words, prefix = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === 'string') found.set(prefix + key, value)
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) found.set(inner, text)
  }
  return found
}

const languages = Object.fromEntries(readdirSync(join(root, 'locales')).map((name) => [name, flat(load(name))]))
const chinese = languages['zh-CN.json'] ?? new Map<string, string>()
const english = languages['en.json'] ?? new Map<string, string>()

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sources(path)
    return /\.(vue|ts)$/.test(entry.name) ? [readFileSync(path, 'utf8')] : []
  })
}

/** Values of the Go constants that become keys: the domain is their only list. */
function goConstants(file: string, pattern: RegExp): string[] {
  const text = readFileSync(join(root, '..', file), 'utf8')
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '')
}

const codes = goConstants('app/exam/errors.go', /\bCode = "([a-z_]+)"/g)
const kinds = goConstants('app/exam/finding.go', /^\tKind\w+\s*= "([a-z_]+)"/gm)
const notes = goConstants('app/exam/finding.go', /^\tNote\w+\s*= "([a-z_]+)"/gm)
const hints = goConstants('app/exam/finding.go', /^\tHint\w+\s*= "([a-z_]+)"/gm)

/** Codes that the pages make themselves. */
const ours = ['offline', 'no_answer', 'unknown', 'internal', 'invalid_request', 'file_unreadable', 'not_a_video', 'wrong_login_desk']

const used = sources(join(root, 'src')).join('\n')
const literal = new Set([...used.matchAll(/'((?:common|candidate|desk|staff|province|finding|hint|error)\.[a-z0-9_.]+)'/g)].map((match) => match[1] ?? ''))
/** Keys whose last part is data: `…${state}`. */
const prefixes = [...used.matchAll(/`((?:candidate|desk|staff|province|finding|hint|error)\.[a-z0-9_.]*)\$\{/g)].map((match) => match[1] ?? '')

describe('the languages', () => {
  it('there are Simplified Chinese and English', () => {
    expect(Object.keys(languages).sort()).toEqual(['en.json', 'zh-CN.json'])
  })

  it('every key is in every language', () => {
    for (const words of Object.values(languages)) expect([...words.keys()].sort()).toEqual([...chinese.keys()].sort())
  })

  it('no text is empty, and both languages fill the same gaps', () => {
    const gaps = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()
    for (const [key, text] of chinese) {
      expect(text.trim(), key).not.toBe('')
      expect(gaps(english.get(key) ?? ''), key).toEqual(gaps(text))
    }
  })

  it('English has no Chinese left in it', () => {
    for (const [key, text] of english) expect(text, key).not.toMatch(/[\u4e00-\u9fff]/)
  })

  it('no key is missing that a page asks for', () => {
    for (const key of literal) expect(chinese.has(key), key).toBe(true)
    for (const prefix of prefixes) expect([...chinese.keys()].some((key) => key.startsWith(prefix)), prefix).toBe(true)
  })

  it('no key is there that no page asks for', () => {
    const asked = (key: string) => literal.has(key) || prefixes.some((prefix) => key.startsWith(prefix))
    expect([...chinese.keys()].filter((key) => !asked(key))).toEqual([])
  })

  it('R25: says of the check at the desk one word, and of who sees the comparison what is true', () => {
    const rules = readFileSync(join(root, '../app/centre/web/rules/zh-CN.md'), 'utf8')
    for (const text of [rules, ...chinese.values()]) expect(text).not.toContain('核对身份')
    // Every role at a desk but the examiner's sees findings, so «staff» is the word, not «administrator».
    for (const text of [rules, chinese.get('candidate.consent.who')]) expect(text).toContain('结果只给考点工作人员和考官看')
    for (const words of [chinese, english]) expect(words.get('candidate.face.compared')).not.toMatch(/提交以后|submitting/)
  })

  it('says log in and never the wrong character for it', () => {
    for (const [key, text] of chinese) expect(text, key).not.toContain('登陆')
    for (const [key, text] of chinese) expect(text, key).not.toContain('验证码')
  })
})

describe('the sentences', () => {
  const i18n = (words: Map<string, string>) => ({
    te: (key: string) => words.has(key),
    t: (key: string, named: Record<string, unknown>) => (words.get(key) ?? key).replace(/\{(\w+)\}/g, (_, name: string) => String(named[name] ?? `{${name}}`)),
  })

  it('I8: every refusal of the exam has a sentence and a next step', () => {
    expect(codes.length).toBeGreaterThan(40)
    for (const code of [...codes, ...ours]) {
      expect(chinese.has(`error.${code}.text`), code).toBe(true)
      expect(chinese.has(`error.${code}.next`), code).toBe(true)
    }
  })

  it('I8: no sentence is kept for a refusal that does not exist', () => {
    const known = new Set([...codes, ...ours, ...Object.keys(NEEDED).map((code) => `${code}_plain`)])
    const kept = [...chinese.keys()].filter((key) => key.startsWith('error.')).map((key) => key.split('.')[1] ?? '')
    expect(kept.filter((code) => !known.has(code))).toEqual([])
  })

  it('I8: an unknown code gets a general sentence, never its raw name', () => {
    const said = sentenceOf(new ApiError('something_new', 409), i18n(chinese), 'zh-CN')
    expect(said.text).toBe(chinese.get('error.unknown.text'))
    expect(said.next).not.toContain('something_new')
  })

  it('I8: a sentence never shows a gap, with the arguments or without', () => {
    for (const words of [chinese, english]) {
      const language = words === english ? 'en' : 'zh-CN'
      for (const code of [...codes, ...ours]) {
        const said = sentenceOf(new ApiError(code, 409), i18n(words), language)
        expect(`${said.text} ${said.next}`, code).not.toMatch(/[{}]/)
      }
      const late = sentenceOf(new ApiError('window_not_open', 409, { opens_at: '2026-07-20T09:00:00+08:00' }), i18n(words), language)
      expect(late.text).toContain('09:00')
      const large = sentenceOf(new ApiError('upload_too_large', 413, { size: 600 * 1024 * 1024, max_clip_bytes: 500 * 1024 * 1024 }), i18n(words), language)
      expect(large.text).toContain('500 MB')
    }
  })

  it('R18, R19: every kind of finding, every note and every hint has its words', () => {
    for (const [list, prefix] of [[kinds, 'finding.kind'], [notes, 'finding.note'], [hints, 'hint']] as const) {
      expect(list.length, prefix).toBeGreaterThan(5)
      for (const name of list) expect(chinese.has(`${prefix}.${name}`), `${prefix}.${name}`).toBe(true)
    }
  })

  it('R19: the candidate’s words do not know the comparison’s result', () => {
    for (const key of chinese.keys()) expect(key).not.toMatch(/^(hint|candidate)\..*(face_match|similar)/)
  })
})
