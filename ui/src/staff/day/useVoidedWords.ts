import type { Day } from '../../shared/api/types'
import { useLanguage } from '../../shared/useLanguage'

/** That a whole day was voided, by whom and why, in one line (R22). */
export function useVoidedWords() {
  const { t, time, day } = useLanguage()
  return (one: Day['voided'][number]): string => {
    const said = [t('staff.day.void.said', { ...one, day: day(one.day), at: time(one.at) })]
    if (one.waiting > 0) said.push(t('staff.day.void.waiting', { waiting: one.waiting }))
    if (one.refused > 0) said.push(t('staff.day.void.refused', { refused: one.refused }))
    if (one.undone > 0) said.push(t('staff.day.void.undone', { undone: one.undone }))
    return said.join(' ')
  }
}
