// The one sentence of a rehearsal.
import type { RehearsalRecord } from '../../shared/api/types'
import { useLanguage } from '../../shared/useLanguage'

export function useVerdictWords() {
  const { t } = useLanguage()

  function sentence(record: RehearsalRecord): string {
    const { verdict, plan } = record
    if (!verdict) return t('staff.rehearsal.ended.cut_off')
    const limit = verdict.limited_by ? t(`staff.rehearsal.limit.${verdict.limited_by}`) : ''
    return t(`staff.rehearsal.outcome.${verdict.outcome}`, { count: verdict.per_hour, expected: plan.expected, limit })
  }

  function look(record: RehearsalRecord): 'desk-good' | 'desk-bad' | 'desk-warn' {
    if (record.verdict?.outcome === 'go') return 'desk-good'
    return record.verdict?.outcome === 'no_go' ? 'desk-bad' : 'desk-warn'
  }

  return { sentence, look }
}
