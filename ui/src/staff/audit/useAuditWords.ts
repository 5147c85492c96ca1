// A line of the audit log in words: what was done, and the arguments of it.
import type { LoggedLine } from '../../shared/api/types'
import { spanText } from '../../shared/text/findings'
import { useLanguage } from '../../shared/useLanguage'

/** What only the server can make use of: identifiers and sums. They are in the export. Centres are named by the province's log alone. */
export const UNSAID = [
  'centres', 'decision', 'departure', 'erasure', 'import', 'install', 'irregularity', 'job', 'known_hash', 'lines_hash', 'manifest', 'order', 'paper', 'proof', 'rules_version',
]

/** Where the words of an argument's values are; the first that there are hold. */
export const VALUES: Record<string, (value: string) => string[]> = {
  act: (value) => [`staff.audit.act.${value}`],
  answer: (value) => [`staff.audit.answer.${value}`, `help.answer.${value}`],
  at_desk: (value) => [`staff.audit.yes_no.${value}`],
  back_to: (value) => [`staff.attempts.states.${value}`],
  before: (value) => [`staff.attempts.states.${value}`, `finding.heard.${value}`],
  category: (value) => [`finding.category.${value}`, `finding.irregularity.${value}`],
  corrects: (value) => [`staff.audit.yes_no.${value}`],
  default: (value) => [`staff.audit.yes_no.${value}`],
  document: (value) => [`staff.checkin.documents.${value}`],
  former: (value) => [`finding.level.${value}`],
  given: (value) => [`finding.level.${value}`],
  heard: (value) => [`finding.heard.${value}`],
  help: (value) => [`help.reason.${value}`],
  how: (value) => [`staff.audit.how.${value}`],
  interpretation: (value) => [`finding.level.${value}`],
  kind: (value) => [`desk.people.kind.${value}`, `finding.decision.${value}`, `staff.audit.pass.${value}`, `staff.results.standard.kinds.${value}`],
  level: (value) => [`finding.level.${value}`],
  name: (value) => [`staff.settings.name.${value}`],
  outcome: (value) => [`staff.setup.state.${value}`, `staff.results.outcomes.${value}`],
  papers: (value) => [`staff.papers.kind.${value}`],
  part: (value) => [`finding.part.${value}`],
  pending: (value) => [`staff.audit.yes_no.${value}`],
  role: (value) => [`desk.role.${value}`],
  sort: (value) => [`staff.results.sort.${value}`],
  step: (value) => [`staff.setup.step.${value}`],
  technique: (value) => [`finding.level.${value}`],
  tempo: (value) => [`finding.level.${value}`],
  turn: (value) => [`staff.turns.state.${value}`],
  unmarked: (value) => [`staff.audit.yes_no.${value}`],
  within: (value) => [`staff.audit.yes_no.${value}`],
}

export function useAuditWords() {
  const { t, has, time, day, end, size } = useLanguage()

  function actionText(action: string): string {
    if (has(`staff.audit.action.${action}`)) return t(`staff.audit.action.${action}`)
    if (has(`desk.audit_log.action.${action}`)) return t(`desk.audit_log.action.${action}`)
    if (has(`staff.review.fact.${action}`)) return t(`staff.review.fact.${action}`)
    return t('staff.audit.other', { action })
  }

  /** A value that has words, in them. */
  function wordText(action: string, name: string, value: string): string | undefined {
    // Irregularities and departures have categories of the same name that say different things.
    const irregular = name === 'category' && action.startsWith('irregularity')
    const key = (irregular ? [`finding.irregularity.${value}`] : (VALUES[name]?.(value) ?? [])).find(has)
    return key && t(key, { count: '' }).trim() // a choice of the results' page is told there with how many it has
  }

  /** What a setting was and became. */
  function chosenText(setting: string, value: string): string {
    if (value === '') return t('staff.settings.empty')
    const key = `staff.settings.value.${setting}.${value}`
    return has(key) ? t(key) : value
  }

  function valueText(line: Pick<LoggedLine, 'action' | 'args'>, name: string, value: unknown): string {
    const words = wordText(line.action, name, String(value))
    if (words) return words
    if (line.action === 'setting_changed' && (name === 'from' || name === 'to')) return chosenText(String(line.args['name']), String(value))
    if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return name.startsWith('close') ? end(value) : time(value)
    if (name === 'day' || name === 'met_on') return day(`${value}`)
    if (typeof value === 'number' && (name === 'bytes' || name === 'clip_bytes' || name === 'size')) return size(value)
    if (typeof value === 'number' && name === 'seconds') return spanText(value, t)
    if (typeof value === 'number' && name.endsWith('_ms')) return `${value < 0 ? '−' : ''}${spanText(Math.abs(value) / 1000, t)}`
    if (Array.isArray(value)) return name === 'questions' ? `${value.length}` : value.join(t('common.comma'))
    return typeof value === 'object' ? JSON.stringify(value) : `${value}`
  }

  const nameText = (name: string) => (has(`staff.audit.arg.${name}`) ? t(`staff.audit.arg.${name}`) : name)
  const said = (name: string, value: unknown, action: string) =>
    !UNSAID.includes(name) && value !== null && value !== undefined && (value !== '' || action === 'setting_changed') && !(Array.isArray(value) && value.length === 0)

  /** The arguments, each with its name; empty ones say nothing. */
  const details = (line: Pick<LoggedLine, 'action' | 'args'>) =>
    Object.entries(line.args)
      .filter(([name, value]) => said(name, value, line.action))
      .map(([name, value]) => t('staff.audit.detail', { name: nameText(name), value: valueText(line, name, value) }))

  return { actionText, details }
}
