import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SendEvents } from '../../src/candidate/uploads/queue'
import { tusSend } from '../../src/candidate/uploads/tus'

// The browser's build, with its XMLHttpRequest and its localStorage.
vi.mock('tus-js-client', () => vi.importActual('../../node_modules/tus-js-client/lib.esm/browser/index.js'))

/** What the server answers to each request, in order; the last answer is kept. */
type Answer = { status: number; headers?: Record<string, string>; body?: string }
let requests: string[]
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
  setRequestHeader(): void {}
  getResponseHeader(name: string): string | null {
    return this.headers[name] ?? null
  }
  abort(): void {
    this.aborted = true
  }
  send(): void {
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

function send() {
  const heard: string[] = []
  const events: SendEvents = {
    progress: () => undefined,
    trouble: (problem) => heard.push(`trouble ${problem.code}`),
    done: () => heard.push('done'),
    failed: (problem) => heard.push(`failed ${problem.code}`),
  }
  const sending = tusSend('a')('1', file, events)
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
  answers = {}
  localStorage.clear()
  vi.stubGlobal('XMLHttpRequest', FakeXHR)
})
afterEach(() => void vi.unstubAllGlobals())

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
