// Every line of the audit log can be read by whoever looks after a centre: its
// action, its arguments and their values have words. The lists are the code's own.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createI18n } from 'vue-i18n'
import { mount } from '@vue/test-utils'
import { defineComponent, h } from 'vue'
import { describe, expect, it } from 'vitest'
import en from '../../locales/en.json'
import zhCN from '../../locales/zh-CN.json'
import { UNSAID, useAuditWords, VALUES } from '../../src/staff/audit/useAuditWords'

const root = join(import.meta.dirname, '../../..')
const go = (folder: string): { file: string; text: string }[] =>
  (readdirSync(join(root, folder), { recursive: true }) as string[])
    .filter((file) => file.endsWith('.go') && !file.endsWith('_test.go') && !file.includes('internal/'))
    .map((file) => ({ file: `${folder}/${file}`, text: readFileSync(join(root, folder, file), 'utf8') }))
const sources = ['app/exam', 'app/base', 'app/centre/store', 'app/centre/web/staff', 'app/centre/web/candidate', 'app/centre/intake', 'app/centre/timekeeper', 'cmd/kaodian'].flatMap(go)
const constants = (type: string) => sources.flatMap(({ text }) => [...text.matchAll(new RegExp(`\\b${type} = "(\\w+)"`, 'g'))].map((match) => match[1] ?? ''))

/** What stands before a map that becomes the arguments of a line. */
const WRITES = /(?:f\.Args = |f\.At, f\.Args = at, |entry\.Args = |Entry\{[^{}]*(?:\{[^{}]*\}[^{}]*)*Args:\s+|(?:noteMade|auditHelp|actAt|Note|change)\([^\n]*|\bargs := |\ball := )map\[string\]any\{/g
const LATER = /\b[aA]rgs\["(\w+)"\](?:, [aA]rgs\["(\w+)"\])? = /g

function argumentNames(): Set<string> {
  const names = new Set<string>()
  for (const { file, text } of sources) {
    if (/intake|problem\.go/.test(file)) continue // problems of a list's rows
    for (const match of text.matchAll(WRITES)) {
      const literal = text.slice(match.index + match[0].length).split('}')[0] ?? ''
      for (const name of literal.matchAll(/"(\w+)":/g)) names.add(name[1] ?? '')
    }
    for (const [, one, two] of text.matchAll(LATER)) for (const name of [one, two]) if (name) names.add(name)
    if (file.endsWith('day_record.go')) for (const name of text.matchAll(/"(\w+)": in\.\w+/g)) names.add(name[1] ?? '')
  }
  return names
}

const actions = [...new Set([...constants('audit\\.Action'), ...constants('FactKind')])]

/** The values that an argument can have, of the code's own lists. */
const values: Record<string, string[]> = {
  act: constants('ProposalKind'),
  answer: constants('ConsentAnswer').concat(Object.keys(zhCN.help.answer)),
  at_desk: ['true', 'false'],
  back_to: constants('AttemptState'),
  before: constants('AttemptState').concat(constants('Heard')),
  category: [...readFileSync(join(root, 'app/exam/requirements.go'), 'utf8').matchAll(/Category: "(\w+)"/g)].map((match) => match[1] ?? ''),
  corrects: ['true', 'false'],
  default: ['true', 'false'],
  document: constants('Document'),
  former: constants('Level'),
  given: constants('Level'),
  heard: constants('Heard'),
  help: Object.keys(zhCN.help.reason),
  how: constants('RehearsalState'),
  interpretation: constants('Level'),
  kind: [...constants('InvitationKind'), ...constants('DecisionKind'), ...constants('PassKind'), ...constants('ProbeKind')],
  level: constants('Level'),
  name: [...readFileSync(join(root, 'cmd/kaodian/choices.go'), 'utf8').matchAll(/^\t"([a-z_.]+)":\s+\{/gm)].map((match) => match[1] ?? ''),
  outcome: [...constants('SetupOutcome'), ...constants('Outcome')],
  papers: [...readFileSync(join(root, 'app/centre/web/staff/papers.go'), 'utf8').matchAll(/`query:"kind" enum:"([a-z,]+)"/g)].flatMap((match) => (match[1] ?? '').split(',')),
  part: constants('Part'),
  pending: ['true', 'false'],
  role: constants('login\\.Role').concat(['administrator']),
  sort: [...readFileSync(join(root, 'app/centre/web/staff/results.go'), 'utf8').matchAll(/`query:"sort" enum:"([a-z_,]+)"/g)].flatMap((match) => (match[1] ?? '').split(',')),
  step: constants('SetupStepName'),
  technique: constants('Level'),
  tempo: constants('Level'),
  turn: constants('TurnState'),
  unmarked: ['true', 'false'],
  within: ['true', 'false'],
}

/** The words of the log in one language. */
function words(locale: 'zh-CN' | 'en'): ReturnType<typeof useAuditWords> {
  let made: ReturnType<typeof useAuditWords> | undefined
  const i18n = createI18n({ legacy: false, locale, messages: { 'zh-CN': zhCN, en } })
  mount(defineComponent({ setup: () => ((made = useAuditWords()), () => h('i')) }), { global: { plugins: [i18n] } }).unmount()
  if (!made) throw new Error('no words')
  return made
}

describe.each(['zh-CN', 'en'] as const)('the audit log in %s', (language) => {
  const { actionText, details } = words(language)
  const other = language === 'en' ? /Something else/ : /其他操作/

  it('has words for every action, and no two say the same', () => {
    expect(actions.length).toBeGreaterThan(80)
    const said = actions.map((action) => [actionText(action), action] as const)
    expect(said.filter(([text]) => other.test(text))).toEqual([])
    expect(said.filter(([text], i) => said.findIndex(([first]) => first === text) !== i)).toEqual([])
  })

  it('has words for every argument that it says', () => {
    const names = argumentNames()
    expect(names.size).toBeGreaterThan(50)
    const known = (language === 'en' ? en : zhCN).staff.audit.arg as Record<string, string>
    expect([...names].filter((name) => !UNSAID.includes(name) && !known[name]).sort()).toEqual([])
    expect(Object.keys(known).filter((name) => !names.has(name)), 'words of an argument that nothing writes').toEqual([])
  })

  it('has words for every value of a list', () => {
    expect(Object.keys(values).sort()).toEqual(Object.keys(VALUES).sort())
    for (const [name, list] of Object.entries(values)) {
      expect(list.length, name).toBeGreaterThan(1)
      const code = list.filter((value) => details({ action: 'marked', args: { [name]: value } })[0]?.endsWith(value))
      expect(code.filter((value) => language !== 'en' || value.includes('_')), name).toEqual([])
    }
  })

  it('says a day in words, and a choice of the results without its count', () => {
    const [day, met, sort] = details({ action: 'results_exported', args: { day: '2031-08-03', met_on: '2031-08-03', sort: 'to_publish' } })
    for (const said of [day, met]) expect(said).toMatch(language === 'en' ? /: Sun,? 3 Aug 2031$/ : /：2031年8月3日/)
    expect(sort).toMatch(language === 'en' ? /to be published$/ : /待公布$/)
  })

  it('says no sums and identifiers, and a setting in its own words', () => {
    expect(details({ action: 'batch_sealed', args: { manifest: 'a'.repeat(64), install: 'x', orders: 3 } })).toHaveLength(1)
    const [name, from, to] = details({ action: 'setting_changed', args: { name: 'exam.practice_first', from: 'false', to: 'true' } })
    const own = (language === 'en' ? en : zhCN).staff.settings
    expect([name, from, to].join()).toContain(own.name.exam.practice_first)
    expect(from).toContain(own.value.exam.practice_first.false)
    expect(to).toContain(own.value.exam.practice_first.true)
  })

  it('tells an irregularity’s category from a requirement’s of the same name', () => {
    const [noted] = details({ action: 'irregularity_noted', args: { category: 'other_person' } })
    expect(noted).toContain((language === 'en' ? en : zhCN).finding.irregularity.other_person)
  })
})
