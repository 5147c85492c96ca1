import { useLanguage } from '../../shared/useLanguage'
import { useTerms } from '../../shared/useTerms'
import type { Scope } from './scope'

/** A scope in words, for the head of a paper. */
export function useScopeWords() {
  const { t, time, day, end, grade } = useLanguage()
  const { term } = useTerms()
  return (scope: Scope): string => {
    const [opens, closes] = scope.window.split(' ')
    const said = [
      scope.day && day(scope.day, true),
      opens && closes ? `${time(opens)} – ${end(closes)}` : '',
      scope.subject && term(scope.subject),
      scope.grade === '' ? '' : grade(scope.grade),
      scope.who,
    ].filter(Boolean)
    return said.length > 0 ? said.join(' · ') : t('staff.scope.everybody')
  }
}
