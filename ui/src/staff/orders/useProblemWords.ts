import type { ImportProblem } from '../../shared/api/types'
import { photoSizeText, sizeText } from '../../shared/text/format'
import { useLanguage } from '../../shared/useLanguage'
import { useTerms } from '../../shared/useTerms'

/** Sizes as people read them. */
function sizes(code: string, args: Record<string, unknown>): Record<string, string> {
  const text = code === 'photo_too_small' ? (n: number) => photoSizeText(n, Math.floor) : code === 'photo_too_large' ? (n: number) => photoSizeText(n, Math.ceil) : sizeText
  return Object.fromEntries(['size', 'limit'].map((name) => [name, text(Number(args[name]) || 0)]))
}

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
    if (typeof args['size'] === 'number') Object.assign(named, sizes(code, args))
    const what = code === 'more_problems' ? { ...named, what: codeText(`${args['code']}`, {}) } : named
    const text = codeText(code, what)
    return column ? `${columnText(column)}${t('common.colon')}${text}` : text
  }

  return { columnText, problemText }
}
