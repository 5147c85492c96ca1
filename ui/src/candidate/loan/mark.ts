// What a loan phone knows of itself over a reload: that it is one, and of which
// loan something may remain in it.

import { recall, remember } from '../way/memory'

/** In `memory`: «yes», or the loan of which something may remain. */
export const MARK = 'loan'
const FREE = 'yes'

export const isLoanPhone = () => recall(MARK) !== ''

/** The loan of which something may remain, '' for none. */
export const marked = () => (recall(MARK) === FREE ? '' : recall(MARK))

export function mark(loan: string): void {
  if (recall(MARK) !== (loan || FREE)) remember(MARK, loan || FREE)
}
export const unmark = () => remember(MARK, '')
