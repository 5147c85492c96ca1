// A server that dies while people sit at a desk: it is said once, on top of
// whatever page is open, and every card says how old it is; and taken back.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import { answers, until } from '../outside/programs'
import { startCentre, type Centre } from '../phone/centre'
import { launch, type Language } from '../phone/phones'
import { startProvince, type Province } from './store'

let centre: Centre
let province: Province
let browser: Browser
const pictures = process.env['KAODIAN_PICTURES']

beforeAll(async () => {
  centre = await startCentre()
  province = await startProvince()
  browser = await launch()
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await centre?.end()
  await province?.end()
})

async function desk(at: string, account: { name: string; password: string }, language: Language, viewport: { width: number; height: number }): Promise<Page> {
  const page = await (await browser.newContext({ locale: language, viewport })).newPage()
  await until('the server is there again', () => answers(at)) // the test before killed it
  await page.goto(at)
  await page.locator('input[name=name]').fill(account.name)
  await page.locator('input[name=password]').fill(account.password)
  await page.keyboard.press('Enter')
  await page.locator('.desk-card').first().waitFor()
  if (language === 'en') await page.getByRole('button', { name: 'English' }).click()
  return page
}

const alerts = (page: Page) => page.getByRole('alert').evaluateAll((all) => all.map((one) => one.className))
const wide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

const sizes = [{ width: 1366, height: 768 }, { width: 390, height: 844 }, { width: 360, height: 640 }] as const

test.each([
  ['the desk', 'zh-CN', () => `${centre.url}/staff/`, 5],
  ['the desk', 'en', () => `${centre.url}/staff/`, 5],
  ['the review', 'zh-CN', () => `${centre.url}/staff/#review`, 0],
  ['the province', 'en', () => province.url, 6],
] as const)('%s says once that the server is gone, in %s', { timeout: 120_000 }, async (what, language, at, cards) => {
  const home = what === 'the province' ? province : centre
  const account = what === 'the province' ? province.reviewer : centre.staff
  const pages = await Promise.all(sizes.map((size) => desk(at(), account, language, size)))
  for (const page of pages) {
    if (cards > 0) await expect.poll(() => page.locator('.desk-card dl, .desk-card table, .desk-card ul, .desk-card .desk-good').count(), { timeout: 30_000 }).toBeGreaterThan(2)
    expect(await page.locator('.desk-gone, .desk-stale').count()).toBe(0)
  }
  const before = await Promise.all(pages.map(alerts))
  await home.program.end('SIGKILL')
  try {
    for (const [n, page] of pages.entries()) {
      await page.bringToFront()
      await page.locator('.desk-gone').waitFor()
      await expect.poll(() => alerts(page), { message: 'nothing but the one sentence came' }).toEqual([expect.stringContaining('desk-gone'), ...before[n]!])
      await expect.poll(() => page.locator('.desk-stale').count()).toBe(cards)
      expect(await wide(page)).toBeLessThanOrEqual(0)
      if (pictures) await page.screenshot({ path: `${pictures}/gone-${what.replace(' ', '-')}-${language}-${sizes[n]?.width}.png`, fullPage: true })
    }
  } finally {
    home.program.start()
  }
  for (const page of pages) {
    await page.bringToFront()
    await page.locator('.desk-gone').waitFor({ state: 'detached', timeout: 60_000 })
    await expect.poll(() => page.locator('.desk-stale').count(), { timeout: 30_000 }).toBe(0)
    await page.context().close()
  }
})

test.each(sizes)('a clip opened while the server is gone says so, and comes when it answers, at $width', { timeout: 120_000 }, async (size) => {
  const page = await desk(province.url, province.reviewer, 'zh-CN', size)
  await page.locator('.desk-act button').first().waitFor()
  await province.program.end('SIGKILL')
  const clip = page.locator('.clip-view')
  try {
    await page.locator('.desk-gone').waitFor()
    await page.locator('.desk-act button').first().click()
    await clip.getByText(zhCN.finding.lost).waitFor()
    for (const untrue of [zhCN.finding.unplayable, zhCN.finding.no_photo]) expect(await clip.getByText(untrue).count(), untrue).toBe(0)
    if (pictures) await page.screenshot({ path: `${pictures}/gone-clip-${size.width}.png` })
  } finally {
    province.program.start()
  }
  await clip.locator('video').waitFor({ timeout: 60_000 })
  await clip.getByText(zhCN.desk.offline).waitFor({ state: 'detached' })
  await province.program.end('SIGKILL')
  try {
    await clip.getByText(zhCN.desk.offline).waitFor()
    await clip.locator('.el-drawer__close-btn').click()
    await clip.waitFor({ state: 'detached' })
  } finally {
    province.program.start()
  }
  await page.context().close()
})

test('at the province it is not the centre’s server that cannot be reached', { timeout: 60_000 }, async () => {
  const page = await desk(province.url, province.reviewer, 'zh-CN', sizes[0])
  await page.route('**/api/v1/logout', (route) => route.abort())
  await page.getByText(zhCN.common.log_out).click()
  await page.getByText(zhCN.desk.offline).waitFor()
  expect(await page.getByText(zhCN.error.offline.text).count()).toBe(0)
  await page.context().close()
})
