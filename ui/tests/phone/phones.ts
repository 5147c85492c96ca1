// The browsers of the tests, and what a child does in them by the words on
// the screen.
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type CDPSession, type Locator, type Page } from 'playwright-core'
import { run } from '../outside/programs'
import type { Candidate } from './centre'

const android = 'Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36'
const touch = { isMobile: true, hasTouch: true, deviceScaleFactor: 2, userAgent: android }

export const profiles = {
  phone: { ...touch, viewport: { width: 390, height: 844 } },
  small: { ...touch, viewport: { width: 360, height: 640 } },
  tablet: { ...touch, viewport: { width: 820, height: 1180 }, userAgent: android.replace(' Mobile', '') },
  desktop: { viewport: { width: 1280, height: 800 } },
} satisfies Record<string, BrowserContextOptions>

export type Profile = keyof typeof profiles
export type Language = 'zh-CN' | 'en'

/** Chromium without its windows, which cost half of the processor time. */
export const chromiumProgram = process.env['CHROMIUM'] ?? '/usr/bin/chromium-headless-shell'

export function launch(more: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumProgram,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required', ...more,
    ],
  })
}

/** One whose camera and microphone have the beginning of a clip; what it makes of it lies in the folder. */
export function launchWithCamera(folder: string, clip: string): Promise<Browser> {
  const [seen, heard] = [join(folder, 'camera.mjpeg'), join(folder, 'microphone.wav')]
  run('ffmpeg', ['-v', 'error', '-i', clip, '-t', '4', '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', '5', '-an', seen])
  run('ffmpeg', ['-v', 'error', '-i', clip, '-t', '4', '-af', 'volume=12dB', heard])
  return launch([
    '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${seen}`, `--use-file-for-fake-audio-capture=${heard}`,
  ])
}

export interface Phone {
  context: BrowserContext
  page: Page
  /** Addresses outside the centre that a page asked for. */
  strangers: string[]
}

/** A browser with its own cookies that nothing but the centre answers. */
export async function openPhone(browser: Browser, url: string, profile: Profile = 'phone', language: Language = 'zh-CN', more: BrowserContextOptions = {}): Promise<Phone> {
  const context = await browser.newContext({ ...profiles[profile], locale: language, ...more })
  const strangers: string[] = []
  await context.route(
    (to) => to.origin !== url && to.protocol.startsWith('http'),
    (route) => {
      strangers.push(route.request().url())
      return route.abort()
    },
  )
  await context.addInitScript((chosen) => localStorage.setItem('kaodian-language', chosen), language)
  return { context, page: await context.newPage(), strangers }
}

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
export const item = (page: Page, name: string) => page.locator('article.item', { has: page.getByRole('heading', { name }) })

/** Whether the whole of it is on the screen, and nothing lies over it. */
export const isSeen = (one: Locator) =>
  one.evaluate((element) => {
    const { top, right, bottom, left } = element.getBoundingClientRect()
    const points = [[left + 9, top + 9], [right - 9, bottom - 9]] as const
    return top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth && points.every(([x, y]) => element.contains(document.elementFromPoint(x, y)))
  })

export async function logIn(page: Page, url: string, who: Candidate): Promise<void> {
  await page.goto(`${url}/login`)
  await page.locator('input[name=ticket]').fill(who.ticket)
  await page.locator('input[name=id_number]').fill(who.idNumber)
  await page.locator('input[name=id_number]').press('Enter')
  await page.waitForURL((to) => !to.pathname.startsWith('/login'))
}

/** The API as the page has it: same cookies. */
export async function api<T>(page: Page, method: string, path: string, body?: unknown): Promise<T> {
  return page.evaluate(
    async ([method, path, body]) => {
      const response = await fetch(`/api/v1${path}`, {
        method, headers: { 'Content-Type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
      return (text ? JSON.parse(text) : undefined) as never
    },
    [method, path, body] as const,
  ) as Promise<T>
}

interface Attempt {
  id: string
  code?: string
}

/** Agrees without reading, as only a test may; the pages' own way is tested once. */
export async function startAttempt(page: Page): Promise<Attempt> {
  const [order] = await api<{ id: string }[]>(page, 'GET', '/orders')
  if (!order) throw new Error('no order')
  await api(page, 'POST', `/orders/${order.id}/consent`, { face: false })
  const { rules_version } = await api<{ rules_version: string }>(page, 'GET', `/orders/${order.id}/rules`)
  const attempt = await api<Attempt>(page, 'POST', `/orders/${order.id}/attempts`, { agreed: true, rules_version })
  return api<Attempt>(page, 'POST', `/attempts/${attempt.id}/acknowledge`)
}

/** Opens the attempt's page and waits for its countdown. */
export async function openAttempt(page: Page, url: string, attempt: Attempt): Promise<void> {
  await page.goto(`${url}/attempts/${attempt.id}`)
  await page.locator('.head-code').first().waitFor()
}

export async function choose(page: Page, name: string, file: string): Promise<void> {
  await item(page, name).getByRole('button', { name: /录制\/上传视频|再选一次视频|换一条|重新录一条/ }).first().click()
  await page.locator('input[type=file][data-from=album]').setInputFiles(file)
}

/** One session for each page: what one slowed down another does not let go. */
const lines = new WeakMap<Page, CDPSession>()

/** Slows the phone's line down: bytes a second, -1 for no limit. */
export async function line(page: Page, { up = -1, down = -1, offline = false, latency = 0 }): Promise<void> {
  const devtools = lines.get(page) ?? (await page.context().newCDPSession(page))
  lines.set(page, devtools)
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', { offline, latency, downloadThroughput: down, uploadThroughput: up })
}

export async function slowProcessor(page: Page, times: number): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: times })
}
