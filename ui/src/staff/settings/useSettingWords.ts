import type { Setting } from '../../shared/api/types'
import { useLanguage } from '../../shared/useLanguage'
import { useTerms } from '../../shared/useTerms'
import { readSchedule } from './schedule'
import { partsOf, secondsOf } from './span'

const SPANS = ['exam.review_time', 'exam.upload_grace', 'retention.after_receipt']

/** A setting's value as people say it. */
export function useSettingWords() {
  const { t, has, grade, language, size } = useLanguage()
  const { term } = useTerms()

  function span(text: string): string {
    const seconds = secondsOf(text)
    if (seconds === 0) return t('staff.settings.no_time')
    return partsOf(seconds)
      .map(({ count, unit }) => new Intl.NumberFormat(language.value, { style: 'unit', unit, unitDisplay: 'long' }).format(count))
      .join(language.value === 'en' ? ' ' : '')
  }

  function schedule(cron: string): string {
    const { kind, at } = readSchedule(cron)
    return t(`staff.settings.schedule.${kind}`, { at, cron })
  }

  const limits = (text: string) =>
    text
      .split(', ')
      .map((band) => band.split(': '))
      .map(([grades = '', limit = '']) => t('staff.settings.limit', { grades: grades.split('-').map((one) => grade(Number(one))).join('–'), limit: span(limit) }))
      .join(t('common.comma'))

  const tolerances = (text: string) =>
    text
      .split(', ')
      .map((own) => own.split(': '))
      .map(([subject = '', levels = '']) => `${term(subject)}${t('common.colon')}${t(`staff.settings.value.exam.mark_tolerance.${levels === '0' ? '0' : '1'}`)}`)
      .join(t('common.comma'))

  function say({ name }: Pick<Setting, 'name'>, value: string): string {
    if (SPANS.includes(name)) return span(value)
    if (name.endsWith('.schedule')) return schedule(value)
    if (name === 'exam.time_limits') return limits(value)
    if (name === 'exam.mark_tolerances' && value) return tolerances(value)
    if (name === 'exam.max_clip_bytes') return size(Number(value))
    if (name === 'sync.bandwidth') return value === '0' ? t('staff.settings.all_of_the_line') : t('staff.settings.kb', { count: value })
    const key = `staff.settings.value.${name}.${value}`
    if (has(key)) return t(`staff.settings.value.${name}.${value}`)
    return value || t('staff.settings.empty')
  }

  return { say }
}
