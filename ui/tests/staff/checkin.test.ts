// The check-in as the desk sees it in Chromium: a number that is typed, what
// each special case says, a document, an undo, two desks at one candidate.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { encode } from 'uqr'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCentre, type Centre } from '../phone/centre'
import { api, launch, openPhone, type Language } from '../phone/phones'
import { ticketCode } from '../../src/staff/papers/codes'
import { run } from '../outside/programs'
import { broken, hintsCut, wide } from './looks'
import { sit } from './sit'

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
const pictured = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
const sizes = { desk: { width: 1366, height: 768 }, tablet: { width: 820, height: 1180 } }

async function desk(language: Language = 'zh-CN', viewport = sizes.desk, from = browser): Promise<Page> {
  const { page } = await openPhone(from, centre.url, 'desktop', language, { viewport })
  await page.goto(`${centre.url}/staff/`)
  await api(page, 'POST', '/staff/login', centre.staff)
  await page.goto(`${centre.url}/staff/#checkin`)
  await page.reload()
  await page.locator('input[name=who]').waitFor()
  return page
}

async function find(page: Page, who: string): Promise<void> {
  await page.locator('input[name=who]').fill(who)
  await page.locator('input[name=who]').press('Enter')
}

test('a number is typed and the candidate checked in, by keyboard alone; a second desk is told', { timeout: 90_000 }, async () => {
  const page = await desk()
  const other = await desk('en', sizes.tablet)
  const one = centre.candidate('drawn', 1)
  await find(other, one.ticket)
  await other.getByRole('heading', { name: one.name }).waitFor()
  expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('who')
  await page.keyboard.type(one.ticket.toLowerCase())
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: one.name }).waitFor()
  expect(await page.content()).not.toContain(one.idNumber)
  await pictured(page, 'checkin-found')
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('document')
  await page.locator('select[name=document]').selectOption('passport')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByText('签到成功').waitFor()
  await page.getByText('已核对护照').waitFor()
  await expect.poll(() => page.locator('.checkin-count').textContent()).toContain('已签到 1 人')
  expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('who')
  await pictured(page, 'checkin-done')
  // The other desk had the candidate open, and acts a moment later.
  await other.getByRole('button', { name: 'Check in', exact: true }).click()
  await other.getByText('somebody else may just have done it').waitFor()
  await other.getByText('Checked in already', { exact: true }).waitFor()
  await pictured(other, 'checkin-second')
  await other.getByRole('button', { name: 'Undo the check-in' }).click()
  await other.locator('input[name=reason]').fill('wrong child')
  await other.locator('input[name=reason]').press('Enter')
  await other.getByRole('button', { name: 'Check in', exact: true }).waitFor()
  const found = await api<{ orders: { id: string }[] }>(page, 'GET', `/staff/check-ins?who=${one.ticket}`)
  const order = await api<{ facts: { kind: string; by: string; reason: string }[] }>(page, 'GET', `/staff/orders/${found.orders[0]?.id}`)
  expect(order.facts.map(({ kind }) => kind)).toEqual(['checked_in', 'identified', 'check_in_undone'])
  await page.context().close()
  await other.context().close()
})

test.each([
  ['zh-CN', sizes.desk, { wrong: '日子不对', closed: '结束', unknown: '没有找到“ZZ99”', strange: '不在这里的名单里', several: '有 2 个符合' }],
  ['en', sizes.tablet, { wrong: 'The wrong day', closed: 'window closed', unknown: '“ZZ99” was not found', strange: 'is not on the list here', several: '2 match' }],
] as const)('each special case says what to do: %s', { timeout: 90_000 }, async (language, viewport, says) => {
  const page = await desk(language, viewport)
  const looks = async (name: string) => {
    await pictured(page, `checkin-${name}-${language}`)
    expect([...(await hintsCut(page)), ...(await broken(page)), ...(await wide(page))]).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  }
  for (const [kind, words] of [['waiting', says.wrong], ['over', says.closed]] as const) {
    await find(page, centre.candidate(kind, 2).ticket)
    await page.locator('.checkin-card .desk-warn', { hasText: words }).waitFor()
    expect(await page.locator('.checkin-go').count()).toBe(0)
    await looks(kind)
  }
  await find(page, 'ZZ99')
  await page.getByText(says.unknown).waitFor()
  await find(page, 'https://other-centre.example/login?ticket=ZZ99')
  await page.getByText(says.strange).waitFor()
  await looks('strange')
  await find(page, '古丽米热')
  await page.getByText(says.several).waitFor()
  await looks('several')
  await page.locator('.checkin-found button').first().press('Enter')
  await page.locator('.checkin-card').waitFor()
  await looks('one')
  await page.context().close()
})

/** A film for Chromium's camera: the ticket's code as it stands on paper, on a table. */
function filmOf(text: string): string {
  const { data, size } = encode(text, { ecc: 'M', border: 4 })
  const picture = join(centre.folder, 'code.pgm')
  writeFileSync(picture, Buffer.concat([Buffer.from(`P5\n${size} ${size}\n255\n`), Buffer.from(data.flat().map((dark) => (dark ? 30 : 235)))]))
  const film = join(centre.folder, 'code.mjpeg')
  run('ffmpeg', ['-v', 'error', '-y', '-loop', '1', '-framerate', '10', '-i', picture, '-t', '2', '-vf', 'scale=300:300:flags=neighbor,rotate=0.15:ow=400:oh=400:c=gray,pad=640:480:(ow-iw)/2:(oh-ih)/2:gray', '-pix_fmt', 'yuvj420p', '-q:v', '4', film])
  return film
}

test('who came past the desk is identified when the exam is over', { timeout: 90_000 }, async () => {
  const one = centre.candidate('drawn', 9)
  await sit(centre, one, { submits: true, clip: centre.clips.mp4 })
  const page = await desk()
  await find(page, one.ticket)
  await page.getByText('这个订单已经考完了').waitFor()
  await page.locator('select[name=document]').selectOption('id_card')
  await page.getByRole('button', { name: '证件核对无误', exact: true }).click()
  await page.getByText('已核对居民身份证').waitFor()
  await pictured(page, 'checkin-late')
  expect((await factsOf(page, one.ticket)).kinds).toContain('identified')
  expect((await factsOf(page, one.ticket)).kinds).not.toContain('checked_in')
  await page.context().close()
})

test('the camera reads the code of a ticket; without one the page says why and the number is typed', { timeout: 120_000 }, async () => {
  const one = centre.candidate('drawn', 4)
  const film = filmOf(ticketCode(centre.url, one.ticket))
  const filming = await launch(['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`])
  try {
    const page = await desk('zh-CN', sizes.tablet, filming)
    await page.getByRole('button', { name: '用摄像头扫准考证' }).click()
    await page.getByRole('heading', { name: one.name }).waitFor()
    expect(await page.locator('input[name=who]').inputValue()).toBe(one.ticket)
    await pictured(page, 'checkin-camera')
    await page.getByRole('button', { name: '签到', exact: true }).click()
    await page.getByText('签到成功').waitFor()
    await page.getByRole('button', { name: '关闭摄像头' }).click()
    await page.getByRole('button', { name: '用摄像头扫准考证' }).waitFor()
    await page.context().close()
  } finally {
    await filming.close()
  }
  const { page } = await openPhone(browser, centre.url, 'desktop', 'en', { viewport: sizes.desk })
  await page.addInitScript(() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined }))
  await page.goto(`${centre.url}/staff/`)
  await api(page, 'POST', '/staff/login', centre.staff)
  await page.goto(`${centre.url}/staff/#checkin`)
  await page.reload()
  await page.getByText('This address is not encrypted').waitFor()
  await find(page, one.ticket)
  await page.getByText('Checked in already', { exact: true }).waitFor()
  await page.context().close()
})

const factsOf = async (page: Page, ticket: string) => {
  const { orders } = await api<{ orders: { id: string; check_in?: { at: string; arrived_at: string } }[] }>(page, 'GET', `/staff/check-ins?who=${ticket}`)
  const { facts } = await api<{ facts: { kind: string }[] }>(page, 'GET', `/staff/orders/${orders[0]?.id}`)
  return { kinds: facts.map(({ kind }) => kind), seen: orders[0]?.check_in }
}

test('two desks without a line check one ticket in: one counts, the other is told; a closed page’s act is sent by the next', { timeout: 120_000 }, async () => {
  const [one, next] = [centre.candidate('drawn', 5), centre.candidate('drawn', 6)]
  const first = await desk()
  const second = await desk('en', sizes.tablet)
  for (const page of [first, second]) await page.locator('.checkin-count').waitFor() // the list of today is there
  for (const page of [first, second]) await page.context().setOffline(true)
  await first.getByText('可以继续签到').waitFor()
  await second.getByText('check-in still works').waitFor()
  await find(first, one.ticket)
  await first.getByRole('button', { name: '签到', exact: true }).click()
  await first.getByText('签到成功').waitFor()
  await first.getByText('有 1 条签到在等待发送').waitFor()
  await find(first, one.ticket) // the same rules: it is in already, on this device
  await first.getByText('已经签到', { exact: true }).waitFor()
  await pictured(first, 'checkin-alone')
  await find(first, centre.candidate('waiting', 1).ticket)
  await first.getByText('没有找到').waitFor() // not on the list of today
  await find(second, one.ticket.toLowerCase())
  await second.getByRole('button', { name: 'Check in', exact: true }).click()
  await second.getByText('Checked in', { exact: true }).waitFor()
  await find(second, next.ticket)
  await second.getByRole('button', { name: 'Check in', exact: true }).click()
  await second.getByText('2 check-ins wait').waitFor()
  await pictured(second, 'checkin-alone-en')

  await first.context().setOffline(false)
  await first.getByText('有 1 条签到在等待发送').waitFor({ state: 'detached' })
  const { kinds, seen } = await factsOf(first, one.ticket)
  expect(kinds).toEqual(['checked_in'])
  expect(Date.parse(seen?.arrived_at ?? '')).toBeGreaterThan(Date.parse(seen?.at ?? ''))

  // The second desk's page was closed before its line was back.
  const context = second.context()
  await second.close()
  await context.setOffline(false)
  const again = await context.newPage()
  await again.goto(`${centre.url}/staff/#checkin`)
  await again.getByText(`${one.name} (${one.ticket}), checked in here`).waitFor()
  await again.getByText('somebody else may just have done it').waitFor()
  await pictured(again, 'checkin-told')
  expect((await factsOf(again, one.ticket)).kinds).toEqual(['checked_in'])
  expect((await factsOf(again, next.ticket)).kinds).toEqual(['checked_in'])
  await again.getByRole('button', { name: 'I have read it' }).click()
  await again.getByText('checked in here').waitFor({ state: 'detached' })
  expect(await kept(again)).toEqual({ day: 1, waiting: 0 })
  await again.getByRole('button', { name: 'Log out' }).click()
  await again.locator('input[name=name]').waitFor()
  await expect.poll(() => kept(again)).toEqual({ day: 0, waiting: 0 })
  await first.context().close()
  await context.close()
})

/** What the browser keeps of the check-in. */
const kept = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<{ day: number; waiting: number }>((done, failed) => {
        const asked = indexedDB.open('kaodian-checkin')
        asked.onerror = () => failed(new Error('it does not open'))
        asked.onsuccess = () => {
          const tx = asked.result.transaction(['day', 'waiting'])
          const [day, waiting] = [tx.objectStore('day').count(), tx.objectStore('waiting').count()]
          tx.oncomplete = () => {
            asked.result.close()
            done({ day: day.result, waiting: waiting.result })
          }
        }
      }),
  )

test('an answer that is lost on its way counts once', { timeout: 90_000 }, async () => {
  const one = centre.candidate('drawn', 7)
  const page = await desk()
  let lost = 0
  await page.route('**/check-in', async (route) => {
    await route.fetch()
    lost++
    await (lost === 1 ? route.abort() : route.continue())
  })
  await find(page, one.ticket)
  await page.getByRole('button', { name: '签到', exact: true }).click()
  await page.getByText('签到成功').waitFor()
  await page.getByText('条签到在等待发送').waitFor({ state: 'detached', timeout: 30_000 })
  expect(lost).toBeGreaterThan(1)
  expect((await factsOf(page, one.ticket)).kinds).toEqual(['checked_in'])
  await page.context().close()
})

test('a consent on paper is entered with its scan, and the camera’s look is a hint', { timeout: 120_000 }, async () => {
  const one = centre.candidate('drawn', 8)
  const film = filmOf('a code that is no ticket closes nothing')
  const filming = await launch(['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`])
  try {
    const page = await desk('zh-CN', sizes.desk, filming)
    await page.route('**/staff/check-ins?*', async (route) => {
      // These candidates have no photo; that there is one is all that is made up.
      const response = await route.fetch()
      const body = (await response.json()) as { orders: { photo: boolean }[] }
      await route.fulfill({ response, json: { ...body, orders: body.orders.map((order) => ({ ...order, photo: true })) } })
    })
    await page.route('**/photo', (route) => route.abort())
    await find(page, one.ticket)
    await page.getByRole('button', { name: '录入纸质同意书' }).click()
    await page.locator('select[name=answer]').selectOption('given')
    await page.locator('input[name=scan]').setInputFiles({ name: 'scan.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') })
    await page.getByRole('button', { name: '录入', exact: true }).click()
    await page.getByText('不是能看的 JPEG 或 PNG').waitFor()
    const scan = join(centre.folder, 'scan.jpg')
    run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=size=600x800', '-frames:v', '1', scan])
    await page.locator('input[name=scan]').setInputFiles(scan)
    await page.locator('input[name=guardian]').fill('王大明')
    await page.getByRole('button', { name: '录入', exact: true }).click()
    await page.getByRole('button', { name: '看扫描件（会记录）' }).click()
    await expect.poll(() => page.locator('.checkin-scan').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(600)
    await find(page, one.ticket)
    await page.getByText('和报名照片比对，只是提示').waitFor()
    await page.getByRole('button', { name: '用摄像头看考生' }).click()
    await page.getByText('由您决定').waitFor({ timeout: 60_000 })
    await page.getByText('比不出来').waitFor()
    await pictured(page, 'checkin-look')
    await page.context().close()
  } finally {
    await filming.close()
  }
})
