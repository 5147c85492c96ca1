// The desk's board as staff see it in Chromium: with a full room, on a phone,
// with a reason not yet written.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCentre, type Centre } from '../phone/centre'
import { api, launch, logIn, openPhone, startAttempt, type Language } from '../phone/phones'
import { hintsCut } from './looks'

let centre: Centre
let browser: Browser

beforeAll(async () => {
  centre = await startCentre()
  browser = await launch()
  const { page, context } = await openPhone(browser, centre.url)
  await logIn(page, centre.url, centre.candidate('drawn', 0))
  await startAttempt(page)
  await context.close()
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await centre?.end()
})

const pictures = process.env['KAODIAN_PICTURES']
const pictured = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png` })

interface Listed {
  id: string
  candidate: { name: string; ticket: string }
}

/** The desk with as many running exams as wanted, of which every thirtieth calls. */
async function desk(viewport: { width: number; height: number }, language: Language, count: number): Promise<Page> {
  const { page } = await openPhone(browser, centre.url, 'desktop', language, { viewport })
  const name = (n: number) => ({ name: n % 30 === 0 ? '欧阳小明明' : `王${n}`, ticket: `BD${1000 + n}` })
  await page.route('**/api/v1/staff/attempts', async (route) => {
    const answer = await route.fetch()
    const [one] = (await answer.json()) as Listed[]
    await route.fulfill({ response: answer, json: one ? Array.from({ length: count }, (_, n) => ({ ...one, id: `attempt${n}`, candidate: name(n) })) : [] })
  })
  await page.route('**/api/v1/staff/help', async (route) => {
    const answer = await route.fetch()
    const call = (n: number) => ({ id: `call${n}`, candidate: name(n), attempt_id: `attempt${n}`, device_number: '1', reason: 'not_sending', asked_at: new Date().toISOString(), told_at: new Date().toISOString(), waited_minutes: 0, state: { page: 'attempt' }, answers: [] })
    await route.fulfill({ response: answer, json: [0, 30, 60].map(call) })
  })
  await page.goto(`${centre.url}/staff/`)
  await api(page, 'POST', '/staff/login', centre.staff)
  await page.reload()
  await page.locator('.board-row').first().waitFor()
  return page
}

/** The names of rows that call, as far as they are cut. */
const cut = (page: Page) =>
  page.locator('.board-called .board-name').evaluateAll((names) => names.flatMap((name) => (name.scrollWidth > name.clientWidth ? [`${name.textContent ?? ''}: ${name.clientWidth} of ${name.scrollWidth} px`] : [])))

test.each([
  [{ width: 1366, height: 768 }, 'zh-CN'],
  [{ width: 820, height: 1180 }, 'zh-CN'],
  [{ width: 390, height: 844 }, 'zh-CN'],
  [{ width: 390, height: 844 }, 'en'],
] as const)('with 210 running, whoever calls is named in full, and no hint is cut: %o, %s', { timeout: 60_000 }, async (viewport, language) => {
  const page = await desk(viewport, language, 210)
  await expect.poll(() => page.locator('.board-called').count()).toBe(3)
  await pictured(page, `board-${viewport.width}-${language}`)
  expect(await cut(page)).toEqual([])
  await page.locator('.help-acts button[aria-expanded]').first().click()
  await page.locator('input[name=answer]').waitFor()
  expect(await hintsCut(page)).toEqual([])
  await page.context().close()
})

test('a call for help is on the board although the page asks for nothing by itself', { timeout: 120_000 }, async () => {
  const { page } = await openPhone(browser, centre.url, 'desktop', 'zh-CN')
  await page.addInitScript(() => {
    const later = window.setTimeout.bind(window)
    const never = (milliseconds = 0) => milliseconds >= 3000 && milliseconds <= 15_000 // the pace of readings, and no other
    window.setTimeout = ((act: () => void, milliseconds?: number) => (never(milliseconds) ? 0 : later(act, milliseconds))) as typeof setTimeout
  })
  await page.goto(`${centre.url}/staff/`)
  await api(page, 'POST', '/staff/login', centre.staff)
  await page.reload()
  await page.locator('.board-row').first().waitFor()
  const { page: phone, context } = await openPhone(browser, centre.url)
  const child = centre.candidate('drawn', 0)
  await logIn(phone, centre.url, child)
  const attempt = (await api<Listed[]>(page, 'GET', '/staff/attempts')).find(({ candidate }) => candidate.ticket === child.ticket)
  await api(phone, 'POST', '/help', { reason: 'unwell', page: 'attempt', attempt_id: attempt?.id })
  await page.locator('.help-calls', { hasText: child.name }).waitFor({ timeout: 60_000 })
  await page.locator('.board-called').waitFor()
  await api(phone, 'DELETE', '/help')
  await page.locator('.board-called').waitFor({ state: 'detached', timeout: 60_000 })
  await context.close()
  await page.context().close()
})

test.each(['zh-CN', 'en'] as const)('what cannot be pressed looks so, and says what is missing, in %s', { timeout: 60_000 }, async (language) => {
  const page = await desk({ width: 1366, height: 768 }, language, 1)
  await page.locator('.board-head .desk-link').click()
  const [give, cancel] = [page.locator('.extra button[type=submit]'), page.locator('.extra button[type=button]')]
  const look = (button: typeof give) => button.evaluate((element) => [getComputedStyle(element).textDecorationLine, getComputedStyle(element).cursor])
  const missing = page.getByText(language === 'en' ? 'Write the reason first.' : '请先写原因。')
  await missing.waitFor()
  await pictured(page, `extra-${language}`)
  expect(await look(give)).toEqual(['none', 'default'])
  expect(await look(cancel)).toEqual(['underline', 'pointer'])
  await page.locator('.extra input[name=reason]').fill('停电')
  await missing.waitFor({ state: 'detached' })
  expect(await look(give)).toEqual(['underline', 'pointer'])
  await page.context().close()
})

test.each([
  [{ width: 1366, height: 768 }, 'zh-CN'],
  [{ width: 390, height: 844 }, 'en'],
] as const)('the review’s list breaks no word of a cell and cuts no hint: %o, %s', { timeout: 60_000 }, async (viewport, language) => {
  const { page, context } = await openPhone(browser, centre.url, 'desktop', language, { viewport })
  const row = {
    id: 'clip', order_id: 'order', item: '乐曲', piece: '《降E大调小奏鸣曲》第三乐章 回旋曲 优雅的快板', subject: '钢琴', grade: 3, code: '1234', state: 'examined', duration_ms: 14000,
    received_at: new Date().toISOString(), worst: 'fail', doubts: ['face', 'silence', 'persons', 'orientation'].map((kind) => ({ kind, verdict: 'fail' })), ticks: 3, sealed: true, marked: false, candidate: { name: '古丽米热·阿不都热依木江', ticket: 'BD1000' },
  }
  await page.route('**/api/v1/staff/review?**', (route) => route.fulfill({ json: { clips: [row], count: 1, subjects: [], grades: [] } }))
  await page.goto(`${centre.url}/staff/`)
  await api(page, 'POST', '/staff/login', centre.staff)
  await page.goto(`${centre.url}/staff/#review`)
  await page.reload()
  const watch = page.locator('.review-table .desk-act button')
  await watch.waitFor()
  await pictured(page, `review-list-${viewport.width}-${language}`)
  const lines = await page.locator('.review-table .desk-act button, .review-sealed').evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().height / parseFloat(getComputedStyle(part).fontSize)))
  expect(Math.max(...lines), 'one line each, in letters’ heights').toBeLessThan(3)
  expect(await page.locator('.review-sealed').evaluate((part) => part.getClientRects().length)).toBe(1)
  expect(await hintsCut(page)).toEqual([])
  await context.close()
})

test.each(['zh-CN', 'en'] as const)('the list of videos breaks no word of its short cells on a tablet, in %s', { timeout: 60_000 }, async (language) => {
  const { page, context } = await openPhone(browser, centre.url, 'desktop', language, { viewport: { width: 820, height: 1180 } })
  const finding = (kind: string) => ({ kind, verdict: 'fail', note: '', unit: '', side: '', engine: '', detail: '', evidence: [] })
  const clip = {
    id: 'clip', candidate: { name: '古丽米热·阿不都热依木江', ticket: 'BD1000' }, item: '乐曲', subject: '钢琴', grade: 3, state: 'examined', size: 940_000, received_at: new Date().toISOString(), worst: 'fail',
    findings: ['face', 'silence', 'persons', 'orientation'].map(finding), decisions: [],
  }
  await page.route('**/api/v1/staff/clips?**', (route) => route.fulfill({ json: { clips: [clip] } }))
  await page.goto(`${centre.url}/staff/`)
  await api(page, 'POST', '/staff/login', centre.staff)
  await page.reload()
  const cell = page.locator('.clip-state').first()
  await cell.scrollIntoViewIfNeeded()
  await pictured(page, `clips-${language}`)
  expect(await cell.evaluate((part) => [...part.childNodes].filter((node) => node.textContent?.trim()).map((node) => {
    const range = document.createRange()
    range.selectNodeContents(node)
    return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size
  })), 'lines of each').toEqual([1, 1])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  await context.close()
})

test.each([
  [{ width: 1366, height: 768 }, 'zh-CN'],
  [{ width: 390, height: 844 }, 'en'],
] as const)('a disk without room is said on top: %o, %s', { timeout: 60_000 }, async (viewport, language) => {
  const { page, context } = await openPhone(browser, centre.url, 'desktop', language, { viewport })
  await page.route('**/api/v1/staff/room', async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), starts: 0 } })
  })
  await page.goto(`${centre.url}/staff/`)
  await api(page, 'POST', '/staff/login', centre.staff)
  await page.reload()
  await page.locator('.room-none').waitFor()
  await pictured(page, `no-room-${viewport.width}-${language}`)
  expect(await page.locator('.staff > .staff-wide').first().innerText()).toContain((await page.locator('.room-none').innerText()).trim())
  await context.close()
})
