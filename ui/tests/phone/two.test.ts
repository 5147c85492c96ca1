// Two children with one phone, each in a tab of its own: a browser is one
// person's to the server.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../outside/programs'
import { startCentre, type Candidate, type Centre } from './centre'
import { choose, item, launch, line, logIn, openAttempt, openPhone, startAttempt, type Language } from './phones'

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
const pictured = async (page: Page, name: string) => pictures && page.waitForTimeout(400).then(() => page.screenshot({ path: `${pictures}/${name}.png` }))

async function fill(page: Page, who: Candidate): Promise<void> {
  await page.locator('input[name=ticket]').fill(who.ticket)
  await page.locator('input[name=id_number]').fill(who.idNumber)
  await page.locator('button[type=submit]').click()
}

const words = {
  'zh-CN': { yes: '登录', title: '正在考试', now: '这部手机上换成', again: '重新登录', piece: '乐曲' },
  en: { yes: 'Log in', title: 'The exam of', now: 'has logged in on this phone', again: 'Log in again as', piece: 'Repertoire piece' },
}

test.each([['small', 'zh-CN', 0], ['phone', 'en', 2]] as const)('R24: whoever logs in while another’s exam runs is asked, and the other tab says so: on a %s in %s', { timeout: 120_000 }, async (profile, language: Language, place) => {
  const [first, second] = [centre.candidate('drawn', place), centre.candidate('drawn', place + 1)]
  const say = words[language]
  const { page, context } = await openPhone(browser, centre.url, profile, language)
  await logIn(page, centre.url, first)
  const attempt = await startAttempt(page)
  await openAttempt(page, centre.url, attempt)
  await line(page, { up: 1 << 19 })
  if (language === 'zh-CN') {
    await choose(page, say.piece, centre.clips.mp4)
    await until('some of it is sent', async () => Number(await item(page, say.piece).getByRole('progressbar').getAttribute('aria-valuenow')) > 5)
  }

  const other = await context.newPage()
  await other.goto(`${centre.url}/login`)
  await other.locator('.running-clock').waitFor()
  await fill(other, second)
  const question = other.getByRole('dialog')
  await question.getByText(say.title).first().waitFor()
  await pictured(other, `replace-${language}`)
  await question.getByRole('button', { name: say.yes, exact: true }).click()
  await other.waitForURL(/\/orders$/)

  await page.getByRole('heading', { name: say.now }).waitFor()
  await page.getByText(first.name).first().waitFor()
  await pictured(page, `replaced-${language}`)
  expect(await page.locator('.upload, .head-code').count(), 'nothing of the former is shown').toBe(0)
  await page.reload()
  await page.getByRole('heading', { name: say.now }).waitFor()
  await page.getByText(first.name).first().waitFor()
  await page.getByRole('button', { name: say.again }).click()
  await fill(page, first) // no exam of the second runs, so nobody is asked
  await page.locator('.head-code').waitFor() // back to where it was
  expect(new URL(page.url()).pathname).toBe(`/attempts/${attempt.id}`)
  await pictured(page, `replaced-back-${language}`)
  await other.getByRole('heading', { name: say.now }).waitFor()
  if (language === 'zh-CN') await item(page, say.piece).getByText(/已收到|断|再选/).first().waitFor()
  await context.close()
})

test.each([['small', 'zh-CN', 6], ['phone', 'en', 8]] as const)('R24: two children of one name are told apart, too: on a %s in %s', { timeout: 120_000 }, async (profile, language: Language, place) => {
  const [first, second] = [centre.candidate('drawn', place), centre.candidate('drawn', place + 1)]
  const { page, context } = await openPhone(browser, centre.url, profile, language)
  await context.route('**/api/v1/me', async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), name: '王小明' } })
  })
  await logIn(page, centre.url, first)
  await openAttempt(page, centre.url, await startAttempt(page))
  const other = await context.newPage()
  await other.goto(`${centre.url}/login`)
  await other.locator('.running-clock').waitFor()
  await fill(other, second)
  await other.locator('.note', { hasText: first.ticket }).waitFor() // whose log-in «go on» would be
  const question = other.getByRole('dialog')
  await question.getByText(first.ticket).waitFor() // whose exam it would interrupt
  await pictured(other, `replace-same-${language}`)
  await question.getByRole('button', { name: words[language].yes, exact: true }).click()
  await other.waitForURL(/\/orders$/)
  for (const again of [false, true]) {
    if (again) await page.reload()
    await page.getByRole('heading', { name: language === 'en' ? 'Another 王小明' : '另一位王小明' }).waitFor()
    await page.getByRole('button', { name: language === 'en' ? 'the first 王小明' : '先前的王小明' }).waitFor()
    expect(await page.locator('.upload, .head-code').count(), 'nothing of the former is shown').toBe(0)
  }
  await pictured(page, `replaced-same-${language}`)
  expect(await other.getByRole('heading', { name: words[language].now }).count(), 'the one who logged in is who it is').toBe(0)
  await context.close()
})
