// What is printed, as Chromium makes PDFs of it: its text is read and its
// pictures are looked at.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import jsqr from 'jsqr'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../outside/programs'
import { startCentre, type Centre, type Kind } from '../phone/centre'
import { api, launch, openPhone, type Language } from '../phone/phones'
import { sit } from './sit'

let centre: Centre
let browser: Browser
let folder: string
const pictures = process.env['KAODIAN_PICTURES']

/** Five candidates in five states, named as the record says them. */
const five: { kind: Kind; n: number; zh: string; en: string }[] = [
  { kind: 'drawn', n: 0, zh: '已提交', en: 'submitted' },
  { kind: 'short', n: 0, zh: '自动提交', en: 'submitted by timeout' },
  { kind: 'drawn', n: 1, zh: '考试中', en: 'running' },
  { kind: 'waiting', n: 0, zh: '还没开始', en: 'not open yet' },
  { kind: 'over', n: 0, zh: '缺考', en: 'absent' },
]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kaodian-papers-'))
  centre = await startCentre()
  browser = await launch()
  await sit(centre, centre.candidate('short', 0), { clip: centre.clips.mp4 })
  await sit(centre, centre.candidate('drawn', 0), { submits: true, clip: centre.clips.mp4 })
  await sit(centre, centre.candidate('drawn', 1), { clip: centre.clips.mp4 })
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await centre?.end()
  rmSync(folder, { recursive: true, force: true })
})

async function desk(place: string, language: Language): Promise<Page> {
  const { page } = await openPhone(browser, centre.url, 'desktop', language, { viewport: { width: 1366, height: 768 } })
  await page.goto(`${centre.url}/staff/`)
  await api(page, 'POST', '/staff/login', centre.staff)
  await page.goto(`${centre.url}/staff/#${place}`)
  await page.reload()
  return page
}

interface Printed {
  text: string
  pages: number
  /** Its pages as pictures. */
  images: string[]
}

/** The page on paper, without anything that a caller of Chromium might set. */
async function print(page: Page, name: string): Promise<Printed> {
  const file = join(folder, `${name}.pdf`)
  await page.pdf({ path: file, format: 'A4' })
  const info = execFileSync('pdfinfo', [file], { encoding: 'utf8' })
  expect(info).toMatch(/Page size:\s+59[45]\.\d* x 84[12]/)
  const pages = Number(/Pages:\s+(\d+)/.exec(info)?.[1])
  const into = pictures ?? folder
  mkdirSync(into, { recursive: true })
  execFileSync('pdftoppm', ['-r', '100', '-png', file, join(into, name)])
  const digits = `${pages}`.length
  const images = Array.from({ length: pages }, (_, i) => join(into, `${name}-${`${i + 1}`.padStart(digits, '0')}.png`))
  return { text: execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }), pages, images }
}

test.each(['zh-CN', 'en'] as const)('the record of the day says five names and their states, in %s', { timeout: 120_000 }, async (language) => {
  const page = await desk('day', language)
  await until('the exam of twenty seconds is over', async () => {
    const { counts } = await api<{ counts: { status: string; count: number }[] }>(page, 'GET', '/staff/day')
    return counts.some(({ status, count }) => status === 'auto_submitted' && count > 0)
  })
  await page.getByRole('button', { name: language === 'en' ? 'All candidates' : '全部考生' }).click()
  await page.locator('.record').getByText(centre.candidate('over', 0).ticket).waitFor()
  if (pictures) await page.screenshot({ path: join(pictures, `day-screen-${language}.png`), fullPage: true })
  const { text, pages } = await print(page, `record-${language}`)
  expect(pages).toBeGreaterThan(2)
  const rows = text.split('\n')
  for (const one of five) {
    const { name, ticket } = centre.candidate(one.kind, one.n)
    const row = rows.find((line) => line.includes(ticket)) ?? ''
    expect(row, ticket).toContain(name)
    expect(row, ticket).toContain(one[language === 'en' ? 'en' : 'zh'].split(' ')[0])
  }
  expect(text).not.toContain(language === 'en' ? 'Export' : '导出')
  expect(text).toContain(language === 'en' ? 'The numbers add up' : '人数对得上')
  await page.context().close()
})

/** The rows of candidates: how wide their number's column is, and how many lines a subject with its grade takes. */
const columns = (page: Page) =>
  page.locator('.record-candidates').evaluate((table) => {
    const [number, , , exam] = (table.querySelector('tbody tr') as HTMLTableRowElement).cells
    const lines = document.createRange()
    lines.selectNodeContents(exam as Node)
    return { number: (number?.offsetWidth ?? 0) / (table as HTMLElement).offsetWidth, exam: new Set([...lines.getClientRects()].map(({ top }) => Math.round(top))).size }
  })

test.each(['zh-CN', 'en'] as const)('the record’s columns are as wide as what they hold, in %s', { timeout: 60_000 }, async (language) => {
  const page = await desk('day', language)
  await page.getByRole('button', { name: language === 'en' ? 'All candidates' : '全部考生' }).click()
  await page.locator('.record-candidates tbody tr').first().waitFor()
  await page.emulateMedia({ media: 'print' })
  await page.setViewportSize({ width: 688, height: 1000 }) // a sheet without its margins
  const { number, exam } = await columns(page)
  expect(number).toBeLessThan(0.12)
  expect(exam).toBeLessThanOrEqual(2)
  await page.context().close()
})

test('an English ticket says its items in English', { timeout: 60_000 }, async () => {
  const page = await desk(`papers/tickets/who=${centre.candidate('drawn').ticket}`, 'en')
  await page.locator('.ticket').first().waitFor()
  const items = page.locator('.ticket').first().locator('dd').last()
  expect(await items.textContent()).toBe('Repertoire piece: 小步舞曲, Sight reading')
  await page.context().close()
})

test('what has the focus has no frame on paper', { timeout: 60_000 }, async () => {
  const page = await desk('papers/posters', 'zh-CN')
  await page.locator('.poster').first().waitFor()
  await page.keyboard.press('Tab')
  const frame = () => page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle)
  expect(await frame()).toBe('solid')
  await page.emulateMedia({ media: 'print' })
  expect(await frame()).toBe('none')
  await page.context().close()
})

test.each(['papers', 'day'] as const)('on a phone nothing of the page «%s» hangs out', { timeout: 60_000 }, async (place) => {
  const page = await desk(place, 'zh-CN')
  await page.locator('.scope select option').nth(2).waitFor({ state: 'attached' })
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  await page.context().close()
})

/** What the codes of a printed page say, each cut out of its picture. */
async function codes(page: Page, picture: string, pieces = 3): Promise<string[]> {
  const png = readFileSync(picture).toString('base64')
  const { width, height, data } = await page.evaluate(async (png) => {
    const image = new Image()
    image.src = `data:image/png;base64,${png}`
    await image.decode()
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width: image.width, height: image.height })
    const pen = canvas.getContext('2d') as CanvasRenderingContext2D
    pen.drawImage(image, 0, 0)
    const { data } = pen.getImageData(0, 0, image.width, image.height)
    return { width: image.width, height: image.height, data: Array.from({ length: data.length / 4 }, (_, i) => data[i * 4] ?? 255) }
  }, png)
  const found: string[] = []
  const third = Math.floor(height / pieces)
  for (let part = 0; part < pieces; part++) {
    const piece = new Uint8ClampedArray(data.slice(part * third * width, (part + 1) * third * width).flatMap((grey) => [grey, grey, grey, 255]))
    const read = decode(piece, width, third)
    if (read) found.push(read.data)
  }
  return found
}

/** The package is CommonJS: its function is the default of its default. */
const decode = ((jsqr as unknown as { default?: typeof jsqr }).default ?? jsqr) as (data: Uint8ClampedArray, width: number, height: number) => { data: string } | null

test.each(['zh-CN', 'en'] as const)('three tickets to a page, each with a code that works on the day, in %s', { timeout: 120_000 }, async (language) => {
  const ten = [4, 5, 6, 7, 8, 9, 0, 1, 2, 3].map((n) => ({ ticket: `PH108${n}`, name: `考生${80 + n}` })) // by window
  const page = await desk('papers/tickets/who=PH108', language)
  await page.locator('.tickets .ticket').nth(9).waitFor()
  // A photo of any shape keeps its head.
  expect(await page.evaluate(() => [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).find((rule) => (rule as CSSStyleRule).selectorText === '.tickets .ticket-photo')?.cssText)).toContain('object-fit: contain')
  const { text, pages, images } = await print(page, `tickets-${language}`)
  expect(pages).toBe(4)
  for (const { name } of ten) expect(text).toContain(name)
  expect(text).not.toContain(centre.candidate('over', 0).idNumber)
  expect(await codes(page, images[0] ?? '')).toEqual(ten.slice(0, 3).map(({ ticket }) => `${centre.url}/login?ticket=${ticket}`))
  await page.goto(`${centre.url}/login?ticket=${centre.candidate('over', 0).ticket}`)
  expect(await page.locator('input[name=ticket]').inputValue()).toBe(centre.candidate('over', 0).ticket)
  await page.context().close()
})

// Kept by the centre, so it comes after what prints with the first one.
test('an address that was typed and not saved is the one on the tickets', { timeout: 60_000 }, async () => {
  const page = await desk('papers', 'zh-CN')
  await page.locator('.poster-form input[name=address]').fill('http://192.168.7.7')
  await page.locator('.papers-acts button').first().click()
  await page.locator('.ticket-way').first().waitFor()
  expect(await page.locator('.ticket-way').first().textContent()).toContain('http://192.168.7.7')
  await page.context().close()
})

test('posters are a page each, Chinese and English, and phones read the Wi-Fi', { timeout: 120_000 }, async () => {
  const page = await desk('', 'zh-CN')
  await api(page, 'POST', '/staff/poster', { wifi_name: '考点;一', wifi_password: 'a"b:c123', address: 'http://192.168.1.10' })
  await page.goto(`${centre.url}/staff/#papers/posters`)
  await page.reload()
  await page.locator('.poster').nth(2).waitFor()
  const { text, pages, images } = await print(page, 'posters')
  expect(pages).toBe(3)
  for (const said of ['先连 Wi-Fi', 'Join the Wi-Fi first', '打开考试页面', 'Open the exam page', 'http://192.168.1.10']) expect(text).toContain(said)
  const wifi = (await codes(page, images[0] ?? '', 1))[0]
  expect(wifi).toBe('WIFI:T:WPA;S:考点\\;一;P:a\\"b\\:c123;;')
  expect((await codes(page, images[1] ?? '', 1))[0]).toBe('http://192.168.1.10')
  await page.context().close()
})

test('a sign-in sheet for each room, by window', { timeout: 120_000 }, async () => {
  const page = await desk('papers/sheets/who=PH10', 'zh-CN')
  await page.locator('input[name=seats]').fill('30')
  await page.locator('.sheet').nth(3).waitFor()
  const { text, pages } = await print(page, 'sheets')
  expect(text).toContain('第 2 考场')
  expect(text).toContain(centre.candidate('waiting', 3).name)
  expect(pages).toBeGreaterThan(4)
  await page.context().close()
})

test.each(['zh-CN', 'en'] as const)('the emergency pack hides what is drawn: on the screen wholly, on paper behind a cover, in %s', { timeout: 180_000 }, async (language) => {
  const zh = language === 'zh-CN'
  const page = await desk('papers/pack/who=PH100', language)
  await page.getByText(zh ? '停电或服务器坏了也能接着考' : 'The exam continues without power or server').waitFor()
  expect(await page.locator('.pack').count()).toBe(0) // it draws by a press only
  await page.locator('.papers-acts button').first().click()
  await page.locator('.pack-inner').nth(7).waitFor()
  expect(await page.locator('.pack-secret').first().isVisible()).toBe(false)
  expect(await page.locator('.pack-inner').count()).toBe(8) // of ten one submitted, one runs
  if (pictures) await page.screenshot({ path: join(pictures, `pack-screen-${language}.png`) })
  const codes = await page.locator('.pack-code strong').allTextContents()
  const { text, pages } = await print(page, `pack-${language}`)
  expect(pages).toBe(2 + 2 * 8)
  const leaves = text.split('\f')
  for (const [i, code] of codes.entries()) {
    const { name, ticket } = centre.candidate('drawn', i + 2)
    const [cover = '', inner = ''] = leaves.slice(2 + 2 * i)
    expect(code).toMatch(/^\d{4}$/)
    expect(cover).toContain(name)
    expect(cover).toContain(ticket)
    expect(cover).not.toContain('视奏一')
    expect(cover).not.toContain(zh ? '考试码' : 'Exam code')
    expect(inner).toContain(code)
    expect(inner).toContain('视奏一')
  }
  expect(leaves[1]).toContain(centre.candidate('drawn', 9).name)
  expect(leaves[0]?.replace(/\s+/g, '')).toContain(zh ? '收文件（数据线、存储卡）' : 'Takeafilein(cable,card)') // lines are broken anywhere
  await page.context().close()
})

test('whose photo is missing is a list on paper', { timeout: 120_000 }, async () => {
  const page = await desk('papers/missing/who=PH10', 'en')
  await page.locator('.missing tbody tr').nth(10).waitFor()
  const { text } = await print(page, 'missing')
  for (const said of ['Missing photos', centre.candidate('waiting', 3).ticket, centre.candidate('drawn', 0).name]) expect(text).toContain(said)
  expect(text).not.toContain(centre.candidate('drawn', 0).idNumber)
  await page.context().close()
})
