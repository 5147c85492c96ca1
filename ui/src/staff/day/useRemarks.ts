import type { DayOrder } from '../../shared/api/types'
import { useFindingWords } from '../../shared/desk/useFindingWords'
import { useLanguage } from '../../shared/useLanguage'

/** What is special about an order, in one line. */
export function useRemarks() {
  const { t } = useLanguage()
  const { irregularityText } = useFindingWords()
  return (order: DayOrder): string => {
    const said: string[] = []
    if (order.emergency) said.push(t('staff.day.remark.emergency'))
    if (order.reason) said.push(order.reason)
    if (order.irregular.length > 0) said.push(t('staff.day.remark.irregular', { what: order.irregular.map(irregularityText).join(t('common.comma')) }))
    if (order.reported) said.push(t('staff.day.remark.reported'))
    if (order.invalid_clips > 0) said.push(t('staff.day.remark.invalid', { count: order.invalid_clips }))
    if (order.extra_seconds > 0) said.push(t('staff.day.remark.extra', { minutes: Math.ceil(order.extra_seconds / 60) }))
    if (order.reset > 0) said.push(t('staff.day.remark.reset', { count: order.reset }))
    if (order.voided > 0) said.push(t('staff.day.remark.voided', { count: order.voided }))
    if (order.desk) said.push(t('staff.day.remark.desk'))
    if (order.attempts > 1) said.push(t('staff.day.remark.attempts', { count: order.attempts }))
    return said.join(t('common.comma'))
  }
}
