// What results are called, and how they look.
import type { Result, ResultItem, ResultOutcome } from '../../shared/api/types'
import { useLanguage } from '../../shared/useLanguage'

const looks: Record<ResultOutcome, string> = {
  excellent: 'state-good',
  good: 'state-good',
  pass: 'state-good',
  fail: 'state-bad',
  absent: 'state-soft',
  forfeited: 'state-soft',
  disqualified: 'state-bad',
}

export function useResultWords() {
  const { t } = useLanguage()
  const outcomeText = (outcome: ResultOutcome): string => t(`staff.results.outcomes.${outcome}`)
  /** The level of an item, or why it has none. */
  const itemText = (item: Pick<ResultItem, 'level' | 'state'>): string =>
    item.level && item.state === 'marked' ? t(`finding.level.${item.level}`) : t(`staff.results.item.${item.state}`)
  /** What each of several examiners gave the order, and the chair. */
  const voicesText = ({ voices, chair }: Pick<Result, 'voices' | 'chair'>): string =>
    [
      ...voices.map((voice) => t('staff.results.voice', { name: voice.examiner, level: voice.level ? t(`finding.level.${voice.level}`) : t('staff.review.voices.unfinished') })),
      ...(chair ? [t('staff.results.voice', { name: t('staff.review.voices.chair'), level: t(`finding.level.${chair}`) })] : []),
    ].join(t('common.comma'))
  return { itemText, voicesText, outcomeText, looks }
}
