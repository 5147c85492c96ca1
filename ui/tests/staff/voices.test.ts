// Several examiners mark one order, each by themselves: they disagree, a third
// does not bring them together, and the committee decides; who knows the
// candidate gives the order back (R21).
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chinese, english } from '../outside/words'
import { launch, openPhone, type Language } from '../phone/phones'
import { caller, password, startReviewCentre, type ReviewCentre } from './centre'

let browser: Browser
let centre: ReviewCentre
const examiners = ['zhang', 'wang', 'zhao', 'qian']

beforeAll(async () => {
  centre = await startReviewCentre('[exam]\nmarkers = 2\nmark_tolerance = 0\n', examiners)
  browser = await launch()
}, 240_000)

afterAll(async () => {
  await browser?.close()
  await centre?.end()
})

const pictures = process.env['KAODIAN_PICTURES']
const pictured = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
const fits = async (page: Page) => expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)

async function open(name: string, hash: string, language: Language, viewport: { width: number; height: number }): Promise<Page> {
  const { page } = await openPhone(browser, centre.url, 'desktop', language, { viewport })
  await page.goto(`${centre.url}/staff/#${hash}`)
  await page.locator('input[name=name]').fill(name)
  await page.locator('input[name=password]').fill(password)
  await page.locator('input[name=password]').press('Enter')
  return page
}

/** The only video of that candidate. */
async function clipOf(i: number): Promise<string> {
  const desk = caller(centre.url)
  await desk('POST', '/staff/login', { name: 'administrator', password })
  const [clip] = (await desk<{ clips: { id: string }[] }>('GET', `/staff/review?sealed=all&who=REV000${i}`)).clips
  if (!clip) throw new Error(`candidate ${i} has no video`)
  return clip.id
}

async function mark(name: string, clip: string, level: string): Promise<void> {
  const examiner = caller(centre.url)
  await examiner('POST', '/staff/login', { name, password })
  await examiner('POST', `/staff/review/${clip}/marks`, { technique: level, tempo: level, interpretation: level, level })
  await examiner('POST', `/staff/review/${clip}/marks`, { whole: true, level })
}

test.each([
  [0, 'zh-CN', { width: 1366, height: 768 }],
  [1, 'en', { width: 390, height: 844 }],
] as const)('R21: two differ, a third too, and the committee decides: %d in %s', { timeout: 240_000 }, async (i, language, viewport) => {
  const t = language === 'en' ? english : chinese
  const clip = await clipOf(i)
  await mark('zhang', clip, 'pass')
  await mark('wang', clip, 'good')

  // A fourth knows the candidate; the third marks by hand, seeing nothing of the others.
  const knows = await open('qian', `review/${clip}/marks`, language, viewport)
  await knows.getByRole('button', { name: t('staff.review.voices.know') }).click()
  await knows.locator('input[name=reason]').fill('我的学生')
  await pictured(knows, `voices-know-${language}`)
  await fits(knows)
  await knows.getByRole('button', { name: t('staff.review.voices.know_now') }).click()
  await expect.poll(() => knows.locator('.review-table tbody button').count(), { message: 'the order has left the list; who was let in again finds the first one decided' }).toBe(2 - i)
  await knows.goto(`${centre.url}/staff/#review/${clip}`)
  await knows.getByText(t('error.mark_recused.text')).waitFor()

  const third = await open('zhao', `review/${clip}/marks`, language, viewport)
  const form = third.locator('form.mark-form')
  await form.first().waitFor()
  expect(await third.locator('.review-panel').innerText()).not.toContain('zhang')
  for (const aspect of ['technique', 'tempo', 'interpretation', 'level']) await form.first().locator(`input[name$="-${aspect}"][value=excellent]`).check()
  await form.first().locator('button[type=submit]').click()
  await form.first().getByRole('button', { name: t('staff.review.marks.correct') }).waitFor()
  await form.last().locator('input[value=excellent]').check()
  await form.last().locator('button[type=submit]').click()
  await form.last().getByRole('button', { name: t('staff.review.marks.correct') }).waitFor()

  // The page of results says what is missing, and leads to the video.
  const desk = await open('administrator', 'results', language, viewport)
  const row = desk.locator('.results-table tbody tr', { hasText: `REV000${i}` })
  await row.getByText(t('staff.results.gap.chair')).waitFor()
  await pictured(desk, `voices-results-${language}`)
  await fits(desk)
  await row.getByRole('link', { name: t('staff.results.marks') }).click()
  await desk.getByText(t('staff.review.voices.gap.chair')).waitFor()
  await pictured(desk, `voices-marks-${language}`)
  await fits(desk)
  await desk.getByRole('button', { name: t('staff.review.voices.decide') }).click()
  const chair = desk.locator('form.mark-form')
  expect(await chair.getByRole('button', { name: t('staff.review.voices.decide_now') }).isDisabled(), 'nothing is chosen beforehand').toBe(true)
  await chair.locator('input[value=good]').check()
  await chair.locator('input[name=reason]').fill('复听后商定')
  await pictured(desk, `voices-chair-${language}`)
  await chair.getByRole('button', { name: t('staff.review.voices.decide_now') }).click()
  await desk.getByRole('button', { name: t('staff.review.voices.decide_anew') }).waitFor()
  await pictured(desk, `voices-decided-${language}`)

  // The fourth is let in again, and finds the order decided.
  await desk.getByRole('button', { name: t('staff.review.voices.readmit') }).click()
  await desk.locator('form.extra input[name=reason]').fill('同名，不是学生')
  await desk.getByRole('button', { name: t('staff.review.voices.readmit_now') }).click()
  await desk.getByRole('button', { name: t('staff.review.voices.readmit') }).waitFor({ state: 'detached' })
  await knows.reload()
  await knows.locator('#tab-marks').click()
  await knows.getByText(t('staff.review.voices.closed.mark_settled')).waitFor()
  await pictured(knows, `voices-closed-${language}`)

  await desk.goto(`${centre.url}/staff/#results`)
  await row.getByText(t('staff.results.outcomes.good'), { exact: true }).first().waitFor()
  await desk.getByRole('region', { name: t('staff.results.examiners.title') }).getByRole('row', { name: 'zhang' }).waitFor()
  await fits(desk)
  await pictured(desk, `voices-examiners-${language}`)
  for (const page of [knows, third, desk]) await page.context().close()
})

test.each([
  ['zh-CN', { width: 390, height: 844 }],
  ['en', { width: 1366, height: 768 }],
] as const)('R21: a video that cannot be marked comes to the desk, in %s', { timeout: 120_000 }, async (language, viewport) => {
  const t = language === 'en' ? english : chinese
  const clip = await clipOf(2)
  const examiner = await open('zhang', `review/${clip}/marks`, language, viewport)
  const desk = await open('administrator', `review/${clip}`, language, viewport)
  await desk.locator('.review-title').waitFor()
  await examiner.locator('form.mark-form').first().waitFor()
  if (language === 'zh-CN') {
    await examiner.getByRole('button', { name: t('staff.review.unmarkable.cannot') }).click()
    await examiner.locator('input[name=reason]').fill('没有琴声')
    await pictured(examiner, `unmarkable-ask-${language}`)
    await examiner.getByRole('button', { name: t('staff.review.unmarkable.now') }).click()
  }
  await examiner.locator('.desk-warn', { hasText: '没有琴声' }).waitFor()
  expect(await examiner.getByRole('button', { name: t('staff.review.unmarkable.cannot') }).count(), 'it was said').toBe(0)
  await desk.reload()
  await desk.locator('.desk-warn', { hasText: '没有琴声' }).waitFor()
  await fits(desk)
  await pictured(desk, `unmarkable-told-${language}`)
  for (const page of [examiner, desk]) await page.context().close()
})
