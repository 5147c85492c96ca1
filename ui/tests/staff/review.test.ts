// The review by keyboard alone, as staff and as an examiner, in Chromium
// against the real server.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../outside/programs'
import { launch } from '../phone/phones'
import { broken, hintsCut, wide } from './looks'
import { caller, password, secrets, startReviewCentre, type ReviewCentre } from './centre'

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

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds serious, and whether the page is wider than the screen. */
async function expectUsable(page: Page, where: string): Promise<void> {
  await page.evaluate(axeSource)
  const found = await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run()
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
  })
  expect(found, where).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${where} is wider than the screen`).toBeLessThanOrEqual(0)
}

const pictures = process.env['KAODIAN_PICTURES']
const picture = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png`, fullPage: false })

async function logIn(name: string, viewport = { width: 1366, height: 768 }): Promise<{ page: Page; answers: string[] }> {
  const context = await browser.newContext({ viewport, locale: 'zh-CN' })
  const page = await context.newPage()
  const answers: string[] = []
  page.on('response', (response) => {
    const path = new URL(response.url()).pathname
    if (path.startsWith('/api/') && response.headers()['content-type']?.includes('json')) void response.text().then((text) => answers.push(`${path} ${text}`), () => undefined)
  })
  await page.goto(`${centre.url}/staff/#review`)
  await page.locator('input[name=name]').fill(name)
  await page.locator('input[name=password]').fill(password)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '审看', exact: true }).first().waitFor()
  return { page, answers }
}

const pressed = async (page: Page, part: string) => page.getByRole('group', { name: part, exact: true }).locator('[aria-pressed=true]').allTextContents()
const moment = (page: Page) => page.evaluate(() => document.querySelector('video')?.currentTime ?? -1)

async function keys(page: Page, ...all: string[]): Promise<void> {
  for (const key of all) await page.keyboard.press(key)
}

async function openFirst(page: Page): Promise<void> {
  await keys(page, 'ArrowDown', 'Enter')
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 1, undefined, { timeout: 60_000 })
}

test('staff review a clip without a mouse (R20, R32, R33)', { timeout: 180_000 }, async () => {
  const { page } = await logIn('administrator')
  await picture(page, 'queue-zh')
  await expectUsable(page, 'the queue')
  const first = await page.locator('tbody tr').first().textContent()
  expect(first, 'the most doubtful comes first').not.toContain('通过')
  await openFirst(page)
  await picture(page, 'clip-zh')

  await keys(page, ' ')
  await until('it plays at its own speed', async () => (await moment(page)) > 0.2)
  expect(await page.evaluate(() => document.querySelector('video')?.playbackRate)).toBe(1)
  await keys(page, 'k')
  const stopped = await moment(page)
  await keys(page, 'ArrowRight')
  await until('five seconds on', async () => Math.abs((await moment(page)) - stopped - 5) < 0.3)
  await keys(page, 'ArrowLeft', 'ArrowLeft')
  await until('and back to the start', async () => (await moment(page)) < 0.5)

  await keys(page, '1', '2', '2', '3', '4', '0')
  await until('R33: five keys are five ticks', async () => (await pressed(page, '曲目'))[0] === '听到')
  expect(await pressed(page, '考试码')).toEqual(['说错'])

  await keys(page, '?')
  await page.getByRole('dialog').waitFor()
  await picture(page, 'keys-zh')
  await keys(page, 'Escape')

  await keys(page, 'ArrowRight', 'm')
  await page.locator('select[name=category]').waitFor()
  await page.keyboard.type('有别人')
  await page.locator('select[name=category]').selectOption('other_person')
  await keys(page, 'Tab')
  await page.keyboard.type('右边有人指挥')
  await keys(page, 'Enter')
  await page.getByText('右边有人指挥').waitFor()
  await picture(page, 'departures-zh')
  await keys(page, 'i') // the field was left by itself
  await page.locator('[role=tabpanel] button:focus', { hasText: '打开身份' }).waitFor()
  await keys(page, 'Enter')
  await page.getByRole('tabpanel').getByText(/诸葛小欢|欧阳静|司马远/).waitFor()
  await picture(page, 'identity-zh')
  await keys(page, 'd')
  await page.locator('textarea[name=reason]').fill('看谱演奏')
  await page.getByRole('button', { name: '作出决定' }).press('Enter')
  await page.getByRole('button', { name: '确定', exact: true }).press('Enter')
  const decided = page.locator('li', { has: page.locator('.finding-head', { hasText: '视频无效' }) })
  await decided.getByText('已生效', { exact: true }).waitFor() // the centre's own decision counts
  await decided.getByText('看谱演奏').waitFor()
  await picture(page, 'decision-zh')
  await expectUsable(page, 'a decision')
  await decided.getByRole('button', { name: '撤销', exact: true }).press('Enter')
  await page.locator('input[name=undo]').fill('看错了')
  const gap = await page.locator('input[name=undo]').evaluate((field) => field.getBoundingClientRect().top - field.parentElement!.querySelector('span')!.getBoundingClientRect().bottom)
  expect(gap, 'the ring of the field leaves its name readable').toBeGreaterThan(5)
  await keys(page, 'Enter')
  await decided.getByText('已撤销').waitFor()
  await decided.getByText('看错了').waitFor()
  await picture(page, 'undone-zh')
  await keys(page, 'h')
  await page.getByText('标记录制要求').waitFor()
  await picture(page, 'facts-zh')

  const before = page.url()
  await keys(page, 'n')
  await until('the next clip', () => page.url() !== before)
  await keys(page, 'p')
  await until('and back', () => page.url() === before)
  await keys(page, 'Escape')
  await page.getByText('5 / 5').waitFor()
  await page.context().close()
})

test('the words of a filter stand beside its field, and an empty queue leads to what is sealed', { timeout: 60_000 }, async () => {
  const { page } = await logIn('administrator')
  const find = page.locator('.review-filter label', { has: page.locator('input[name=who]') })
  const field = await find.locator('input').boundingBox()
  expect((await find.boundingBox())?.height, 'one line').toBe(field?.height)
  await find.locator('input').fill('没有这人')
  await page.getByRole('button', { name: '也看已打包报送的' }).press('Enter')
  expect(await page.locator('select[name=sealed]').inputValue()).toBe('all')
  await page.context().close()
})

test.each([
  [1366, 768],
  [1110, 768],
  [820, 1180],
  [390, 844],
])('no word, figure or hint of the lists is broken or cut at %i × %i', { timeout: 60_000 }, async (width, height) => {
  const { page } = await logIn('administrator', { width, height })
  await page.locator('select[name=sealed]').selectOption('all')
  for (const [language, other] of [['zh', 'English'], ['en', '中文']] as const) {
    await page.goto(`${centre.url}/staff/#review`)
    await page.locator('.review-table .desk-act').first().waitFor()
    await picture(page, `list-${width}-${language}`)
    expect(await broken(page), `the review in ${language}`).toEqual([])
    expect(await wide(page), `the review in ${language}`).toEqual([])
    expect(await hintsCut(page), `the review in ${language}`).toEqual([])
    await page.goto(`${centre.url}/staff/#`)
    await page.locator('.desk-table .desk-act').first().scrollIntoViewIfNeeded()
    await picture(page, `videos-${width}-${language}`)
    expect(await broken(page), `the desk in ${language}`).toEqual([])
    expect(await wide(page), `the desk in ${language}`).toEqual([])
    expect(await hintsCut(page), `the desk in ${language}`).toEqual([])
    await page.getByRole('button', { name: other }).click()
  }
  await page.context().close()
})

test('a narrow desk leaves every fact room beside its name', { timeout: 60_000 }, async () => {
  const { page } = await logIn('administrator', { width: 1024, height: 768 })
  await page.getByRole('button', { name: 'English' }).click()
  await page.goto(`${centre.url}/staff/#`)
  await page.getByText('can be deleted').waitFor()
  const shares = await page.locator('.desk-facts dd').evaluateAll((all) => all.map((fact) => fact.clientWidth / (fact.parentElement?.clientWidth ?? 1)))
  expect(Math.min(...shares)).toBeGreaterThan(0.5)
  await page.context().close()
})

test('an examiner marks without knowing who plays (R21)', { timeout: 180_000 }, async () => {
  const { page, answers } = await logIn('examiner')
  await picture(page, 'examiner-queue-zh')
  await openFirst(page)
  await keys(page, 'g')
  const forms = page.locator('form.mark-form')
  for (const [aspect, level] of [['基本技巧', '良好'], ['速度', '合格'], ['对作品的理解表达', '优秀'], ['等级', '良好']] as const) {
    await forms.first().getByRole('group', { name: aspect }).getByLabel(level, { exact: true }).press('Space')
  }
  await page.getByText('草稿已存').waitFor()
  await picture(page, 'marks-zh')
  await expectUsable(page, 'the marks')
  await page.reload()
  await page.getByRole('tab', { name: '评分' }).press('Enter')
  expect(await forms.first().getByRole('group', { name: '速度' }).getByLabel('合格', { exact: true }).isChecked(), 'the draft is kept').toBe(true)
  await forms.first().locator('textarea').fill('右手稳，踏板略多')
  await forms.first().getByRole('button', { name: '提交评分' }).press('Enter')
  await page.getByText('已评').first().waitFor()
  await picture(page, 'marked-zh')
  for (const text of answers) {
    for (const secret of [...secrets, ...centre.names]) expect(text, 'the server tells an examiner no personal thing').not.toContain(secret)
  }

  await keys(page, 'i')
  expect(answers.some((text) => text.includes('/identity')), 'R21: a key alone opens nothing').toBe(false)
  await page.locator('[role=tabpanel] button:focus', { hasText: '打开身份' }).waitFor()
  await keys(page, 'Enter')
  await page.getByRole('tabpanel').getByText(/诸葛小欢|欧阳静|司马远/).waitFor()
  await picture(page, 'examiner-identity-zh')
  await expectUsable(page, 'the identity')
  expect(answers.some((text) => text.includes('/identity') && centre.names.some((name) => text.includes(name)))).toBe(true)
  await page.context().close()
})

test.each([['zh', 1366, 768], ['en', 390, 844]] as const)('a server that is gone under a clip is said once and at the tick that it did not take, and all is there when it is back, in %s', { timeout: 120_000 }, async (language, width, height) => {
  const { page } = await logIn('administrator', { width, height })
  await page.locator('select[name=sealed]').selectOption('all')
  if (language === 'en') await page.getByRole('button', { name: 'English' }).click()
  await openFirst(page)
  await page.locator('.tick').first().waitFor()
  const alerts = () => page.getByRole('alert').evaluateAll((all) => all.map((one) => one.className))
  await centre.program.end('SIGKILL')
  try {
    await page.locator('.desk-gone').waitFor()
    await keys(page, '1')
    await picture(page, `gone-${width}-${language}`)
    // The reading says nothing beside the page's own notice; a tick that was not done is said where it was asked for.
    await expect.poll(alerts).toEqual([expect.stringContaining('desk-gone'), expect.stringContaining('desk-bad')])
  } finally {
    centre.program.start()
  }
  await page.locator('.desk-gone').waitFor({ state: 'detached', timeout: 60_000 })
  await keys(page, '1')
  await expect.poll(alerts).toEqual([])
  await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0)
  expect(await page.locator('img').evaluateAll((all) => (all as HTMLImageElement[]).filter((one) => one.complete && one.naturalWidth === 0).length)).toBe(0)
  await picture(page, `back-${width}-${language}`)
  await page.context().close()
})

test('what the browser does not play is said, and the rendition stands in (R18)', { timeout: 180_000 }, async () => {
  const call = caller(centre.url)
  await call('POST', '/staff/login', { name: 'administrator', password })
  const clips = async () => (await call<{ clips: { id: string; candidate: { name: string } }[] }>('GET', '/staff/review')).clips
  const old = (await clips()).find((clip) => clip.candidate.name === centre.names[2])
  await until('the rendition is ready', async () => (await call<{ rendition: boolean }>('GET', `/staff/review/${old?.id}`)).rendition, 120)
  const { page } = await logIn('administrator', { width: 820, height: 1180 })
  await picture(page, 'tablet-queue-zh')
  await page.goto(`${centre.url}/staff/#review/${old?.id}`)
  await page.getByText('正在放转换后的视频').waitFor({ timeout: 30_000 })
  await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0)
  await picture(page, 'tablet-clip-zh')
  await page.getByRole('button', { name: 'English' }).click()
  await picture(page, 'tablet-clip-en')
  await expectUsable(page, 'a clip on a tablet')
  await page.context().close()
})

test('every stored file of exams that were really taken is as it came', { timeout: 180_000 }, async () => {
  const call = caller(centre.url)
  await call('POST', '/staff/login', { name: 'administrator', password })
  const files = async () => (await call<{ files: { waits: boolean; done_files: number; problems: { path: string; wrong: string }[] } }>('GET', '/staff/health')).files
  await call('POST', '/staff/health/files')
  await until('the files are read', async () => {
    const { waits, done_files: read } = await files()
    return !waits && read > 0
  }, 120)
  const { problems, done_files: read } = await files()
  expect(problems).toEqual([])
  expect(read, 'three videos, those that were converted, pictures of findings, a score').toBeGreaterThan(4)
})

test.runIf(pictures)('pictures in English', { timeout: 120_000 }, async () => {
  const { page } = await logIn('examiner')
  await page.getByRole('button', { name: 'English' }).click()
  await picture(page, 'examiner-queue-en')
  await openFirst(page)
  await picture(page, 'examiner-clip-en')
  await keys(page, 'g')
  await page.waitForTimeout(300)
  await picture(page, 'examiner-marks-en')
  await keys(page, 'h')
  await page.waitForTimeout(300)
  await picture(page, 'examiner-facts-en')
  await page.context().close()
})
