// The province's page in Chromium, on a store that the real programs made: on a
// phone nothing of a table is out of sight, and no column is a letter wide.
import type { Browser } from 'playwright-core'
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
  await page.goto(province.url)
  await page.locator('input[name=name]').fill(province.reviewer.name)
  await page.locator('input[name=password]').fill(province.reviewer.password)
  await page.keyboard.press('Enter')
  await page.locator('.desk-table .desk-act').first().waitFor() // centres, notices and batches came before
  expect(await page.locator('.desk-table').count()).toBe(4)
  const hidden = await page.locator('.desk-table').evaluateAll((tables) => tables.filter((table) => table.scrollWidth > table.clientWidth).map((table) => table.textContent))
  expect(hidden, 'cut off at the right').toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  await context.close()
})
