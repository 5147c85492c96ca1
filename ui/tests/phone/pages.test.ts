// Every page of the candidate's application, in both languages, on a phone, a
// small phone, a tablet and a computer: nothing serious for axe, nothing wider
// than the screen (with text at 200 % too), nothing loaded from elsewhere.
// With KAODIAN_SCREENSHOTS it also writes a picture of each (make screenshots).
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repository } from '../outside/programs'
import { caller } from '../staff/centre'
import { startCentre, type Centre } from './centre'
import { api, button, choose, item, launch, logIn, openAttempt, openPhone, startAttempt, type Language, type Phone, type Profile } from './phones'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const pictures = process.env['KAODIAN_SCREENSHOTS']

let centre: Centre
let browser: Browser

beforeAll(async () => {
  centre = await startCentre(['--https', '127.0.0.1:0'])
  browser = await launch(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'])
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await centre?.end()
})

async function seriousFor(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  const found = await page.evaluate(async () => {
    const run = (window as unknown as { axe: typeof axe }).axe.run
    return run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })
  })
  const serious = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  return serious.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((node) => node.html).slice(0, 3).join(' | ')}`)
}

/** How many pixels a page is wider than the screen. */
const tooWide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** As phones do it whose letters are set to twice the size: every text grows, the boxes do not. */
async function badAt200(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    const all = [...document.querySelectorAll<HTMLElement>('body *')]
    const sizes = all.map((element) => parseFloat(getComputedStyle(element).fontSize))
    all.forEach((element, i) => {
      element.dataset['size'] = element.style.fontSize
      element.style.fontSize = `${(sizes[i] ?? 16) * 2}px`
    })
  })
  const wide = await tooWide(page)
  const cut = await cutButtons(page)
  if (pictures && wide > 0) await page.screenshot({ path: join(repository, `build/screenshots/wide-${Date.now()}.png`), fullPage: true })
  await page.evaluate(() => {
    for (const element of document.querySelectorAll<HTMLElement>('body *')) element.style.fontSize = element.dataset['size'] ?? ''
  })
  return [...(wide > 0 ? ['wider than the screen with text at 200 %'] : []), ...cut.map((words) => `${words}, with text at 200 %`)]
}

/** Buttons whose words stand over their edge, or nearer to one edge than to the other. */
const cutButtons = (page: Page) =>
  page.locator('.van-button:visible').evaluateAll((buttons) => buttons.flatMap((button) => {
    const words = button.querySelector('.van-button__content')
    const [inner, outer] = [words?.getBoundingClientRect(), button.getBoundingClientRect()]
    if (inner && inner.height > 0 && Math.abs(inner.top + inner.bottom - outer.top - outer.bottom) > 4) return [`the words of a button are not in its middle: ${button.textContent?.trim() ?? ''}`]
    return (words?.scrollHeight ?? 0) > button.clientHeight || (words?.getBoundingClientRect().height ?? 0) > button.clientHeight + 1 ? [`the words of a button are cut: ${button.textContent?.trim() ?? ''}`] : []
  }))

interface Walk {
  phone: Phone
  look(name: string): Promise<void>
}

/** Looks at one page: what is wrong is gathered, so that one run tells all. */
function walker(profile: Profile, language: Language, phone: Phone, wrong: string[]): Walk {
  return {
    phone,
    async look(name) {
      const { page } = phone
      await page.waitForLoadState('load')
      await page.waitForTimeout(450) // sheets slide in, answers come
      if (pictures) {
        const folder = join(repository, 'build/screenshots')
        mkdirSync(folder, { recursive: true })
        await page.screenshot({ path: join(folder, `${name}.${profile}.${language}.png`), fullPage: true })
      }
      wrong.push(...(await seriousFor(page)).map((finding) => `${name}: ${finding}`))
      if ((await tooWide(page)) > 0) wrong.push(`${name}: wider than the screen`)
      for (const bad of [...(await cutButtons(page)), ...(await badAt200(page))]) wrong.push(`${name}: ${bad}`)
    },
  }
}

/** Everything before the clock. */
async function before(walk: Walk, place: number): Promise<string> {
  const { page } = walk.phone
  await page.goto(`${centre.url}/login`)
  await walk.look('01-login')
  await page.locator('button[type=submit]').click()
  await walk.look('02-login-incomplete')
  await page.goto(`${centre.url}/in#no-such-token-is-there`)
  await page.getByRole('alert').waitFor()
  await walk.look('03-in-refused')
  await logIn(page, centre.url, centre.candidate('drawn', place))
  await walk.look('04-orders')
  await page.goto(`${centre.url}/secure`)
  await page.locator('.note').first().waitFor()
  await walk.look('13-secure')
  const [order] = await api<{ id: string }[]>(page, 'GET', '/orders')
  const at = `${centre.url}/orders/${order?.id}`
  for (const [name, path] of [['05-info', ''], ['06-ticket', '/ticket'], ['07-check', '/check'], ['08-guide', '/guide'], ['14-practice', '/practice'], ['09-consent', '/consent'], ['10-rules', '/rules']] as const) {
    await page.goto(at + path)
    await page.locator('h1').first().waitFor()
    await walk.look(name)
  }
  return order?.id ?? ''
}

/** The attempt with its sheets, and its end. */
async function during(walk: Walk, language: Language): Promise<void> {
  const { page } = walk.phone
  const words = language === 'en' ? { piece: 'Repertoire piece', record: 'Record or upload' } : { piece: '乐曲', record: '录制/上传视频' }
  const attempt = await startAttempt(page)
  await page.goto(`${centre.url}/orders`)
  await page.locator('.running-link').waitFor()
  await walk.look('15-orders-running')
  await openAttempt(page, centre.url, attempt)
  await walk.look('20-attempt')
  await page.locator('.top .help').click()
  await page.locator('.help-say').waitFor()
  await walk.look('29-help')
  await page.goto(`${centre.url}/attempts/${attempt.id}`)
  await page.locator('.head-code').first().waitFor()
  await item(page, words.piece).getByRole('button', { name: words.record }).click()
  await page.locator('input[type=file][data-from=album]').waitFor({ state: 'attached' })
  await walk.look('21-choose')
  await oneLine(page, '.say-code .say-said ruby')
  await oneLine(page, '.head-code .key')
  await page.locator('input[type=file][data-from=album]').setInputFiles(centre.clips.mp4)
  await page.locator('article.item .hints, article.item .checks').first().waitFor()
  await walk.look('22-uploaded')
  await page.locator('.drawn button').first().click()
  await page.locator('.score img').waitFor()
  await walk.look('23-score')
  await recorder(walk, attempt.id)
  await page.goto(`${centre.url}/attempts/${attempt.id}/submit`)
  await page.locator('.rows').waitFor()
  await walk.look('24-submit')
  await page.goto(`${centre.url}/attempts/${attempt.id}/reset`)
  await page.locator('h1').waitFor()
  await walk.look('25-reset')
  await page.locator('.bar .van-button').last().click()
  await page.getByRole('dialog').waitFor()
  await walk.look('30-question')
  await page.goBack()
  await api(page, 'POST', `/attempts/${attempt.id}/submit`)
  await page.goto(`${centre.url}/attempts/${attempt.id}`)
  await page.locator('.receipt').waitFor()
  await walk.look('26-receipt')
}

/** The exam code, and what else is read off in one look, never breaks over two lines. */
async function oneLine(page: Page, selector: string): Promise<void> {
  const places = await page.locator(selector).evaluateAll((all) => all.flatMap((one) => [...one.getClientRects()].map(({ top }) => Math.round(top))))
  expect(places.length, selector).toBeGreaterThanOrEqual(4)
  expect(new Set(places).size, `${selector}: ${places.join(' ')}`).toBe(1)
}

/** The page's own recorder, from the words to say to what was recorded. */
async function recorder(walk: Walk, attempt: string): Promise<void> {
  const { page } = walk.phone
  const act = page.locator('button.main-act')
  await page.goto(`${centre.url}/attempts/${attempt}/record/2`)
  await act.waitFor()
  await walk.look('30-record')
  await act.click()
  if ((page.viewportSize()?.height ?? 0) > (page.viewportSize()?.width ?? 0)) {
    await page.locator('.turn').waitFor()
    await walk.look('31-record-turn')
    await page.locator('.turn-anyway').click()
  }
  await page.locator('.outline').waitFor()
  await walk.look('31-record-camera')
  await page.locator('.studio button.main-act').click()
  await page.locator('.studio-run').waitFor()
  await page.waitForTimeout(1500)
  await walk.look('32-recording')
  await page.evaluate(() => window.dispatchEvent(new Event('pagehide')))
  await page.getByRole('alertdialog').waitFor()
  await walk.look('33-record-alarm')
  await page.getByRole('alertdialog').getByRole('button').click()
  await act.first().waitFor()
  await walk.look('34-record-stopped')
}

/** Orders that cannot be started. */
async function closed(browser_: Browser, profile: Profile, language: Language, place: number, wrong: string[]): Promise<void> {
  for (const kind of ['waiting', 'over'] as const) {
    const phone = await openPhone(browser_, centre.url, profile, language)
    await logIn(phone.page, centre.url, centre.candidate(kind, place))
    await walker(profile, language, phone, wrong).look(`11-orders-${kind}`)
    await phone.context.close()
  }
}

/** A phone of the centre's own: at rest, at its check, and when that failed. */
async function lent(profile: Profile, language: Language, place: number, wrong: string[]): Promise<void> {
  const call = caller(centre.url)
  await call('POST', '/staff/login', centre.staff)
  const { id } = await call<{ id: string }>('POST', '/staff/loan-phones', { name: `借 ${place}` })
  const { url } = await call<{ url: string }>('POST', `/staff/loan-phones/${id}/link`)
  const phone = await openPhone(browser, centre.url, profile, language)
  const walk = walker(profile, language, phone, wrong)
  await phone.page.goto(`${centre.url}/loan#${url.split('#')[1]}`)
  await phone.page.locator('.loan-pin').waitFor()
  await walk.look('35-loan')
  const { orders } = await call<{ orders: { id: string }[] }>('GET', `/staff/check-ins?who=${centre.candidate('warned', place).ticket}`)
  await call('POST', `/staff/loan-phones/${id}/lend`, { order: orders[0]?.id })
  await phone.page.locator('button.main-act').waitFor()
  await walk.look('36-loan-check')
  await phone.page.evaluate(() => (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))))
  await phone.page.locator('button.main-act').click()
  await phone.page.locator('.note-bad').waitFor()
  await walk.look('37-loan-failed')
  await phone.context.close()
}

const walks: [Profile, Language][] = [
  ['phone', 'zh-CN'],
  ['small', 'en'], // where words are longest and room is least
  ['small', 'zh-CN'],
  ['tablet', 'en'],
  ['desktop', 'zh-CN'],
  // For a person to look at only: the pages are the same.
  ...(pictures ? [['tablet', 'zh-CN'] as [Profile, Language]] : []),
]

describe('every page', () => {
  test.each(walks)('on a %s in %s', { timeout: 180_000 }, async (profile, language) => {
    const wrong: string[] = []
    const place = walks.findIndex(([p, l]) => p === profile && l === language)
    const phone = await openPhone(browser, centre.url, profile, language)
    const walk = walker(profile, language, phone, wrong)
    await before(walk, place)
    await during(walk, language)
    await closed(browser, profile, language, place, wrong)
    await lent(profile, language, place, wrong)
    expect(wrong).toEqual([])
    expect(phone.strangers, 'asked of other servers').toEqual([])
    await phone.context.close()
  })

  test('R29: WeChat’s window and the Wi-Fi’s sign-in window are led to the browser', { timeout: 60_000 }, async () => {
    const windows = {
      wechat: 'Mozilla/5.0 (Linux; Android 12; V2148A; wv) AppleWebKit/537.36 Version/4.0 Chrome/107.0.5304.141 Mobile Safari/537.36 MicroMessenger/8.0.47',
      portal: 'Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
    }
    for (const [name, userAgent] of Object.entries(windows)) {
      const wrong: string[] = []
      const phone = await openPhone(browser, centre.url, 'phone', 'zh-CN', { userAgent })
      await phone.page.goto(`${centre.url}/orders`)
      await phone.page.locator('.gate').waitFor()
      await walker('phone', 'zh-CN', phone, wrong).look(`12-gate-${name}`)
      expect(wrong).toEqual([])
      await button(phone.page, '先在这里看看（不能录像）').click()
      await phone.page.locator('input[name=ticket]').waitFor()
      await phone.context.close()
    }
  })
})

test('an upload that runs, and one without network, look as they should', { timeout: 60_000 }, async () => {
  const wrong: string[] = []
  const phone = await openPhone(browser, centre.url)
  const walk = walker('phone', 'zh-CN', phone, wrong)
  await logIn(phone.page, centre.url, centre.candidate('drawn', 10))
  const attempt = await startAttempt(phone.page)
  await openAttempt(phone.page, centre.url, attempt)
  await phone.context.route('**/api/v1/uploads/**', (route) => route.abort())
  await choose(phone.page, '乐曲', centre.clips.mp4)
  await phone.page.locator('[role=progressbar]').first().waitFor()
  await walk.look('27-uploading')
  await phone.context.setOffline(true)
  await phone.page.waitForTimeout(1500)
  await walk.look('28-offline')
  expect(wrong).toEqual([])
  await phone.context.close()
})
