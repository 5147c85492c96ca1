// What strangers met on their way, and how it looks since.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../outside/programs'
import { chinese, english } from '../outside/words'
import { startCentre, type Centre } from './centre'
import { api, button, isSeen, item, launch, line, logIn, openAttempt, openPhone, startAttempt, type Language, type Profile } from './phones'

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

async function start(kind: Parameters<Centre['candidate']>[0], place: number, profile: Profile = 'phone', language: Language = 'zh-CN') {
  const phone = await openPhone(browser, centre.url, profile, language)
  await logIn(phone.page, centre.url, centre.candidate(kind, place))
  const attempt = await startAttempt(phone.page)
  await openAttempt(phone.page, centre.url, attempt)
  return { ...phone, attempt }
}

const pictures = process.env['KAODIAN_PICTURES']

const heightOf = (page: Page, selector: string) => page.locator(selector).evaluate((element) => Math.round(element.getBoundingClientRect().height))

test('R29: the top bar keeps its one line while the centre is gone, and says so when the page does', { timeout: 90_000 }, async () => {
  for (const [n, place] of [3, 19].entries()) {
    const { page, context } = await start('drawn', place, 'small', 'en') // the last has a long name
    const before = await heightOf(page, '.top')
    await centre.program.end('SIGKILL')
    await page.locator('.head > .line-notice').waitFor()
    await page.locator('.top .help-gone').waitFor({ timeout: 2000 })
    expect(await heightOf(page, '.top'), `candidate ${n}`).toBe(before)
    expect(await page.locator('.who-name').evaluate((name) => name.clientWidth), 'something of the name is left').toBeGreaterThan(30)
    await centre.restart()
    await page.locator('.top .help-none').waitFor({ timeout: 30_000 })
    await context.close()
  }
})

test.each([['small', 'zh-CN', 15], ['phone', 'en', 16]] as const)('a server that is gone is said on every page outside of the attempt, too, with what to do: on a %s in %s', { timeout: 300_000 }, async (profile, language, place) => {
  const t = language === 'en' ? english : chinese
  const { page, context } = await openPhone(browser, centre.url, profile, language)
  await logIn(page, centre.url, centre.candidate('drawn', place))
  const [order] = await api<{ id: string }[]>(page, 'GET', '/orders')
  const before = ['', '/ticket', '/check', '/practice', '/guide', '/rules', '/consent'].map((rest) => `/orders/${order?.id}${rest}`)
  const says = async (paths: string[], words: string) => {
    for (const path of paths) {
      await page.goto(`${centre.url}${path}`)
      await page.locator('.top .help').waitFor()
      await page.waitForLoadState('networkidle').catch(() => undefined)
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
      await centre.program.end('SIGKILL')
      const notice = page.locator('.line-notice', { hasText: words })
      await notice.waitFor()
      await until(`it is in sight on ${path}`, () => isSeen(notice))
      if (pictures) await page.screenshot({ path: `${pictures}/gone-${language}${path.replace(order?.id ?? '', '').split('/').join('-')}.png` })
      await centre.restart()
      await notice.waitFor({ state: 'detached' })
    }
  }
  await says(['/login?again=1', '/orders', ...(language === 'en' ? before.slice(-1) : before)], t('candidate.line.lost_centre'))
  const attempt = await startAttempt(page)
  await says(['/orders', `/orders/${order?.id}/rules`], t('candidate.head.lost_centre'))
  await openAttempt(page, centre.url, attempt)
  expect(await page.locator('.beside .line-notice').count()).toBe(0)
  await context.close()
})

test('one request that fails raises no hand while the page says that all is well', { timeout: 60_000 }, async () => {
  const { page, context, attempt } = await start('drawn', 4)
  await page.route('**/api/v1/help', (route) => route.abort())
  await page.locator('.top .help').click()
  await page.locator('.help-reasons').waitFor()
  await page.waitForFunction(() => document.querySelector('.top .help')?.classList.contains('help-none'))
  await openAttempt(page, centre.url, attempt)
  expect(await page.locator('.top .help-gone').count()).toBe(0)
  await context.close()
})

test('R15: whoever looks at a reset after the time is up has one way back, to how it ended', { timeout: 90_000 }, async () => {
  const { page, context } = await start('short', 0)
  await page.locator('.ended').waitFor({ timeout: 60_000 })
  await page.goto(`${page.url()}/reset`)
  await page.getByRole('heading', { name: '重置这次考试' }).waitFor()
  expect(await page.locator('.back').allInnerTexts()).toEqual(['返回'])
  await page.getByText('回到考试').waitFor({ state: 'detached' })
  await page.locator('.back').click()
  await page.locator('.ended').waitFor()
  await context.close()
})

test('R2, R25: a child without a photo reads nothing of measurements that nobody takes', { timeout: 60_000 }, async () => {
  const { page, context } = await openPhone(browser, centre.url)
  await logIn(page, centre.url, centre.candidate('drawn', 5))
  await page.getByRole('link', { name: /考试信息/ }).click()
  await page.waitForURL(/orders\/[^/]+$/)
  await page.goto(`${page.url()}/consent`)
  await button(page, '同意人脸比对').waitFor()
  expect(await page.locator('.points').innerText()).not.toContain('比对结论和截图')
  await context.close()
})

test.each([['zh-CN', 8], ['en', 9]] as const)('R25: a consent is withdrawn from the card while the attempt runs, in %s', { timeout: 60_000 }, async (language, n) => {
  const t = language === 'en' ? english : chinese
  const { page, context, attempt } = await start('drawn', n, 'phone', language)
  const [order] = await api<{ id: string }[]>(page, 'GET', '/orders')
  await api(page, 'POST', `/orders/${order?.id}/consent`, { face: true, guardian: '王大明' })
  await page.goto(`${centre.url}/orders`)
  await page.getByRole('link', { name: t('candidate.consent.withdraw.act') }).click()
  await page.getByRole('heading', { name: t('candidate.consent.withdraw.title') }).waitFor()
  if (pictures) await page.screenshot({ path: `${pictures}/withdraw-${language}.png`, fullPage: true })
  await button(page, t('candidate.consent.withdraw.keep')).click()
  await page.locator('dd', { hasText: t('candidate.orders.face_given') }).waitFor()
  await page.getByRole('link', { name: t('candidate.consent.withdraw.act') }).click()
  await button(page, t('candidate.consent.withdraw.act')).click()
  await page.getByText(t('candidate.orders.face_declined')).waitFor()
  expect(await page.getByRole('link', { name: t('candidate.consent.withdraw.act') }).count()).toBe(0)
  expect((await api<{ state: string }>(page, 'GET', `/attempts/${attempt.id}`)).state, 'nothing else changes').toBe('running')
  if (pictures) await page.screenshot({ path: `${pictures}/withdrawn-${language}.png`, fullPage: true })
  await context.close()
})

test('on a phone held sideways the bars go from edge to edge, and every reason for help is in sight', { timeout: 60_000 }, async () => {
  const { page, context } = await start('drawn', 6, 'phone', 'zh-CN')
  await page.setViewportSize({ width: 844, height: 390 })
  await page.evaluate(() => window.scrollTo(0, 0))
  const wide = await page.locator('.top').evaluate((bar) => {
    const shadow = getComputedStyle(bar).boxShadow
    return { covers: /844px|100vw/.test(shadow) && getComputedStyle(bar).clipPath.includes('-'), more: document.documentElement.scrollWidth - innerWidth }
  })
  expect(wide).toEqual({ covers: true, more: 0 })
  await page.locator('.top .help').click()
  const last = page.locator('.help-reasons button').last()
  await until('the last reason is in sight', () => isSeen(last))
  await context.close()
})

test.each(['zh-CN', 'en'] as const)('on the narrowest phone the head goes from edge to edge and its foot stays whole, in %s', { timeout: 60_000 }, async (language) => {
  const { page, context } = await start('drawn', language === 'en' ? 12 : 13, 'small', language)
  const edges = (selector: string) => page.locator(selector).first().evaluate((one) => [Math.round(one.getBoundingClientRect().left), Math.round(innerWidth - one.getBoundingClientRect().right)])
  expect(await edges('.head')).toEqual([0, 0])
  expect(await edges('.head-row'), 'nothing stands at the very edge').toEqual([16, 16])
  expect(await page.locator('.head-foot').first().evaluate((foot) => Math.round(foot.getBoundingClientRect().height / parseFloat(getComputedStyle(foot).lineHeight)))).toBe(1)
  await centre.program.end('SIGKILL')
  await page.locator('.head > .line-notice').waitFor()
  expect(await edges('.head > .line-notice')).toEqual([0, 0])
  await centre.restart()
  await context.close()
})

test('a second tab says that the other one sends, and has nothing to press', { timeout: 90_000 }, async () => {
  const { page, context, attempt } = await start('drawn', 14, 'small', 'en')
  await line(page, { up: 40_000 })
  await item(page, 'Repertoire piece').getByRole('button', { name: 'Record or upload' }).click()
  await until('the first way to a video is in sight on the smallest phone', () => isSeen(page.locator('.pick-main')))
  await page.locator('input[type=file][data-from=album]').setInputFiles(centre.clips.mp4)
  await page.locator('[role=progressbar]').first().waitFor()
  const second = await context.newPage()
  await openAttempt(second, centre.url, attempt)
  await second.getByText('sent from another tab on this phone').waitFor({ timeout: 30_000 })
  expect(await item(second, 'Repertoire piece').getByRole('button').allTextContents()).toEqual([])
  if (pictures) await second.screenshot({ path: `${pictures}/second-tab.png` })
  await context.close()
})

test('R26: a second device of a practice run reads of a practice run', { timeout: 60_000 }, async () => {
  const first = await openPhone(browser, centre.url)
  await logIn(first.page, centre.url, centre.candidate('drawn', 7))
  await first.page.getByRole('link', { name: /考试信息/ }).click()
  await first.page.waitForURL(/orders\/[^/]+$/)
  await first.page.goto(`${first.page.url()}/practice`)
  await button(first.page, '开始模拟').click()
  await first.page.waitForURL(/attempts/)
  const second = await openPhone(browser, centre.url)
  await logIn(second.page, centre.url, centre.candidate('drawn', 7))
  await second.page.goto(first.page.url())
  await second.page.getByText('模拟考试正在另一台设备上进行').waitFor()
  await button(second.page, '在此设备继续模拟').waitFor()
  for (const { context } of [first, second]) await context.close()
})

test.each(['zh-CN', 'en'] as const)('the head of the log-in goes from edge to edge on every screen, and so does its frame, in %s', { timeout: 60_000 }, async (language) => {
  const { page, context } = await openPhone(browser, centre.url, 'desktop', language)
  const covers = (names: string[]) =>
    page.evaluate((all) => all.map((name) => {
      const { boxShadow, clipPath } = getComputedStyle(document.querySelector(name)!)
      return boxShadow.includes(`${innerWidth}px`) && clipPath.includes('-')
    }), names)
  let go: () => void = () => undefined
  const held = new Promise<void>((resolve) => (go = resolve))
  await page.route(/assets\/index-[^/]*\.js/, (route) => held.then(() => route.continue()))
  await page.goto(`${centre.url}/login`, { waitUntil: 'commit' })
  await page.locator('.frame-act').waitFor()
  expect(await covers(['.frame-top', '.frame-hero'])).toEqual([true, true])
  go()
  await page.locator('input[name=ticket]').waitFor()
  for (const [width, height] of [[1280, 800], [844, 390], [820, 1180]] as const) {
    await page.setViewportSize({ width, height })
    expect(await covers(['.top', '.login-hero']), `${width} × ${height}`).toEqual([true, true])
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
    if (pictures) await page.screenshot({ path: `${pictures}/login-${language}-${width}.png` })
  }
  await context.close()
})
