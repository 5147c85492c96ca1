// Rooms, turns and the call screen 叫号 in Chromium: the desk's page and the
// screen beside each other, as a centre has them.
import { mkdirSync } from 'node:fs'
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../outside/programs'
import { startCentre, type Centre } from '../phone/centre'
import { api, launch, openPhone, type Language } from '../phone/phones'
import { OPEN_OF_THE_DAY, takeInHundreds } from './hundreds'

let centre: Centre
let browser: Browser
const pictures = process.env['KAODIAN_PICTURES']
const sizes = { desk: { width: 1366, height: 768 }, tablet: { width: 820, height: 1180 } }

interface Turns {
  halls: { number: number }[]
  turns: { order_id: string; hall: number; place: number; tail: string; state: string; known: number; candidate: { name: string; ticket: string } }[]
}

beforeAll(async () => {
  centre = await startCentre()
  browser = await launch()
  await takeInHundreds(centre, browser, centre.staff)
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await centre?.end()
})

const pictured = async (page: Page, name: string) => {
  if (!pictures) return
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: `${pictures}/${name}.png` })
}

/** A browser of the desk that is silent until its page was touched, as browsers are, and notes when every clip of sound was begun and ends. */
async function room(language: Language, size = sizes.desk, more: BrowserContextOptions = {}): Promise<BrowserContext> {
  const { context, page } = await openPhone(browser, centre.url, 'desktop', language, { viewport: size, ...more })
  await context.addInitScript(() => {
    const heard: [number, number][] = []
    class Silent extends AudioContext {
      constructor() {
        super()
        void this.suspend() // until the page resumes it; Playwright's own calls count as a touch
      }
    }
    Object.assign(window, { heard, AudioContext: Silent })
    const start = AudioBufferSourceNode.prototype.start
    AudioBufferSourceNode.prototype.start = function (this: AudioBufferSourceNode, at = 0) {
      heard.push([at, at + (this.buffer?.duration ?? 0)])
      start.call(this, at)
    }
  })
  await page.goto(`${centre.url}/staff/`)
  await api(page, 'POST', '/staff/login', centre.staff)
  return context
}

async function place(context: BrowserContext, hash: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${centre.url}/staff/#${hash}`)
  return page
}

const heard = (screen: Page) => screen.evaluate(() => (window as unknown as { heard: [number, number][] }).heard)
const turnsOf = (page: Page) => api<Turns>(page, 'GET', '/staff/turns')
const hall = (desk: Page, number: number) => desk.locator('.turns-hall').nth(number - 1)
/** A call in both languages: the bell, then twice the words before and after the four signs of the ticket and the room. */
const CLIPS = 1 + (1 + 4 + 1 + 1 + 1) + (1 + 4 + 1 + 1)

/** The exams of this many are open, and all wait in three rooms. */
const OPEN = 63 + OPEN_OF_THE_DAY

test('candidates are shared over three rooms, and a change shows who moves before it is saved', { timeout: 120_000 }, async () => {
  const context = await room('zh-CN')
  const desk = await place(context, 'turns')
  for (const n of [1, 2, 3]) {
    await desk.getByRole('button', { name: '增加考场' }).click()
    await hall(desk, n).waitFor()
  }
  await desk.getByRole('button', { name: `把 ${OPEN} 人平均分到各考场` }).click()
  await desk.locator('.turns-preview tbody tr').nth(OPEN - 1).waitFor()
  await pictured(desk, 'turns-share')
  expect((await turnsOf(desk)).turns).toEqual([]) // shown, not yet done
  await desk.getByRole('button', { name: '就这样改' }).click()
  await expect.poll(() => desk.locator('.turns-hall .turns-list li').count()).toBe(OPEN)
  // By the keyboard alone: the second goes up, a look, then saved.
  const second = await hall(desk, 1).locator('.turns-who strong').nth(1).innerText()
  await hall(desk, 1).getByRole('button', { name: /往前移/ }).nth(1).focus()
  await desk.keyboard.press('Enter')
  await desk.locator('.turns-preview:focus').waitFor()
  expect(await desk.locator('.turns-preview tbody tr').count()).toBe(2)
  await pictured(desk, 'turns-preview')
  await desk.keyboard.press('Tab') // who moves, which scrolls
  await desk.keyboard.press('Tab')
  expect(await desk.evaluate(() => document.activeElement?.textContent)).toContain('就这样改')
  await desk.keyboard.press('Enter')
  await expect.poll(() => hall(desk, 1).locator('.turns-who strong').first().innerText()).toBe(second)
  await context.close()
})

interface Hand {
  down(x: number, y: number): Promise<unknown>
  move(x: number, y: number): Promise<unknown>
  up(): Promise<unknown>
}

/** A finger: what Playwright has for touch is a tap only. */
async function finger(page: Page): Promise<Hand> {
  const devtools = await page.context().newCDPSession(page)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...touchPoints: { x: number; y: number }[]) => devtools.send('Input.dispatchTouchEvent', { type, touchPoints })
  return { down: (x, y) => touch('touchStart', { x, y }), move: (x, y) => touch('touchMove', { x, y }), up: () => touch('touchEnd') }
}

const mouse = (page: Page): Hand => ({
  down: async (x, y) => {
    await page.mouse.move(x, y)
    await page.mouse.down()
  },
  move: (x, y) => page.mouse.move(x, y, { steps: 4 }),
  up: () => page.mouse.up(),
})

/** Takes a row by its grip and lets it go over another. */
async function drag(hand: Hand, row: Locator, onto: Locator): Promise<void> {
  const middle = async (of: Locator) => {
    const { x, y, width, height } = (await of.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
    return { x: x + width / 2, y: y + height / 2 }
  }
  const from = await middle(row.locator('.turns-grip'))
  await hand.down(from.x, from.y)
  await hand.move(from.x, from.y - 12)
  await row.page().locator('.sortable-fallback').waitFor() // it is in the hand
  const { y } = await middle(onto)
  const { x } = await middle(onto.locator('.turns-grip'))
  await hand.move(x, (from.y + y) / 2)
  await hand.move(x, y)
  await hand.move(x, y - 3)
  await expect.poll(() => row.page().locator('.sortable-ghost').count()).toBe(1)
}

const waiting = (desk: Page, number: number) => hall(desk, number).locator('.turns-waiting li')
const orders = (desk: Page, number: number) => hall(desk, number).locator('.turns-waiting li').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['order'] ?? ''))

test.each([
  ['a mouse', 'desk'],
  ['a finger', 'tablet'],
] as const)('a row is dragged by %s: who would move is shown, and nothing moves before it is saved', { timeout: 120_000 }, async (by, size) => {
  const context = await room('zh-CN', sizes[size], { hasTouch: by === 'a finger' })
  const desk = await place(context, 'turns')
  await waiting(desk, 1).nth(100).waitFor()
  const before = await orders(desk, 1)
  const hand = by === 'a finger' ? await finger(desk) : mouse(desk)
  await waiting(desk, 1).nth(3).scrollIntoViewIfNeeded()
  await drag(hand, waiting(desk, 1).nth(3), waiting(desk, 1).nth(0))
  await pictured(desk, `turns-drag-${size}`)
  await hand.up()
  await desk.locator('.turns-preview tbody tr').first().waitFor()
  await pictured(desk, `turns-dragged-${size}`)
  expect(await orders(desk, 1), 'the rows stand as they stood').toEqual(before)
  expect(await desk.locator('.turns-preview tbody tr').count()).toBe(4)
  await desk.getByRole('button', { name: '取消' }).click()
  await desk.locator('.turns-preview').waitFor({ state: 'detached' })
  expect(await orders(desk, 1)).toEqual(before)

  await drag(hand, waiting(desk, 1).nth(3), waiting(desk, 1).nth(0))
  await hand.up()
  await desk.getByRole('button', { name: '就这样改' }).click()
  await expect.poll(() => orders(desk, 1)).toEqual([before[3], ...before.slice(0, 3), ...before.slice(4)])
  await context.close()
})

test('a row is dragged into another room, past who is called there, whom nobody moves; news meanwhile draw nothing away', { timeout: 120_000 }, async () => {
  const context = await room('zh-CN')
  const [desk, other] = [await place(context, 'turns'), await place(context, 'turns')]
  await hall(other, 2).getByRole('button', { name: /叫下一位/ }).click()
  await hall(other, 2).locator('.turns-called').waitFor()
  await desk.bringToFront()
  await hall(desk, 2).locator('.turns-called').waitFor()
  const [called] = (await turnsOf(desk)).turns.filter(({ state }) => state === 'called')
  const moved = (await orders(desk, 1))[1]
  const stays = await waiting(desk, 1).count()
  await drag(mouse(desk), waiting(desk, 1).nth(1), waiting(desk, 2).nth(0))
  await api(desk, 'POST', `/staff/turns/${(await orders(desk, 3))[0]}/call`, { known: 0 })
  await until('the desk read it', async () => desk.evaluate(() => performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/staff/turns')).length > 2))
  expect(await hall(desk, 3).locator('.turns-called').count(), 'the page keeps still under the hand').toBe(0)
  await desk.mouse.up()
  await desk.getByRole('button', { name: '就这样改' }).click()
  await expect.poll(async () => (await orders(desk, 2))[0]).toBe(moved)
  await expect.poll(() => waiting(desk, 1).count()).toBe(stays - 1)
  await hall(desk, 3).locator('.turns-called').waitFor()
  const after = (await turnsOf(desk)).turns.find(({ order_id }) => order_id === called?.order_id)
  expect([after?.hall, after?.place, after?.state]).toEqual([called?.hall, called?.place, 'called'])
  for (const n of [2, 3]) {
    await hall(desk, n).locator('.turns-called').getByRole('button', { name: /撤销/ }).click()
    await hall(desk, n).locator('.turns-called').waitFor({ state: 'detached' })
  }
  await context.close()
})

test('one of a hundred in a room is found by name or ticket', { timeout: 60_000 }, async () => {
  const context = await room('zh-CN')
  const desk = await place(context, 'turns')
  await waiting(desk, 1).nth(100).waitFor()
  const { candidate } = (await turnsOf(desk)).turns.filter((turn) => turn.hall === 3).at(-1) ?? { candidate: { ticket: '' } }
  await desk.locator('input[name=find]').fill(candidate.ticket.toLowerCase())
  await expect.poll(() => desk.locator('.turns-list li:visible', { has: desk.locator('.turns-place') }).count()).toBe(1)
  await desk.locator('input[name=find]').press('Escape')
  await expect.poll(() => waiting(desk, 1).locator('visible=true').count()).toBeGreaterThan(100)
  await context.close()
})

test('of two helpers who change the order one is told, and who was called is moved by nobody', { timeout: 120_000 }, async () => {
  const context = await room('zh-CN')
  const [desk, other] = [await place(context, 'turns'), await place(context, 'turns')]
  await hall(desk, 2).getByRole('button', { name: /往后移/ }).first().click()
  await desk.locator('.turns-preview tbody tr').first().waitFor()
  const before = (await turnsOf(desk)).turns
  await hall(other, 2).getByRole('button', { name: /叫下一位/ }).click()
  await hall(other, 2).locator('.turns-called').waitFor()
  await desk.getByRole('button', { name: '就这样改' }).click()
  await desk.getByText('叫号顺序刚刚有了变化').waitFor()
  await pictured(desk, 'turns-refused')
  const after = (await turnsOf(desk)).turns
  expect(after.map(({ order_id, hall, place }) => [order_id, hall, place])).toEqual(before.map(({ order_id, hall, place }) => [order_id, hall, place]))
  await hall(other, 2).locator('.turns-called').getByRole('button', { name: /撤销/ }).click()
  await hall(other, 2).locator('.turns-called').waitFor({ state: 'detached' })
  await context.close()
})

test('a call is on the screen at once and spoken once, two are spoken one after the other, and a later screen is silent', { timeout: 180_000 }, async () => {
  const context = await room('zh-CN')
  const [desk, screen] = [await place(context, 'turns'), await place(context, 'screen')]
  await screen.bringToFront()
  await screen.locator('.call-one').nth(2).waitFor()
  await screen.getByRole('button', { name: '点这里打开声音' }).click()
  await screen.getByText('声音已打开').waitFor()
  await expect.poll(async () => (await heard(screen)).length).toBe(1) // the bell says that it is heard
  const [first, third] = [1, 3].map((number) => hall(desk, number).getByRole('button', { name: /叫下一位/ }))
  const name = (await first?.innerText()) ?? ''
  await first?.click()
  await third?.click()
  await screen.locator('.call-speaks').waitFor()
  const tail = await screen.locator('.call-tail').innerText()
  expect(name).toContain(tail.split('\n').pop()?.trim())
  await pictured(screen, 'screen-zh-CN')
  expect(await screen.locator('.call-screen').innerText()).not.toContain('考生4') // whole names stay at the desk
  await expect.poll(async () => (await heard(screen)).length, { timeout: 60_000 }).toBe(1 + 2 * CLIPS)
  const all = await heard(screen)
  expect(all.every(([at], n) => n === 0 || at >= (all[n - 1]?.[1] ?? 0)), 'no clip begins before the one before it ended').toBe(true)
  await screen.locator('.call-speaks').waitFor({ state: 'detached', timeout: 60_000 })

  const later = await place(context, 'screen')
  await later.locator('.call-tail').waitFor()
  await later.getByRole('button', { name: '点这里打开声音' }).click()
  await later.getByText('声音已打开').waitFor()
  await expect.poll(async () => (await heard(later)).length).toBe(1)
  await hall(desk, 1).locator('.turns-called').getByRole('button', { name: '再叫一次' }).click()
  await expect.poll(async () => (await heard(screen)).length, { timeout: 60_000 }).toBe(1 + 3 * CLIPS)
  await expect.poll(async () => (await heard(later)).length, { timeout: 60_000 }).toBe(1 + CLIPS) // the old ones were not said again

  await centre.restart() // for a moment the server is gone
  await until('the screen is live again', async () => (await screen.locator('.call-lost').count()) === 0)
  await hall(desk, 3).locator('.turns-called').getByRole('button', { name: '已到' }).click()
  await expect.poll(() => screen.locator('.call-one').nth(2).locator('.call-called').count(), { timeout: 30_000 }).toBe(0)
  expect((await heard(screen)).length, 'nothing is said twice').toBe(1 + 3 * CLIPS)
  await context.close()
})

test('missed takes three calls 30 s apart, and the refusal says when', { timeout: 180_000 }, async () => {
  const context = await room('zh-CN')
  const desk = await place(context, 'turns')
  await hall(desk, 2).getByRole('button', { name: /叫下一位/ }).click()
  const called = hall(desk, 2).locator('.turns-called')
  const missed = called.getByRole('button', { name: '过号' })
  await missed.click()
  await desk.getByText(/第三次最早 .*:\d\d:\d\d 叫/).waitFor()
  for (const counted of [1, 2]) {
    await called.getByText(`已有 ${counted} 次算数；现在再叫就算数`).waitFor({ timeout: 60_000 })
    await called.getByRole('button', { name: '再叫一次' }).click()
  }
  await called.getByText('已叫满三次').waitFor()
  await pictured(desk, 'turns-called')
  await missed.click()
  await called.waitFor({ state: 'detached' })
  expect((await turnsOf(desk)).turns.filter(({ state }) => state === 'missed')).toHaveLength(1)
  await hall(desk, 2).locator('.turns-over summary').click()
  await hall(desk, 2).locator('.turns-over').getByText('过号').waitFor()
  await context.close()
})

test.each([
  ['zh-CN', 'desk'],
  ['en', 'desk'],
  ['zh-CN', 'tablet'],
  ['en', 'tablet'],
] as const)('desk page and screen are whole and read well in %s on a %s', { timeout: 120_000 }, async (language, size) => {
  const context = await room(language, sizes[size])
  const [desk, screen] = [await place(context, 'turns'), await place(context, 'screen')]
  for (const page of [desk, screen]) {
    await page.bringToFront()
    await page.locator('.turns-hall, .call-one').nth(2).waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 'nothing is out of sight to the right').toBeLessThanOrEqual(0)
  }
  await pictured(desk, `turns-${size}-${language}`)
  await screen.locator('.call-tail').waitFor()
  await pictured(screen, `screen-${size}-${language}`)
  const height = await screen.locator('.call-tail').evaluate((tail) => parseFloat(getComputedStyle(tail).fontSize) / innerHeight)
  expect(height, 'of the screen, for ten metres').toBeGreaterThan(0.14)
  expect(await beyond(screen), 'nothing of a call is beyond its card').toEqual([])
  const hidden = await screen.locator('.call-one').evaluateAll((rooms) => rooms.filter((room) => room.getBoundingClientRect().bottom > (room.parentElement as Element).getBoundingClientRect().bottom + 1).length)
  expect(hidden, 'every room is seen whole').toBe(0)
  const { halls } = await api<{ halls: { number: number; name?: string }[] }>(desk, 'GET', '/staff/turns')
  const rename = (name?: string) => Promise.all(halls.map((one) => api(desk, 'POST', `/staff/halls/${one.number}/name`, { name: name ?? one.name ?? '' })))
  await rename(LONGEST)
  await screen.locator('.call-hall', { hasText: LONGEST }).waitFor()
  await screen.locator('.call-one h2', { hasText: LONGEST }).nth(halls.length - 1).waitFor()
  await pictured(screen, `screen-long-${size}-${language}`)
  const spilled = await beyond(screen)
  await rename() // others look at these rooms
  expect(spilled, 'nor where the room’s name is long').toEqual([])
  await context.close()
})

/** As long as a room's name may be. */
const LONGEST = '三楼东侧大琴房（钢琴、双排键与手风琴）请从二号楼梯上来，到头右转的第一间就是，门口有引导员'.slice(0, 40)

/** What of a call is out of its card. */
const beyond = (screen: Page) =>
  screen.locator('.call-now > p').evaluateAll((parts) =>
    parts.flatMap((part) => {
      const [own, card] = [part.getBoundingClientRect(), (part.parentElement as Element).getBoundingClientRect()]
      return own.top >= card.top && own.bottom <= card.bottom && part.scrollWidth <= part.clientWidth + 1 ? [] : [part.textContent]
    }),
  )

test('a screen that lost the server says so and goes on by itself', { timeout: 120_000 }, async () => {
  const context = await room('en')
  const screen = await place(context, 'screen')
  await screen.locator('.call-one').first().waitFor()
  await centre.program.freeze()
  try {
    await screen.locator('.call-lost').waitFor({ timeout: 30_000 })
    await pictured(screen, 'screen-lost')
    expect(await screen.locator('.call-one').count()).toBe(3) // what it knew stays
  } finally {
    centre.program.goOn()
  }
  await screen.locator('.call-lost').waitFor({ state: 'detached', timeout: 30_000 })
  await context.close()
})
