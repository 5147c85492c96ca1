// The province's pages as somebody at a desk, a tablet or a phone meets them.
import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import { openPhone, type Language, type Profile } from '../phone/phones'
import { hangsOut, serious } from './looks'
import type { Province } from './store'

const office = { viewport: { width: 1366, height: 768 } }
const pictures = process.env['KAODIAN_PICTURES']

export const openProvince = (browser: Browser, province: Province, profile: Profile, language: Language) => openPhone(browser, province.url, profile, language, profile === 'desktop' ? office : {})

export async function logInAt(page: Page, province: Province, account: { name: string; password: string }): Promise<void> {
  await page.goto(province.url)
  await page.locator('input[name=name]').fill(account.name)
  await page.locator('input[name=password]').fill(account.password)
  await page.keyboard.press('Enter')
  await page.locator('.desk-table').first().waitFor()
}

/** Nothing hangs out, is wider than the screen, or is a serious fault to axe. */
export async function looksWell(page: Page, name: string): Promise<void> {
  if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
  expect([...(await hangsOut(page)), ...(await serious(page))], name).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0)
}
