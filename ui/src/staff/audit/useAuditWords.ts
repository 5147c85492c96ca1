// A line of the audit log in words: what was done, and the arguments of it.
import type { LoggedLine } from '../../shared/api/types'
import { spanText } from '../../shared/text/findings'
import { useLanguage } from '../../shared/useLanguage'

/** What only the server can make use of: identifiers and sums. They are in the export. */
export const UNSAID = [
  'decision', 'departure', 'import', 'install', 'irregularity', 'job', 'known_hash', 'manifest', 'rules_version',
]

/** Where the words of an argument's values are; the first that there are hold. */
export const VALUES: Record<string, readonly string[]> = {
  act: ['staff.audit.act.'],
  answer: ['staff.audit.answer.', 'help.answer.'],
  at_desk: ['staff.audit.yes_no.'],
  back_to: ['staff.attempts.states.'],
  before: ['staff.attempts.states.', 'finding.heard.'],
  category: ['finding.category.', 'finding.irregularity.'],
  default: ['staff.audit.yes_no.'],
  heard: ['finding.heard.'],
  help: ['help.reason.'],
  interpretation: ['finding.level.'],
  kind: ['staff.people.kind.', 'finding.decision.', 'staff.audit.pass.'],
  level: ['finding.level.'],
  name: ['staff.settings.name.'],
  outcome: ['staff.setup.state.'],
  papers: ['staff.papers.kind.'],
  part: ['finding.part.'],
  pending: ['staff.audit.yes_no.'],
  role: ['desk.role.'],
  step: ['staff.setup.step.'],
  technique: ['finding.level.'],
  tempo: ['finding.level.'],
  unmarked: ['staff.audit.yes_no.'],
}

export function useAuditWords() {
  const { t, has, time, end, size } = useLanguage()

  function actionText(action: string): string {
    if (has(`staff.audit.action.${action}`)) return t(`staff.audit.action.${action}`)
    if (has(`staff.review.fact.${action}`)) return t(`staff.review.fact.${action}`)
    return t('staff.audit.other', { action })
  }

  /** A value that has words, in them. */
  function wordText(action: string, name: string, value: string): string | undefined {
    // Irregularities and departures have categories of the same name that say different things.
    const irregular = name === 'category' && action.startsWith('irregularity')
    const prefixes = irregular ? ['finding.irregularity.'] : (VALUES[name] ?? [])
    const key = prefixes.map((prefix) => prefix + value).find(has)
    return key && t(key)
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
    if (typeof value === 'number' && (name === 'bytes' || name === 'size')) return size(value)
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
