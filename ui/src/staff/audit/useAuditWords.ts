// A line of the audit log in words: what was done, and the arguments of it.
import { useLanguage } from '../../shared/useLanguage'

export function useAuditWords() {
  const { t, has, time, size, duration } = useLanguage()

  function actionText(action: string): string {
    if (has(`staff.audit.action.${action}`)) return t(`staff.audit.action.${action}`)
    if (has(`staff.review.fact.${action}`)) return t(`staff.review.fact.${action}`)
    return t('staff.audit.other', { action })
  }

  function valueText(name: string, value: unknown): string {
    if (name === 'role' && has(`desk.role.${value}`)) return t(`desk.role.${value}`)
    if (name === 'kind' && has(`staff.people.kind.${value}`)) return t(`staff.people.kind.${value}`)
    if (name === 'act' && has(`staff.audit.act.${value}`)) return t(`staff.audit.act.${value}`)
    if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return time(value)
    if (typeof value === 'number' && name === 'bytes') return size(value)
    if (typeof value === 'number' && name === 'seconds') return duration(value)
    return typeof value === 'object' ? JSON.stringify(value) : `${value}`
  }

  const nameText = (name: string) => (has(`staff.audit.arg.${name}`) ? t(`staff.audit.arg.${name}`) : name)

  /** The arguments, each with its name; empty ones say nothing. */
  const details = (args: Record<string, unknown>) =>
    Object.entries(args)
      .filter(([, value]) => value !== '' && value !== null && value !== undefined)
      .map(([name, value]) => t('staff.audit.detail', { name: nameText(name), value: valueText(name, value) }))

  return { actionText, details }
}
