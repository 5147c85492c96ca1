// The first load on a slow phone: processor four times slower, 5 Mbit/s, 40 ms.
// How long it takes is measured by `make bench BENCH=phone`.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCentre, type Centre } from './centre'
import { launch, line, openPhone, slowProcessor } from './phones'

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
