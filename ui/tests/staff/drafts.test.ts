// What an examiner is writing outlives a reload, a log-out and the browser, is
// nobody else's, and comes out of phrases of one's own, in Chromium against the
// real server.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch } from '../phone/phones'
import { password, startReviewCentre, type ReviewCentre } from './centre'
import { broken, hintsCut, wide } from './looks'

let centre: ReviewCentre
let browser: Browser

beforeAll(async () => {
  centre = await startReviewCentre()
  browser = await launch()
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await centre?.end()
})

const pictures = process.env['KAODIAN_PICTURES']
const remarksOf = (page: Page) => page.locator('form.mark-form').first().locator('textarea')
const phrasesOf = (page: Page) => page.locator('form.mark-form').first().locator('.phrase')

async function logIn(page: Page, name = 'examiner'): Promise<void> {
  await page.locator('input[name=name]').fill(name)
  await page.locator('input[name=password]').fill(password)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '审看', exact: true }).first().waitFor()
}

async function openMarks(page: Page): Promise<void> {
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('tab', { name: '评分' }).click()
  await remarksOf(page).waitFor()
}

async function browse(name = 'examiner', viewport = { width: 1366, height: 768 }): Promise<Page> {
  const context = await browser.newContext({ viewport, locale: 'zh-CN' })
  const page = await context.newPage()
  await page.goto(`${centre.url}/staff/#review`)
  await logIn(page, name)
  await openMarks(page)
  return page
}

test('a draft outlives a reload at once, a log-out at once and the browser (R21)', { timeout: 180_000 }, async () => {
  const page = await browse()
  await remarksOf(page).fill('右手稳')
  await page.reload() // before the pause after which a draft is kept
  await page.getByRole('tab', { name: '评分' }).click()
  expect(await remarksOf(page).inputValue()).toBe('右手稳')
  await remarksOf(page).fill('右手稳，踏板略多')
  await page.getByRole('button', { name: '退出登录', exact: true }).click()
  await page.locator('input[name=password]').waitFor()
  await page.context().close()

  const other = await browse()
  expect(await remarksOf(other).inputValue()).toBe('右手稳，踏板略多')
  await other.context().close()
})

test('phrases are kept, put in and removed by keys alone', { timeout: 180_000 }, async () => {
  const page = await browse()
  await remarksOf(page).fill('节奏很稳')
  await page.getByRole('button', { name: '把写的存为常用语' }).first().press('Enter')
  await page.getByText('已存为常用语：节奏很稳').waitFor()
  await remarksOf(page).fill('踏板略多')
  await page.getByRole('button', { name: '把写的存为常用语' }).first().press('Enter')
  await page.getByText('已存为常用语：踏板略多').waitFor()
  await remarksOf(page).focus()
  for (const key of ['End', 'Alt+ArrowDown', 'ArrowDown', 'ArrowUp', 'Enter']) await page.keyboard.press(key)
  await expect.poll(() => remarksOf(page).inputValue()).toBe('踏板略多，节奏很稳')
  await page.keyboard.type('。')
  await page.keyboard.press('Alt+ArrowDown')
  await page.keyboard.press('Delete')
  await page.getByText('已删除：节奏很稳').waitFor()
  expect(await phrasesOf(page).allTextContents()).toEqual(['踏板略多'])
  await page.getByRole('button', { name: '放回' }).press('Enter')
  await expect.poll(() => phrasesOf(page).allTextContents()).toEqual(['踏板略多', '节奏很稳'])
  await phrasesOf(page).first().focus()
  await page.keyboard.press('Escape')
  await expect.poll(() => phrasesOf(page).count()).toBe(0) // the list is closed, the clip is not
  expect(await remarksOf(page).inputValue()).toBe('踏板略多，节奏很稳。')
  await page.context().close()
})

test.each([[1366, 768], [820, 1180], [390, 844]])('the phrases at %i × %i are whole in both languages', { timeout: 180_000 }, async (width, height) => {
  const page = await browse('examiner', { width, height })
  for (const [language, other] of [['zh', 'English'], ['en', '中文']] as const) {
    await remarksOf(page).fill(`${language} ${'左右手的平衡要再注意，'.repeat(12)}`)
    await page.locator('form.mark-form').first().locator('.phrases-line button').nth(1).click()
    await page.locator('.phrases-said:not(:empty)').waitFor()
    await remarksOf(page).fill(language)
    const open = page.locator('form.mark-form').first().locator('.phrases-line button').first()
    if ((await open.getAttribute('aria-expanded')) === 'false') await open.click()
    await phrasesOf(page).first().scrollIntoViewIfNeeded()
    if (pictures) await page.screenshot({ path: `${pictures}/phrases-${width}-${language}.png` })
    expect(await broken(page), language).toEqual([])
    expect(await wide(page), language).toEqual([])
    expect(await hintsCut(page), language).toEqual([])
    await page.getByRole('button', { name: other }).click()
  }
  await page.context().close()
})
