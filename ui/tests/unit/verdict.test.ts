// The desk without a line judges by the exam's own cases.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { refusedAt, type Judged } from '../../src/staff/checkin/verdict'

interface Case {
  name: string
  opens: string
  closes: string
  from: string
  at: string
  over?: boolean
  disqualified?: boolean
  checked_in?: boolean
  want: string
}
const cases = JSON.parse(readFileSync(join(import.meta.dirname, '../../../app/exam/testdata/check_in.json'), 'utf8')) as Case[]

/** What the server said of the order when the list was read. */
function judged(one: Case): Judged {
  const code = one.disqualified ? 'check_in_disqualified' : one.over ? 'check_in_over' : 'check_in_early'
  return {
    opens_at: one.opens, closes_at: one.closes, from: one.from, refused: { code, args: {} },
    check_in: one.checked_in ? { id: 'c1', at: one.at, arrived_at: one.at, by: 'teacher' } : undefined,
  }
}

test.each(cases)('$name', (one) => {
  expect(refusedAt(judged(one), Date.parse(one.at))).toBe(one.want)
})
