// The log-in comes first and the other pages after it: what is seen while they
// come, when the network is lost in between, and when the server was updated.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCentre, type Centre } from './centre'
import { launch, openPhone, type Language } from './phones'

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

const late = '**/assets/lazyPages-*.js'
const first = '**/assets/index-*.js'

async function typeIn(page: Page, place: number): Promise<void> {
  const who = centre.candidate('drawn', place)
  await page.locator('input[name=ticket]').fill(who.ticket)
  await page.locator('input[name=id_number]').fill(who.idNumber)
  await page.locator('button[type=submit]').click()
}

/** Where the parts of the log-in stand on the screen. */
const places = (page: Page, parts: string[]) =>
  page.evaluate((parts) => parts.map((part) => [...document.querySelectorAll(part)].map((found) => {
    const { left, top, width, height } = found.getBoundingClientRect()
    return [left, top, width, height].map(Math.round)
  })), parts)

test('the other pages are fetched once the log-in stands', { timeout: 60_000 }, async () => {
  const { page, context } = await openPhone(browser, centre.url)
  await page.addInitScript(() => {
    new MutationObserver((_changes, watch) => {
      if (!document.querySelector('input[name=ticket]')) return
      performance.mark('stands')
      watch.disconnect()
    }).observe(document, { childList: true, subtree: true })
  })
  const rest = page.waitForResponse(late)
  await page.goto(`${centre.url}/login`, { waitUntil: 'commit' })
  await page.locator('input[name=ticket]').waitFor()
  await (await rest).finished()
  await page.getByRole('button', { name: '求助' }).waitFor() // by then they run
  const { stands, asked } = await page.evaluate(() => ({
    stands: performance.getEntriesByName('stands')[0]?.startTime ?? Infinity,
    asked: performance.getEntriesByType('resource').find(({ name }) => name.includes('lazyPages'))?.startTime ?? -1,
  }))
  expect(asked).toBeGreaterThanOrEqual(stands)
  await context.close()
})

describe('the frame of the log-in', () => {
  const FRAME = ['.frame-top', '.frame-title', '.frame-lead', '.frame-keys', '.frame-field', '.frame-act']
  const PAGE = ['.top', '.login-hero h1', '.login-hero p', '.keys', '.form .van-field', '.main-act']

  test.each<Language>(['zh-CN', 'en'])('stands where the log-in will stand (%s)', { timeout: 60_000 }, async (language) => {
    const { page, context } = await openPhone(browser, centre.url, 'phone', language)
    let go: () => void = () => undefined
    const held = new Promise<void>((resolve) => (go = resolve))
    await page.route(first, async (route) => {
      await held
      await route.continue()
    })
    await page.goto(`${centre.url}/login`, { waitUntil: 'commit' })
    await page.locator('.frame-act').waitFor()
    const words = await page.locator('.frame').innerText()
    expect(words).toContain(language === 'en' ? 'Ticket number' : '准考证号')
    expect(words).not.toContain(language === 'en' ? '准考证号' : 'Ticket number')
    const before = await places(page, FRAME)
    if (process.env['KAODIAN_SHOTS']) await page.screenshot({ path: `${process.env['KAODIAN_SHOTS']}/frame-${language}.png` })
    go()
    await page.locator('input[name=ticket]').waitFor()
    if (process.env['KAODIAN_SHOTS']) await page.screenshot({ path: `${process.env['KAODIAN_SHOTS']}/login-${language}.png` })
    expect(await places(page, PAGE)).toEqual(before)
    await context.close()
  })

  test.each<[Language, string, RegExp, string]>([
    ['zh-CN', '/login', /^正在打开…$/, '请举手'], ['zh-CN', '/orders', /^正在打开…$/, '请举手'], ['en', '/orders', /^Opening…$/, 'raise your hand'],
  ])('says that it opens, then that it does not, where the scripts’ bytes stall (%s %s), and tries again', { timeout: 90_000 }, async (language, path, opening, hand) => {
    const { page, context } = await openPhone(browser, centre.url, 'phone', language)
    let stalled = 0
    await page.route(first, (route) => (stalled++ === 0 ? undefined : route.continue())) // nothing, for ever
    await page.goto(`${centre.url}${path}`, { waitUntil: 'commit' })
    await page.getByText(opening).filter({ visible: true }).waitFor()
    expect(await page.getByText(language === 'en' ? 'Log in' : '登录', { exact: true }).filter({ visible: true }).count(), 'no button that is none').toBe(0)
    await page.locator('.frame-cut').getByText(hand).filter({ visible: true }).waitFor({ timeout: 15_000 })
    await page.locator('input[name=ticket]').waitFor({ timeout: 45_000 })
    await context.close()
  })

  test('says so even where its own script stalls', { timeout: 60_000 }, async () => {
    const { page, context } = await openPhone(browser, centre.url)
    await page.route('**/assets/*.js', () => undefined)
    await page.goto(`${centre.url}/orders`, { waitUntil: 'commit' })
    await page.locator('.frame-cut').getByText('请举手').filter({ visible: true }).waitFor({ timeout: 15_000 })
    await context.close()
  })

  test('says that the network was lost, and gives way to the log-in when it is back', { timeout: 60_000 }, async () => {
    const { page, context } = await openPhone(browser, centre.url)
    await page.route(first, (route) => route.abort())
    await page.route('**/healthz', (route) => route.abort())
    await page.goto(`${centre.url}/login`, { waitUntil: 'commit' })
    await page.getByText('正在自动重试').waitFor()
    await page.unroute(first)
    await page.unroute('**/healthz')
    await page.locator('input[name=ticket]').waitFor()
    await context.close()
  })
})

describe('the pages behind the log-in', () => {
  test('a network lost before they are there is said, and waited out by itself', { timeout: 60_000 }, async () => {
    const { page, context } = await openPhone(browser, centre.url)
    await page.route(late, (route) => route.abort())
    await page.goto(`${centre.url}/login`)
    await typeIn(page, 0)
    await page.locator('.late').waitFor()
    expect(await page.locator('.late').innerText()).toContain('正在自动重试')
    expect(await page.locator('input[name=ticket]').inputValue()).not.toBe('')
    if (process.env['KAODIAN_SHOTS']) await page.screenshot({ path: `${process.env['KAODIAN_SHOTS']}/late.png` })
    await page.unroute(late)
    await page.waitForURL('**/orders')
    await page.locator('h1').waitFor()
    expect(await page.locator('.late').count()).toBe(0)
    await context.close()
  })

  test('a sign-in window of the Wi-Fi that answers for them is not run', { timeout: 60_000 }, async () => {
    const { page, context } = await openPhone(browser, centre.url)
    await page.route(late, (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<!doctype html>sign in' }))
    await page.goto(`${centre.url}/orders`)
    await page.locator('input[name=ticket]').waitFor() // nobody yet: the log-in needs none of them
    await typeIn(page, 1)
    await page.locator('.late').waitFor()
    await page.unroute(late)
    await page.waitForURL('**/orders')
    await page.locator('h1').waitFor()
    await context.close()
  })

  test('a page whose scripts an update took away loads itself anew once, and goes on where it was going', { timeout: 60_000 }, async () => {
    const { page, context } = await openPhone(browser, centre.url)
    let documents = 0
    page.on('request', (request) => request.isNavigationRequest() && documents++)
    await page.route(late, (route) => route.fulfill({ status: 404 }))
    await page.goto(`${centre.url}/login`)
    await typeIn(page, 2)
    await page.locator('.late').waitFor() // the second page finds them gone, too: now a person decides
    expect(new URL(page.url()).pathname).toBe('/orders')
    expect(documents).toBe(2)
    await page.unroute(late)
    await page.locator('.late button').click()
    await page.locator('h1').waitFor()
    expect(new URL(page.url()).pathname).toBe('/orders')
    await context.close()
  })
})
