import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ScreenLight } from '../../src/candidate/attempt/screen'

let released: number
let grant: () => void
let asked: number

beforeEach(() => {
  released = asked = 0
  const request = () => {
    asked++
    return new Promise((given) => (grant = () => given({ release: async () => void released++ })))
  }
  Object.defineProperty(navigator, 'wakeLock', { value: { request }, configurable: true })
})

afterEach(() => void Reflect.deleteProperty(navigator, 'wakeLock'))

const looked = () => document.dispatchEvent(new Event('visibilitychange'))
const soon = () => vi.waitFor(() => undefined)

describe('the light of the screen', () => {
  it('R24: is kept on while something is sent, also after the page was hidden', async () => {
    const screen = new ScreenLight()
    screen.want(true)
    grant()
    await soon()
    looked()
    expect(asked).toBe(2)
    grant()
    await soon()
    screen.want(false)
    expect(released).toBeGreaterThan(0)
  })

  it('R24: is let go when the browser grants it too late', async () => {
    const screen = new ScreenLight()
    screen.want(true)
    screen.want(false)
    grant()
    await vi.waitFor(() => expect(released).toBe(1))
  })

  it('R24: is let go as often as it was granted', async () => {
    const screen = new ScreenLight()
    screen.want(true)
    const first = grant
    looked()
    first()
    grant()
    await soon()
    screen.want(false)
    expect(released).toBe(2)
  })

  it('R24: without a wake lock a silent video plays; one that wants a tap first gets the next one', async () => {
    Reflect.deleteProperty(navigator, 'wakeLock')
    vi.stubGlobal('fetch', async () => new Response('a video'))
    vi.stubGlobal('URL', { createObjectURL: () => 'blob:still' })
    const play = vi.spyOn(HTMLMediaElement.prototype, 'play').mockRejectedValueOnce(new DOMException('no tap', 'NotAllowedError')).mockResolvedValue()
    const pause = vi.spyOn(HTMLMediaElement.prototype, 'pause').mockReturnValue()
    const screen = new ScreenLight()
    screen.want(true)
    await vi.waitFor(() => expect(screen.refused.value).toBe(true))
    document.dispatchEvent(new Event('click'))
    await vi.waitFor(() => expect(screen.refused.value).toBe(false))
    expect(play).toHaveBeenCalledTimes(2)
    expect(document.querySelector('video')).not.toBeNull()
    screen.want(false)
    expect(pause).toHaveBeenCalled()
    expect(document.querySelector('video')).toBeNull()
    vi.unstubAllGlobals()
  })

  it('hears of nothing any more when nothing is sent', () => {
    const before = vi.spyOn(document, 'addEventListener')
    const after = vi.spyOn(document, 'removeEventListener')
    const screen = new ScreenLight()
    screen.want(true)
    screen.want(false)
    const ended = after.mock.calls.map(([name]) => name)
    for (const [name] of before.mock.calls) expect(ended).toContain(name)
    const heard = asked
    looked()
    expect(asked).toBe(heard)
  })
})
