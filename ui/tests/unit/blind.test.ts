// What a page tells an examiner whose order was decided says nothing of the others:
// that a committee decided is that they disagreed (R21).
import { expect, it } from 'vitest'
import en from '../../locales/en.json'
import zhCN from '../../locales/zh-CN.json'

it.each([['zh-CN', zhCN], ['en', en]] as const)('R21: an examiner reads of no committee, in %s', (_, words) => {
  const read = [words.staff.review.voices.closed, words.error.mark_settled, words.error.mark_taken, words.error.mark_recused]
  expect(JSON.stringify(read)).not.toMatch(/考官组|不一致|committee|differ|disagreed/)
})
