import { describe, expect, it } from 'vitest'
import { readSchedule, SCHEDULES, writeSchedule } from '../../src/staff/settings/schedule'

describe('a schedule in words', () => {
  it.each(SCHEDULES)('%s is read as it was written', (kind) => {
    const cron = writeSchedule({ kind, at: '18:30', cron: '5 4 * * 1' })
    expect(readSchedule(cron)).toMatchObject({ kind, cron })
  })
})
