import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import 'fake-indexeddb/auto'
import { KeptRecording } from '../../src/candidate/recorder/recorded'
import { append, begin } from '../../src/candidate/recorder/store'
import type { SendEvents } from '../../src/candidate/uploads/queue'
import type { Source } from '../../src/candidate/uploads/source'
import { tusSend } from '../../src/candidate/uploads/tus'

// The browser's build, with its XMLHttpRequest and its localStorage.
vi.mock('tus-js-client', () => vi.importActual('../../node_modules/tus-js-client/lib.esm/browser/index.js'))

/** What the server answers to each request, in order; the last answer is kept. */
type Answer = { status: number; headers?: Record<string, string>; body?: string }
let requests: string[]
/** Of the PATCHes: where it begins, how many bytes, and the length of the whole if it is told. */
let pieces: string[]
let answers: Record<string, Answer[]>

/** Stands for the browser's requests. */
class FakeXHR {
  status = 0
  responseText = ''
  upload = {}
  onload: (() => void) | null = null
  onerror: (() => void) | null = null
  private method = ''
  private headers: Record<string, string> = {}
  private aborted = false
  open(method: string, url: string): void {
    this.method = method
    requests.push(`${method} ${new URL(url, 'http://centre.example').pathname}`)
  }
  private readonly told: Record<string, string> = {}
  setRequestHeader(name: string, value: string): void {
    this.told[name] = value
    if (name === 'Upload-Defer-Length') requests[requests.length - 1] += ' deferred'
  }
  getResponseHeader(name: string): string | null {
    return this.headers[name] ?? null
  }
  abort(): void {
    this.aborted = true
  }
  send(body?: Blob): void {
    if (this.method === 'PATCH') pieces.push(`${this.told['Upload-Offset']}+${body?.size ?? 0}${this.told['Upload-Length'] ? ` of ${this.told['Upload-Length']}` : ''}`)
    const list = answers[this.method] ?? []
    const answer = list.length > 1 ? list.shift() : list[0]
    if (!answer) return // silence
    setTimeout(() => {
      if (this.aborted) return
      this.status = answer.status
      this.responseText = answer.body ?? ''
      this.headers = answer.headers ?? {}
      this.onload?.()
    }, 1)
  }
}

const file = new File([new Uint8Array(1000)], 'a.mp4', { type: 'video/mp4' })
const whole = { status: 200, headers: { 'Upload-Offset': '1000', 'Upload-Length': '1000' } }
const half = { status: 200, headers: { 'Upload-Offset': '500', 'Upload-Length': '1000' } }
const taken = { status: 204, headers: { 'Upload-Offset': '1000' } }
const created = { status: 201, headers: { Location: '/api/v1/uploads/u' } }

function send(source: Source = file) {
  const heard: string[] = []
  const events: SendEvents = {
    progress: () => undefined,
    trouble: (problem) => heard.push(`trouble ${problem.code}`),
    done: () => heard.push('done'),
    failed: (problem) => heard.push(`failed ${problem.code}`),
  }
  const sending = tusSend('a')('1', source, events)
  return { sending, heard }
}

const count = (what: string) => requests.filter((request) => request.startsWith(what)).length
const stored = () => Object.keys(localStorage).filter((key) => key.startsWith('tus::'))

/** A page that began the upload and was closed before its first byte was taken. */
async function beginAndClose(): Promise<void> {
  requests = []
  answers = { POST: [created] }
  const { sending } = send()
  sending.start()
  await vi.waitFor(() => expect(count('PATCH')).toBe(1))
  await sending.stop()
  expect(stored()).toHaveLength(1)
  requests = []
}

beforeEach(() => {
  requests = []
  pieces = []
  answers = {}
  localStorage.clear()
  vi.stubGlobal('XMLHttpRequest', FakeXHR)
})
afterEach(() => void vi.unstubAllGlobals())

describe('what is told of an upload', () => {
  it('R24: only what the centre acknowledged, in parts that grow', async () => {
    const big = new File([new Uint8Array(400_000)], 'big.mp4', { type: 'video/mp4' })
    const at = (offset: number) => ({ status: 204, headers: { 'Upload-Offset': String(offset) } })
    answers = { POST: [created], PATCH: [at(65_536), at(65_536 * 5), at(400_000)] }
    const told: number[] = []
    const sending = tusSend('a')('1', big, {
      progress: (sent) => told.push(sent),
      trouble: () => undefined,
      done: () => told.push(-1),
      failed: () => undefined,
    })
    sending.start()
    await vi.waitFor(() => expect(told).toContain(-1))
    expect(told).toEqual([65_536, 65_536 * 5, 400_000, -1])
    expect(pieces).toEqual(['0+65536', '65536+262144', '327680+72320'])
  })
})

describe('an upload that goes on', () => {
  for (const [status, code] of [[500, 'internal'], [503, 'internal'], [429, 'too_many_connections'], [403, 'internal']] as const) {
    it(`R24, I1: begins nothing anew after ${status}, and goes on where it stopped when that has healed`, async () => {
      await beginAndClose()
      answers = { HEAD: [{ status }, half], PATCH: [taken] }
      const { sending, heard } = send()
      sending.start()
      await vi.waitFor(() => expect(heard).toContain('done'))
      expect(heard).toEqual([`trouble ${code}`, 'done'])
      expect(requests).toEqual(['HEAD /api/v1/uploads/u', 'HEAD /api/v1/uploads/u', 'PATCH /api/v1/uploads/u'])
    })
  }

  it('R24: asks for the log-in at 401, and goes on after it, even on a new page', async () => {
    await beginAndClose()
    answers = { HEAD: [{ status: 401 }, half], PATCH: [taken] }
    const { sending, heard } = send()
    sending.start()
    await vi.waitFor(() => expect(heard).toEqual(['failed login_needed']))
    expect(stored()).toHaveLength(1)
    const again = send()
    again.sending.start()
    await vi.waitFor(() => expect(again.heard).toEqual(['done']))
    expect(count('POST')).toBe(0)
  })

  it('R24: begins anew only when the server has it no more', async () => {
    for (const status of [404, 410]) {
      await beginAndClose()
      answers = { HEAD: [{ status }], POST: [created], PATCH: [taken] }
      const { sending, heard } = send()
      sending.start()
      await vi.waitFor(() => expect(heard).toEqual(['done']))
      expect(count('POST')).toBe(1)
    }
  })

  it('R24: two starts soon after each other send once', async () => {
    answers = { POST: [created], PATCH: [taken] }
    const { sending, heard } = send()
    sending.start()
    await sending.stop()
    sending.start()
    await vi.waitFor(() => expect(heard).toEqual(['done']))
    expect(requests).toEqual(['POST /api/v1/uploads', 'PATCH /api/v1/uploads/u'])
  })

  it('R24: a stop is never undone, however late in the start it comes', async () => {
    answers = { POST: [created], PATCH: [taken] }
    const read = vi.spyOn(FileReader.prototype, 'readAsArrayBuffer')
    const first = send()
    first.sending.start()
    await vi.waitFor(() => expect(count('POST')).toBe(1))
    await first.sending.stop()
    const reads = read.mock.calls.length // of the phone's file before anything is sent
    requests = []
    read.mockClear()
    const { sending } = send()
    sending.start()
    await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(reads), { interval: 0 })
    await sending.stop()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(requests).toEqual([])
    read.mockRestore()
  })

  it('R24: is done at once when its last byte had arrived before the page was closed', async () => {
    await beginAndClose()
    answers = { HEAD: [whole] }
    const { sending, heard } = send()
    sending.start()
    await vi.waitFor(() => expect(heard).toEqual(['done']))
    expect(requests).toEqual(['HEAD /api/v1/uploads/u'])
    expect(stored()).toEqual([])
  })
})

describe('R23: a recording that is sent while it is recorded', () => {
  const taken = (offset: number) => ({ status: 204, headers: { 'Upload-Offset': String(offset) } })
  const open = (offset: number) => ({ status: 200, headers: { 'Upload-Offset': String(offset), 'Upload-Defer-Length': '1' } })

  async function take(name: string) {
    const kept = await begin('a', '1', name, 'video/webm')
    const source = new KeptRecording(kept, true)
    const record = async (seconds: number) => {
      for (let i = 0; i < seconds; i++) {
        await append(kept, new Blob(['0123456789']))
        source.grew()
      }
    }
    return { kept, source, record }
  }

  it('begins without a length, sends seconds together, and tells the length with the last ones', async () => {
    const { source, record } = await take('one.webm')
    answers = { POST: [created], PATCH: [taken(30), taken(60), taken(70)] }
    const { sending, heard } = send(source)
    sending.start()
    await record(3)
    await vi.waitFor(() => expect(pieces).toEqual(['0+30']))
    await record(2)
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(pieces, 'two seconds wait for a third').toHaveLength(1)
    await record(1)
    await vi.waitFor(() => expect(pieces).toEqual(['0+30', '30+30']))
    await record(1)
    source.end()
    await vi.waitFor(() => expect(heard).toEqual(['done']))
    expect(pieces).toEqual(['0+30', '30+30', '60+10 of 70'])
    expect(requests[0]).toBe('POST /api/v1/uploads deferred')
  })

  it('tells the length without bytes when all of them have gone', async () => {
    const { source, record } = await take('two.webm')
    answers = { POST: [created], PATCH: [taken(30), taken(30)] }
    const { sending, heard } = send(source)
    sending.start()
    await record(3)
    await vi.waitFor(() => expect(pieces).toEqual(['0+30']))
    source.end()
    await vi.waitFor(() => expect(heard).toEqual(['done']))
    expect(pieces).toEqual(['0+30', '30+0 of 30'])
  })

  it('R24: a stop ends the wait for more, and a start goes on where the server is', async () => {
    const { source, record } = await take('three.webm')
    answers = { POST: [created], HEAD: [open(30)], PATCH: [taken(30), taken(60)] }
    const { sending } = send(source)
    sending.start()
    await record(3)
    await vi.waitFor(() => expect(pieces).toHaveLength(1))
    await sending.stop()
    await record(3)
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(pieces, 'nothing after the stop').toHaveLength(1)
    sending.start()
    await vi.waitFor(() => expect(pieces).toEqual(['0+30', '30+30']))
    await sending.stop()
  })

  it('R24: a killed tab’s recording goes on from what the server has, and ends', async () => {
    const { kept, source, record } = await take('four.webm')
    answers = { POST: [created], PATCH: [taken(30)] }
    const first = send(source)
    first.sending.start()
    await record(3)
    await vi.waitFor(() => expect(pieces).toHaveLength(1))
    await first.sending.stop()
    await record(2) // the phone has more than the server when the tab is killed
    answers = { HEAD: [open(30)], PATCH: [taken(50)] }
    const { sending, heard } = send(new KeptRecording(kept, false))
    sending.start()
    await vi.waitFor(() => expect(heard).toEqual(['done']))
    expect(pieces).toEqual(['0+30', '30+20 of 50'])
    expect(requests.filter((request) => request.startsWith('POST'))).toHaveLength(1)
  })
})
