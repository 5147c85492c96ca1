// The first load on a slow phone: processor four times slower, 5 Mbit/s, 40 ms.
// How long it takes is measured by `make bench BENCH=phone`.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCentre, type Centre } from './centre'
import { launch, line, logIn, openPhone, slowProcessor } from './phones'

let centre: Centre
let browser: Browser

beforeAll(async () => {
  centre = await startCentre()
  browser = await launch()
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await centre?.end()
})

interface Load {
  /** Milliseconds to the first thing that is drawn, and to a log-in that can be used. */
  paint: number
  usable: number
}

async function firstLoad(): Promise<Load> {
  const { page, context } = await openPhone(browser, centre.url)
  await slowProcessor(page, 4)
  await line(page, { down: 625_000, up: 625_000, latency: 40 })
  const from = performance.now()
  await page.goto(`${centre.url}/login`, { waitUntil: 'commit' })
  await page.locator('input[name=ticket]').waitFor()
  await drawn(page)
  const usable = performance.now() - from
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity)
  await context.close()
  return { paint, usable }
}

/** What stands there is on the screen: the frame after the next has begun. */
const drawn = (page: Page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))

test('a slow phone draws the frame of the page before its log-in can be used', { timeout: 120_000 }, async () => {
  const { paint, usable } = await firstLoad()
  expect(paint).toBeLessThan(usable)
})

/** Whether a frame was drawn between the tap and the first word that it changed. */
async function answersFirst(page: Page, tapped: string, changed: string): Promise<boolean> {
  await page.locator(tapped).first().waitFor()
  const drawn = page.evaluate(([tapped, changed]) => new Promise<boolean>((resolve) => {
    const before = document.querySelector(changed)?.textContent
    let seen = false
    document.querySelector(tapped)?.addEventListener('click', () => requestAnimationFrame(() => setTimeout(() => (seen = true))), { capture: true, once: true })
    const watch = new MutationObserver(() => {
      if (document.querySelector(changed)?.textContent === before) return
      watch.disconnect()
      resolve(seen)
    })
    watch.observe(document.body, { childList: true, subtree: true, characterData: true })
  }), [tapped, changed] as const)
  await page.locator(tapped).first().tap()
  return drawn
}

test('a tap is answered before the next page, or the other language, is built', { timeout: 60_000 }, async () => {
  const { page, context } = await openPhone(browser, centre.url)
  await logIn(page, centre.url, centre.candidate('drawn', 0))
  await page.locator('.card .main-act').waitFor()
  expect(await answersFirst(page, '.language', 'h1'), 'another language').toBe(true)
  expect(await answersFirst(page, '.card-link', 'h1'), 'another page').toBe(true)
  await context.close()
})
