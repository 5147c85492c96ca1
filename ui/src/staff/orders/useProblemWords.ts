import type { ImportProblem } from '../../shared/api/types'
import { useLanguage } from '../../shared/useLanguage'
import { useTerms } from '../../shared/useTerms'

/** What is wrong with a row of a list, in words: the column, why, and what to do. */
export function useProblemWords() {
  const { t, has, grade } = useLanguage()
  const { term } = useTerms()
  const columnText = (column: string) => (has(`staff.orders.column.${column}`) ? t(`staff.orders.column.${column}`) : column)

  function codeText(code: string, args: Record<string, unknown>): string {
    if (has(`staff.orders.problem.${code}`)) return t(`staff.orders.problem.${code}`, args).replace(/\{\w+\}/g, '…')
    return has(`error.${code}.text`) ? `${t(`error.${code}.text`, args)} ${t(`error.${code}.next`, args)}`.replace(/\{\w+\}/g, '…') : t('staff.orders.problem.other')
  }

  function problemText({ code, args, column }: ImportProblem): string {
    const named = { ...args, grade: typeof args['grade'] === 'number' ? grade(args['grade']) : args['grade'], subject: typeof args['subject'] === 'string' ? term(args['subject']) : args['subject'] }
    const what = code === 'more_problems' ? { ...named, what: codeText(`${args['code']}`, {}) } : named
    const text = codeText(code, what)
    return column ? `${columnText(column)}${t('common.colon')}${text}` : text
  }

  return { columnText, problemText }
}
