import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import zhCN from '../../locales/zh-CN.json'
import type { ReviewClip } from '../../src/shared/api/types'
import { goneSince } from '../../src/shared/desk/server'
import { actOf } from '../../src/staff/review/shortcuts'
import ClipPage from '../../src/staff/review/ClipPage.vue'
import Facts from '../../src/staff/review/Facts.vue'
import Findings from '../../src/staff/review/Findings.vue'
import Identity from '../../src/staff/review/Identity.vue'
import Marks from '../../src/staff/review/Marks.vue'
import MarkForm from '../../src/staff/review/MarkForm.vue'
import { withPhrase } from '../../src/staff/review/phrases'
import Player from '../../src/staff/review/Player.vue'
import { nextPlace, placesOf, previousPlace } from '../../src/staff/review/places'
import ClipReview from '../../src/province/ClipReview.vue'
import Queue from '../../src/staff/review/Queue.vue'
import { useQueue } from '../../src/staff/review/useQueue'
import { following } from '../../src/staff/review/useTicks'
import { show } from './show'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const words = zhCN.staff.review
const at = '2026-07-20T10:00:00+08:00'

function clipOf(more: Partial<ReviewClip> = {}): ReviewClip {
  return {
    id: 'clip-1', order_id: 'order', attempt_id: 'attempt', attempt_number: 1, item_id: '1', item: '乐曲', piece: '小步舞曲', subject: '钢琴', grade: 3, code: '0427', code_at: at, started_at: at,
    received_at: at, state: 'examined', duration_ms: 60_000, size: 5, worst: 'warn', doubts: [{ kind: 'light', verdict: 'warn' }], ticks: 0, sealed: false, marked: false, rendition: false, playable: true, score: false,
    findings: [
      { kind: 'light', verdict: 'warn', note: 'too_dark', evidence: [{ from_ms: 30_000, to_ms: 40_000 }] },
      { kind: 'sound', verdict: 'pass', evidence: [{ from_ms: 1000, to_ms: 1000 }] },
    ],
    announcement: (['name', 'code', 'subject', 'grade', 'piece'] as const).map((part) => ({ part })),
    categories: ['hat', 'noise'], departures: [{ id: 'd', category: 'hat', ms: 10_000, by: 'x', at }], decisions: [],
    items: [{ id: '1', name: '乐曲', clip_id: 'clip-1', invalid: false }, { id: '2', name: '视奏', invalid: false }],
    marks: [], drafts: [], missing_fails: false, facts: [], ...more,
  }
}

/** A server that answers with the clip and keeps what was sent. */
function serve(answer: (path: string) => unknown = () => clipOf()) {
  const sent: { method: string; path: string; body: Record<string, unknown> }[] = []
  vi.stubGlobal('fetch', async (path: string, request: RequestInit = {}) => {
    if (request.method !== 'GET') sent.push({ method: request.method ?? '', path, body: JSON.parse(String(request.body ?? '{}')) as Record<string, unknown> })
    const said = path.endsWith('/me/phrases') ? { phrases: ['节奏很稳', '踏板略多'], max: 40, max_length: 200 } : answer(path)
    return request.method === 'GET' ? new Response(JSON.stringify(said)) : new Response(null, { status: 204 })
  })
  return sent
}

describe('the keys of a review', () => {
  const press = (key: string, code = '', target: Element | null = null, more = {}) => actOf({ key, code, ctrlKey: false, altKey: false, metaKey: false, isComposing: false, ...more }, target)
  const inside = (html: string) => {
    const box = document.createElement('div')
    box.innerHTML = html
    return box.firstElementChild
  }

  it('play, go, tick and lead to every part of the page', () => {
    expect(press(' ', 'Space')).toEqual({ do: 'play' })
    expect(press('ArrowLeft', 'ArrowLeft')).toEqual({ do: 'back' })
    expect(press('【', 'BracketLeft'), 'also on a Chinese keyboard').toEqual({ do: 'previous_place' })
    expect(press('5', 'Digit5')).toEqual({ do: 'tick', part: 4 })
    expect(press('0', 'Numpad0')).toEqual({ do: 'all_heard' })
    expect(press('N', 'KeyN')).toEqual({ do: 'next_clip' })
    expect(press('i', 'KeyI')).toEqual({ do: 'tab', tab: 'identity' })
    expect(press('？', 'Slash')).toEqual({ do: 'help' })
    expect(press('6', 'Digit6')).toBeNull()
  })

  it('mean nothing where somebody writes, with a browser’s own keys, or where they work a button', () => {
    for (const field of ['<textarea></textarea>', '<input>', '<select></select>']) expect(press('n', 'KeyN', inside(field)), field).toBeNull()
    expect(press('n', 'KeyN', inside('<input type="radio">'))).toEqual({ do: 'next_clip' })
    expect(press('ArrowLeft', 'ArrowLeft', inside('<input type="radio">'))).toBeNull()
    expect(press(' ', 'Space', inside('<button></button>'))).toBeNull()
    expect(press('Escape', 'Escape', inside('<input>'))).toEqual({ do: 'leave' })
    expect(press('Escape', 'Escape', inside('<div data-own-escape><button></button></div>')?.firstElementChild ?? null), 'what closes itself').toBeNull()
    expect(press('p', 'KeyP', null, { ctrlKey: true })).toBeNull()
    expect(press('1', 'Digit1', null, { isComposing: true })).toBeNull()
  })
})

describe('the time line', () => {
  it('R18, R32: has what did not pass and what people marked, in the order of the clip', () => {
    const places = placesOf(clipOf())
    expect(places.map(({ ms, look }) => [ms, look])).toEqual([[10_000, 'person'], [30_000, 'warn']])
    expect(nextPlace(places, 0)?.ms).toBe(10_000)
    expect(nextPlace(places, 10_000)?.ms, 'not the place where one is').toBe(30_000)
    expect(previousPlace(places, 30_100)?.ms).toBe(10_000)
    expect(previousPlace(places, 10_000)).toBeUndefined()
  })

  it('R18: leads to another clip that shows the same, which is no place in this one', async () => {
    const same = { kind: 'elsewhere' as const, verdict: 'fail' as const, evidence: [{ from_ms: 0, to_ms: 0, other: { clip_id: 'clip-9', attempt_id: 'attempt-9', attempt: 2 } }] }
    expect(placesOf(clipOf({ findings: [same], departures: [] }))).toEqual([])
    const findings = show(Findings, { findings: [same], pending: false })
    await findings.find('.findings button').trigger('click')
    expect([findings.emitted('clip'), findings.emitted('go')]).toEqual([[['clip-9']], undefined])
  })

  it('jumps to a place, and never plays faster', async () => {
    const player = show(Player, { clip: clipOf() })
    const video = player.find('video').element
    Object.defineProperty(video, 'videoWidth', { value: 1280 })
    await player.findAll('.track-place')[1]?.trigger('click')
    expect(video.currentTime).toBe(30)
    video.playbackRate = 2
    await player.find('video').trigger('ratechange')
    expect(video.playbackRate, 'R21: tempo is judged').toBe(1)
  })

  it('says of a video only what a server that answers says, and goes on where it was', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    const player = show(Player, { clip: clipOf({ rendition: true }) })
    await player.findAll('.track-place')[1]?.trigger('click')
    await player.find('video').trigger('error')
    await flushPromises()
    expect(player.text()).toContain(zhCN.finding.lost)
    goneSince.value = null
    await nextTick()
    expect(player.find('video').attributes('src')).not.toContain('rendition')
    Object.defineProperty(player.find('video').element, 'videoWidth', { value: 1280 })
    await player.find('video').trigger('loadedmetadata')
    expect((player.find('video').element as HTMLVideoElement).currentTime).toBe(30)
  })

  it('plays the original, else the rendition, else says so', async () => {
    serve()
    const player = show(Player, { clip: clipOf({ rendition: true }) })
    expect(player.find('video').attributes('src')).not.toContain('rendition')
    await player.find('video').trigger('error')
    await flushPromises()
    expect(player.find('video').attributes('src')).toContain('as=rendition')
    await player.find('video').trigger('error')
    await flushPromises()
    expect(player.find('video').exists()).toBe(false)
    expect(player.text()).toContain(words.player.neither)
    const none = show(Player, { clip: clipOf() })
    await none.find('video').trigger('error')
    await flushPromises()
    expect(none.text()).toContain(words.player.neither)
  })
})

describe('a clip’s page', () => {
  const key = (key: string, code: string) => dispatchEvent(new KeyboardEvent('keydown', { key, code, cancelable: true }))
  async function page(role: string, clip: ReviewClip = clipOf()) {
    const sent = serve((path) => (path.endsWith('/identity') ? { name: '王小明', photo: false, face_consent: 'declined', findings: [], said: [{ kind: 'decided', at, by: '李老师', of_clip: true, text: '王小明看谱' }] } : clip))
    const view = show(ClipPage, { id: clip.id, role })
    await flushPromises()
    return { view, sent }
  }

  it('R33: takes five quick keys as five ticks, and a second press as «wrong»', async () => {
    const { view, sent } = await page('invigilator')
    key('1', 'Digit1')
    key('2', 'Digit2')
    key('2', 'Digit2')
    key('0', 'Digit0')
    await nextTick()
    expect(view.findAll('.tick-on').map((tick) => tick.text())).toEqual(['听到', '说错', '听到', '听到', '听到'])
    await flushPromises()
    expect(sent.map(({ body }) => `${String(body['part'])} ${String(body['heard'])}`)).toEqual(['name heard', 'code heard', 'code wrong', 'undefined heard'])
    view.unmount()
  })

  it('R20: reads the clip anew where another window decided or took back first', async () => {
    const decision = { id: 'd1', kind: 'clip_invalid' as const, of_clip: true, reason: '看谱', by: '李老师', at, pending: false }
    for (const code of ['already_decided', 'already_undone']) {
      let clip = clipOf({ decisions: code === 'already_undone' ? [decision] : [] })
      vi.stubGlobal('fetch', async (_: string, request: RequestInit = {}) => {
        if (request.method === 'GET') return new Response(JSON.stringify(clip))
        clip = clipOf({ decisions: [code === 'already_undone' ? { ...decision, undone_at: at, undone_by: '王老师', undone_for: '误判' } : decision] })
        return new Response(JSON.stringify({ code }), { status: 409 })
      })
      const view = show(ClipPage, { id: clip.id, role: 'invigilator' })
      await flushPromises()
      key('d', 'KeyD')
      await flushPromises()
      if (code === 'already_decided') {
        await view.find('textarea[name=reason]').setValue('看谱')
        await view.find('form.review-form').trigger('submit')
        await view.find('.review-sure button').trigger('click')
      } else {
        await view.find('.findings .desk-link').trigger('click')
        await view.find('input[name=undo]').setValue('误判')
        await view.find('.findings form').trigger('submit')
      }
      await flushPromises()
      expect(view.text(), code).toContain(code === 'already_undone' ? '王老师' : '李老师')
      expect(view.text(), code).toContain(zhCN.error[code as 'already_undone'].text)
      expect(view.find('input[name=undo], .review-sure').exists(), code).toBe(false)
      view.unmount()
    }
  })

  it('says where a tick was asked for that the server is gone, and reads the clip when it is back', async () => {
    const { view } = await page('invigilator')
    goneSince.value = 1
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    key('1', 'Digit1')
    await flushPromises()
    const notDone = [`${zhCN.desk.offline} ${zhCN.desk.act_again}`] // and nothing of the reading, which the page's own notice says
    expect(view.findAll('[role=alert]').map((alert) => alert.text())).toEqual(notDone)
    serve(() => clipOf({ code: '9999' }))
    goneSince.value = null
    await flushPromises()
    expect(view.text()).toContain('9999')
    expect(view.findAll('[role=alert]').map((alert) => alert.text())).toEqual(notDone)
    view.unmount()
  })

  it('R33: takes a tick back after the last choice', () => {
    expect([undefined, 'heard', 'wrong', 'not_heard'].map((heard) => following(heard as never))).toEqual(['heard', 'wrong', 'not_heard', undefined])
  })

  it('lets nobody tick what is not final, nor a technician', async () => {
    for (const [role, clip] of [['examiner', clipOf({ closed: 'order_not_final' })], ['technician', clipOf()]] as const) {
      const { view, sent } = await page(role, clip)
      key('1', 'Digit1')
      await flushPromises()
      expect(sent, role).toEqual([])
      expect(view.findAll('.tick').every((tick) => tick.attributes('disabled') !== undefined), role).toBe(true)
      view.unmount()
    }
  })

  it('R20, R21: offers decisions to the desk and marks to the examiner, and opens the identity when asked only', async () => {
    const { view } = await page('examiner')
    expect(view.text()).not.toContain(words.tab.decision)
    expect(view.text()).not.toContain('王小明')
    key('d', 'KeyD')
    await flushPromises()
    expect(view.find('textarea[name=reason]').exists()).toBe(false)
    key('g', 'KeyG')
    await flushPromises()
    expect(view.find('.mark-form').exists()).toBe(true)
    key('i', 'KeyI')
    await flushPromises()
    expect(view.text(), 'a key alone opens nothing: it asks').not.toContain('王小明')
    await view.find('[role=tabpanel] button').trigger('click')
    await flushPromises()
    expect(view.text()).toContain('王小明')
    expect(view.text()).toContain(words.identity.desk)
    expect(view.text(), 'what staff wrote is behind the identity too').toContain('王小明看谱')
    view.unmount()
    const desk = await page('invigilator')
    key('d', 'KeyD')
    await flushPromises()
    expect(desk.view.find('textarea[name=reason]').exists()).toBe(true)
    desk.view.unmount()
  })

  it('R31: takes ticks, marks and decisions of an order that was sent, and says that they are sent later', async () => {
    const sealed = clipOf({ sealed: true, facts: [{ kind: 'marked', at, role: 'staff', by: '评委', of_clip: true, details: {}, later: true }] })
    const { view, sent } = await page('invigilator', sealed)
    expect(view.text()).toContain(words.sent)
    key('1', 'Digit1')
    await flushPromises()
    expect(sent[0]?.path).toContain('/announcement')
    key('d', 'KeyD')
    await flushPromises()
    expect(view.find('textarea[name=reason]').exists()).toBe(true)
    key('h', 'KeyH')
    await flushPromises()
    expect(view.text()).toContain(words.facts.later)
    view.unmount()
  })

  it('R20: decides with a reason, and only when asked once more', async () => {
    const { view, sent } = await page('administrator')
    key('d', 'KeyD')
    await flushPromises()
    await view.find('textarea[name=reason]').setValue('看谱演奏')
    await view.find('.review-form').trigger('submit')
    expect(sent).toEqual([])
    await view.find('.review-sure button').trigger('click')
    await flushPromises()
    expect(sent[0]?.body).toMatchObject({ kind: 'clip_invalid', reason: '看谱演奏' })
    view.unmount()
  })

  it('R32: marks a departure at the current time', async () => {
    const { view, sent } = await page('examiner')
    view.find('video').element.currentTime = 12.5
    await view.find('video').trigger('timeupdate')
    key('m', 'KeyM')
    await flushPromises()
    await view.find('select[name=category]').trigger('focus')
    await view.find('select[name=category]').setValue('noise')
    await view.find('.review-panel form').trigger('submit')
    await flushPromises()
    expect(sent[0]).toMatchObject({ path: '/api/v1/staff/review/clip-1/departures', body: { category: 'noise', ms: 12_500 } })
    view.unmount()
  })

  it('R21: keeps what was begun in a form while another tab is looked at', async () => {
    const { view } = await page('examiner')
    key('g', 'KeyG')
    await flushPromises()
    await view.find('input[name="1-tempo"][value=good]').setValue(true)
    await view.find('textarea[name="1-remarks"]').setValue('稳')
    for (const [letter, code] of [['f', 'KeyF'], ['i', 'KeyI'], ['g', 'KeyG']] as const) {
      key(letter, code)
      await flushPromises()
    }
    expect((view.find('input[name="1-tempo"][value=good]').element as HTMLInputElement).checked).toBe(true)
    expect((view.find('textarea[name="1-remarks"]').element as HTMLTextAreaElement).value).toBe('稳')
    view.unmount()
    const desk = await page('invigilator')
    key('d', 'KeyD')
    await flushPromises()
    await desk.view.find('textarea[name=reason]').setValue('看谱')
    key('f', 'KeyF')
    await flushPromises()
    key('d', 'KeyD')
    await flushPromises()
    expect((desk.view.find('textarea[name=reason]').element as HTMLTextAreaElement).value).toBe('看谱')
    desk.view.unmount()
  })

  it('goes on to the next clip and back to the list', async () => {
    const { view } = await page('examiner')
    key('n', 'KeyN')
    key('p', 'KeyP')
    key('Escape', 'Escape')
    expect([view.emitted('beside'), view.emitted('leave')?.length]).toEqual([[[1], [-1]], 1])
    view.unmount()
  })
})

describe('the parts of the page', () => {
  it('R21: keep a mark as a draft, and give it when it is complete', async () => {
    vi.useFakeTimers()
    const sent = serve()
    const form = show(MarkForm, { clip: clipOf(), whole: false, open: true, reload: async () => undefined })
    await form.find('input[value=good]').setValue(true)
    expect(form.find('button').attributes('disabled')).toBeDefined()
    await vi.advanceTimersByTimeAsync(1000)
    expect(sent.map(({ body }) => body)).toMatchObject([{ draft: true, technique: 'good' }])
    for (const name of ['tempo', 'interpretation', 'level']) await form.find(`input[name="1-${name}"][value=pass]`).setValue(true)
    await form.trigger('submit')
    await vi.advanceTimersByTimeAsync(0)
    expect(sent.at(-1)?.body).toMatchObject({ technique: 'good', tempo: 'pass', level: 'pass' })
    expect(sent.at(-1)?.body['draft']).toBeUndefined()
  })

  it('R21: keep what was begun when the page is left, and show it again', async () => {
    const sent = serve()
    const form = show(MarkForm, { clip: clipOf({ drafts: [{ item: '1', tempo: 'fail', by: 'x', at }] }), whole: false, open: true, reload: async () => undefined })
    expect((form.find('input[name="1-tempo"][value=fail]').element as HTMLInputElement).checked).toBe(true)
    await form.find('textarea').setValue('稳')
    form.unmount()
    await flushPromises()
    expect(sent.map(({ body }) => body)).toMatchObject([{ draft: true, tempo: 'fail', remarks: '稳' }])
  })

  it('put an own phrase where the caret is, and never more than the remarks take', async () => {
    expect(withPhrase('', 0, 0, '稳')).toEqual({ text: '稳', caret: 1 })
    expect(withPhrase('右手稳', 3, 3, '踏板多')).toEqual({ text: '右手稳，踏板多', caret: 7 })
    expect(withPhrase('右手稳。', 4, 4, '踏板多')?.text).toBe('右手稳。踏板多')
    expect(withPhrase('Steady.', 7, 7, 'Good tone')?.text).toBe('Steady. Good tone')
    expect(withPhrase('前中后', 1, 2, '甲')?.text).toBe('前，甲后')
    expect([withPhrase('好'.repeat(1998), 1998, 1998, '稳')?.text.length, withPhrase('好'.repeat(1999), 1999, 1999, '稳')]).toEqual([2000, null])
  })

  it('R21: keep a draft that the server did not take, until it does', async () => {
    vi.useFakeTimers()
    const sent = serve()
    const form = show(MarkForm, { clip: clipOf(), whole: false, open: true, reload: async () => undefined })
    const answer = globalThis.fetch
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('gone')))
    await form.find('textarea').setValue('稳')
    await vi.advanceTimersByTimeAsync(1000)
    expect(form.text()).not.toContain(words.marks.draft)
    vi.stubGlobal('fetch', answer)
    goneSince.value = 1
    await nextTick()
    goneSince.value = null
    await vi.advanceTimersByTimeAsync(0)
    expect(sent.map(({ body }) => body)).toMatchObject([{ draft: true, remarks: '稳' }])
    expect(form.text()).toContain(words.marks.draft)
  })

  it('R21: keep what stands in a mark that was refused', async () => {
    vi.useFakeTimers()
    const sent: Record<string, unknown>[] = []
    vi.stubGlobal('fetch', async (_path: string, request: RequestInit) => {
      const body = JSON.parse(String(request.body)) as Record<string, unknown>
      sent.push(body)
      return body['draft'] ? new Response(null, { status: 204 }) : new Response(JSON.stringify({ code: 'mark_items_first' }), { status: 409, headers: { 'Content-Type': 'application/problem+json' } })
    })
    const form = show(MarkForm, { clip: clipOf(), whole: true, open: true, reload: async () => undefined })
    await form.find('input[value=good]').setValue(true)
    await form.trigger('submit')
    await vi.advanceTimersByTimeAsync(1000)
    expect(sent).toMatchObject([{ level: 'good' }, { draft: true, level: 'good' }])
    expect(form.text()).toContain(words.marks.draft)
  })

  it('R21: let no draft overtake the mark that takes its place', async () => {
    const taken: ((answer: Response) => void)[] = []
    const sent: Record<string, unknown>[] = []
    vi.stubGlobal('fetch', (_path: string, request: RequestInit) => {
      sent.push(JSON.parse(String(request.body)) as Record<string, unknown>)
      return new Promise<Response>((resolve) => taken.push(resolve))
    })
    const form = show(MarkForm, { clip: clipOf(), whole: true, open: true, reload: async () => undefined })
    await form.find('input[value=pass]').setValue(true)
    await form.trigger('focusout')
    await flushPromises()
    await form.find('input[value=good]').setValue(true)
    await form.trigger('submit')
    await flushPromises()
    expect(sent, 'the draft is still on its way').toMatchObject([{ draft: true, level: 'pass' }])
    taken[0]?.(new Response(null, { status: 204 }))
    await flushPromises()
    expect(sent.slice(1).map(({ draft, level }) => ({ draft, level }))).toEqual([{ draft: undefined, level: 'good' }])
  })

  it('R21: say that a correction is not given yet and what is in force, and drop it when asked', async () => {
    const given = { item: '1', technique: 'good', tempo: 'pass', interpretation: 'good', level: 'good', by: 'x', at } as const
    const clip = clipOf({ marks: [given], drafts: [{ ...given, level: 'fail' }] })
    vi.useFakeTimers()
    const sent = serve()
    const marks = show(Marks, { clip, mayMark: true, reload: async () => undefined })
    await nextTick()
    const said = () => marks.text()
    const chosen = (level: string) => (marks.find(`input[name="1-level"][value=${level}]`).element as HTMLInputElement).checked
    expect([chosen('fail'), said().includes('基本技巧 良好 · 速度 合格 · 对作品的理解表达 良好 · 等级 良好')]).toEqual([true, true])
    expect(said(), 'not as if it were given').not.toContain('已评，7')
    expect(said()).toContain(words.marks.correcting)
    await marks.find('.mark-form .desk-note button').trigger('click')
    expect(chosen('good')).toBe(true)
    expect(said()).toContain('已评，7')
    expect(said()).not.toContain(words.marks.correcting)
    await vi.advanceTimersByTimeAsync(1000)
    expect(sent.map(({ body }) => body), 'the server forgets it too').toMatchObject([{ draft: true, level: 'good' }])
    expect(said()).not.toContain(words.marks.draft)
  })

  it('I5: say where a video is that was deleted here, and show no broken player', () => {
    const player = show(Player, { clip: clipOf({ freed_at: at, playable: false }) })
    expect(player.find('video').exists()).toBe(false)
    expect(player.find('a[download]').exists()).toBe(false)
    expect(player.text()).toContain('省里收到以后')
  })

  it('I5: lead to no place in a video that was deleted here', async () => {
    const freed = clipOf({ freed_at: at, playable: false, rendition: true })
    const player = show(Player, { clip: freed })
    const open = (of: { findAll: typeof player.findAll }) => of.findAll('button').filter((button) => button.attributes('disabled') === undefined)
    expect(player.findAll('.track-place').length).toBeGreaterThan(0)
    expect(open(player)).toHaveLength(0)
    const findings = show(Findings, { findings: freed.findings, pending: false, gone: true })
    expect(findings.findAll('.finding-places button').length).toBeGreaterThan(0)
    expect(open(findings)).toHaveLength(0)
    serve(() => ({ name: '王小明', photo: true, face_consent: 'given', photo_taken: '', said: [], findings: [] }))
    const tab = show(Identity, { clip: freed })
    await tab.find('button').trigger('click')
    await flushPromises()
    expect(tab.text()).toContain(zhCN.finding.freed_frame)
  })

  it('R21: show nothing of a person before the identity is opened', async () => {
    const sent = serve(() => ({ name: '王小明', photo: true, face_consent: 'given', photo_taken: '2026-01-02', said: [], findings: [{ kind: 'face_match', verdict: 'pass', value: 0.7, evidence: [{ from_ms: 2000, to_ms: 2000, frame: 'f00d' }] }] }))
    const tab = show(Identity, { clip: clipOf() })
    expect(tab.findAll('img')).toHaveLength(0)
    await tab.find('button').trigger('click')
    await flushPromises()
    expect(tab.findAll('.faces img').map((image) => image.attributes('src'))).toEqual(['/api/v1/staff/clips/clip-1/photo', '/api/v1/staff/evidence/f00d'])
    expect(tab.text()).toContain('0.7')
    expect(sent).toEqual([])
  })

  it('R20: say what the number is worth and whose the network is, in both languages', async () => {
    const network = { name: 'fr_feature 87aacdfe5751', licence: 'MIT', holder: 'gitguanqi, 2021', package: 'faces@0.0.1', children: 158, adults: 516 }
    for (const [locale, words] of [
      ['zh-CN', ['一万对不同的孩子里有 4 对（95 % 区间 0 到 14 对）', '许可证：声明是 MIT', '写的权利人却是 gitguanqi, 2021', '没有说明', '158 个孩子和 516 个成年人', '标准差']],
      ['en', ['Of 10,000 pairs of different children 4 are as alike', '(95 % interval: 0 to 14)', 'another holder: gitguanqi, 2021', 'not stated', '158 children and 516 adults', 'standard deviations']],
    ] as const) {
      const match = { kind: 'face_match', verdict: 'pass', value: 3.2, limit: 3, side: 'at_least', unit: 'σ', evidence: [] }
      serve(() => ({ name: '王小明', photo: true, face_consent: 'given', said: [], findings: [match], network, alike: { pairs: 4, low: 0, high: 14 } }))
      const tab = show(Identity, { clip: clipOf() }, { language: locale })
      await tab.find('button').trigger('click')
      await flushPromises()
      for (const word of words) expect(tab.text()).toContain(word)
    }
  })

  it('R18: put doubt first, and say what passed when asked', () => {
    const findings = show(Findings, { findings: clipOf().findings, pending: false })
    expect(findings.findAll('.findings li')).toHaveLength(1)
    expect(findings.find('details').text()).toContain('1')
  })

  it('R18, R21: fold the many places of one finding, so that the comparison below stays in sight', async () => {
    const places = Array.from({ length: 16 }, (_, i) => ({ from_ms: i * 1000, to_ms: i * 1000, frame: `f${i}` }))
    const match = { kind: 'face_match' as const, verdict: 'warn' as const, value: 0.4, evidence: [] }
    const findings = show(Findings, { findings: [{ kind: 'persons', verdict: 'fail', evidence: places }, match], pending: false })
    const links = () => findings.findAll('.finding-place').length
    expect(links()).toBe(4)
    await findings.find('.folded-more').trigger('click')
    expect(links()).toBe(16)
    serve(() => ({ name: '王小明', photo: true, face_consent: 'given', said: [], findings: [{ kind: 'face_match', verdict: 'pass', evidence: places }] }))
    const tab = show(Identity, { clip: clipOf() })
    await tab.find('button').trigger('click')
    await flushPromises()
    expect(tab.findAll('.faces figure'), 'the photo and three pictures').toHaveLength(4)
    await tab.find('.folded-more').trigger('click')
    expect(tab.findAll('.faces figure')).toHaveLength(17)
  })

  it('R31: say what happened in words, also what only a newer server knows', () => {
    const fact = { at, role: 'staff', by: '李老师', of_clip: true, details: { part: 'code', heard: 'wrong' } } as const
    const facts = show(Facts, { facts: [{ kind: 'announcement_ticked', ...fact }, { kind: 'something_new', ...fact, details: {} }] }).text()
    expect(facts).toContain('考试码 · 说错')
    expect(facts).toContain(words.fact.other)
    expect(facts).not.toContain('something_new')
    expect(show(Facts, { facts: [{ kind: 'attempt_started', ...fact, details: { seconds: 5 } }] }).text()).toContain('5 秒')
  })

  it('show the queue without a candidate’s column to an examiner, and ask again when the filter changes', async () => {
    const asked: string[] = []
    vi.stubGlobal('fetch', async (path: string) => {
      asked.push(path)
      return new Response(JSON.stringify({ clips: [clipOf()], count: 1, subjects: ['钢琴'], grades: [3, 8] }))
    })
    const queue = useQueue()
    const list = show(Queue, { queue, last: '', anonymous: true })
    await flushPromises()
    expect(list.text()).not.toContain(words.candidate)
    expect(list.text()).toContain('0427')
    await list.find('input[name=open]').setValue(true)
    await list.find('select[name=verdict]').setValue('fail')
    await flushPromises()
    expect(asked.at(-1)).toContain('verdict=fail&open=true')
    expect(asked.at(-1), 'what is in a batch has left the queue').toContain('sealed=no')
    expect(useQueue('examiner').filter.sealed, 'but it can still be marked').toBe('all')
    await list.find('input[name=unmarked]').setValue(true)
    await list.find('select[name=grade]').setValue('8')
    await list.find('select[name=sealed]').setValue('all')
    await flushPromises()
    for (const words of ['unmarked=true', 'grade=8', 'sealed=all']) expect(asked.at(-1)).toContain(words)
    expect(list.find('input[name=who]').exists(), 'R21: a name that finds a clip is a name told').toBe(false)
    await list.find('tbody button').trigger('click')
    expect(list.emitted('open')).toEqual([['clip-1']])
    list.unmount()
  })

  it('find a candidate by name for who may, once the typing rests', async () => {
    const asked: string[] = []
    vi.stubGlobal('fetch', async (path: string) => {
      asked.push(path)
      return new Response(JSON.stringify({ clips: [], count: 0, subjects: [], grades: [] }))
    })
    const list = show(Queue, { queue: useQueue(), last: '', anonymous: false })
    await flushPromises()
    await list.find('input[name=who]').setValue('王')
    await list.find('input[name=who]').setValue(' 王小 ')
    await list.find('form').trigger('submit')
    await flushPromises()
    expect(asked.map((path) => new URLSearchParams(path.split('?')[1]).get('who'))).toEqual([null, '王小'])
    list.unmount()
  })
})

describe('the province', () => {
  it('R21, R32, R33: sees what people at the centre heard, marked and gave', () => {
    const review = {
      announcement: [{ part: 'code', heard: 'wrong', by: '李老师', at }], departures: [{ category: 'hat', ms: 1500, remark: '白帽子', by: '李老师', at }],
      decisions: [{ kind: 'disqualified', reason: '替考', by: '张主任', at, pending: false, undone_at: at, undone_by: '王主任', undone_for: '误判' }],
      irregularities: [
        { category: 'prompted', remark: '开头两行看了谱', role: 'staff', by: '监考甲', at, whole: false, this_attempt: true },
        { category: 'late', role: 'staff', by: '监考乙', at, whole: true, this_attempt: false, undone_at: at, undone_by: '赵主任', undone_for: '没有迟到' },
      ],
      marks: [{ whole: false, technique: 'good', tempo: 'pass', interpretation: 'excellent', level: 'good', remarks: '稳', by: '考官甲', at }, { whole: true, level: 'newer', by: '考官甲', at }],
    }
    const text = show(ClipReview, { review }).text()
    for (const word of ['考试码: 说错', '戴帽子', '0:01.5', '白帽子', '良好 / 合格 / 优秀', '考官甲', 'newer', '取消考级资格', '替考', '张主任', zhCN.finding.decided.undone, '王主任', '误判', zhCN.finding.irregularity.prompted, '开头两行看了谱', '监考甲', zhCN.province.review.about.this, zhCN.finding.irregularity.late, zhCN.finding.irregularity_taken_back, '赵主任', '没有迟到', zhCN.province.review.about.whole]) expect(text).toContain(word)
    expect(show(ClipReview, { review: { announcement: [], departures: [], marks: [], decisions: [], irregularities: [] } }).text()).toContain(zhCN.province.review.none)
  })
})

describe('an order in a batch', () => {
  const given = { item: '1', technique: 'good', tempo: 'good', interpretation: 'good', level: 'good', by: 'zhang', at } as const
  const marks = (clip: ReviewClip, mayMark: boolean) => show(Marks, { clip, mayMark, administrator: !mayMark, reload: async () => undefined }).text()

  it('is given back by an examiner who marked nothing of it', () => {
    serve()
    expect(marks(clipOf({ sealed: true }), true)).toContain(words.voices.know)
    expect(marks(clipOf({ sealed: true, marks: [given] }), true)).not.toContain(words.voices.know)
  })

  it('is decided by the committee where an examiner does not finish it', () => {
    serve()
    const stuck: Partial<ReviewClip> = { markers: 2, mark_gap: 'voice_missing', marks: [given] }
    expect(marks(clipOf({ ...stuck, sealed: true }), false)).toContain(words.voices.decide)
    expect(marks(clipOf(stuck), false)).not.toContain(words.voices.decide)
  })
})

describe('a video that cannot be marked', () => {
  const told = { id: 'irregularity-1', reason: '没有琴声', by: 'zhang', at }
  const page = async (role: string) => {
    const sent = serve(() => clipOf({ unmarkable: told }))
    const shown = show(ClipPage, { id: 'clip-1', role })
    await flushPromises()
    return { sent, shown, back: () => shown.findAll('button').find((button) => button.text() === words.unmarkable.back) }
  }

  it('is taken back by staff where they read of it', async () => {
    const { sent, shown, back } = await page('invigilator')
    await back()?.trigger('click')
    await shown.find('form.extra input[name=reason]').setValue('音箱没开')
    await shown.find('form.extra').trigger('submit')
    await flushPromises()
    expect(sent).toEqual([{ method: 'POST', path: '/api/v1/staff/attempts/attempt/irregularities/irregularity-1/undo', body: { reason: '音箱没开' } }])
  })

  it('is not an examiner’s to take back', async () => expect((await page('examiner')).back()).toBeUndefined())
})
