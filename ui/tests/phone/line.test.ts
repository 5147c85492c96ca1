// The line as the page tells it: a server that is gone, a dead wire, a line
// that is too slow, a session that ended.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import { answers, until } from '../outside/programs'
import { startCentre, type Candidate, type Centre } from './centre'
import { button, choose, isSeen, item, launch, line, logIn, openAttempt, openPhone, startAttempt, type Phone } from './phones'
import { openWire, type Wire } from './wire'

let centre: Centre
let browser: Browser
let wire: Wire

beforeAll(async () => {
  centre = await startCentre()
  browser = await launch()
  wire = await openWire(centre.url)
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await wire?.end()
  await centre?.end()
})

interface Started extends Phone {
  attempt: { id: string }
}

async function start(who: Candidate, url = centre.url): Promise<Started> {
  const phone = await openPhone(browser, url)
  await logIn(phone.page, url, who)
  const attempt = await startAttempt(phone.page)
  await openAttempt(phone.page, url, attempt)
  return { ...phone, attempt }
}

const lost = (page: Page) => page.locator('.head > .line-notice')
const shot = async (page: Page, name: string) => process.env['KAODIAN_SHOTS'] && page.screenshot({ path: `${process.env['KAODIAN_SHOTS']}/${name}.png` })
const percent = async (page: Page) => Number(await item(page, '乐曲').getByRole('progressbar').first().getAttribute('aria-valuenow', { timeout: 2000 }).catch(() => -1))
const received = (page: Page) => item(page, '乐曲').getByRole('button', { name: '预览' }).waitFor({ timeout: 90_000 })

/** Of the slowed line, bytes a second: a clip takes seven seconds. */
const SLOW = 1 << 20

describe('a server that is gone', () => {
  test('is said on every page of the attempt and in a sheet, and taken back when it is there', { timeout: 120_000 }, async () => {
    const { page, context } = await start(centre.candidate('drawn', 0))
    await choose(page, '乐曲', centre.clips.mp4)
    await received(page)
    await centre.program.end('SIGKILL')
    const from = Date.now()
    await lost(page).waitFor()
    if (process.env['KAODIAN_SHOTS']) console.log(`said after ${Date.now() - from} ms`)
    expect(await lost(page).innerText()).toContain('连不上考点')
    await shot(page, 'gone-items')
    await page.locator('.drawn button').first().click()
    await page.locator('.sheet-head > .line-notice').waitFor()
    await page.locator('.sheet-head button').click()
    await button(page, '提交').click()
    await page.getByRole('heading', { name: /提交/ }).first().waitFor()
    await lost(page).waitFor()
    await shot(page, 'gone-submit')
    await page.goBack()
    centre.program.start()
    await lost(page).waitFor({ state: 'detached', timeout: 60_000 })
    await context.close()
  })

  test('R14: a refused submission is seen whole where the page has least room, and the head says one thing', { timeout: 120_000 }, async () => {
    await until('the centre answers', () => answers(`${centre.url}/healthz`))
    const { page, context } = await start(centre.candidate('warned', 1))
    await page.locator('.drawn button, .item button').first().waitFor()
    await choose(page, '乐曲', centre.clips.mp4)
    await received(page)
    await page.locator('.head-warn').getByText('还有 10 分钟').waitFor({ timeout: 40_000 })
    await centre.program.end('SIGKILL')
    await lost(page).waitFor()
    expect(await page.locator('.head-warn').count()).toBe(0)
    await button(page, '提交').click()
    await page.getByRole('heading', { name: /提交/ }).first().waitFor()
    for (const [width, height] of [[844, 390], [360, 640]] as const) {
      await page.setViewportSize({ width, height })
      await page.locator('.bar .main-act').click()
      await page.getByRole('dialog').getByRole('button', { name: /提交/ }).last().click()
      const said = page.locator('.trouble')
      await said.waitFor()
      await expect.poll(() => isSeen(said), { message: `${width} × ${height}` }).toBe(true)
      // Held sideways the head has gone with the page, and what helps is said here.
      expect((await said.innerText()).includes(zhCN.error.offline.next), `${width} × ${height}`).toBe(height < 480)
      await shot(page, `refused-${width}x${height}`)
    }
    const band = await page.setViewportSize({ width: 844, height: 390 }).then(() => lost(page).evaluate((line) => getComputedStyle(line).boxShadow))
    expect(band, 'from edge to edge, as the head').not.toBe('none')
    centre.program.start()
    await lost(page).waitFor({ state: 'detached', timeout: 60_000 })
    await context.close()
  })
})

describe('a dead wire', () => {
  test('R24: a stalled upload is said and tried again, and shows what the centre has and no more', { timeout: 150_000 }, async () => {
    await until('the centre answers', () => answers(`${centre.url}/healthz`))
    const { page, context, attempt } = await start(centre.candidate('drawn', 1), wire.url)
    const cookies = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
    const asked = () => fetch(`${centre.url}/api/v1/attempts/${attempt.id}`, { headers: { cookie: cookies } }) // past the wire
    await line(page, { up: SLOW })
    await choose(page, '乐曲', centre.clips.mp4)
    const shown: number[] = []
    await until('some of it is there', async () => {
      shown.push(await percent(page))
      return (shown[shown.length - 1] ?? 0) >= 10
    })
    wire.freeze()
    const from = Date.now()
    await item(page, '乐曲').getByText('好一会儿没有进展').waitFor({ timeout: 60_000 })
    if (process.env['KAODIAN_SHOTS']) console.log(`stall said after ${Date.now() - from} ms`)
    await lost(page).waitFor()
    await shot(page, 'stalled')
    const at = await percent(page)
    const { items } = (await (await asked()).json()) as { items: { name: string; receiving?: { offset: number; size: number } }[] }
    const has = items.find(({ name }) => name === '乐曲')?.receiving
    expect(at).toBeLessThanOrEqual(Math.floor(((has?.offset ?? 0) / (has?.size ?? 1)) * 100))
    expect(at, 'it never runs back').toBeGreaterThanOrEqual(Math.max(...shown))
    wire.thaw()
    await received(page)
    await lost(page).waitFor({ state: 'detached' })
    await context.close()
  })
})

describe('a session that ended', () => {
  test('R24: is said by itself, and nothing of it stays after the log-in', { timeout: 120_000 }, async () => {
    const who = centre.candidate('drawn', 2)
    const { page, context, attempt } = await start(who)
    await line(page, { up: SLOW >> 2 })
    await choose(page, '乐曲', centre.clips.mp4)
    await until('some of it is there', async () => (await percent(page)) >= 1)
    await context.clearCookies({ name: 'kaodian' }) // the session is over; the phone is the same
    const said = page.locator('.attempt > .note-bad')
    await said.waitFor({ timeout: 60_000 })
    await shot(page, 'logged-out')
    await said.getByRole('button', { name: '登录' }).click()
    await page.locator('input[name=ticket]').fill(who.ticket)
    await page.locator('input[name=id_number]').fill(who.idNumber)
    await page.locator('button[type=submit]').click()
    await page.waitForURL(`**/attempts/${attempt.id}`)
    await page.locator('.head-code').first().waitFor()
    expect(await page.locator('.note-bad').count(), 'no mark of the log-out').toBe(0)
    await shot(page, 'logged-in')
    await line(page, {})
    await received(page)
    await context.close()
  })
})

describe('the time that is left', () => {
  test('by when sending has to begin, and an alarm where the rest does not fit', { timeout: 180_000 }, async () => {
    const { page, context } = await start(centre.candidate('warned', 0))
    await line(page, { up: 12_000 })
    await choose(page, '乐曲', centre.clips.mp4)
    await page.getByText(/按现在的网速传不完：还要 .+，只剩 .+。/).waitFor({ timeout: 120_000 })
    await shot(page, 'late')
    await page.locator('.note-bad', { hasText: '按现在的网速传不完' }).getByRole('button', { name: '求助' }).click()
    await page.getByText('传不上去').first().waitFor()
    await shot(page, 'late-help')
    await page.getByRole('dialog').getByRole('button', { name: '关闭' }).click()
    await line(page, {})
    await received(page)
    await page.getByText('按现在的网速传不完').waitFor({ state: 'detached' })
    await item(page, '乐曲').getByRole('button', { name: '删除' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '删除' }).click()
    await page.getByText(/最迟 \d\d:\d\d 要开始上传/).waitFor()
    await shot(page, 'begin')
    await context.close()
  })
})
