// The province's page in Chromium, on a store that the real programs made: on a
// phone nothing of a table is out of sight, and no column is a letter wide.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Centre, ReceivedBatch } from '../../src/shared/api/types'
import { launch, openPhone } from '../phone/phones'
import { startProvince, type Province } from './store'

let province: Province
let browser: Browser

beforeAll(async () => {
  province = await startProvince()
  browser = await launch()
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await province?.end()
})

test.each(['zh-CN', 'en'] as const)('nothing of the tables is out of sight on a phone, in %s', { timeout: 60_000 }, async (language) => {
  const { page, context } = await openPhone(browser, province.url, 'phone', language)
  await logIn(page, province.reviewer) // centres, notices, what was sent down, batches and orders came before
  expect(await page.locator('.desk-table').count()).toBe(6)
  const hidden = await page.locator('.desk-table').evaluateAll((tables) => tables.filter((table) => table.scrollWidth > table.clientWidth).map((table) => table.textContent))
  expect(hidden, 'cut off at the right').toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  await context.close()
})

const pictures = process.env['KAODIAN_PICTURES']

async function logIn(page: Page, account: { name: string; password: string }): Promise<void> {
  await page.goto(province.url)
  await page.locator('input[name=name]').fill(account.name)
  await page.locator('input[name=password]').fill(account.password)
  await page.keyboard.press('Enter')
  await page.locator('.desk-table .desk-act').first().waitFor()
}

test('a changed audit log is said to administrators, with what to do, and to nobody else', { timeout: 90_000 }, async () => {
  for (const [account, shown] of [[province.administrator, true], [province.reviewer, false]] as const) {
    for (const profile of ['desktop', 'phone', 'small'] as const) {
      const { page, context } = await openPhone(browser, province.url, profile, 'zh-CN')
      const asked: string[] = []
      await page.route('**/api/v1/audit', (route) => {
        asked.push(route.request().url())
        return route.fulfill({ json: { broken: true, cut: false, detail: 'the audit log was changed at line 2' } })
      })
      await logIn(page, account)
      expect([await page.getByText('操作记录被改动过。').count(), asked.length > 0]).toEqual([shown ? 1 : 0, shown])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
      if (pictures && shown) {
        await page.screenshot({ path: `${pictures}/audit-zh-${profile}.png` })
        await page.getByRole('button', { name: 'English' }).click()
        await page.screenshot({ path: `${pictures}/audit-en-${profile}.png` })
      }
      await context.close()
    }
  }
})

// What the real store has none of, beside what it has: a fork, one damaged, one of a newer version.
const mended = ['quarantined', 'damaged', 'of_newer', 'waiting'] as const
async function addBatches(page: Page): Promise<void> {
  await page.route('**/api/v1/batches?*', async (route) => {
    const response = await route.fetch()
    const [first, ...rest] = (await response.json()) as ReceivedBatch[]
    const more = mended.map((status) => ({ ...first, status, manifest_sha256: `of ${status}`, reasons: ['because'], orders: 0, clips: 0, files: status === 'of_newer' ? 0 : 5 }))
    await route.fulfill({ response, json: [...more, first, ...rest] })
  })
}

test.each([['zh-CN', 'phone'], ['en', 'phone'], ['zh-CN', 'desktop'], ['en', 'desktop']] as const)('a batch that was not taken in is told from the one that has its place, and nothing of it is cut off, in %s on a %s', { timeout: 60_000 }, async (language, profile) => {
  const { page, context } = await openPhone(browser, province.url, profile, language)
  await addBatches(page)
  await logIn(page, province.reviewer)
  const batches = page.locator('.desk-card', { has: page.locator('.batch-reason') })
  await batches.locator('tbody .desk-link').first().click()
  expect(await batches.locator('.row-chosen').count()).toBe(1)
  expect(await page.locator('.desk-act').count(), 'videos of another batch').toBe(0)
  const cut = await batches.locator('.state, .batch-reason').evaluateAll((parts) => parts.filter((part) => part.getBoundingClientRect().right > part.closest('.desk-table')!.getBoundingClientRect().right).map((part) => part.textContent))
  expect(cut, 'cut off at the right').toEqual([])
  if (pictures) await page.screenshot({ path: `${pictures}/batches-${language}-${profile}.png`, fullPage: true })
  await context.close()
})

test('back closes a clip, and a reload keeps the centre and the clip', { timeout: 60_000 }, async () => {
  const { page, context } = await openPhone(browser, province.url, 'phone', 'zh-CN')
  await page.route('**/api/v1/centres', async (route) => {
    const response = await route.fetch()
    const centres = (await response.json()) as Centre[]
    await route.fulfill({ response, json: [{ ...centres[0], centre: 'aaa' }, ...centres] })
  })
  await page.goto(province.url)
  await page.locator('input[name=name]').fill(province.reviewer.name)
  await page.locator('input[name=password]').fill(province.reviewer.password)
  await page.keyboard.press('Enter')
  const chosen = page.locator('.desk-table').first().locator('.row-chosen .desk-link')
  await page.locator('.desk-table').first().locator('.desk-link').nth(1).click()
  const centre = await chosen.textContent()
  const clip = page.locator('.clip-view')
  const closed = async () => {
    await clip.waitFor({ state: 'detached' })
    expect([await chosen.textContent(), new URL(page.url()).hash]).toEqual([centre, `#${centre}`])
  }
  await page.locator('.desk-act button').first().click()
  await clip.waitFor()
  await page.goBack()
  await closed()
  await page.locator('.desk-act button').first().click()
  await clip.locator('video').waitFor()
  const title = await clip.locator('h2').textContent()
  await page.reload()
  await clip.locator('video').waitFor()
  expect([await clip.locator('h2').textContent(), await chosen.textContent()]).toEqual([title, centre])
  await clip.locator('.el-drawer__close-btn').click()
  await closed()
  await page.locator('.desk-act button').first().click()
  await clip.locator('.el-drawer__close-btn').click()
  await closed()
  await context.close()
})

test.each([['zh-CN', 'phone', '没有符合的订单'], ['en', 'desktop', 'No order matches']] as const)('orders are found by name and state, and lead to their videos, in %s on a %s', { timeout: 60_000 }, async (language, profile, none) => {
  const { page, context } = await openPhone(browser, province.url, profile, language)
  await logIn(page, province.reviewer)
  const orders = page.locator('.desk-card', { has: page.locator('.province-find') })
  const rows = orders.locator('tbody tr')
  const before = await rows.count()
  const name = (await rows.first().locator('td').first().textContent())?.trim().split(' ')[0] ?? ''
  if (pictures) await page.screenshot({ path: `${pictures}/orders-${language}-${profile}.png`, fullPage: true })
  await orders.locator('select[name=status]').selectOption('absent')
  await orders.getByText(none).waitFor()
  await orders.locator('select[name=status]').selectOption('')
  await orders.locator('input[name=who]').fill(name)
  await expect.poll(async () => (await rows.allTextContents()).every((row) => row.includes(name)), { message: 'only who was looked for' }).toBe(true)
  expect(await rows.count()).toBeGreaterThan(0)
  await orders.locator('input[name=who]').fill('')
  await expect.poll(() => rows.count()).toBe(before)
  await rows.first().locator('button').click()
  await page.getByRole('heading', { name: new RegExp(`${name}.*视频|Videos of ${name}`) }).waitFor()
  await page.locator('.desk-act').first().waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  await context.close()
})
