import { expect, it } from 'vitest'
import type { ReviewRow } from '../../src/shared/api/types'
import ClipTable from '../../src/shared/desk/ClipTable.vue'
import { still } from '../../src/shared/desk/still'
import { show } from './show'

const rows = (ids: string) => [...ids].map((id) => ({ id }))
const ids = (list: { id: string }[]) => list.map(({ id }) => id).join('')

it('rows that somebody is about to press stay where they are', () => {
  const fresh = rows('dcba')
  const kept = still(rows('cb'), fresh)
  expect(ids(kept)).toBe('cba')
  expect(kept[0], 'what is new in a row is shown').toBe(fresh[1])
  expect(ids(still(rows('cb'), rows('d')))).toBe('cb')
})

const clip = (id: string) => ({
  id, name: 'a.mp4', item: '乐曲', subject: '钢琴', grade: 3, state: 'received', size: 5, received_at: '2026-07-03T18:00:00+08:00', worst: '',
  candidate: { name: `考生${id}`, ticket: `T${id}` }, doubts: [],
}) as unknown as ReviewRow

it('a new clip moves no row of the list while the mouse is over it', async () => {
  const table = show(ClipTable, { clips: [clip('b'), clip('a')], empty: '', more: false })
  const names = () => table.findAll('tbody tr').map((row) => /考生(.)/.exec(row.text())?.[1]).join('')
  await table.find('tbody').trigger('mouseenter')
  await table.setProps({ clips: [clip('c'), clip('b'), clip('a')] } as never)
  expect(names()).toBe('ba')
  await table.find('tbody').trigger('mouseleave')
  expect(names()).toBe('cba')
})
