// The check-in as the desk sees it in Chromium: a number that is typed, what
// each special case says, a document, an undo, two desks at one candidate.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCentre, type Centre } from '../phone/centre'
import { api, launch, openPhone, type Language } from '../phone/phones'
import { broken, hintsCut, wide } from './looks'

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

const pictures = process.env['KAODIAN_PICTURES']
const pictured = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
const sizes = { desk: { width: 1366, height: 768 }, tablet: { width: 820, height: 1180 } }

async function desk(language: Language = 'zh-CN', viewport = sizes.desk): Promise<Page> {
  const { page } = await openPhone(browser, centre.url, 'desktop', language, { viewport })
  await page.goto(`${centre.url}/staff/`)
  await api(page, 'POST', '/staff/login', centre.staff)
  await page.goto(`${centre.url}/staff/#checkin`)
  await page.reload()
  await page.locator('input[name=who]').waitFor()
  return page
}

async function find(page: Page, who: string): Promise<void> {
  await page.locator('input[name=who]').fill(who)
  await page.locator('input[name=who]').press('Enter')
}

test('a number is typed and the candidate checked in, by keyboard alone; a second desk is told', { timeout: 90_000 }, async () => {
  const page = await desk()
  const other = await desk('en', sizes.tablet)
  const one = centre.candidate('drawn', 1)
  await find(other, one.ticket)
  await other.getByRole('heading', { name: one.name }).waitFor()
  expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('who')
  await page.keyboard.type(one.ticket.toLowerCase())
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: one.name }).waitFor()
  expect(await page.content()).not.toContain(one.idNumber)
  await pictured(page, 'checkin-found')
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('document')
  await page.keyboard.press('p') // 护照 has no letter: the list is walked through
  await page.locator('select[name=document]').selectOption('passport')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByText('签到成功').waitFor()
  await page.getByText('已核对护照').waitFor()
  await expect.poll(() => page.locator('.checkin-count').textContent()).toContain('已签到 1 人')
  expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('who')
  await pictured(page, 'checkin-done')
  // The other desk had the candidate open, and acts a moment later.
  await other.getByRole('button', { name: 'Check in', exact: true }).click()
  await other.getByText('somebody else may just have done it').waitFor()
  await other.getByText('Checked in already', { exact: true }).waitFor()
  await pictured(other, 'checkin-second')
  await other.getByRole('button', { name: 'Undo the check-in' }).click()
  await other.locator('input[name=reason]').fill('wrong child')
  await other.locator('input[name=reason]').press('Enter')
  await other.getByRole('button', { name: 'Check in', exact: true }).waitFor()
  const found = await api<{ orders: { id: string }[] }>(page, 'GET', `/staff/check-ins?who=${one.ticket}`)
  const order = await api<{ facts: { kind: string; by: string; reason: string }[] }>(page, 'GET', `/staff/orders/${found.orders[0]?.id}`)
  expect(order.facts.map(({ kind }) => kind)).toEqual(['checked_in', 'identified', 'check_in_undone'])
  await page.context().close()
  await other.context().close()
})

test.each([
  ['zh-CN', sizes.desk, { wrong: '日子不对', closed: '结束', unknown: '没有找到“ZZ99”', strange: '不在这里的名单里', several: '有 2 个符合' }],
  ['en', sizes.tablet, { wrong: 'The wrong day', closed: 'window closed', unknown: '“ZZ99” was not found', strange: 'is not on the list here', several: '2 match' }],
] as const)('each special case says what to do: %s', { timeout: 90_000 }, async (language, viewport, says) => {
  const page = await desk(language, viewport)
  const looks = async (name: string) => {
    await pictured(page, `checkin-${name}-${language}`)
    expect([...(await hintsCut(page)), ...(await broken(page)), ...(await wide(page))]).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  }
  for (const [kind, words] of [['waiting', says.wrong], ['over', says.closed]] as const) {
    await find(page, centre.candidate(kind, 2).ticket)
    await page.locator('.checkin-card .desk-warn', { hasText: words }).waitFor()
    expect(await page.locator('.checkin-go').count()).toBe(0)
    await looks(kind)
  }
  await find(page, 'ZZ99')
  await page.getByText(says.unknown).waitFor()
  await find(page, 'https://other-centre.example/login?ticket=ZZ99')
  await page.getByText(says.strange).waitFor()
  await looks('strange')
  await find(page, '古丽米热')
  await page.getByText(says.several).waitFor()
  await looks('several')
  await page.locator('.checkin-found button').first().press('Enter')
  await page.locator('.checkin-card').waitFor()
  await looks('one')
  await page.context().close()
})
