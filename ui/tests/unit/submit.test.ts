import { beforeEach, describe, expect, it, vi } from 'vitest'
import { computed, shallowRef } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import { Later } from '../../src/candidate/attempt/later'
import { attemptKey } from '../../src/candidate/attempt/useAttempt'
import Submit from '../../src/candidate/pages/Submit.vue'
import { show } from './show'

const asked = vi.hoisted(() => [] as string[])
/** What happens while the next question is read; it is answered with yes then. */
const reading = vi.hoisted(() => ({ meanwhile: null as (() => void) | null }))
const took = vi.hoisted(() => [] as string[])
vi.mock('../../src/candidate/acts', () => ({ acts: { takeOver: async (id: string) => took.push(id) } }))
vi.mock('vue-router', () => ({ useRouter: () => ({ replace: () => undefined }) }))
vi.mock('../../src/candidate/parts/ask', () => ({
  ask: async (question: { text: string }) => {
    asked.push(question.text)
    const { meanwhile } = reading
    reading.meanwhile = null
    meanwhile?.()
    return meanwhile !== null
  },
}))

const words = zhCN.candidate.submit
const clip = { id: 'c', state: 'examined', previewed: true, hints: [] as string[] }
const broken = { id: 'b', state: 'unexaminable', previewed: true, hints: ['unreadable'] }
const item = (id: string, name: string, more: object = {}) => ({ id, name, kind: 'piece', ...more })
const job = (id: string, state: string, more: object = {}) => ({ item: id, state, sent: 20, file: { size: 100 }, secondsLeft: null, problem: null, ...more })

beforeEach(() => asked.splice(0))

function open(items: object[], jobs: { item: string }[] = [], more: object = {}) {
  const later = new Later('a')
  const resumed: string[] = []
  const session = {
    id: 'a', later, attempt: shallowRef({ id: 'a', holds: true, state: 'running', items, ...more }), jobs: shallowRef(jobs), unsure: shallowRef(null), order: shallowRef(null),
    jobOf: (id: string) => session.jobs.value.find((one) => one.item === id), refresh: () => undefined, sure: (act: () => Promise<unknown>) => act(), queue: { resume: (id: string) => resumed.push(id) },
  }
  const page = show(Submit, {}, { stubs: { Back: true, ItemSheets: true }, provide: { [attemptKey as symbol]: computed(() => session) } })
  const rows = () => page.findAll('.row').map((row) => `${row.find('strong').text()} ${row.find('p').text()}`)
  const acts = () => page.findAll('.row').map((row) => row.findAll('.van-button').map((button) => button.text()).join())
  const main = () => page.find('.bar .main-act')
  return { page, rows, acts, main, later, resumed, session, strong: () => main().classes('van-button--primary') && !main().classes('van-button--plain') }
}

describe('the page before submitting', () => {
  it('R14: calls lost what has no clip yet, and not a replacement whose former clip counts', async () => {
    const items = [item('1', '音阶', { clip }), item('2', '乐曲'), item('3', '视奏', { clip, receiving: { upload_id: 'u', offset: 7, size: 100 } }), item('4', '练习曲', { clip })]
    const { rows, main } = open(items, [job('1', 'paused'), job('2', 'paused'), job('4', 'failed')])
    expect(rows()).toEqual([
      `音阶 ${words.row.replacing.replace('{percent}', '20')}`,
      `乐曲 ${words.row.paused.replace('{percent}', '20')}`,
      `视奏 ${words.row.interrupted_old.replace('{percent}', '7')}`,
      `练习曲 ${words.row.interrupted_old.replace('{percent}', '20')}`,
    ])
    await main().trigger('click')
    expect(asked[0]?.split('\n').slice(0, 2)).toEqual([words.lost_uploads.replace('{items}', '乐曲'), words.lost_new.replace('{items}', ['音阶', '视奏', '练习曲'].join(zhCN.common.comma))])
  })

  it('R14: a file that cannot be opened is no video, and with nothing else there is nothing to submit', async () => {
    const { page, rows, main } = open([item('1', '音阶', { clip: broken }), item('2', '乐曲')])
    expect(rows()).toEqual([`音阶 ${words.row.broken}`, `乐曲 ${words.row.missing}`])
    expect(page.find('.bar').text(), 'where it would be pressed').toContain(words.nothing)
    expect(page.text().split(words.nothing)).toHaveLength(2)
    expect(page.find('.row-broken .tone-bad').exists()).toBe(true)
    expect(main().attributes('disabled')).toBeDefined()
  })

  it('R14: every row has the one thing that helps, and the question names what is broken, doubtful and not watched', async () => {
    const items = [
      item('1', '一', { clip }), item('2', '二', { clip: { ...clip, previewed: false } }), item('3', '三', { clip: { ...clip, previewed: false, hints: ['silent', 'portrait'] } }),
      item('4', '四', { clip: broken }), item('5', '五'), item('6', '六'), item('7', '七', { receiving: { upload_id: 'u', offset: 7, size: 100 } }),
      item('8', '八', { receiving: { upload_id: 'u', offset: 7, live: true } }),
    ]
    const { page, acts, main, strong, resumed } = open(items, [job('6', 'paused')])
    const r = words.remedy
    expect(acts(), 'what is doubtful can be watched first').toEqual([r.preview, r.preview, `${r.again},${r.preview}`, r.replace, r.record, r.resume, r.choose, r.take])
    expect(page.text()).toContain(zhCN.hint.silent)
    expect(strong()).toBe(false)
    await page.findAll('.row')[5]!.find('.van-button').trigger('click')
    expect(resumed).toEqual(['6'])
    await main().trigger('click')
    const lines = asked[0]!.split('\n')
    expect(lines).toContain(words.lost_broken.replace('{items}', '四'))
    expect(lines).toContain(words.hint_of.replace('{item}', '三').replace('{hint}', zhCN.hint.portrait))
    expect(lines).toContain(words.not_seen.replace('{items}', '二，三'.replace('，', zhCN.common.comma)))
  })

  it('submitting is the strong button only when everything is there; while something is on its way the waiting is', async () => {
    expect(open([item('1', '一', { clip })]).strong()).toBe(true)
    expect(open([item('1', '一', { clip: { ...clip, previewed: false } })]).strong()).toBe(false)
    const { page, main, strong, later } = open([item('1', '一', { clip }), item('2', '二')], [job('2', 'sending')])
    expect([main().text(), strong()]).toEqual([zhCN.candidate.later.arm, true])
    expect(page.text()).toContain(words.on_way.replace('{items}', '二'))
    await main().trigger('click')
    expect(asked, 'one tap: nothing is missing').toEqual([])
    expect(later.awaited.value).toEqual({ 2: '' })
    expect(main().text()).toBe(zhCN.candidate.later.stop)
    expect(page.text(), 'it is submitted by itself').not.toContain(words.on_way.replace('{items}', '二'))
    await main().trigger('click')
    expect(later.awaited.value).toBeNull()
  })

  it('sends nobody back to complete what is complete: a look is taken here', () => {
    const side = (...items: object[]) => open(items).page.find('.bar .bar-side')
    const unseen = item('1', '音阶', { clip: { ...clip, previewed: false } })
    expect(side(unseen).text()).toBe(words.no)
    expect(side(unseen).classes()).not.toContain('van-button--primary')
    expect(side(unseen, item('2', '乐曲')).text()).toBe(words.complete_it)
  })

  it('R14: where the last video came while the question was read, what is true then is asked', async () => {
    const hinted = { ...clip, previewed: true, hints: ['silent'] }
    const { main, later, session } = open([item('1', '一', { clip: hinted }), item('2', '二')], [job('2', 'sending')])
    const hintOf = (name: string) => words.hint_of.replace('{item}', name).replace('{hint}', zhCN.hint.silent)
    reading.meanwhile = () => {
      session.jobs.value = []
      session.attempt.value = { ...session.attempt.value, items: [item('1', '一', { clip: hinted }), item('2', '二', { clip: hinted })] }
    }
    await main().trigger('click')
    await vi.waitFor(() => expect(asked).toHaveLength(2))
    expect(asked[0]!.split('\n')).toEqual([hintOf('一'), words.ask_text])
    expect(asked[1]!.split('\n')).toEqual([hintOf('一'), hintOf('二'), words.ask_text])
    expect(later.awaited.value, 'nothing is waited for any more').toBeNull()
  })

  it('R14: an old video that counts, and that nobody watched, is named behind a new one that broke off', async () => {
    const unseen = { ...clip, previewed: false }
    const { main, later } = open([item('1', '一', { clip: unseen, receiving: { upload_id: 'u', offset: 23, size: 100 } }), item('2', '二', { clip: { ...unseen, hints: ['silent'] } })], [job('2', 'failed')])
    await main().trigger('click')
    const both = ['一', '二'].join(zhCN.common.comma)
    expect(asked[0]?.split('\n')).toEqual([words.lost_new.replace('{items}', both), words.hint_of.replace('{item}', '二').replace('{hint}', zhCN.hint.silent), words.not_seen.replace('{items}', both), words.ask_text])
    const waiting = open([item('1', '一', { clip: unseen })], [job('1', 'sending')])
    await waiting.main().trigger('click')
    expect([asked.length, waiting.later.awaited.value], 'what is waited for is not lost').toEqual([1, { 1: 'c' }])
    waiting.later.takeBack()
    later.takeBack()
  })

  it('R14: what the automatic submission waits for is named with its progress', async () => {
    const { page, main, later } = open([item('1', '一', { clip }), item('2', '二'), item('3', '三')], [job('2', 'sending'), job('3', 'queued', { sent: 0 })])
    await main().trigger('click')
    expect(page.find('.note').text()).toBe(words.armed.replace('{items}', ['二 20%', '三 0%'].join(zhCN.common.comma)))
    later.takeBack()
  })

  it('R12: a new video that is not there yet is never told as one that is missing', () => {
    const receiving = { upload_id: 'u', offset: 7, size: 100 }
    const said = (more: object, jobs: object[] = []) => open([item('1', '一', { clip }), item('2', '二', { clip, ...more })], jobs as { item: string }[]).page.find('.note').text()
    const counts = words.old_counts.replace('{items}', '二')
    expect(said({ receiving })).toBe(counts)
    expect(said({}, [job('2', 'paused')])).toBe(counts)
    expect(said({ receiving: { ...receiving, at_desk: true } })).toBe(counts)
    expect(said({ clip: undefined, receiving })).toBe(words.incomplete)
    const { rows } = open([item('2', '二', { clip, receiving: { ...receiving, at_desk: true } })])
    expect(rows()).toEqual([`二 ${words.row.replacing.replace('{percent}', '7')}`])
    const away = open([item('2', '二', { clip, receiving })], [], { holds: false })
    expect(away.rows()).toEqual([`二 ${words.row.replacing.replace('{percent}', '7')}`])
  })

  it.each([[{}, [item('1', '一', { clip })], ''], [{ practice: true }, [item('1', '一')], '_practice']] as const)('R10: on the device that does not hold it the bar says what can be done there, and does it: %o', async (more, items, word) => {
    took.splice(0)
    const { page, main, strong } = open([...items], [], { holds: false, ...more })
    expect(page.find('.bar').text()).toContain(words[`looking${word}`])
    expect([main().text(), strong(), main().attributes('disabled')]).toEqual([zhCN.candidate.device[`take_over${word}`], true, undefined])
    reading.meanwhile = () => undefined
    await main().trigger('click')
    await vi.waitFor(() => expect(took).toEqual(['a']))
    expect(asked).toEqual([zhCN.candidate.device[`ask_text${word}`]])
  })

  it('R26: of a practice run speaks of no exam', async () => {
    const { page, main } = open([item('1', '一', { clip })], [], { practice: true })
    expect(page.text()).toContain(words.after_practice)
    await main().trigger('click')
    expect(asked).toEqual([words.ask_text_practice])
    expect(`${page.html()}${asked.join()}`).not.toContain('考试')
  })

  it('waiting for one video asks about another that is missing', async () => {
    const { main, strong, later } = open([item('1', '一'), item('2', '二')], [job('2', 'sending')])
    expect(strong()).toBe(false)
    await main().trigger('click')
    expect(asked[0]?.split('\n'), 'and that it is final').toEqual([words.lost_missing.replace('{items}', '一'), words.ask_text])
    expect(later.awaited.value, 'the answer was no').toBeNull()
  })
})
