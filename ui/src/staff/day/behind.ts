import type { DayNotice, DayStatus } from '../../shared/api/types'

/** Which number's names are shown; neither: everybody. */
export interface Behind {
  status?: DayStatus
  notice?: DayNotice
}
