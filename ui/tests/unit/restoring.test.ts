import { expect, test } from 'vitest'
import { restoring } from '../../src/staff/backups/restoring'

test('a folder of any name is one word of the command', () => {
  const from = (place: string) => restoring(place).find((line) => line.includes('--from'))
  expect(from('')).toContain('--from /media/…')
  expect(from('/media/backup-1')).toContain('--from /media/backup-1')
  expect(from('/media/My Stick')).toContain("--from '/media/My Stick'")
  expect(from("/media/it's; rm")).toContain(`--from '/media/it'\\''s; rm'`)
})

test('the centre that the package began is out of the way before, and the service runs after', () => {
  const lines = restoring('/media/backup')
  const at = (word: string) => lines.findIndex((line) => line.includes(word))
  expect([at('stop'), at(' mv '), at('install -d'), at('restore'), at('start kaodian')]).toEqual([0, 1, 2, 3, 4])
})
