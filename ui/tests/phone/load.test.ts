// The first load on a slow phone: processor four times slower, 5 Mbit/s, 40 ms.
// The figures are printed; the aim is 1.2 s to a log-in that can be used.
// Machines that run tests are noisy, so only twice the aim is a failure.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCentre, type Centre } from './centre'
import { launch, line, openPhone, slowProcessor } from './phones'

const AIM = 1200
const RUNS = 5

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

const median = (times: number[]) => Math.round([...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Infinity)

test('the log-in can be used soon on a slow phone and line, and its frame is drawn before', { timeout: 120_000 }, async () => {
  const loads: Load[] = []
  for (let i = 0; i < RUNS; i++) loads.push(await firstLoad())
  const usable = median(loads.map((load) => load.usable))
  const paint = median(loads.map((load) => load.paint))
  console.log(`first load, processor ×4 slower, 5 Mbit/s: usable after ${usable} ms, first paint after ${paint} ms (medians of ${RUNS}; aim ${AIM} ms)`)
  expect(usable).toBeLessThan(2 * AIM)
  expect(paint).toBeLessThan(usable)
})
