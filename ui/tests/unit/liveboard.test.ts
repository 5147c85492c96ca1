import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'
import { useLiveBoard } from '../../src/staff/board/useLiveBoard'
import { show } from './show'

/** A stream of events that the test drives. */
class Driven {
  static last: Driven
  static opened = 0
  readyState = 1
  onerror: () => void = () => undefined
  private readonly heard = new Map<string, (event: object) => void>()
  constructor() {
    Driven.last = this
    Driven.opened++
  }
  addEventListener(name: string, heard: (event: object) => void): void {
    this.heard.set(name, heard)
  }
  close(): void {
    this.readyState = 2
  }
  tell(name: 'board' | 'pulse'): void {
    this.heard.get(name)?.({ data: '1' })
  }
  breaks(): void {
    this.readyState = 2
    this.onerror()
  }
}

let asked: Record<'attempts' | 'help', number>
let receiving: object | undefined
let visible: DocumentVisibilityState
let answer: () => Promise<unknown>

beforeEach(() => {
  vi.useFakeTimers()
  asked = { attempts: 0, help: 0 }
  receiving = undefined
  visible = 'visible'
  answer = () => Promise.resolve()
  Driven.opened = 0
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visible)
  vi.stubGlobal('EventSource', Driven)
  vi.stubGlobal('fetch', async (path: string) => {
    asked[path.endsWith('help') ? 'help' : 'attempts']++
    await answer()
    return new Response(JSON.stringify(path.endsWith('help') ? [] : [{ items: [{ receiving }] }]))
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const board = () => show(defineComponent(() => (useLiveBoard(), () => null)), {})
const since = async (act: () => unknown) => {
  const before = { ...asked }
  await act()
  await flushPromises()
  return { attempts: asked.attempts - before.attempts, help: asked.help - before.help }
}
/** So many seconds, in which the stream beats. */
const beating = async (seconds: number) => {
  for (let at = 0; at < seconds; at++) {
    Driven.last.tell('pulse')
    await vi.advanceTimersByTimeAsync(1000)
  }
}
const look = (state: DocumentVisibilityState) => {
  visible = state
  document.dispatchEvent(new Event('visibilitychange'))
}

describe('the board', () => {
  it('is read at once when something changed, and else four times a minute', async () => {
    board()
    await beating(20)
    expect(await since(() => Driven.last.tell('board'))).toEqual({ attempts: 1, help: 1 })
    expect(await since(() => beating(60))).toEqual({ attempts: 4, help: 4 })
    expect(Driven.opened, 'a stream that beats is kept').toBe(1)
  })

  it('is read once more for what changed while it was read, however much that was', async () => {
    board()
    await beating(20)
    let open = () => {}
    const gate = new Promise<void>((done) => (open = done))
    answer = () => gate
    const tell = () => {
      for (let n = 0; n < 9; n++) Driven.last.tell('board')
    }
    expect(await since(tell)).toEqual({ attempts: 1, help: 1 })
    expect(await since(open)).toEqual({ attempts: 1, help: 1 })
    expect(await since(() => beating(10))).toEqual({ attempts: 0, help: 0 })
  })

  it('is read as often as without events while a video arrives', async () => {
    receiving = { upload_id: 'u', offset: 1, size: 9 }
    board()
    await beating(20)
    expect((await since(() => beating(60))).attempts).toBe(15)
  })

  it('is read often from the moment at which the stream breaks, and seldom when there is another', async () => {
    board()
    await beating(20)
    Driven.last.breaks()
    expect((await since(() => vi.advanceTimersByTimeAsync(4000))).attempts).toBe(1)
    expect(Driven.opened, 'it is tried again').toBeGreaterThan(1)
    await vi.advanceTimersByTimeAsync(9000)
    expect((await since(() => vi.advanceTimersByTimeAsync(60_000))).attempts, 'an open stream that is silent is a broken one').toBe(15)
    await beating(20)
    expect((await since(() => beating(60))).attempts).toBe(4)
  })

  it.each([
    ['has no events', undefined],
    ['refuses the stream', class extends Driven { override readyState = 2 }],
  ])('is read as often as ever where the browser or the server %s', async (_what, source) => {
    vi.stubGlobal('EventSource', source)
    board()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(await since(() => vi.advanceTimersByTimeAsync(60_000))).toEqual({ attempts: 15, help: 20 })
  })

  it('lets its stream go while nobody looks at the page, and when it is left', async () => {
    const page = board()
    await beating(5)
    look('hidden')
    await flushPromises()
    expect(Driven.last.readyState).toBe(2)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(Driven.opened).toBe(1)
    look('visible')
    await flushPromises()
    expect([Driven.opened, Driven.last.readyState]).toEqual([2, 1])
    page.unmount()
    await vi.advanceTimersByTimeAsync(60_000)
    expect([Driven.opened, Driven.last.readyState]).toEqual([2, 2])
  })
})
