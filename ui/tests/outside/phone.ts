// What a candidate does on a phone, by the words on the screen.
import { expect } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { candidate } from './world'
import { chinese, type Words } from './words'

export async function openPhone(browser: Browser, url: string, language = 'zh-CN'): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: language,
    userAgent: 'Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36',
  })
  await context.addInitScript((chosen) => localStorage.setItem('kaodian-language', chosen), language)
  const page = await context.newPage()
  await page.goto(url)
  return page
}

/** Slows the phone's sending down, in bytes a second. */
export async function slowDown(page: Page, rate: number): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 5, downloadThroughput: -1, uploadThroughput: rate })
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** From the log-in to the running attempt with its code on the screen. */
export async function begin(page: Page, who = candidate, t: Words = chinese): Promise<string> {
  await page.locator('input[name=ticket]').fill(who.ticket.toLowerCase())
  await page.locator('input[name=id_number]').fill(who.idNumber)
  await button(page, t('common.log_in')).click()
  await button(page, t('candidate.orders.enter')).click()
  for (const place of ['practice', 'rules']) await button(page, t('candidate.path.skip', { next: t(`candidate.path.${place}`) })).click()
  await page.locator('input[name=guardian]').fill('王大明')
  await button(page, t('candidate.consent.yes')).click()
  await page.getByText(t('candidate.rules.end')).waitFor()
  // Whoever presses in the same place comes to the end: the text, then its pictures.
  for (let i = 0; i < 80 && !(await button(page, t('candidate.rules.agree')).isVisible()); i++) {
    await page.locator('.read-on').click({ timeout: 2000 }).catch(() => undefined) // it gives way to «agree»
    await page.waitForTimeout(150)
  }
  await button(page, t('candidate.rules.agree')).click()
  await button(page, t('candidate.start.yes')).click()
  await button(page, t('common.understood')).click()
  const code = page.locator('.head-code').first()
  await code.waitFor()
  const digits = ((await code.textContent()) ?? '').replace(/\D/g, '')
  expect(digits).toMatch(/^\d{4}$/)
  return digits
}

export const item = (page: Page, name: string) => page.locator('article.item', { has: page.getByRole('heading', { name }) })

export async function choose(page: Page, name: string, file: string): Promise<void> {
  await item(page, name).getByRole('button', { name: '录制/上传视频' }).click()
  await page.locator('input[type=file][data-from=album]').setInputFiles(file)
}

/** The share of the upload that the page shows, 0 to 100. */
export async function progress(page: Page, name: string): Promise<number> {
  const bar = item(page, name).getByRole('progressbar').first()
  return Number((await bar.getAttribute('aria-valuenow', { timeout: 2000 }).catch(() => null)) ?? -1)
}

export async function preview(page: Page, name: string): Promise<void> {
  await item(page, name).getByRole('button', { name: '预览' }).click()
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2, undefined, { timeout: 90_000 })
  await button(page, '没问题').click()
}

export async function submit(page: Page, t: Words = chinese): Promise<void> {
  await button(page, t('candidate.submit.act')).click()
  await page.getByText(t('candidate.submit.title')).waitFor()
  await button(page, t('candidate.submit.act')).click()
  await page.getByRole('dialog').getByRole('button', { name: t('candidate.submit.yes'), exact: true }).click()
  await page.getByText(t('candidate.ended.title.submitted'), { exact: true }).waitFor()
}
