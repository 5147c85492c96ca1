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
    await soon()
    expect(released).toBe(1)
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

  it('hears of nothing any more when nothing is sent', () => {
    const before = vi.spyOn(document, 'addEventListener')
    const after = vi.spyOn(document, 'removeEventListener')
    const screen = new ScreenLight()
    screen.want(true)
    screen.want(false)
    expect(before.mock.calls.map(([name]) => name)).toEqual(after.mock.calls.map(([name]) => name))
    const heard = asked
    looked()
    expect(asked).toBe(heard)
  })
})
