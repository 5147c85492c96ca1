import { afterEach, describe, expect, it, vi } from 'vitest'
import { encode } from 'uqr'
import zhCN from '../../locales/zh-CN.json'
import { checkBattery, checkLandscape, checkLine, checkStorage } from '../../src/candidate/way/checks'
import { kindOf, makeOf, windowOf } from '../../src/candidate/way/device'
import { qrPath } from '../../src/shared/qr'

const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 14_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.0 Mobile/15E148 Safari/604.1'
const safari = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.1 Safari/605.1.15'
const chrome = 'Mozilla/5.0 (Linux; Android 10; Redmi Note 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/80.0.3987.99 Mobile Safari/537.36'
const pad = 'Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36'
const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36'
const wechat = 'Mozilla/5.0 (Linux; Android 12; V2148A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/107.0.5304.141 Mobile Safari/537.36 MicroMessenger/8.0.47'
const signIn = 'Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148'
const androidSignIn = 'Mozilla/5.0 (Linux; Android 12; SM-A525F; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/107.0.0.0 Mobile Safari/537.36'

const on = (userAgent: string, touchPoints = 5, shortSide = 390) => ({ userAgent, touchPoints, shortSide })

describe('R4: what a page runs on', () => {
  it.each([
    ['an iPhone', on(iphone), 'phone', 'apple'],
    ['an Android phone', on(chrome), 'phone', 'xiaomi'],
    ['an Android tablet', on(pad, 10, 800), 'tablet', 'samsung'],
    ['an iPad that calls itself a Macintosh', on(safari, 5, 820), 'tablet', 'apple'],
    ['a Macintosh', on(safari, 0, 900), 'desktop', 'apple'],
    ['a Windows computer, with a touch screen too', on(windows, 10, 1080), 'desktop', 'android'],
  ])('%s', (_, browser, kind, make) => {
    expect(kindOf(browser)).toBe(kind)
    expect(makeOf(browser)).toBe(make)
  })
})

describe('R29: windows of other programs', () => {
  it.each([
    ['WeChat', wechat, 'wechat'],
    ['the Wi-Fi sign-in window of an iPhone', signIn, 'portal'],
    ['the Wi-Fi sign-in window of Android', androidSignIn, 'portal'],
    ['Safari', iphone, null],
    ['Chrome', chrome, null],
    ['a computer', windows, null],
  ])('%s', (_, userAgent, window) => {
    expect(windowOf(on(userAgent))).toBe(window)
  })
})

describe('a phone held upright is told of its own setting', () => {
  afterEach(() => vi.unstubAllGlobals())
  it.each([['an iPhone', iphone, 'turn_apple', '竖排方向锁定'], ['an Android phone', chrome, 'turn', '自动旋转']] as const)('%s', (_, userAgent, word, setting) => {
    vi.stubGlobal('navigator', { userAgent, maxTouchPoints: 5 })
    vi.stubGlobal('innerWidth', 390)
    vi.stubGlobal('innerHeight', 844)
    expect(checkLandscape()).toEqual({ state: 'unknown', word })
    expect(zhCN.candidate.check.landscape[word]).toContain(setting)
    expect(zhCN.candidate.record[`${word}_how`]).toContain(setting)
  })
})

describe('a QR code as a path', () => {
  it('draws exactly the dark modules, with white around them', () => {
    const text = 'https://kaodian.example:8443/in#0123456789abcdefghijklmnop'
    const { size, path } = qrPath(text)
    const dark = new Set<string>()
    for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
      for (let i = 0; i < Number(width); i++) dark.add(`${Number(x) + i} ${y}`)
    }
    const { data } = encode(text, { ecc: 'M', border: 4 })
    const wanted = data.flatMap((row, y) => row.flatMap((is, x) => (is ? [`${x} ${y}`] : [])))
    expect(size).toBe(data.length)
    expect([...dark].sort()).toEqual(wanted.sort())
    expect(wanted.some((at) => /^[0-3] | [0-3]$/.test(at))).toBe(false)
  })
})

describe('the device check', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('says «unknown» where the phone does not tell', async () => {
    vi.stubGlobal('navigator', {})
    expect((await checkStorage()).state).toBe('unknown')
    expect((await checkBattery()).state).toBe('unknown')
  })

  it('warns of little memory and of a low battery that is not charging', async () => {
    const phone = (quota: number, level: number, charging: boolean) =>
      vi.stubGlobal('navigator', { storage: { estimate: async () => ({ quota, usage: 0 }) }, getBattery: async () => ({ level, charging }) })
    phone(500 * 1024 * 1024, 0.3, false)
    expect([(await checkStorage()).state, (await checkBattery()).state]).toEqual(['warn', 'warn'])
    phone(100 * 1024 * 1024, 0.1, false)
    expect([(await checkStorage()).state, (await checkBattery()).state]).toEqual(['bad', 'bad'])
    phone(5 * 1024 ** 3, 0.1, true)
    expect([(await checkStorage()).state, (await checkBattery()).state]).toEqual(['good', 'good'])
  })

  it('tells a quick line from a slow and a lost one', async () => {
    const line = (seconds: number) => {
      let now = 0
      vi.stubGlobal('fetch', async () => {
        now += seconds * 1000
        return new Response(null, { status: 204 })
      })
      return checkLine(() => now)
    }
    expect(await line(0.1)).toEqual({ state: 'good', word: 'good', named: { seconds: 10, minutes: 1 } })
    expect((await line(2)).state).toBe('warn')
    expect((await line(10)).state).toBe('bad')
    vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('no network')))
    expect((await checkLine()).word).toBe('lost')
  })
})
