import { describe, expect, it } from 'vitest'
import type { Turn } from '../../src/shared/api/types'
import HallColumn from '../../src/staff/turns/HallColumn.vue'
import { show } from './show'

const at = '2026-08-03T12:00:00+08:00'
const turn = (n: number, checked_in_at?: string): Turn => ({
  order_id: `o${n}`, candidate: { name: `考生${n}`, ticket: `T200${n}` }, tail: `200${n}`, subject: '钢琴', grade: 3, opens_at: at, closes_at: at,
  hall: 1, place: n, state: 'waiting', status: 'open', begun: false, known: 0, calls: 0, counted: 0, checked_in_at,
})

function column(...turns: Turn[]) {
  const desk = { board: { data: { value: { at, halls: [], turns } } }, act: { busy: { value: false } }, ahead: { value: 0 } }
  return show(HallColumn, { hall: { number: 1 }, halls: [{ number: 1 }], turns, desk, find: '' })
}

describe('a room calls next', () => {
  it('who has checked in, and names whom it passes over', () => {
    const room = column(turn(1), turn(2, at), turn(3))
    expect(room.find('.turns-next').text()).toContain('考生2')
    expect(room.text()).toContain('还没签到，先不叫：2001 考生1。')
    expect(room.findAll('.turns-list .state').map((tag) => tag.text())).toEqual(['还没签到', '12:00 已签到', '还没签到'])
  })

  it('names a few of many whom it passes over, and how many more', () => {
    const room = column(...Array.from({ length: 8 }, (_, n) => turn(n)), turn(8, at))
    expect(room.text()).toContain('2004 考生4等，另外还有 3 人。')
    expect(room.text()).not.toContain('2005 考生5、')
  })

  it('the first of the list where none who waits has checked in, and says so', () => {
    const room = column({ ...turn(1, at), state: 'came' }, turn(2))
    expect(room.find('.turns-next').text()).toContain('考生2')
    expect(room.find('.desk-warn').text()).toContain('还没签到')
  })

  it('the first of the list, without a word, at a centre that checks nobody in', () => {
    const room = column(turn(1), turn(2))
    expect(room.find('.turns-next').text()).toContain('考生1')
    expect(room.text()).not.toContain('签到')
  })
})
