// A centre of a test file's own with a browser, and what its tests do on a phone.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page, Request } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { run } from '../outside/programs'
import { startCentre, type Centre } from './centre'
import { api, item, launch, logIn, openAttempt, openPhone, startAttempt, type Phone } from './phones'

export let centre: Centre
export let browser: Browser

/** Starts both before the file's tests, and ends them after. */
export function withCentre(): void {
  beforeAll(async () => {
    centre = await startCentre()
    browser = await launch()
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await centre?.end()
  })
}

export interface Started extends Phone {
  attempt: { id: string; code?: string }
}

export async function start(kind: Parameters<Centre['candidate']>[0], place: number): Promise<Started> {
  const phone = await openPhone(browser, centre.url)
  await logIn(phone.page, centre.url, centre.candidate(kind, place))
  const attempt = await startAttempt(phone.page)
  await openAttempt(phone.page, centre.url, attempt)
  return { ...phone, attempt }
}

/** Of the slowed line, bytes a second: a clip takes seven seconds. */
export const SLOW = 1 << 20

export const uploads = (page: Page, method: string): Request[] => {
  const seen: Request[] = []
  page.on('request', (request) => {
    if (request.method() === method && request.url().includes('/api/v1/uploads')) seen.push(request)
  })
  return seen
}

export const percent = async (page: Page) => Number(await item(page, '乐曲').getByRole('progressbar').first().getAttribute('aria-valuenow', { timeout: 2000 }).catch(() => -1))
export const received = (page: Page) => item(page, '乐曲').getByRole('button', { name: '预览' }).waitFor({ timeout: 60_000 })

export interface Seen {
  state: string
  items: { name: string; clip?: { size: number } }[]
}
export const clipOf = async (page: Page, attempt: string) => (await api<Seen>(page, 'GET', `/attempts/${attempt}`)).items.find(({ name }) => name === '乐曲')?.clip

/** A file of the tests' own folder; with arguments ffmpeg makes it. */
export function odd(name: string, made?: string[]): string {
  const path = join(centre.folder, name)
  if (made && !existsSync(path)) run('ffmpeg', ['-v', 'error', ...made, path])
  return path
}

const pictures = process.env['KAODIAN_PICTURES']
export const pictured = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png` })

export async function atTheDesk(): Promise<Phone> {
  const desk = await openPhone(browser, centre.url, 'desktop')
  await desk.page.goto(`${centre.url}/staff/`)
  await desk.page.locator('input[name=name]').fill(centre.staff.name)
  await desk.page.locator('input[name=password]').fill(centre.staff.password)
  await desk.page.getByRole('button', { name: '登录' }).click()
  return desk
}
