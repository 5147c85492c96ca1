// The committee makes marked orders standard orders; an examiner marks them like any
// others, is stopped by giving too much, and is let go on (R21).
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chinese, english } from '../outside/words'
import { launch, openPhone, type Language } from '../phone/phones'
import { caller, password, startReviewCentre, type ReviewCentre } from './centre'

let browser: Browser
let centre: ReviewCentre

beforeAll(async () => {
  centre = await startReviewCentre('[exam]\nqualification = 2\nseed_every = 2\n', ['zhang', 'wang', 'zhao'])
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

async function as(name: string): Promise<ReturnType<typeof caller>> {
  const call = caller(centre.url)
  await call('POST', '/staff/login', { name, password })
  return call
}

const layouts = [
  [0, 'zh-CN', { width: 1366, height: 768 }, 'wang'],
  [1, 'en', { width: 390, height: 844 }, 'zhao'],
] as const

test.each(layouts)('R21: a marked order becomes a standard order: %d in %s', { timeout: 120_000 }, async (i, language, viewport) => {
  const t = language === 'en' ? english : chinese
  const [clip] = (await (await as('administrator'))<{ clips: { id: string }[] }>('GET', `/staff/review?sealed=all&who=REV000${i}`)).clips
  const examiner = await as('zhang')
  await examiner('POST', `/staff/review/${clip?.id}/marks`, { technique: 'pass', tempo: 'pass', interpretation: 'pass', level: 'pass' })
  await examiner('POST', `/staff/review/${clip?.id}/marks`, { whole: true, level: 'pass' })
  const desk = await open('administrator', `review/${clip?.id}/marks`, language, viewport)
  await desk.getByRole('button', { name: t('staff.review.standard.set') }).click()
  const form = desk.locator('form.mark-form')
  expect(await form.getByRole('button', { name: t('staff.review.standard.now') }).isDisabled(), 'nothing is chosen beforehand').toBe(true)
  await form.locator('input[value=pass]').check()
  await form.locator('input[name=reason]').fill('评审会一致')
  await pictured(desk, `standard-set-${language}`)
  await fits(desk)
  await form.getByRole('button', { name: t('staff.review.standard.now') }).click()
  await desk.getByRole('button', { name: t('staff.review.standard.withdraw') }).waitFor()
  await pictured(desk, `standard-is-${language}`)
  await fits(desk)
  await desk.context().close()
})

test.each(layouts)('R21: who gives two levels too much is stopped, and let go on: %d in %s', { timeout: 240_000 }, async (_, language, viewport, name) => {
  const t = language === 'en' ? english : chinese
  const examiner = await open(name, 'review', language, viewport)
  const form = examiner.locator('form.mark-form')
  await examiner.locator('.review-table tbody button').first().waitFor()
  expect(await examiner.locator('.review-table tbody button').count(), 'two come before the real one').toBe(2)
  await pictured(examiner, `standard-list-${language}`)
  for (let time = 0; time < 2; time++) {
    await examiner.locator('.review-table tbody button').first().click()
    await examiner.locator('#tab-marks').click()
    await form.first().waitFor()
    for (const aspect of ['technique', 'tempo', 'interpretation', 'level']) await form.first().locator(`input[name$="-${aspect}"][value=excellent]`).check()
    await form.first().locator('button[type=submit]').click()
    await form.first().getByRole('button', { name: t('staff.review.marks.correct') }).waitFor()
    await form.last().locator('input[value=excellent]').check()
    await form.last().locator('button[type=submit]').click()
    await form.last().getByRole('button', { name: t('staff.review.marks.correct') }).waitFor()
    if (time === 0) await pictured(examiner, `standard-marked-${language}`)
    await examiner.goto(`${centre.url}/staff/#review`)
  }
  // Nothing is left of the standard orders, and the real one is not taken.
  await examiner.locator('.review-table tbody button').first().click()
  await examiner.locator('#tab-marks').click()
  await examiner.getByText(t('staff.review.voices.closed.mark_stopped')).waitFor()
  await pictured(examiner, `standard-stopped-${language}`)
  await fits(examiner)

  const desk = await open('administrator', 'results', language, viewport)
  const one = desk.getByRole('region', { name, exact: true }).first()
  await one.getByText(t('staff.results.standard.stopped_text')).waitFor()
  await pictured(desk, `standard-checked-${language}`)
  await fits(desk)
  await one.getByRole('button', { name: t('staff.results.standard.release') }).click()
  await one.locator('input[name=reason]').fill('一起重听过')
  await one.locator('button[type=submit]').click()
  await one.getByText(t('staff.results.standard.stopped_text')).waitFor({ state: 'detached' })
  await pictured(desk, `standard-released-${language}`)

  await examiner.reload()
  await examiner.locator('#tab-marks').click()
  await form.first().waitFor()
  expect(await examiner.getByText(t('staff.review.voices.closed.mark_stopped')).count(), 'marks are taken again').toBe(0)
  for (const page of [examiner, desk]) await page.context().close()
})

test.each(layouts)('R21: a marked order is marked once more: %d in %s', { timeout: 120_000 }, async (i, language, viewport, name) => {
  const t = language === 'en' ? english : chinese
  const [clip] = (await (await as('administrator'))<{ clips: { id: string }[] }>('GET', '/staff/review?sealed=all&who=REV0002')).clips
  if (i === 0) {
    const first = await as('zhang')
    await first('POST', `/staff/review/${clip?.id}/marks`, { technique: 'pass', tempo: 'pass', interpretation: 'pass', level: 'pass' })
    await first('POST', `/staff/review/${clip?.id}/marks`, { whole: true, level: 'pass' })
  }
  const desk = await open('administrator', `review/${clip?.id}/marks`, language, viewport)
  await desk.getByRole('button', { name: t('staff.review.appeal.ask') }).click()
  await desk.locator('form.extra input[name=reason]').fill('家长申请')
  await pictured(desk, `appeal-ask-${language}`)
  await desk.locator('form.extra button[type=submit]').click()
  await desk.getByText(t('staff.review.appeal.waits', { former: t('finding.level.pass') })).waitFor()
  const level = i === 0 ? 'good' : 'excellent' // within the tolerance, then beyond it
  const examiner = await as(name)
  await examiner('POST', `/staff/review/${clip?.id}/marks`, { technique: level, tempo: level, interpretation: level, level })
  await examiner('POST', `/staff/review/${clip?.id}/marks`, { whole: true, level })
  await desk.reload()
  await desk.getByText(t(i === 0 ? 'staff.review.appeal.kept' : 'staff.review.appeal.changed', { examiner: name, former: t('finding.level.pass'), level: t(`finding.level.${level}`) })).waitFor()
  await pictured(desk, `appeal-decided-${language}`)
  await fits(desk)
  const row = (await (await as('administrator'))<{ results: { ticket: string; outcome: string }[] }>('GET', '/staff/results')).results.find((one) => one.ticket === 'REV0002')
  expect(row?.outcome).toBe(i === 0 ? 'pass' : 'excellent')
  await desk.context().close()
})
