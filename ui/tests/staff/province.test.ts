// The province's page in Chromium, on a store that the real programs made: on a
// phone nothing of a table is out of sight, and no column is a letter wide.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
  await logIn(page, province.reviewer) // centres, notices and batches came before
  expect(await page.locator('.desk-table').count()).toBe(4)
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
      expect([await page.getByText('操作日志被改动过。').count(), asked.length > 0]).toEqual([shown ? 1 : 0, shown])
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
