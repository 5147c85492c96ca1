// Rooms 考场 by their numbers, as pages name them.
import { useLanguage } from '../../shared/useLanguage'

export interface Named {
  number: number
  name?: string
}

export function useHallWords() {
  const { t } = useLanguage()
  /** «Room 3», and with it what it is called beside. */
  const hallText = ({ number, name }: Named) => t('staff.turns.hall', { number }) + (name ? ` · ${name}` : '')
  return { hallText }
}
