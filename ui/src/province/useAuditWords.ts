// A line of the province's audit log in words.
import type { ProvinceLine } from '../shared/api/types'
import { useLanguage } from '../shared/useLanguage'

/** What only the server can make use of: sums and keys. They are in the export. */
const UNSAID = ['known_hash', 'manifest', 'minisign_key']

export function useAuditWords() {
  const { t, has } = useLanguage()

  function actionText(action: string): string {
    if (has(`province.audit_log.action.${action}`)) return t(`province.audit_log.action.${action}`)
    if (has(`desk.audit_log.action.${action}`)) return t(`desk.audit_log.action.${action}`)
    return t('province.audit_log.other', { action })
  }

  function valueText(name: string, value: unknown): string {
    if (name === 'role' && has(`desk.role.${value}`)) return t(`desk.role.${value}`)
    if (name === 'kind' && has(`province.audit_log.sent.${value}`)) return t(`province.audit_log.sent.${value}`)
    if (name === 'kind' && has(`desk.people.kind.${value}`)) return t(`desk.people.kind.${value}`)
    if (Array.isArray(value)) return value.join(t('common.comma')) || t('province.people.all') // only of the centres that an account is limited to
    return `${value}`
  }

  const nameText = (name: string) => (has(`province.audit_log.arg.${name}`) ? t(`province.audit_log.arg.${name}`) : name)
  const details = (line: Pick<ProvinceLine, 'args'>) =>
    Object.entries(line.args)
      .filter(([name, value]) => !UNSAID.includes(name) && value !== null && value !== '' && !(name === 'reasons' && Array.isArray(value) && value.length === 0))
      .map(([name, value]) => t('province.audit_log.detail', { name: nameText(name), value: valueText(name, value) }))

  return { actionText, details }
}
