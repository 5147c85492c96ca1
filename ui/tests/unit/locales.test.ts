import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NEEDED, sentenceOf } from '../../src/shared/text/errors'
import { ApiError } from '../../src/shared/api/http'
import { firstWords } from '../../vite.first'

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

/** The codes of refusals: each stands beside its owner, anywhere in app. */
const codes = (readdirSync(join(root, '../app'), { recursive: true }) as string[])
  .filter((file) => file.endsWith('.go') && !file.endsWith('_test.go'))
  .flatMap((file) => goConstants(`app/${file}`, /\brefusal\.Code += "([a-z_]+)"/g))
  .concat(goConstants('app/base/refusal/refusal.go', /\bCode = "([a-z_]+)"/g))
const facts = goConstants('app/exam/apply.go', /^\tFact\w+\s+FactKind = "([a-z_]+)"/gm)
/** The actions of the centre's audit log beside facts, and those of accounts. */
const accountFiles = ['accounts', 'invitations', 'sessions'].map((name) => `app/base/accounts/${name}.go`)
const actions = ['app/centre/store/actions.go', ...accountFiles].flatMap((file) => goConstants(file, /\baudit\.Action += "([a-z_]+)"/g))
const categories = goConstants('app/exam/requirements.go', /Category: "([a-z_]+)"/g)
const hints = goConstants('app/exam/hint.go', /^\tHint\w+\s*= "([a-z_]+)"/gm)

interface Schema {
  enum?: string[]
  properties?: Record<string, Schema>
}

/** Every list of words in a server's description: «OrderBody.status» and its values. */
function enumsOf(name: string): Map<string, string[]> {
  const described = JSON.parse(readFileSync(join(root, 'openapi', `${name}.json`), 'utf8')) as { components: { schemas: Record<string, Schema> } }
  const found = new Map<string, string[]>()
  for (const [schema, { properties }] of Object.entries(described.components.schemas)) {
    for (const [property, { enum: values }] of Object.entries(properties ?? {})) {
      if (values) found.set(`${name} ${schema}.${property}`, values)
    }
  }
  return found
}

/** What the pages put before such a word to make a key, and the words that they say in another way. */
const shown: Record<string, Record<string, string[]>> = {
  'centre AppealBody.former': { 'finding.level.': [] },
  'centre AppealBody.level': { 'finding.level.': [] },
  'centre AttemptBody.state': { 'candidate.ended.title.': [], 'candidate.ended.text.': ['auto_submitted'], 'staff.attempts.states.': [] },
  'centre BackupPlace.wrong': {},
  'centre BackupRunning.stage': { 'staff.backups.stage.': [] },
  'centre BackupState.failure': { 'staff.backups.failure.': [] },
  'centre BackupState.fixed': { 'staff.settings.origin.': [] },
  'centre BackupState.wrong': {},
  'centre BatchStatus.state': { 'staff.sync.states.': [] },
  'centre ParcelStatus.state': { 'staff.parcels.states.': [] },
  'centre BoardBody.document': { 'staff.checkin.documents.': [] },
  'centre BoardBody.face_consent': {},
  'centre BoardBody.state': { 'staff.attempts.states.': [] },
  'centre CheckInBody.document': { 'staff.checkin.documents.': [] },
  'centre CheckInOrder.face_consent': { 'staff.checkin.consents.': [] },
  'centre CheckInOrder.status': { 'staff.orders.status.': [] },
  'centre ClipBody.state': { 'candidate.item.clip.': [] },
  'centre ColumnBody.need': { 'staff.orders.columns.needs.': [] },
  'centre DayOrder.status': { 'staff.day.status.': [] },
  'centre DayOrder.travel': {},
  'centre DeviceBody.kind': {},
  'centre FindingBody.kind': { 'finding.kind.': [] },
  'centre FindingBody.note': { 'finding.note.': [] },
  'centre FindingBody.side': {},
  'centre FindingBody.unit': { 'finding.unit.': ['bytes', 'dB', 'LUFS', 'σ'] },
  'centre FindingBody.verdict': { 'finding.verdict.': [] },
  'centre AccountBody.role': { 'desk.role.': [] },
  'centre ProposalBody.kind': { 'staff.proposal.act.': [] },
  'centre ProposalBody.state': { 'staff.proposal.state.': [] },
  'centre ProposeInputBody.kind': {},
  'centre SessionBody.device': { 'desk.people.device.': [] },
  'centre InvitationBody.kind': { 'desk.people.kind.': [], 'desk.enter.lead_': [] },
  'centre InvitationBody.role': { 'desk.role.': [], 'staff.people.may.': [] },
  'centre InvitationBody.state': { 'desk.people.state.': [] },
  'centre InviteInputBody.role': {},
  'centre InterventionBody.role': { 'staff.review.facts.': [] },
  'centre InterventionBody.kind': { 'finding.decision.': [] },
  'centre LastLoanBody.state': { 'staff.loans.state.': [] },
  'centre LoanPartBody.part': { 'staff.loans.part.': [] },
  'centre LoanPartBody.state': {},
  'centre LoanTold.state': {},
  'centre LoginInputBody.device': {},
  'centre PartBody.part': {},
  'centre PartBody.state': {},
  'centre NewPassBody.kind': {},
  'centre NewPassInputBody.kind': {},
  'centre DecideAtDeskInputBody.kind': {},
  'centre Decision.kind': {},
  'centre DeskAttemptBody.state': { 'staff.attempts.states.': [] },
  'centre DeskBody.kind': { 'candidate.desk.': [] },
  'centre ExtraTimeInputBody.seen': {},
  'centre BoardAct.seen': {},
  'centre DecisionBody.kind': { 'finding.decision.': [] },
  'centre FactBody.role': { 'staff.review.facts.': [] },
  'centre HearInputBody.heard': {},
  'centre HearInputBody.part': {},
  'centre HearingBody.heard': { 'finding.heard.': [] },
  'centre HearingBody.part': { 'finding.part.': [] },
  'centre AnswerHelpInputBody.kind': { 'help.answer.': ['text'] },
  'centre HelpAnswerBody.kind': { 'help.answer.': ['text'] },
  'centre HelpBody.reason': { 'help.reason.': [] },
  'centre HelpCallBody.attempt_state': { 'staff.attempts.states.': [] },
  'centre HelpCallBody.reason': { 'help.reason.': [] },
  'centre HelpInputBody.reason': {},
  'centre IdentityBody.face_consent': {},
  'centre MarkBody.interpretation': { 'finding.level.': [] },
  'centre MarkBody.level': { 'finding.level.': [] },
  'centre MarkBody.technique': { 'finding.level.': [] },
  'centre MarkBody.tempo': { 'finding.level.': [] },
  'centre MarkInputBody.interpretation': {},
  'centre MarkInputBody.level': {},
  'centre MarkInputBody.technique': {},
  'centre MarkInputBody.tempo': {},
  'centre OutcomeCount.outcome': { 'staff.results.outcomes.': [] },
  'centre ConfirmedBody.outcome': { 'staff.results.outcomes.': [] },
  'centre ListedBody.outcome': { 'staff.results.outcomes.': [] },
  'centre PublishedResultBody.outcome': { 'candidate.result.level.': [], 'candidate.result.says.': [] },
  'centre PublishedItemBody.state': { 'candidate.result.item.': ['marked'] },
  'centre PublishedItemBody.level': { 'candidate.result.level.': [] },
  'centre ProbeBody.given': { 'finding.level.': [] },
  'centre ProbeBody.kind': { 'staff.results.standard.kinds.': [] },
  'centre ProbeBody.level': { 'finding.level.': [] },
  'centre ResultBody.chair': { 'finding.level.': [] },
  'centre ResultBody.outcome': { 'staff.results.outcomes.': [] },
  'centre ResultBody.status': {},
  'centre ResultItemBody.state': { 'staff.results.item.': [] },
  'centre ResultItemBody.level': { 'finding.level.': [] },
  'centre ResultItemBody.technique': {},
  'centre ResultItemBody.tempo': {},
  'centre ResultItemBody.interpretation': {},
  'centre SettleInputBody.level': {},
  'centre SortCount.sort': { 'staff.results.sort.': [] },
  'centre ReviewBody.mark_gap': { 'staff.review.voices.gap.': [] },
  'centre ReviewBody.state': { 'finding.clip.': [] },
  'centre ReviewRow.state': { 'finding.clip.': [] },
  'centre OrderBody.face_consent': { 'candidate.orders.face_': ['none'] },
  'centre OrderBody.gender': { 'candidate.ticket.gender_': [] },
  'centre OrderBody.status': { 'candidate.orders.status.': [], 'candidate.orders.explain.': [] },
  'centre PaperRow.gender': { 'staff.papers.gender.': [] },
  'centre PaperSheetBody.gender': {},
  'centre PassInputBody.device': {},
  'centre FinishStepInputBody.outcome': {},
  'centre HealthCheck.name': { 'staff.health.check.': [] },
  'centre HealthCheck.state': { 'staff.health.state.': [] },
  'centre HealthCheck.code': { 'staff.health.found.': [], 'staff.health.do.': ['data', 'audit', 'disk', 'clock', 'camera', 'ffmpeg', 'cage', 'opencv', 'models', 'sync', 'backup', 'files'].map((part) => `${part}_good`).concat('data_nobody') },
  'centre HealthFile.kind': { 'staff.health.files.kind.': [], 'staff.health.files.helps.': [] },
  'centre HealthFile.wrong': { 'staff.health.files.wrong.': [] },
  'centre LogLine.level': { 'staff.health.log.level.': [] },
  'centre MachineCheck.name': { 'staff.setup.check.': [], 'staff.setup.todo.': [] },
  'centre MachineCheck.state': { 'staff.setup.found.': [] },
  'centre StepBody.name': { 'staff.setup.step.': [], 'staff.setup.about.': ['account'] },
  'centre StepBody.state': { 'staff.setup.state.': [] },
  'centre Setting.origin': { 'staff.settings.origin.': ['default', 'page'] },
  'centre TurnBody.state': { 'staff.turns.state.': [] },
  'centre TurnBody.status': { 'staff.day.status.': [] },
  'centre Progress.stage': { 'staff.sync.progress.': [] },
  'centre Status.last_error_code': { 'staff.sync.trouble.': [] },
  'centre Status.note': { 'staff.sync.note.': [] },
  'centre NoticeCount.notice': { 'staff.day.notice.': [] },
  'centre RehearsalBound.limit': { 'staff.rehearsal.limit.': [] },
  'centre RehearsalPhone.state': { 'staff.rehearsal.state.': [] },
  'centre RehearsalRecord.state': { 'staff.rehearsal.ended.': ['finished'] },
  'centre RehearsalVerdict.limited_by': { 'staff.rehearsal.limit.': [], 'staff.rehearsal.advice.': [] },
  'centre RehearsalVerdict.outcome': { 'staff.rehearsal.outcome.': [] },
  'centre StaffOfDay.role': { 'desk.role.': [] },
  'centre StatusCount.status': { 'staff.day.status.': [] },
  'centre StaffMeBody.role': { 'desk.role.': [] },
  'centre StandardBody.level': { 'finding.level.': [] },
  'centre StandardInputBody.level': {},
  'centre StandardRowBody.level': { 'finding.level.': [] },
  'centre VoiceBody.level': { 'finding.level.': [] },
  'province AccountBody.role': { 'desk.role.': [] },
  'province InvitationBody.kind': { 'desk.people.kind.': [], 'desk.enter.lead_': [] },
  'province InvitationBody.role': { 'desk.role.': [], 'province.people.may.': [] },
  'province InvitationBody.state': { 'desk.people.state.': [] },
  'province InviteInputBody.role': {},
  'province RoleInputBody.role': {},
  'province SessionBody.device': { 'desk.people.device.': [] },
  'province BatchBody.status': { 'province.batches.states.': [], 'province.batches.next.': ['accepted'] },
  'province ParcelBody.kind': { 'province.audit_log.sent.': [] },
  'province ParcelBody.state': { 'province.parcels.states.': [] },
  'province ClipBody.order_status': {},
  'province OrderBody.status': { 'province.orders.states.': [] },
  'province ClipBody.state': { 'finding.clip.': [] },
  'province FindingBody.kind': { 'finding.kind.': [] },
  'province FindingBody.note': { 'finding.note.': [] },
  'province FindingBody.side': {},
  'province FindingBody.unit': { 'finding.unit.': ['bytes', 'dB', 'LUFS', 'σ'] },
  'province FindingBody.verdict': { 'finding.verdict.': [] },
  'province MeBody.role': { 'desk.role.': [] },
  'province NoticeBody.kind': { 'province.notices.kinds.': [], 'province.notices.next.': [] },
}

/** Codes that the pages make themselves. */
const ours = ['offline', 'no_answer', 'unknown', 'internal', 'invalid_request', 'file_unreadable', 'not_a_video', 'password_differs', 'submit_unsure', 'reset_unsure', 'start_unsure', 'act_unsure', ...['disk_full', 'not_found', 'order_final', 'order_submitted', 'window_closes_first', 'wrong_login'].map((code) => `${code}_desk`)]

const used = sources(join(root, 'src')).join('\n')
/** What the frame of the log-in says before any script is there. */
const framed = [...readFileSync(join(root, 'src/candidate/index.html'), 'utf8').matchAll(/\{\{([a-z_.]+)\}\}/g)].map((match) => match[1] ?? '')
const literal = new Set([...framed, ...[...used.matchAll(/'((?:common|candidate|desk|staff|province|finding|help|hint|pin|error)\.[a-z0-9_.]+)'/g)].map((match) => match[1] ?? '')])
/** Keys whose last part is data: `…${state}`. */
const prefixes = [...used.matchAll(/`((?:candidate|desk|staff|province|finding|help|hint|pin|error)\.[a-z0-9_.]*)\$\{/g)].map((match) => match[1] ?? '')

it('the log-in says nothing that comes only with the other pages', () => {
  const parts = ['App.vue', 'pages/Login.vue', 'parts/SlowLoad.vue', 'parts/Trouble.vue', 'parts/Waiting.vue'].map((file) => readFileSync(join(root, 'src/candidate', file), 'utf8'))
  // Whoever logs out is past the log-in.
  const said = [...parts.join('\n').matchAll(/'((?:common|candidate)\.[a-z0-9_.]+)'/g)].map((match) => match[1] ?? '').filter((key) => !key.startsWith('candidate.logout.'))
  expect(said.length).toBeGreaterThan(10)
  for (const name of ['zh-CN.json', 'en.json']) {
    const first = flat(firstWords(load(name)))
    expect(said.filter((key) => !first.has(key)), name).toEqual([])
    for (const key of first.keys()) if (key.startsWith('error.')) expect(first.has(key.replace(/\.(text|next)$/, '.next')), key).toBe(true)
  }
})

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

  it('no key is missing that a value of the servers makes', () => {
    const enums = new Map([...enumsOf('centre'), ...enumsOf('province')])
    expect([...enums.keys()].sort(), 'say in «shown» what the pages do with a new list').toEqual(Object.keys(shown).sort())
    for (const [where, prefixes] of Object.entries(shown)) {
      for (const [prefix, otherwise] of Object.entries(prefixes)) {
        const keys = (enums.get(where) ?? []).filter((value) => !otherwise.includes(value)).map((value) => prefix + value)
        expect(keys.filter((key) => !chinese.has(key)), where).toEqual([])
      }
    }
  })

  it('no key is there that no page asks for', () => {
    const asked = (key: string) => literal.has(key) || prefixes.some((prefix) => key.startsWith(prefix))
    expect([...chinese.keys()].filter((key) => !asked(key))).toEqual([])
  })

  it('R25: says of the check at the desk one word, and of who sees the comparison what is true', () => {
    const rules = readFileSync(join(root, '../app/centre/rules/text/zh-CN.md'), 'utf8')
    for (const text of [rules, ...chinese.values()]) expect(text).not.toContain('核对身份')
    // Every role at a desk but the examiner's sees findings, so «staff» is the word, not «administrator».
    for (const text of [rules, chinese.get('candidate.consent.who')]) expect(text).toContain('结果只给考点工作人员和考官看')
    for (const words of [chinese, english]) expect(words.get('candidate.face.compared')).not.toMatch(/提交以后|submitting/)
  })

  it('with the server away a candidate is told to raise a hand, also at the log-in, and nobody at a desk is', () => {
    for (const code of ['offline', 'no_answer', 'internal', 'unknown', 'wrong_login']) {
      expect(chinese.get(`error.${code}.next`), code).toContain('举手')
      expect(english.get(`error.${code}.next`), code).toContain('raise your hand')
    }
    for (const key of ['candidate.head.lost_centre', 'candidate.head.lost_offline', 'candidate.head.lost_mobile', 'candidate.late.broken', 'candidate.login.help']) expect(chinese.get(key), key).toContain('举手')
    for (const [key, text] of chinese) if (/^(desk|staff|province)\./.test(key)) expect(text, key).not.toContain('举手')
  })

  it('counts in English so that it is right of one, too: «times called: 1», not «called 1 times»', () => {
    const counted = /\{(count|attempts|candidates|refused|starts|seconds|added|items|questions|sealed|expected|clips|counted|calls|n)\} (\w+ )?(?!across|pixels|frames|of\b)\w+s\b/
    for (const [key, text] of english) expect(text, key).not.toMatch(counted)
  })

  it('says one word for one thing, and what a native speaker says', () => {
    for (const [key, text] of chinese) expect(text, key).not.toMatch(/[0-9}] *级|«|»/)
    // Word-for-word Chinese or German, and two words for one thing.
    // What a child sends is a video, at the desk and at the province too.
    for (const [key, text] of english) expect(text.replace(/\{\w+\}/g, ''), key).not.toMatch(/\bclips?\b/i)
    for (const [key, text] of chinese) expect(text, key).not.toContain('段视频')
    for (const [key, text] of english) expect(text, key).not.toMatch(/\b[Gg]oes? on\b|by itself|[Ff]ree memory|[Ff]light mode on|spends? (this|the|no) attempt|«|»|timed out attempt|'/)
  })

  it('calls it contact, not success, where the drop was reached and perhaps nothing was sent', () => {
    expect([chinese.get('staff.sync.last_success'), english.get('staff.sync.last_success')].join()).not.toMatch(/成功|success/i)
  })

  it('R25: promises of faces only what is done: nothing of them is kept, and deletion waits for the province', () => {
    expect(chinese.get('candidate.consent.where_what')).toMatch(/不保存到磁盘，也不离开考点.*一分钟内删除.*确认收到.*删除/)
    expect(english.get('candidate.consent.where_what')).toMatch(/not stored on a disk and never leave the centre.*deleted within a minute.*confirmed receipt.*deletes/)
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

  it('I8: an argument that a sentence cannot do without is known as such, and its lack is said around', () => {
    for (const words of [chinese, english]) {
      for (const [key, text] of words) {
        const [, code = ''] = key.split('.')
        const gaps = [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
        if (key.startsWith('error.')) expect(NEEDED[code] ?? [], key).toEqual(expect.arrayContaining(gaps))
      }
      for (const [code, names] of Object.entries(NEEDED)) {
        for (const lacking of names) {
          const args = Object.fromEntries(names.filter((name) => name !== lacking).map((name) => [name, 1]))
          const said = sentenceOf(new ApiError(code, 409, args), i18n(words), 'en')
          expect(`${said.text} ${said.next}`, `${code} without ${lacking}`).not.toMatch(/[{}]/)
        }
      }
    }
  })

  it('R19, R31, R32: every hint, fact and recording requirement has its words', () => {
    for (const [list, prefix] of [[hints, 'hint'], [facts, 'staff.review.fact'], [categories, 'finding.category']] as const) {
      expect(list.length, prefix).toBeGreaterThan(5)
      for (const name of list) expect(chinese.has(`${prefix}.${name}`), `${prefix}.${name}`).toBe(true)
    }
  })

  it('every line of the audit log has its words', () => {
    expect(actions.length).toBeGreaterThan(30)
    for (const action of actions) expect(chinese.has(`staff.audit.action.${action}`) || chinese.has(`desk.audit_log.action.${action}`) || chinese.has(`staff.review.fact.${action}`), action).toBe(true)
  })

  it('every line of the province’s audit log has its words', () => {
    const own = ['actions.go', 'scope.go'].map((name) => `app/province/store/${name}`)
    const lines = [...own, ...accountFiles].flatMap((file) => goConstants(file, /\baudit\.Action += "([a-z_]+)"/g))
    const outcomes = goConstants('app/province/store/batches.go', /BatchStatus = "([a-z_]+)"/g).map((status) => `batch_${status}`)
    expect(lines.length + outcomes.length).toBeGreaterThan(25)
    for (const action of [...lines, ...outcomes]) expect(chinese.has(`province.audit_log.action.${action}`) || chinese.has(`desk.audit_log.action.${action}`), action).toBe(true)
  })

  it('R19: the candidate’s words do not know the comparison’s result', () => {
    for (const key of chinese.keys()) expect(key).not.toMatch(/^(hint|candidate)\..*(face_match|similar)/)
  })
})
