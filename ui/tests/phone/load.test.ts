// The first load on a slow phone: processor four times slower, 5 Mbit/s, 40 ms.
// The figure is printed; the aim is 2 s. Machines that run tests are noisy, so
// only twice the aim is a failure.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCentre, type Centre } from './centre'
import { launch, line, openPhone, slowProcessor } from './phones'

const AIM = 2000
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

async function firstLoad(): Promise<number> {
  const { page, context } = await openPhone(browser, centre.url)
  await slowProcessor(page, 4)
  await line(page, { down: 625_000, up: 625_000, latency: 40 })
  const from = performance.now()
  await page.goto(`${centre.url}/login`, { waitUntil: 'commit' })
  await page.locator('input[name=ticket]').waitFor()
  const took = performance.now() - from
  await context.close()
  return took
}

test('the log-in can be used soon on a slow phone and line', { timeout: 120_000 }, async () => {
  const times: number[] = []
  for (let i = 0; i < RUNS; i++) times.push(await firstLoad())
  const median = times.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Infinity
  console.log(`first load, processor ×4 slower, 5 Mbit/s: median ${Math.round(median)} ms of ${RUNS} (aim ${AIM} ms)`)
  expect(median).toBeLessThan(2 * AIM)
})
