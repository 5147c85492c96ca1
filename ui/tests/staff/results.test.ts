// From the marks to the candidate's phone: a committee confirms a list, it is
// printed, published and withdrawn, and a later mark changes nothing of it.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chinese, english } from '../outside/words'
import { launch, logIn, openPhone, type Language } from '../phone/phones'
import { caller, password, startReviewCentre, type ReviewCentre } from './centre'

let browser: Browser
let centre: ReviewCentre

beforeAll(async () => {
  centre = await startReviewCentre()
  browser = await launch()
}, 240_000)

afterAll(async () => {
  await browser?.close()
  await centre?.end()
})

const pictures = process.env['KAODIAN_PICTURES']
const pictured = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
const fits = async (page: Page) => expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)

/** Marks the only video of that candidate, and the order as a whole. */
async function mark(i: number, level: string): Promise<void> {
  const desk = caller(centre.url)
  await desk('POST', '/staff/login', { name: 'administrator', password })
  const [clip] = (await desk<{ clips: { id: string }[] }>('GET', `/staff/review?sealed=all&who=REV000${i}`)).clips
  const examiner = caller(centre.url)
  await examiner('POST', '/staff/login', { name: 'examiner', password })
  await examiner('POST', `/staff/review/${clip?.id}/marks`, { technique: level, tempo: level, interpretation: level, level })
  await examiner('POST', `/staff/review/${clip?.id}/marks`, { whole: true, level })
}

async function openResults(language: Language, viewport: { width: number; height: number }): Promise<Page> {
  const { page } = await openPhone(browser, centre.url, 'desktop', language, { viewport })
  await page.goto(`${centre.url}/staff/#results`)
  await page.locator('input[name=name]').fill('administrator')
  await page.locator('input[name=password]').fill(password)
  await page.locator('input[name=password]').press('Enter')
  await page.locator('.results-table tbody tr').first().waitFor()
  return page
}

async function openCandidate(language: Language, i: number): Promise<Page> {
  const { page } = await openPhone(browser, centre.url, 'phone', language, { viewport: { width: 390, height: 844 } })
  await logIn(page, centre.url, { name: '', ticket: `REV000${i}`, idNumber: `37010220150506000${i}` })
  await page.locator('.card').first().waitFor()
  return page
}

test.each([
  [0, 'zh-CN', { width: 1366, height: 768 }],
  [1, 'en', { width: 390, height: 844 }],
] as const)('R20, R21: results are confirmed, printed, published and withdrawn: %d in %s', { timeout: 240_000 }, async (i, language, viewport) => {
  const t = language === 'en' ? english : chinese
  await mark(i, 'excellent')
  const page = await openResults(language, viewport)
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  // The name of an act goes on with the list that it is of.
  const newest = page.locator('.results-one').first()
  const ofNewest = (name: string) => newest.locator('.results-list-acts').getByRole('button', { name })
  await fits(page)
  await pictured(page, `results-${language}`)

  await page.locator('.results-acts button').first().click()
  await page.locator('textarea[name=committee]').fill('王老师\n李老师')
  await pictured(page, `results-confirm-${language}`)
  await page.locator('.results-confirm button[type=submit]').click()
  await page.locator('.results-one').nth(i).waitFor()
  await fits(page)

  await page.evaluate(() => (window.print = () => undefined))
  await newest.locator('button').first().click()
  await page.locator('.result-paper').waitFor()
  expect(await page.locator('.result-paper').textContent()).toContain(centre.names[i])
  expect(await page.locator('.result-paper, .results-one').allInnerTexts(), 'days in words').not.toContainEqual(expect.stringMatching(/\d{4}-\d\d-\d\d/))
  if (pictures) await page.pdf({ path: `${pictures}/results-${language}.pdf`, format: 'A4' })
  await pictured(page, `results-lists-${language}`)

  const phone = await openCandidate(language, i)
  expect(await phone.locator('.result').count()).toBe(0)
  await ofNewest(t('staff.results.lists.publish')).click()
  await button(t('staff.results.lists.publish_now')).click()
  await page.locator('.results-table', { hasText: t('staff.results.seen') }).waitFor()
  await phone.reload()
  await phone.locator('.result').waitFor()
  expect(await phone.locator('.result').textContent()).toContain(t('candidate.result.says.excellent'))
  await fits(phone)
  await pictured(phone, `result-phone-${language}`)

  await mark(i, 'pass')
  await page.reload()
  await page.locator('.results-table', { hasText: t('staff.results.differs') }).waitFor()
  await pictured(page, `results-differs-${language}`)
  await phone.reload()
  await phone.locator('.result').waitFor()
  expect(await phone.locator('.result').textContent()).toContain(t('candidate.result.says.excellent'))

  await ofNewest(t('staff.results.lists.withdraw')).click()
  await page.locator('.results-one input[name=reason]').fill('算错了')
  await button(t('staff.results.lists.withdraw_now')).click()
  await ofNewest(t('staff.results.lists.publish')).waitFor()
  await phone.reload()
  await phone.getByText(t('candidate.result.withdrawn')).waitFor()
  expect(await phone.locator('.result').count()).toBe(0)
  await pictured(phone, `result-withdrawn-${language}`)
  await page.context().close()
  await phone.context().close()
})
