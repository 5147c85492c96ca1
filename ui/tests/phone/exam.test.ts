// The exam on a phone whose life is hard: reload, killed tab, second device,
// network cut and back, server killed and back, timeout with the page closed,
// a clock that is wrong by a day.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import jsQR from 'jsqr'
import type { Browser, Page, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import { run, until } from '../outside/programs'
import { startCentre, type Centre } from './centre'
import { api, button, choose, isSeen, item, launch, line, logIn, openAttempt, openPhone, slowProcessor, startAttempt, type Phone } from './phones'

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

interface Started extends Phone {
  attempt: { id: string; code?: string }
}

async function start(kind: Parameters<Centre['candidate']>[0], place: number): Promise<Started> {
  const phone = await openPhone(browser, centre.url)
  await logIn(phone.page, centre.url, centre.candidate(kind, place))
  const attempt = await startAttempt(phone.page)
  await openAttempt(phone.page, centre.url, attempt)
  return { ...phone, attempt }
}

/** Of the slowed line, bytes a second: a clip takes seven seconds. */
const SLOW = 1 << 20

const uploads = (page: Page, method: string): Request[] => {
  const seen: Request[] = []
  page.on('request', (request) => {
    if (request.method() === method && request.url().includes('/api/v1/uploads')) seen.push(request)
  })
  return seen
}

const percent = async (page: Page) => Number(await item(page, '乐曲').getByRole('progressbar').first().getAttribute('aria-valuenow', { timeout: 2000 }).catch(() => -1))
const received = (page: Page) => item(page, '乐曲').getByRole('button', { name: '预览' }).waitFor({ timeout: 60_000 })

interface Seen {
  state: string
  items: { name: string; clip?: { size: number } }[]
}
const clipOf = async (page: Page, attempt: string) => (await api<Seen>(page, 'GET', `/attempts/${attempt}`)).items.find(({ name }) => name === '乐曲')?.clip

/** A file of the tests' own folder; with arguments ffmpeg makes it. */
function odd(name: string, made?: string[]): string {
  const path = join(centre.folder, name)
  if (made && !existsSync(path)) run('ffmpeg', ['-v', 'error', ...made, path])
  return path
}

const pictures = process.env['KAODIAN_PICTURES']
const pictured = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png` })

async function atTheDesk(): Promise<Phone> {
  const desk = await openPhone(browser, centre.url, 'desktop')
  await desk.page.goto(`${centre.url}/staff/`)
  await desk.page.locator('input[name=name]').fill(centre.staff.name)
  await desk.page.locator('input[name=password]').fill(centre.staff.password)
  await desk.page.getByRole('button', { name: '登录' }).click()
  return desk
}

describe('R24: an upload comes through', () => {
  test('a reload: the same file goes on where it stopped', { timeout: 90_000 }, async () => {
    const { page, context, attempt } = await start('drawn', 0)
    const posts = uploads(page, 'POST')
    await line(page, { up: SLOW })
    await choose(page, '乐曲', centre.clips.mp4)
    await until('some of it is sent', async () => (await percent(page)) >= 20)
    page.on('dialog', (dialog) => void dialog.accept()) // «leave the page?»
    await page.reload()
    await item(page, '乐曲').getByText(/断|没有传完|再选/).first().waitFor()
    const patches = uploads(page, 'PATCH')
    await choose(page, '乐曲', centre.clips.mp4)
    await received(page)
    expect(posts, 'the upload was begun once').toHaveLength(1)
    expect(Number(await patches[0]?.headerValue('Upload-Offset'))).toBeGreaterThan(0)
    expect((await clipOf(page, attempt.id))?.size).toBeGreaterThan(5_000_000)
    await context.close()
  })

  test('a killed tab: a new one goes on', { timeout: 90_000 }, async () => {
    const { page, context, attempt } = await start('drawn', 1)
    const posts = uploads(page, 'POST')
    await line(page, { up: SLOW })
    await choose(page, '乐曲', centre.clips.mp4)
    await until('some of it is sent', async () => (await percent(page)) >= 20)
    await page.close({ runBeforeUnload: false })
    const next = await context.newPage()
    const again = uploads(next, 'POST')
    await openAttempt(next, centre.url, attempt)
    await choose(next, '乐曲', centre.clips.mp4)
    await received(next)
    expect([posts.length, again.length], 'begun once').toEqual([1, 0])
    await context.close()
  })

  test('another file for the same item begins anew, and nothing of the first is in it', { timeout: 90_000 }, async () => {
    const { page, context, attempt } = await start('drawn', 2)
    await line(page, { up: SLOW })
    await choose(page, '乐曲', centre.clips.mp4)
    await until('some of it is sent', async () => (await percent(page)) >= 20)
    page.on('dialog', (dialog) => void dialog.accept())
    await page.reload()
    await line(page, {})
    await choose(page, '乐曲', centre.clips.avi)
    await received(page)
    expect((await clipOf(page, attempt.id))?.size).toBeLessThan(5_000_000)
    await context.close()
  })

  test('the network goes and comes back: nobody touches anything', { timeout: 90_000 }, async () => {
    const { page, context } = await start('drawn', 3)
    await line(page, { up: SLOW })
    await choose(page, '乐曲', centre.clips.mp4)
    for (let i = 0; i < 3; i++) {
      await until('some of it is sent', async () => (await percent(page)) >= 10 + 20 * i)
      await line(page, { offline: true })
      await page.waitForTimeout(1200)
      await line(page, { up: SLOW })
    }
    await received(page)
    await context.close()
  })

  test('the server is killed and comes back', { timeout: 90_000 }, async () => {
    const { page, context } = await start('drawn', 4)
    await line(page, { up: SLOW })
    await choose(page, '乐曲', centre.clips.mp4)
    await until('some of it is sent', async () => (await percent(page)) >= 20)
    await centre.restart()
    await received(page)
    await context.close()
  })

  test('on 1 Mbit/s with a processor four times slower the page stays usable', { timeout: 120_000 }, async () => {
    const { page, context } = await start('drawn', 5)
    await slowProcessor(page, 4)
    await line(page, { up: 125_000, down: 125_000, latency: 100 })
    await choose(page, '乐曲', centre.clips.mp4)
    await until('progress is shown', async () => (await percent(page)) >= 1)
    await item(page, '乐曲').getByText(/剩|还要/).first().waitFor()
    await item(page, '乐曲').getByRole('button', { name: /暂停/ }).click()
    await item(page, '乐曲').getByRole('button', { name: /继续/ }).click()
    await page.locator('.drawn button').first().click()
    await page.locator('.score img').waitFor()
    await context.close()
  })

  test('where there is no wake lock, a silent video keeps the screen awake while it sends, and only then', { timeout: 90_000 }, async () => {
    const phone = await openPhone(browser, centre.url)
    await phone.context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'wakeLock')) // as on pages by HTTP
    await logIn(phone.page, centre.url, centre.candidate('drawn', 14))
    await openAttempt(phone.page, centre.url, await startAttempt(phone.page))
    await line(phone.page, { up: SLOW })
    await choose(phone.page, '乐曲', centre.clips.mp4)
    const plays = () => phone.page.evaluate(() => (document.querySelector<HTMLVideoElement>('body > video')?.currentTime ?? 0) > 0.3)
    await until('the silent video plays', plays)
    await received(phone.page)
    await until('it is gone', () => phone.page.evaluate(() => !document.querySelector('body > video')))
    await phone.context.close()
  })

  test('a look at the order list and back, by the phone’s own keys, breaks nothing', { timeout: 90_000 }, async () => {
    const { page, context } = await start('drawn', 6)
    await page.goto(`${centre.url}/orders`)
    await button(page, '继续考试').click()
    const posts = uploads(page, 'POST')
    await line(page, { up: SLOW })
    await choose(page, '乐曲', centre.clips.mp4)
    await until('some of it is sent', async () => (await percent(page)) >= 10)
    await page.goBack() // stays, and says how to look
    await page.getByRole('link', { name: '去看报名订单' }).click()
    await button(page, '继续考试').waitFor()
    await page.goBack()
    await received(page)
    expect(posts).toHaveLength(1)
    await context.close()
  })
})

describe('R14: before submitting', () => {
  const row = (page: Page) => page.locator('.row', { hasText: '乐曲' })
  const submits = (page: Page) => {
    const seen: string[] = []
    page.on('request', (request) => request.url().endsWith('/submit') && request.method() === 'POST' && seen.push(request.url()))
    return seen
  }
  const toList = (page: Page) => page.locator('.bar').getByRole('button', { name: '提交' }).click()

  test('R19: a card shows the clip, and says what helps to record again until it is replaced', { timeout: 90_000 }, async () => {
    const { page, context } = await start('drawn', 16)
    await choose(page, '乐曲', odd('upright.mp4', ['-f', 'lavfi', '-i', 'color=gray:size=360x640:rate=10:duration=12', '-c:v', 'libx264', '-pix_fmt', 'yuv420p']))
    const card = item(page, '乐曲')
    const hints = ['是竖屏拍的', '听不到声音']
    for (const hint of hints) await card.getByText(hint).waitFor({ timeout: 60_000 })
    await expect.poll(() => card.locator('img').evaluate((image: HTMLImageElement) => image.naturalHeight)).toBe(180)
    await card.getByText('00:12').waitFor()
    await card.locator('.tag').getByText('最好重录').waitFor()
    await pictured(page, 'card-hints')
    await page.reload()
    await toList(page)
    for (const hint of hints) await row(page).getByText(hint).waitFor()
    await pictured(page, 'submit-hints')
    await row(page).getByRole('button', { name: '重新录一条' }).click()
    await page.locator('input[type=file][data-from=album]').setInputFiles(centre.clips.mp4)
    await row(page).getByText('已收到').waitFor({ timeout: 60_000 })
    await page.goBack()
    for (const good of ['声音', '横屏']) await card.locator('.checks').getByText(good).waitFor({ timeout: 60_000 })
    expect(await card.locator('.hints').count()).toBe(0)
    await pictured(page, 'card-good')
    await context.close()
  })

  test('a file that holds no video is red to the end: card, list, second device, order list', { timeout: 120_000 }, async () => {
    const { page, context, attempt } = await start('warned', 1)
    const text = odd('words.mp4')
    writeFileSync(text, 'this is no video\n'.repeat(1000))
    const files = [text, odd('sound.mp4', ['-f', 'lavfi', '-i', 'sine=r=8000:d=12', '-c:a', 'aac'])]
    for (const file of files) {
      await choose(page, '乐曲', file)
      await item(page, '乐曲').locator('.tag-bad').waitFor({ timeout: 60_000 })
      await item(page, '乐曲').getByText('打不开').first().waitFor()
    }
    await pictured(page, 'card-broken')
    await page.reload()
    await toList(page)
    await row(page).locator('.tone-bad').first().waitFor()
    await row(page).getByRole('button', { name: '换一条' }).waitFor()
    expect(await page.locator('.bar .main-act').isDisabled()).toBe(true)
    await pictured(page, 'submit-broken')
    const second = await openPhone(browser, centre.url, 'tablet')
    await logIn(second.page, centre.url, centre.candidate('warned', 1))
    await openAttempt(second.page, centre.url, attempt)
    await item(second.page, '乐曲').locator('.tag-bad').waitFor()
    await second.page.goto(`${centre.url}/orders`)
    await second.page.locator('.note-bad').getByText('打不开，不算视频：乐曲').waitFor()
    await second.context.close()
    await context.close()
  })

  test('R17: timed out with nothing but such a file says that it cannot be opened, in red', { timeout: 120_000 }, async () => {
    const { page, context, attempt } = await start('short', 5)
    const text = odd('words.mp4')
    writeFileSync(text, 'this is no video\n'.repeat(1000))
    await choose(page, '乐曲', text)
    await page.getByText('传上来的文件打不开').waitFor({ timeout: 40_000 })
    await page.reload()
    await page.locator('.note-bad').getByText('打不开，不算视频：乐曲').waitFor({ timeout: 60_000 })
    expect(await page.locator('.tone-good, .ended-submitted').count()).toBe(0)
    await pictured(page, 'ended-broken')
    expect((await clipOf(page, attempt.id))?.size).toBeGreaterThan(0)
    await context.close()
  })

  test('R24: a replacement that broke off is remembered after a reload: the old one counts, also before submitting', { timeout: 120_000 }, async () => {
    const { page, context } = await start('drawn', 17)
    await choose(page, '乐曲', centre.clips.avi)
    await received(page)
    await line(page, { up: SLOW })
    await choose(page, '乐曲', centre.clips.mp4)
    await until('some of it is sent', async () => (await percent(page)) >= 20)
    page.on('dialog', (dialog) => void dialog.accept())
    await page.reload()
    await line(page, { up: SLOW })
    await item(page, '乐曲').getByText(/新的视频只到了 \d+%，现在算原来的那一条/).waitFor()
    await pictured(page, 'card-torn')
    await toList(page)
    await row(page).getByText(/新的视频只到了 \d+%，现在算原来的那一条/).waitFor()
    await pictured(page, 'submit-torn')
    await context.close()
  })

  test('«when all has arrived»: armed with a tap, remembered over a reload, submitted once', { timeout: 120_000 }, async () => {
    const { page, context, attempt } = await start('warned', 2)
    await line(page, { up: SLOW })
    await choose(page, '乐曲', centre.clips.mp4)
    await until('some of it is sent', async () => (await percent(page)) >= 10)
    await toList(page)
    await pictured(page, 'submit-waits')
    await page.locator('.bar').getByRole('button', { name: '传完就自动提交' }).click()
    await page.locator('.later').getByText('还在路上：乐曲').waitFor()
    await pictured(page, 'submit-armed')
    page.on('dialog', (dialog) => void dialog.accept())
    await page.reload()
    await page.locator('.later').getByText('还没有传上来：乐曲').waitFor()
    await pictured(page, 'submit-stuck')
    const seen = submits(page)
    await row(page).getByRole('button', { name: '再选一次视频' }).click()
    await page.locator('input[type=file][data-from=album]').setInputFiles(centre.clips.mp4)
    await page.getByText('提交成功').waitFor({ timeout: 90_000 })
    expect(seen).toHaveLength(1)
    expect((await clipOf(page, attempt.id))?.size).toBeGreaterThan(5_000_000)
    await pictured(page, 'ended')
    await context.close()
  })

  test('«when all has arrived» asks where what arrived holds no video', { timeout: 90_000 }, async () => {
    const { page, context, attempt } = await start('drawn', 18)
    const name = await page.locator('article.item h2').nth(1).textContent()
    await choose(page, '乐曲', centre.clips.avi)
    await received(page)
    const long = odd('words.mov')
    writeFileSync(long, 'this is no video\n'.repeat(200_000))
    await line(page, { up: SLOW })
    await page.locator('article.item').nth(1).getByRole('button', { name: '录制/上传视频' }).click()
    await page.locator('input[type=file][data-from=album]').setInputFiles(long)
    await toList(page)
    await page.locator('.bar').getByRole('button', { name: '传完就自动提交' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '传完就自动提交' }).click() // the first was not watched
    const question = page.getByRole('dialog').getByText('打不开，不算视频')
    await question.waitFor({ timeout: 60_000 })
    await pictured(page, 'asks-broken')
    await page.getByRole('dialog').getByRole('button', { name: '先不提交' }).click()
    await page.locator('.row-broken').waitFor()
    expect((await api<{ state: string }>(page, 'GET', `/attempts/${attempt.id}`)).state, name ?? '').toBe('running')
    await context.close()
  })
})

describe('R10: a second device', () => {
  test('sees everything, spends nothing, and goes on when asked', { timeout: 60_000 }, async () => {
    const first = await start('drawn', 7)
    const second = await openPhone(browser, centre.url, 'tablet')
    await logIn(second.page, centre.url, centre.candidate('drawn', 7))
    await button(second.page, '继续考试').click()
    await second.page.getByText(first.attempt.code?.[0] ?? '?').first().waitFor()
    expect((await second.page.locator('.head-code').first().textContent())?.replace(/\D/g, '')).toBe(first.attempt.code)
    await second.page.locator('.drawn button').first().click()
    await second.page.locator('.score img').waitFor()
    await second.page.setViewportSize({ width: 740, height: 360 })
    await expect.poll(() => second.page.locator('.score-sheet').evaluate((sheet) => [sheet.clientWidth >= 700, sheet.clientHeight >= 240]), { message: 'held sideways the notes have the room' }).toEqual([true, true])
    for (const one of ['.score-zoom button >> nth=1', '.score .sheet-clock', '.score .sheet-head .link']) expect(await isSeen(second.page.locator(one)), one).toBe(true)
    await pictured(second.page, 'score-sideways')
    await second.page.setViewportSize({ width: 820, height: 1180 })
    await second.page.goBack() // closes the score, and stays
    await second.page.locator('.score').waitFor({ state: 'detached' })
    await first.page.setViewportSize({ width: 360, height: 640 })
    await first.page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
    await button(second.page, '在此设备继续考试').click()
    await second.page.getByRole('dialog').getByRole('button', { name: '在此设备继续考试' }).click()
    await button(second.page, '提交').waitFor()
    const notice = first.page.locator('.device-notice button')
    await notice.waitFor()
    await expect.poll(() => isSeen(notice), { message: 'whoever scrolled down sees why the buttons are gone' }).toBe(true)
    await pictured(first.page, 'taken-away')
    await first.page.getByText(/另一台设备|其他设备/).first().waitFor()
    await api(second.page, 'POST', `/attempts/${first.attempt.id}/reset`)
    await first.page.getByText('这次考试已重置').waitFor() // a stale page says so
    await first.context.close()
    await second.context.close()
  })
})

describe('R16: time', () => {
  test('a timeout with the page closed submits what arrived; the way back to it says so', { timeout: 90_000 }, async () => {
    const { page, context, attempt } = await start('short', 0)
    await choose(page, '乐曲', centre.clips.mp4)
    await received(page)
    await page.close()
    await new Promise((done) => setTimeout(done, 20_000))
    const next = await context.newPage()
    await next.goto(`${centre.url}/orders`)
    await next.getByText('已自动提交').first().waitFor()
    await next.goto(`${centre.url}/attempts/${attempt.id}`)
    await next.getByText('系统已提交收到的 1 条视频').waitFor()
    await next.getByRole('button', { name: '重置' }).waitFor()
    await context.close()
  })

  test('at zero the page says what happened, without anybody touching it', { timeout: 90_000 }, async () => {
    const { page, context } = await start('short', 1)
    await page.getByText('没有收到任何视频').waitFor({ timeout: 40_000 })
    await context.close()
  })

  test('a phone whose clock is wrong by a day shows the server’s countdown', { timeout: 60_000 }, async () => {
    const phone = await openPhone(browser, centre.url)
    await phone.context.addInitScript(() => {
      const Real = Date
      const wrong = 26 * 3600_000
      class Wrong extends Real {
        constructor(...given: [] | [number | string]) {
          super(...((given.length > 0 ? given : [Real.now() + wrong]) as [number]))
        }
        static now() {
          return Real.now() + wrong
        }
      }
      window.Date = Wrong as DateConstructor
    })
    await logIn(phone.page, centre.url, centre.candidate('drawn', 8))
    await openAttempt(phone.page, centre.url, await startAttempt(phone.page))
    await until('the countdown is right', async () => /^(29:5\d|30:00)$/.test((await phone.page.locator('.head-clock').first().textContent()) ?? ''))
    await phone.page.reload()
    await until('and after a reload', async () => /^29:[45]\d$/.test((await phone.page.locator('.head-clock').first().textContent()) ?? ''))
    await phone.context.close()
  })

  test('ten minutes before the end it warns', { timeout: 60_000 }, async () => {
    const { page, context } = await start('warned', 0)
    await page.getByText('还有 10 分钟').waitFor({ timeout: 20_000 })
    await button(page, '关闭').click()
    await page.getByText('还有 10 分钟').waitFor({ state: 'detached' })
    await context.close()
  })
})

describe('the way in', () => {
  test('R4: a computer shows a code at once, and the phone that reads it is in, no other', { timeout: 60_000 }, async () => {
    const who = centre.candidate('drawn', 9)
    const computer = await openPhone(browser, centre.url, 'desktop')
    // From the server's own screen every computer may record; this one stands elsewhere.
    let allowed = false
    await computer.context.route('**/api/v1/me', async (route) => {
      const answer = (await (await route.fetch()).json()) as { device: { allowed: boolean } }
      await route.fulfill({ json: { ...answer, device: { ...answer.device, allowed } } })
    })
    await logIn(computer.page, centre.url, who)
    // Where the log-in leads to, without a question on the way, and to none.
    await computer.page.locator('svg.qr').waitFor()
    await computer.page.getByText(/编号：\d{3}\s\d{3}/).waitFor()
    expect(await button(computer.page, '进入考试').count()).toBe(0)
    expect(await button(computer.page, '用手机打开').count()).toBe(1)
    const [order] = await api<{ id: string }[]>(computer.page, 'GET', '/orders')
    await computer.page.goto(`${centre.url}/orders/${order?.id}`)
    await computer.page.locator('svg.qr').waitFor()
    await computer.page.getByText(/编号：\d{3}\s\d{3}/).waitFor() // by which staff can allow it
    const address = await readCode(computer.page)
    expect(address).toMatch(new RegExp(`^${centre.url}/in#.{22,}$`))

    const phone = await openPhone(browser, centre.url)
    await phone.page.goto(address)
    await phone.page.waitForURL(`${centre.url}/orders/${order?.id}`)
    await phone.page.getByText(who.name).first().waitFor()
    expect(await phone.page.evaluate(() => location.hash)).toBe('')
    // Another browser at the same address, at once: the code is used up.
    const other = await openPhone(browser, centre.url)
    await other.page.goto(address)
    await other.page.getByText('这个二维码已经用过了').waitFor()
    await other.context.close()
    // The phone's own browser may ask again: its answer may have been lost.
    await phone.context.clearCookies()
    await phone.page.goto('about:blank')
    await phone.page.goto(address)
    await phone.page.waitForURL(`${centre.url}/orders/${order?.id}`)
    await phone.context.close()
    // Staff allow the computer: it goes on by itself.
    allowed = true
    await button(computer.page, '进入考试').waitFor({ timeout: 30_000 })
    await computer.context.close()
  })

  test('R26: a practice run goes through every step and spends nothing', { timeout: 90_000 }, async () => {
    const { page, context } = await openPhone(browser, centre.url)
    await logIn(page, centre.url, centre.candidate('drawn', 11))
    const [order] = await api<{ id: string }[]>(page, 'GET', '/orders')
    await page.goto(`${centre.url}/orders/${order?.id}`)
    await page.getByRole('button', { name: /^模拟考试/ }).click()
    await button(page, '我知道了').click()
    await page.getByText('模拟考试：不计次数').waitFor()
    await choose(page, '模拟视频', centre.clips.mp4)
    await item(page, '模拟视频').getByRole('button', { name: '预览' }).waitFor({ timeout: 60_000 })
    await button(page, '提交').click()
    await button(page, '提交').click()
    await button(page, '确定提交').click()
    await page.getByText('模拟完成').waitFor()
    const [after] = await api<{ practiced: boolean; attempts_used: number; status: string }[]>(page, 'GET', '/orders')
    expect(after).toMatchObject({ practiced: true, attempts_used: 0, status: 'open' })
    await context.close()
  })

  test('R30: a call says why, and the answer is a card on whatever page the child is', { timeout: 90_000 }, async () => {
    const { page, context } = await start('drawn', 12)
    await button(page, '求助').click()
    await pictured(page, 'help-reasons')
    await button(page, '传不上去').click()
    await page.getByText('已经告诉工作人员了：传不上去').waitFor()
    await pictured(page, 'help-asked')
    const desk = await atTheDesk()
    const call = desk.page.locator('.help-calls li').first()
    await call.getByText(centre.candidate('drawn', 12).name, { exact: true }).waitFor()
    await call.getByText('传不上去').waitFor()
    await call.getByText('考试中').waitFor()
    expect(await desk.page.title()).toMatch(/^\(1\)/)
    await pictured(desk.page, 'help-desk')
    const card = page.locator('.help-card')
    await call.getByRole('button', { name: '我马上过来，请在座位上等我。' }).click()
    await card.getByText('我马上过来').waitFor()
    await pictured(page, 'help-card')
    await page.goto(`${centre.url}/orders`)
    await card.getByText(`工作人员 ${centre.staff.name}`).waitFor()
    await card.getByRole('button', { name: '我知道了' }).click()
    await card.waitFor({ state: 'detached' })
    await call.getByText(/^已读/).waitFor()
    await call.getByRole('button', { name: '写一句话' }).click()
    await call.locator('input[name=answer]').fill('看一下后面的插座')
    await call.getByRole('button', { name: '发送' }).click()
    await card.getByText('看一下后面的插座').waitFor()
    await call.getByRole('button', { name: '已解决' }).click()
    await call.waitFor({ state: 'detached' })
    await card.getByText('这次求助已经结束').waitFor()
    await card.getByRole('button', { name: '我知道了' }).click()
    await button(page, '求助').waitFor()
    await context.close()
    await desk.context.close()
  })

  test('R30: whoever cannot log in calls too, and a server that is gone is said at once', { timeout: 90_000 }, async () => {
    const { page, context } = await openPhone(browser, centre.url)
    await page.goto(`${centre.url}/login`)
    await button(page, '求助').click()
    await button(page, '登录不了').click()
    const number = await page.getByText(/^这部手机的编号/).textContent()
    const desk = await atTheDesk()
    const call = desk.page.locator('.help-calls li', { hasText: number?.match(/\d{6}/)?.[0] ?? 'none' })
    await call.getByRole('button', { name: /两个号码/ }).click()
    await pictured(desk.page, 'help-desk-login')
    await page.locator('.help-card').getByText('请照着准考证').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: '关闭' }).click()
    await page.locator('#answers .help-card').waitFor()
    await pictured(page, 'help-login-card')
    await call.getByRole('button', { name: '已解决' }).click()
    await page.locator('#answers').getByText('这次求助已经结束').waitFor({ timeout: 20_000 })
    await context.setOffline(true)
    await button(page, '请举手').waitFor({ timeout: 20_000 })
    await button(page, '请举手').click()
    await page.getByText('请举手，工作人员会过来').waitFor()
    await pictured(page, 'help-gone')
    await context.setOffline(false)
    await page.getByText('你需要什么帮助').waitFor({ timeout: 20_000 })
    await context.close()
    await desk.context.close()
  })

  test('R6: agreeing comes after the text and all its pictures; a jump to the video’s end is none', { timeout: 90_000 }, async () => {
    const { page, context } = await openPhone(browser, centre.url)
    await logIn(page, centre.url, centre.candidate('drawn', 15))
    const [order] = await api<{ id: string }[]>(page, 'GET', '/orders')
    await api(page, 'POST', `/orders/${order?.id}/consent`, { face: false })
    await page.goto(`${centre.url}/orders/${order?.id}/rules`)
    const agree = button(page, '已知晓并同意上传视频')
    await page.getByText('想看视频').click()
    const video = page.locator('video')
    const film = await video.evaluate(async (element: HTMLVideoElement) => {
      element.textTracks[0]!.mode = 'showing'
      element.muted = true
      await element.play()
      element.currentTime = element.duration - 0.5
      await new Promise((done) => (element.onended = done))
      return { seconds: element.duration, cues: element.textTracks[0]?.cues?.length }
    })
    expect(film).toEqual({ seconds: 96, cues: 16 })
    await page.getByText('— 文字到此结束 —').scrollIntoViewIfNeeded()
    await page.evaluate(() => scrollTo(0, 0))
    await button(page, '去看图片').click()
    await button(page, '看下一张图（第 2 张，共 16 张）').waitFor()
    expect(await agree.count(), 'the video was not played through').toBe(0)
    await pictured(page, 'rules')
    for (let n = 1; n < 16; n++) {
      expect(await agree.count()).toBe(0)
      await button(page, '下一张').click()
      await expect.poll(() => page.locator('.pictures img').evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth)).toBe(1280)
    }
    await agree.waitFor()
    await pictured(page, 'rules-last')
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '下载规则' }).click()])
    expect(download.suggestedFilename()).toBe('exam-rules.html')
    await context.close()
  })

  test('R22: extra time arrives while the child looks on, also after the time was over', { timeout: 90_000 }, async () => {
    const { page, context } = await start('short', 4)
    const desk = await atTheDesk()
    const row = desk.page.locator('.board-detail')
    await desk.page.locator('input[name=find]').fill(centre.candidate('short', 4).ticket)
    await desk.page.locator('.board-row button').first().click()
    const give = async (minutes: number) => {
      await row.getByRole('button', { name: /^(补时|重新开放（补时）)$/ }).click()
      await row.getByText(`${minutes} 分钟`, { exact: true }).click()
      await row.locator('input[name=reason]').fill('停电')
      await pictured(desk.page, `extra-${minutes}`)
      await button(desk.page, `补 ${minutes} 分钟`).dblclick()
      await row.locator('form').waitFor({ state: 'detached' })
    }
    await page.getByText('没有收到任何视频').waitFor({ timeout: 40_000 })
    await give(5)
    const clock = async () => (await page.locator('.head-clock').first().textContent({ timeout: 2000 }).catch(() => null)) ?? ''
    await until('the countdown runs again', async () => /^0?4:\d\d$/.test(await clock()))
    await give(10)
    await until('it jumps', async () => /^14:\d\d$/.test(await clock()))
    await item(page, '乐曲').getByRole('button', { name: /录制/ }).waitFor()
    await context.close()
    await desk.context.close()
  })

  test('R22, R24: an upload that the time cut off goes on by itself when extra time opens the exam again', { timeout: 120_000 }, async () => {
    const { page, context, attempt } = await start('short', 6)
    const posts = uploads(page, 'POST')
    await line(page, { up: SLOW / 8 })
    await choose(page, '乐曲', centre.clips.mp4)
    await page.getByText(zhCN.candidate.ended.text.auto_empty).waitFor({ timeout: 60_000 })
    await expect.poll(() => page.locator('.ended').innerText(), { timeout: 30_000 }).toMatch(/没有传完，不算：乐曲 \d+%/)
    await pictured(page, 'cut')
    const desk = await atTheDesk()
    await desk.page.locator('input[name=find]').fill(centre.candidate('short', 6).ticket)
    await desk.page.locator('.board-row button').first().click()
    await desk.page.locator('.board-detail').getByRole('button', { name: '重新开放（补时）' }).click()
    await desk.page.locator('.board-detail').getByText('5 分钟', { exact: true }).click()
    await desk.page.locator('.board-detail input[name=reason]').fill('停电')
    await button(desk.page, '补 5 分钟').click()
    await item(page, '乐曲').getByRole('progressbar').first().waitFor({ timeout: 60_000 })
    expect(await item(page, '乐曲').locator('.note-bad').count(), 'nothing says that it came too late').toBe(0)
    await pictured(page, 'goes-on')
    await line(page, {})
    await received(page)
    expect(posts, 'begun once: from where it was cut off').toHaveLength(1)
    expect((await clipOf(page, attempt.id))?.size).toBeGreaterThan(5_000_000)
    await context.close()
    await desk.context.close()
  })

  test('two taps on «submit» do one thing', { timeout: 60_000 }, async () => {
    const { page, context, attempt } = await start('drawn', 13)
    await choose(page, '乐曲', centre.clips.mp4)
    await received(page)
    await page.goto(`${centre.url}/attempts/${attempt.id}/submit`)
    const submits: string[] = []
    page.on('request', (request) => request.url().endsWith('/submit') && request.method() === 'POST' && submits.push(request.url()))
    await button(page, '提交').dblclick()
    await button(page, '确定提交').dblclick()
    await page.getByText('提交成功').waitFor()
    expect(submits).toHaveLength(1)
    await page.goBack() // no way back into what is over
    await page.getByRole('heading', { name: '报名订单' }).waitFor()
    await page.getByText('已提交', { exact: true }).waitFor()
    await context.close()
  })
})

/** Reads the page's code as a phone's camera would: from its pixels. */
async function readCode(page: Page): Promise<string> {
  const { pixels, size } = await page.locator('svg.qr').evaluate(async (svg) => {
    const size = 400
    const picture = new Image()
    const text = new XMLSerializer().serializeToString(svg).replace('<svg ', `<svg width="${size}" height="${size}" `)
    picture.src = `data:image/svg+xml;base64,${btoa(unescape(encodeURIComponent(text)))}`
    await picture.decode()
    const canvas = Object.assign(document.createElement('canvas'), { width: size, height: size })
    const pen = canvas.getContext('2d') as CanvasRenderingContext2D
    pen.drawImage(picture, 0, 0)
    return { pixels: [...pen.getImageData(0, 0, size, size).data], size }
  })
  return jsQR(Uint8ClampedArray.from(pixels), size, size)?.data ?? ''
}
