import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import type { HelpCall, StaffAttempt } from '../../src/shared/api/types'
import { answersFor } from '../../src/staff/help'
import HelpPanel from '../../src/staff/HelpPanel.vue'
import BoardRow from '../../src/staff/board/BoardRow.vue'
import AttemptBoard from '../../src/staff/board/AttemptBoard.vue'
import { Clocks } from '../../src/staff/board/clocks'
import { hintOf, toneOf, wordOf } from '../../src/staff/board/items'
import { placesOf } from '../../src/staff/board/room'
import { byEnd, byUrgency, found, rowsOf, same, towards } from '../../src/staff/board/rows'
import { show } from './show'

const at = (minute: number) => new Date(Date.UTC(2026, 7, 3, 4, minute)).toISOString()

const attempt = (n: number, more: Partial<StaffAttempt> = {}): StaffAttempt => ({
  id: `attempt${n}`, order_id: `order${n}`, number: 1, state: 'running', started_at: at(0), deadline: at(30), server_time: at(0), code: `${1000 + n}`,
  candidate: { name: `考生${n}`, ticket: `T${n}` }, subject: '钢琴', grade: 3, face_consent: 'given', photo: true, device_number: `${200_000 + n}`,
  items: [{ id: '1', name: '乐曲', hints: [] }], ...more,
})

const call = (n: number, more: Partial<HelpCall> = {}): HelpCall => ({
  id: `call${n}`, candidate: { name: `考生${n}`, ticket: `T${n}` }, attempt_id: `attempt${n}`, device_number: `${n}`, reason: 'not_sending', asked_at: at(0), told_at: at(0),
  waited_minutes: 0, state: { page: 'attempt' }, answers: [], ...more,
})

const many = (count: number, more: Partial<StaffAttempt> = {}) => Array.from({ length: count }, (_, n) => attempt(n, more))

describe('the board’s rows', () => {
  it('R30: who called comes first, then who runs out next; what ended last comes below', () => {
    const rows = rowsOf([attempt(1, { deadline: at(40) }), attempt(2, { deadline: at(20) }), attempt(3), attempt(4, { state: 'submitted', ended_at: at(5) }), attempt(5, { state: 'auto_submitted', ended_at: at(9) })], [call(1)], [])
    expect(byUrgency(rows).map(({ id }) => id)).toEqual(['attempt1', 'attempt2', 'attempt3'])
    expect(byEnd(rows).map(({ id }) => id)).toEqual(['attempt5', 'attempt4'])
  })

  it('take as many places side by side as their name and signs need', () => {
    const places = (name: string, density: 'wide' | 'middle' | 'tight', more: Partial<StaffAttempt> = {}) => placesOf(rowsOf([attempt(1, { candidate: { name, ticket: 'T1' }, document: 'passport', ...more })], [], [])[0]!, density)
    const lost = { lost_since: at(3), document: undefined, face_consent: 'declined' } as const
    expect([places('王静', 'tight'), places('王静', 'middle'), places('王静', 'wide')]).toEqual([1, 1, 1])
    expect([places('欧阳雨桐', 'tight'), places('欧阳雨桐', 'tight', lost)]).toEqual([1, 2])
    expect([places('古丽米热·阿不都热依木江', 'tight'), places('古丽米热·阿不都热依木江', 'middle'), places('古丽米热·阿不都热依木江', 'wide', lost)]).toEqual([2, 2, 2])
    expect(places('Muhammad Abdurrahman al-Uyghuri of Kashgar', 'tight')).toBe(4)
  })

  it('are found by name, ticket, code, device and receipt, however they are typed', () => {
    const [row] = rowsOf([attempt(7, { id: 'abcdefgh2345zz' })], [], [])
    for (const words of ['考生7', 't7', '1007', '200 007', 'ABCD-EFGH', '', 'Ｔ７', '１００７', '２００　００７']) expect(found(row!, words), words).toBe(true)
    for (const words of ['考生8', '9999']) expect(found(row!, words), words).toBe(false)
  })

  it('in which nothing changed are the very same as before', () => {
    const before = rowsOf(many(3), [], [])
    const after = rowsOf(many(3, { server_time: at(1) }).map((one, n) => (n === 1 ? { ...one, deadline: at(45) } : one)), [], before)
    expect(after.map((row, n) => row === before[n])).toEqual([true, false, true])
  })

  it('come, change and go a few at a time, the first ones first, and all in the end', () => {
    const wanted = rowsOf(many(50), [], [])
    let shown = towards([], wanted, 20)
    expect(shown).toEqual(wanted.slice(0, 20))
    for (const goal of [wanted, rowsOf(many(50, { deadline: at(50) }), [], wanted), wanted.slice(40)]) {
      for (let step = 0; !same(shown, goal); step++) {
        const next = towards(shown, goal, 20)
        const touched = next.filter((row) => !shown.includes(row)).length + shown.filter(({ id }) => !next.some((row) => row.id === id)).length
        expect(touched).toBeGreaterThan(0)
        expect(touched).toBeLessThanOrEqual(20)
        expect(step).toBeLessThan(5)
        shown = next
      }
    }
  })
})

describe('the board', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  async function board(attempts: StaffAttempt[], calls: HelpCall[] = []) {
    const view = show(AttemptBoard, { attempts, calls, refresh: async () => undefined })
    await vi.advanceTimersByTimeAsync(600)
    return view
  }

  /** What was written into the page while something went on, by the rows in which it was. */
  async function touched(root: Element, during: () => Promise<unknown>): Promise<{ rows: Set<Element>; records: number }> {
    const records: MutationRecord[] = []
    const observer = new MutationObserver((more) => records.push(...more))
    observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true })
    await during()
    await flushPromises()
    records.push(...observer.takeRecords())
    observer.disconnect()
    const rowOf = (node: Node) => (node instanceof Element ? node : node.parentElement)?.closest('.board-row')
    return { rows: new Set(records.map(({ target }) => rowOf(target)).filter((row) => row != null)), records: records.length }
  }

  it('draws one row anew when one of 210 changed', { timeout: 60_000 }, async () => {
    const attempts = many(210)
    const view = await board(attempts)
    expect(view.findAll('.board-row')).toHaveLength(210)
    const list = view.find('.board').element
    const changed = attempts.map((one, n) => (n === 100 ? { ...one, items: [{ id: '1', name: '乐曲', clip_id: 'c', clip_state: 'received', hints: [] }] } : one))
    const drawn = vi.spyOn(Clocks.prototype, 'show') // each drawing of a row ends with it
    const { rows } = await touched(list, async () => {
      await view.setProps({ attempts: changed })
      await vi.advanceTimersByTimeAsync(100) // before the countdown's second is over
    })
    expect([...rows].map((row) => row.querySelector('.board-name')?.textContent)).toEqual(['考生100'])
    expect(drawn).toHaveBeenCalledTimes(1)
    const still = await touched(list, async () => {
      await view.setProps({ attempts: changed.map((one) => ({ ...one })) })
      await vi.advanceTimersByTimeAsync(100)
    })
    expect(still.records, 'the same answer again').toBe(0)
    expect(drawn, 'the same answer again').toHaveBeenCalledTimes(1)
  })

  it('counts down by writing the time alone', async () => {
    const view = await board([attempt(1)])
    const clock = view.find('.board-clock')
    const before = clock.text()
    const { records } = await touched(view.element, () => vi.advanceTimersByTimeAsync(1000))
    expect(clock.text()).not.toBe(before)
    expect(records).toBeLessThanOrEqual(2)
  })

  it('shows what was found, and all of one attempt when it is chosen', async () => {
    const view = await board(many(30), [call(4)])
    expect(view.find('.board-row').text()).toContain(zhCN.help.reason.not_sending)
    await view.find('input[name=find]').setValue('1007')
    await vi.advanceTimersByTimeAsync(500)
    expect(view.findAll('.board-row')).toHaveLength(1)
    await view.find('input[name=find]').trigger('keydown', { key: 'Enter' })
    expect(view.find('.board-detail').text()).toContain('200007')
    expect(view.find('.board-detail').text()).toMatch(new RegExp(`${zhCN.finding.fact.receipt} [A-Z0-9]{4}-`))
    expect(view.find('.board-row button').attributes('aria-expanded')).toBe('true')
  })

  describe('under a pointer', () => {
    const names = (view: Awaited<ReturnType<typeof board>>) => view.findAll('.board-row').map((row) => row.find('.board-name').text())
    const said = async (view: Awaited<ReturnType<typeof board>>, now: object) => {
      await view.setProps(now)
      await vi.advanceTimersByTimeAsync(500)
      return names(view)
    }
    const all = many(3)
    const more = [attempt(9, { deadline: at(1) }), attempt(0), attempt(1, { state: 'submitted', ended_at: at(4) }), attempt(2)]

    it('R30: no row moves when somebody calls, begins or ends; it comes first when the pointer has left', async () => {
      const view = await board(all)
      await view.trigger('pointerenter', { pointerType: 'mouse' })
      expect(await said(view, { calls: [call(2)] })).toEqual(['考生0', '考生1', '考生2'])
      expect(view.findAll('.board-row')[2]?.classes()).toContain('board-called')
      expect(await said(view, { attempts: more })).toEqual(['考生0', '考生1', '考生2', '考生9'])
      expect(view.findAll('.board-row')[1]?.text()).toContain(zhCN.staff.attempts.states.submitted)
      await view.trigger('pointerleave', { pointerType: 'mouse' })
      await vi.advanceTimersByTimeAsync(500)
      expect(names(view)).toEqual(['考生2', '考生9', '考生0', '考生1'])
    })

    it('nor while a row is open', async () => {
      const view = await board(all)
      await view.findAll('.board-row button')[1]?.trigger('click')
      expect(await said(view, { calls: [call(2)] })).toEqual(['考生0', '考生1', '考生2'])
      await view.findAll('.board-row button')[1]?.trigger('click')
      await vi.advanceTimersByTimeAsync(500)
      expect(names(view)).toEqual(['考生2', '考生0', '考生1'])
    })

    it('nor under a finger that may come down again', async () => {
      const view = await board(all)
      await view.trigger('pointerdown', { pointerType: 'touch' })
      await view.trigger('pointerleave', { pointerType: 'touch' })
      expect(await said(view, { calls: [call(2)] })).toEqual(['考生0', '考生1', '考生2'])
      await vi.advanceTimersByTimeAsync(5000)
      expect(names(view)).toEqual(['考生2', '考生0', '考生1'])
    })

    it('what is searched for is sorted at once', async () => {
      const view = await board(all, [call(2)])
      await view.trigger('pointerenter', { pointerType: 'mouse' })
      await view.find('input[name=find]').setValue('考生')
      expect(await said(view, { calls: [call(1)] })).toEqual(['考生2', '考生0', '考生1'])
      await view.find('input[name=find]').setValue('T')
      await vi.advanceTimersByTimeAsync(500)
      expect(names(view)).toEqual(['考生1', '考生0', '考生2'])
    })
  })
})

describe('the calls for help', () => {
  const panel = (calls: HelpCall[]) => show(HelpPanel, { calls, problem: null, refresh: async () => undefined })

  it('R30: a flood from the log-in pushes nobody off the screen', async () => {
    const strangers = Array.from({ length: 40 }, (_, n) => call(n, { id: `s${n}`, candidate: undefined, attempt_id: undefined, reason: 'log_in' }))
    const view = panel([call(1), call(2), ...strangers])
    expect(view.findAll('.help-calls > ul > li')).toHaveLength(5)
    await view.find('.help-calls > button').trigger('click')
    expect(view.findAll('.help-calls > ul > li')).toHaveLength(42)
  })

  it('R30: every reason has its answers, that somebody comes first', () => {
    for (const reason of Object.keys(zhCN.help.reason)) {
      const answers = answersFor(reason as HelpCall['reason'])
      expect(answers[0]).toBe('coming')
      expect(answers.length, reason).toBeGreaterThan(1)
    }
  })
})

describe('an item on the board', () => {
  const words = { t: (key: string) => key, size: String }
  const item = (more: Partial<StaffAttempt['items'][number]>) => ({ id: '1', name: '乐曲', clip_id: 'c', clip_state: 'examined' as const, hints: [], ...more })

  it('R19: says what the child is told to record again for, the gravest first, and never that all is well', () => {
    const bad = item({ hints: ['portrait', 'silent', 'too_short'] })
    expect([toneOf(bad), hintOf(bad), wordOf(bad, words)]).toEqual(['warn', 'too_short', 'finding.note.too_short'])
    expect([toneOf(item({})), wordOf(item({}), words)]).toEqual(['good', 'finding.clip.examined'])
    expect([toneOf(item({ hints: ['unreadable'] })), wordOf(item({ hints: ['unreadable'] }), words)]).toEqual(['bad', 'finding.clip.unexaminable'])
  })
})

describe('a call from an exam that is over', () => {
  it('R30: comes after those whose time runs, says so, and offers no more time', () => {
    const page = show(HelpPanel, { calls: [call(1, { attempt_state: 'voided' }), call(2, { attempt_state: 'running' })], problem: null, refresh: async () => undefined })
    const rows = page.findAll('.help-calls > ul > li')
    expect(rows.map((row) => row.find('.help-who').text().includes('考生2'))).toEqual([true, false])
    expect(rows[0]!.text()).toContain(zhCN.staff.extra.give)
    expect(rows[1]!.text()).not.toContain(zhCN.staff.extra.give)
    expect(rows[1]!.text()).toContain(zhCN.staff.attempts.states.voided)
    expect(rows[1]!.text()).not.toContain(zhCN.staff.help.page.attempt)
    page.unmount()
  })
})

describe('the sign that somebody is to be identified', () => {
  const marked = (more: Partial<StaffAttempt>) => {
    const [row] = rowsOf([attempt(1, more)], [], [])
    return show(BoardRow, { row, open: false, density: 'wide', clocks: new Clocks() }).find('.board-doubt').exists()
  }

  it('R25: is gone once the check-in saw a document', () => {
    expect(marked({})).toBe(false)
    for (const doubt of [{ photo: false }, { face_consent: 'declined' }] as Partial<StaffAttempt>[]) {
      expect(marked(doubt)).toBe(true)
      expect(marked({ ...doubt, document: 'passport' })).toBe(false)
    }
  })
})
