import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'
import en from '../../locales/en.json'
import zhCN from '../../locales/zh-CN.json'
import Batches from '../../src/province/Batches.vue'
import Clips from '../../src/province/Clips.vue'
import Notices from '../../src/province/Notices.vue'
import type { Job, Room, SyncState } from '../../src/shared/api/types'
import JobsPanel from '../../src/staff/JobsPanel.vue'
import RoomPanel from '../../src/staff/RoomPanel.vue'
import SyncPanel from '../../src/staff/SyncPanel.vue'
import StatusLine from '../../src/staff/StatusLine.vue'
import StorageNotice from '../../src/staff/StorageNotice.vue'
import { show } from './show'

afterEach(() => void vi.unstubAllGlobals())

const raw = 'dial tcp 10.0.0.1:21: connect: connection refused'
/** What is read without opening the details. */
const plain = defineComponent({ template: '<i />' })
const shut = { stubs: { DeskDetails: plain } }

const batch = { sequence: 3, orders: 1, files: 2, bytes: 5, sealed_at: '2026-07-20T10:00:00+08:00' }
const sync = (more: Partial<SyncState>): SyncState => ({ enrolled: true, answered: true, sending: false, waiting_orders: 0, unmarked_orders: 0, busy_orders: 0, open_orders: 0, later_orders: 0, unanswered_orders: 0, refused_orders: 0, batches: [], parcels: [], wrong_parcels: [], ...more })
const panel = (state: SyncState, around = {}) => show(SyncPanel, { state, problem: null, refresh: async () => undefined }, around)

describe('the desks', () => {
  it('I8: say in their own language why sending failed and what to do', () => {
    const failed = sync({ last_error: raw, last_error_code: 'unreachable' })
    expect(panel(failed, shut).text()).toContain(zhCN.staff.sync.trouble.unreachable)
    expect(panel(failed, { ...shut, language: 'en' }).text()).toContain(en.staff.sync.trouble.unreachable)
    expect(panel(failed, shut).text()).not.toContain(raw)
    expect(panel(failed).find('details').text()).toContain(raw)
    expect(panel(failed).find('details').attributes('open')).toBeUndefined()
  })

  it('I8: say something of a fault that only a newer server knows', () => {
    for (const code of [undefined, 'something_new']) {
      const failed = sync({ last_error: raw, last_error_code: code as SyncState['last_error_code'] })
      expect(panel(failed, shut).text()).toContain(zhCN.staff.sync.trouble.other)
    }
    expect(panel(sync({}), shut).text()).not.toContain(zhCN.staff.sync.failed)
  })

  it('say how far a batch is and how long the rest takes, as far as it is known', () => {
    const going = (progress: SyncState['progress']) => panel(sync({ sending: true, progress }), shut)
    const known = going({ stage: 'sending', sequence: 3, done: 1024 ** 3, total: 2 * 1024 ** 3, remaining_seconds: 8000 })
    expect(known.text()).toContain('正在发送第 3 批：1.0 GB / 2.0 GB')
    expect(known.text()).toContain('大约还要 2 小时 13 分钟')
    expect(known.find('progress').attributes('value')).toBe(String(1024 ** 3))
    const unknown = going({ stage: 'sealing', sequence: 3, done: 0, total: 5 })
    expect(unknown.text()).toContain('正在打包第 3 批')
    expect(unknown.text()).not.toContain('大约')
    expect(going({ stage: 'receiving', done: 0, total: 0 }).find('progress').exists()).toBe(false)
    expect(panel(sync({ sending: false, progress: { stage: 'sending', done: 1, total: 2 } }), shut).find('progress').exists(), 'one that ended').toBe(false)
  })

  it('lead to setting up only whoever may', () => {
    const not = sync({ enrolled: false })
    const links = (role: string) => show(SyncPanel, { state: not, problem: null, refresh: async () => undefined, role }, shut).findAll('a[href="#setup"]')
    for (const role of ['administrator', 'technician']) expect(links(role)).toHaveLength(1)
    expect(links('invigilator')).toHaveLength(0)
  })

  it('R21: say what goes now and what still waits for marks, and ask before that goes too', async () => {
    const asked: string[] = []
    vi.stubGlobal('fetch', async (path: string) => {
      asked.push(path)
      return new Response(null, { status: 202 })
    })
    const ready = panel(sync({ waiting_orders: 4 }), shut)
    expect(ready.find('button').text()).toContain('4')
    await ready.find('button').trigger('click')
    await flushPromises()
    expect(asked).toEqual(['/api/v1/staff/sync?marked=true'])
    const state = sync({ waiting_orders: 7, unmarked_orders: 3, unmarked_until: '2026-07-23T10:00:00+08:00', busy_orders: 1 })
    const view = panel(state, shut)
    for (const word of [zhCN.staff.sync.unmarked, zhCN.staff.sync.busy]) expect(view.text()).toContain(word)
    await view.find('button').trigger('click')
    expect(asked, 'it is asked first').toHaveLength(1)
    const [some, all] = view.findAll('.sync-choices button')
    expect(some?.text()).toContain('4')
    expect(all?.text()).toContain('7')
    await all?.trigger('click')
    await flushPromises()
    expect(asked[1]).toBe('/api/v1/staff/sync')
  })

  const room = (more: Partial<Room>): Room => ({ starts: 38, coming: 30, short: 0, free_bytes: 5, needed_bytes: 4, freeable: { orders: 0, clips: 0, bytes: 0, unmarked_orders: 0 }, waiting: { clips: 0, bytes: 0 }, ...more })
  const roomPanel = (state: Room, mayFree = true) => show(RoomPanel, { room: state, problem: null, mayFree, refresh: async () => undefined }, shut)

  it('R27: say in candidates how far the disk reaches, from when on it does not, and how to get room', () => {
    expect(roomPanel(room({})).text()).toContain('38')
    expect(roomPanel(room({ starts: 0 })).text()).toContain(zhCN.staff.room.none)
    const short = { starts: 3, coming: 30, short: 27, short_from: '2026-07-23T10:00:00+08:00' }
    const freeable = { orders: 9, clips: 20, bytes: 7, unmarked_orders: 2 }
    expect(roomPanel(room({ ...short, freeable })).find('[role=alert]').text()).toContain(zhCN.staff.room.short_free)
    expect(roomPanel(room({ ...short, waiting: { clips: 1, bytes: 1 } })).text()).toContain(zhCN.staff.room.short_send)
    expect(roomPanel(room(short)).text()).toContain(zhCN.staff.room.short_disk)
  })

  it('R27: say on top that no more exams can start, once', () => {
    const notice = (starts: number, left: number) => show(StorageNotice, { state: { room_left: left }, room: room({ starts }), refresh: async () => undefined }, shut).findAll('.desk-bad').map((each) => each.text())
    expect(notice(1, 1)).toEqual([])
    expect(notice(0, 1)).toEqual([`${zhCN.staff.room.none} ${zhCN.staff.room.short_disk}`])
    expect(notice(0, 0.5)).toEqual([expect.stringContaining(zhCN.staff.storage.full_next)])
  })

  it('I5: let those who may make room do it with a reason, told what goes and what is not marked', async () => {
    const sent: string[] = []
    vi.stubGlobal('fetch', async (path: string, request: RequestInit) => {
      if (path.endsWith('/seconds')) return new Response(JSON.stringify([{ name: '李主任' }]))
      sent.push(String(request.body))
      return new Response(JSON.stringify({ done: true, result: { orders: 9, clips: 20, bytes: 7 } }))
    })
    const state = room({ freeable: { orders: 9, clips: 20, bytes: 7, unmarked_orders: 2 } })
    expect(roomPanel(state, false).find('button').exists()).toBe(false)
    const panel = roomPanel(state)
    await panel.find('button').trigger('click')
    expect(panel.find('.room-form').text()).toContain('20')
    expect(panel.find('.room-form strong').text()).toContain('2')
    const disabled = () => (panel.find('button[type=submit]').element as HTMLButtonElement).disabled
    await panel.find('input[name=second]').setValue('李主任')
    await panel.find('input[name=second-password]').setValue('a long password')
    expect(disabled(), 'without a reason').toBe(true)
    await panel.find('input[name=reason]').setValue('磁盘快满了')
    expect(disabled()).toBe(false)
    await panel.find('form').trigger('submit')
    await flushPromises()
    expect(sent.map((body) => JSON.parse(body))).toEqual([{ kind: 'free_room', args: { reason: '磁盘快满了' }, name: '李主任', password: 'a long password' }])
  })

  it('say what is sealed and not answered, what is not final, and when sending is tried again', () => {
    const view = panel(sync({ waiting_orders: 2, unanswered_orders: 3, open_orders: 4, open_until: '2026-07-24T00:00:00+08:00', next_due: '2026-07-23T20:00:30+08:00', last_error: 'x', last_error_code: 'drop_full', note: 'not_resumed', note_text: 'REST 502' }))
    const facts = view.findAll('dd').map((fact) => fact.text())
    expect(facts[0]).toMatch(/^5/)
    expect(facts[0], 'two numbers do not read as one').toMatch(/^5\s+（\D*3/)
    for (const word of [zhCN.staff.sync.open, zhCN.staff.sync.trouble.drop_full, zhCN.staff.sync.note.not_resumed]) expect(view.text()).toContain(word)
    expect(view.find('[role=alert] strong').text()).toContain('20:00')
  })

  it('say without alarm that there is no line, and when it was last there, where sending waits for one', () => {
    const state = sync({ last_error: raw, last_error_code: 'unreachable', last_contact: '2026-07-23T18:20:00+08:00', last_success: '2026-07-22T18:20:00+08:00' })
    expect(panel(state, shut).find('[role=alert]').exists()).toBe(true)
    const view = panel({ ...state, no_line: true }, shut)
    expect(view.find('[role=alert]').exists()).toBe(false)
    expect(view.find('.desk-bad').exists()).toBe(false)
    expect(view.text()).toContain(zhCN.staff.sync.no_line.split('{')[0])
    expect(view.find('.desk-note').text()).toContain('18:20')
    expect(view.text()).not.toContain(zhCN.staff.sync.trouble.unreachable)
    expect(panel({ ...state, no_line: true, sending: true }, shut).find('.desk-note').exists(), 'of a run before this one').toBe(false)
    const line = (more: Partial<SyncState>) => show(StatusLine, { room: null, jobs: null, clock: null, sync: { ...state, ...more } })
    expect(line({}).find('.state-warn').exists()).toBe(true)
    expect(line({ no_line: true }).find('.state-warn').exists()).toBe(false)
    expect(line({ no_line: true }).text()).toContain(zhCN.staff.status.sync_no_line)
  })

  it('say that a server keeps what the province has taken in', () => {
    const view = panel(sync({ note: 'kept', note_text: 'DELE 550' }))
    expect(view.find('.desk-note').text()).toContain(zhCN.staff.sync.note.kept)
    expect(view.find('details').text()).toContain('DELE 550')
  })

  it('I5: count what is in a refused batch as its own number', () => {
    const view = panel(sync({ refused_orders: 2, batches: [{ ...batch, state: 'refused', reasons: [] }] }))
    const facts = view.findAll('dd').map((fact) => fact.text())
    expect(view.text()).toContain(zhCN.staff.sync.refused)
    expect(facts.slice(0, 2)).toEqual(['0', `2 ${zhCN.staff.sync.refused_again}`])
  })

  it('I8: say what to do about a refused batch before they show its reasons', () => {
    const reason = 'its records cannot be opened'
    const state = sync({ batches: [{ ...batch, state: 'refused', reasons: [reason] }] })
    expect(panel(state, shut).text()).toContain(zhCN.staff.sync.refused_next)
    expect(panel(state, shut).text()).not.toContain(reason)
    expect(panel(state).find('details').text()).toContain(reason)
  })

  it('I8: say what becomes of a job that failed', () => {
    const job = (more: Partial<Job>): Job => ({ id: 'j', kind: 'inspect', clip_id: '', parked: false, tries: 2, last_error: raw, ...more })
    const list = (jobs: Job[]) => show(JobsPanel, { jobs, problem: null, mayRetry: false, refresh: async () => undefined }, shut).text()
    expect(list([job({})])).toContain(zhCN.staff.jobs.waiting_next)
    expect(list([job({ parked: true })])).toContain(zhCN.staff.jobs.parked_next)
    expect(list([job({}), job({ id: 'k', kind: 'something_new' as Job['kind'] })])).not.toMatch(/dial tcp|something_new/)
  })

  const jobs: Job[] = [
    { id: 'waits', kind: 'inspect', clip_id: '', parked: false, tries: 2, last_error: raw },
    { id: 'stuck', kind: 'inspect', clip_id: '', parked: true, tries: 3, last_error: raw },
  ]
  function jobsPanel(mayRetry: boolean, refused?: { status: number; code: string }) {
    const asked: string[] = []
    vi.stubGlobal('fetch', async (path: string) => {
      asked.push(path)
      return refused ? new Response(JSON.stringify(refused), { status: refused.status }) : new Response(null, { status: 204 })
    })
    const refresh = vi.fn(async () => undefined)
    return { panel: show(JobsPanel, { jobs, problem: null, mayRetry, refresh }, shut), asked, refresh }
  }

  it('let only those who may have a parked job tried again, once however often it is pressed', async () => {
    expect(jobsPanel(false).panel.findAll('button')).toHaveLength(0)
    const { panel, asked, refresh } = jobsPanel(true)
    expect(panel.findAll('button')).toHaveLength(1)
    void panel.find('button').trigger('click')
    void panel.find('button').trigger('click')
    await flushPromises()
    expect(asked).toEqual(['/api/v1/staff/jobs/stuck/retry'])
    expect(refresh).toHaveBeenCalled()
  })

  it('I8: say beside the job why it is not tried again, and nothing where it was by somebody else', async () => {
    const refused = jobsPanel(true, { status: 403, code: 'forbidden' })
    await refused.panel.find('button').trigger('click')
    await flushPromises()
    expect(refused.panel.find('[role=alert]').exists()).toBe(true)
    const gone = jobsPanel(true, { status: 404, code: 'not_found' })
    await gone.panel.find('button').trigger('click')
    await flushPromises()
    expect(gone.panel.find('[role=alert]').exists()).toBe(false)
    expect(gone.refresh).toHaveBeenCalled()
  })

  it('keep a check and its tries apart', () => {
    const { panel } = jobsPanel(true, { status: 204, code: '' })
    expect(panel.find('.jobs li').text()).not.toMatch(new RegExp(`\\S${zhCN.staff.jobs.tries.slice(0, 2)}`))
  })

  it('I8: say at the province what to do about a batch that was not taken in', async () => {
    const reason = 'batch 2 of this install is missing before it'
    const aside = 'the centre asked for it'
    const reasons: Record<string, string[]> = { accepted: [], set_aside: [aside] }
    const rows = ['refused', 'quarantined', 'waiting', 'of_newer', 'damaged', 'accepted', 'set_aside'].map((status, i) => ({
      centre: 'a', install: 'b', sequence: i, status, reasons: reasons[status] ?? [reason], orders: 1, clips: 1, files: 1, bytes: 1, received_at: '2026-07-20T10:00:00+08:00',
    }))
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify(rows)))
    const page = show(Batches, { centre: 'a', chosen: null }, shut)
    await flushPromises()
    for (const next of Object.values(zhCN.province.batches.next)) expect(page.text()).toContain(next)
    expect(page.text()).not.toContain(reason)
    expect(page.text()).toContain(aside)
    page.unmount()
  })

  it('I8: tell at the province the batches of a fork apart, and count nothing that nobody opened', async () => {
    const row = { centre: 'a', install: 'b', sequence: 2, reasons: [], orders: 0, clips: 0, files: 5, bytes: 1, received_at: '2026-07-20T10:00:00+08:00' }
    const twin = { ...row, manifest_sha256: '2', status: 'quarantined' as const }
    const rows = [twin, { ...row, manifest_sha256: '1', status: 'accepted', orders: 1, clips: 1 }, { ...row, sequence: 3, status: 'damaged', files: 0 }]
    vi.stubGlobal('fetch', async (path: string) => new Response(JSON.stringify(path.includes('clips') ? { clips: [] } : rows)))
    const page = show(Batches, { centre: 'a', chosen: twin }, shut)
    await flushPromises()
    const { content_text, untaken, untaken_files } = zhCN.province.batches
    const [forked, taken, damaged] = page.findAll('tbody tr')
    expect(page.findAll('.row-chosen').map((each) => each.element)).toEqual([forked?.element])
    expect(forked?.text()).toContain(untaken_files.replace('{files}', '5'))
    expect(taken?.text()).toContain(content_text.replace('{orders}', '1').replace('{clips}', '1').replace('{files}', '5'))
    expect(damaged?.text()).toContain(untaken)
    page.unmount()
    const clips = show(Clips, { choice: { centre: 'a', install: 'b', sequence: 2 }, batch: twin }, shut)
    await flushPromises()
    expect(clips.text()).toContain(zhCN.province.clips.untaken)
    clips.unmount()
  })

  it('tell who chose a batch that waits what became of it', async () => {
    const row = { centre: 'a', install: 'b', sequence: 2, manifest_sha256: '1', reasons: [], orders: 0, clips: 0, files: 5, bytes: 1, received_at: '2026-07-20T10:00:00+08:00' }
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify([{ ...row, status: 'accepted' }])))
    const page = show(Batches, { centre: 'a', chosen: { ...row, status: 'waiting' as const } }, shut)
    await flushPromises()
    expect(page.emitted('choose')).toEqual([[{ ...row, status: 'accepted' }]])
    page.unmount()
  })

  it('I8: say at the province what lies at the drop and what to do about it, and nothing while there is nothing', async () => {
    const kinds = Object.keys(zhCN.province.notices.kinds)
    const rows = kinds.map((kind) => ({ name: 'north', kind, reasons: [raw], first_at: '2026-07-20T10:00:00+08:00', last_at: '2026-07-20T10:00:00+08:00' }))
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify(rows)))
    const page = show(Notices, {}, shut)
    await flushPromises()
    for (const words of [...Object.values(zhCN.province.notices.next), ...Object.values(zhCN.province.notices.kinds)]) expect(page.text()).toContain(words)
    expect(page.text()).not.toContain(raw)
    page.unmount()
    vi.stubGlobal('fetch', async () => new Response('[]'))
    const none = show(Notices, {}, shut)
    await flushPromises()
    expect(none.find('section').exists()).toBe(false)
    none.unmount()
  })
})
