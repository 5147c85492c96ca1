import type { Attempt } from '../../shared/api/types'
import { useLanguage } from '../../shared/useLanguage'
import { useTerms } from '../../shared/useTerms'
import { withoutFullStop } from './reason'

export type DeskAct = NonNullable<Attempt['desk']>[number]

/** One act of the staff in one calm sentence, with the reason that they wrote; '' for one of a newer server. */
export function useDeskSay(): (act: DeskAct) => string {
  const { t, has, time } = useLanguage()
  const { term } = useTerms()
  return ({ kind, at, reason, item, category }) => {
    const what = `candidate.desk.what.${category}`
    if (!has(`candidate.desk.${kind}`) || (kind === 'noted' && !has(what))) return ''
    const said = t(`candidate.desk.${kind}`, { at: time(at, 'clock'), item: term(item ?? ''), what: category ? t(what) : '' })
    return reason && kind !== 'taken_in' ? `${said}${t('candidate.desk.reason', { reason: withoutFullStop(reason) })}` : said
  }
}
