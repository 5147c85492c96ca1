// A whole day from outside: the empty folder, the link on the console, the
// first start, a list, photos, five candidates on their phones, the board, the
// end of the day and its record on paper. Everything is done in a browser; no
// command but «serve» is typed and no call of the API is made.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, openPhone as openDesk, type Language } from '../phone/phones'
import { begin, openPhone, submit } from './phone'
import { answers, freePort, kaodianProvince, repository, run, serveCentre, until } from './programs'
import { chinese, english, type Words } from './words'
import { zip } from '../staff/zip'

const password = 'a long password'
const pictures = process.env['KAODIAN_PICTURES']
/** The README's pictures of a day, for `make screenshots`. */
const shown = process.env['KAODIAN_SCREENSHOTS'] && join(repository, 'build/screenshots/day')
const show = async (page: Page, name: string, height?: number) => {
  const size = page.viewportSize()
  if (shown && size) await page.screenshot({ path: join(shown, `${name}.png`), clip: { x: 0, y: 0, width: size.width, height: height ?? size.height } })
}
const pictured = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})

afterAll(() => browser?.close())

/** Who comes, and how the record says it in the end. */
const five = [
  { ticket: 'DAY001', name: '李静', idNumber: 'E10000001', state: 'submitted' },
  { ticket: 'DAY002', name: '王小明', idNumber: 'E10000002', state: 'auto_submitted' },
  { ticket: 'DAY003', name: '张三', idNumber: 'E10000003', state: 'forfeited' },
  { ticket: 'DAY004', name: '欧阳静', idNumber: 'E10000004', state: 'disqualified' },
  { ticket: 'DAY005', name: '古丽娜', idNumber: 'E10000005', state: 'absent' },
] as const
type Who = (typeof five)[number]

/** What the teacher was given: a list, a ZIP of photos, the province's file; and a child's video. */
function given(folder: string) {
  const files = { list: join(folder, 'list.csv'), photos: join(folder, 'photos.zip'), province: join(folder, 'enrol.json'), video: join(folder, 'video.mp4') }
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
  const rows = five.map(({ ticket, name, idNumber }) => `${ticket},${name},Kaosheng,女,2015-05-06,护照,${idNumber},某路九号,13812345678,钢琴,三级,${day(-2)},${day(9)},乐曲：小步舞曲,${ticket}.jpg`)
  writeFileSync(files.list, ['准考证号,姓名,拼音,性别,出生日期,证件类型,证件号码,通讯地址,电话,专业,级别,上传开始,上传结束,曲目,照片', ...rows, ''].join('\n'))
  const picture = join(folder, 'photo.jpg')
  run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=600x800,noise=alls=40:allf=t', '-frames:v', '1', '-q:v', '2', picture])
  writeFileSync(files.photos, zip(Object.fromEntries(five.map(({ ticket }) => [`photos/${ticket}.jpg`, new Uint8Array(readFileSync(picture))]))))
  kaodianProvince(['init', '--store', join(folder, 'province')])
  kaodianProvince(['enrol', 'jinan', '--store', join(folder, 'province'), '--drop', `dir:${folder}`, '--out', files.province])
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-movflags', '+faststart']
  run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=30', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000', '-t', '14', ...h264, files.video])
  return files
}

test.concurrent.each(['zh-CN', 'en'] as const)('from the empty folder to the record of the day, in %s', { timeout: 600_000 }, async (language: Language) => {
  const folder = mkdtempSync(join(tmpdir(), 'kaodian-day-'))
  const t = language === 'en' ? english : chinese
  const files = given(folder)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const program = serveCentre(['--data', join(folder, 'data'), '--http', `127.0.0.1:${port}`])
  program.start()
  const { page: desk } = await openDesk(browser, url, 'desktop', language, { viewport: { width: 1366, height: 768 } })
  try {
    await until('the centre answers', () => answers(`${url}/healthz`))
    await firstStart(desk, program, files.province)
    await takeIn(desk, files, t)
    const phones = await sit(url, files.video, language, t)
    await runTheDay(desk, t)
    if (language === 'zh-CN') await showTheDesk(desk, t)
    await closeTheDay(desk, t)
    const record = await printTheRecord(desk, folder, t)
    for (const { ticket, name, state } of five) {
      const row = record.split('\n').find((line) => line.includes(ticket)) ?? ''
      expect(row, ticket).toContain(name)
      expect(row, ticket).toContain(t(`staff.day.status.${state}`).split(' ')[0])
    }
    for (const phone of phones) await phone.context().close()
  } catch (failed) {
    await pictured(desk, `day-failed-${language}`)
    console.error(program.output.slice(-4000))
    throw failed
  } finally {
    await desk.context().close()
    await program.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
})

const step = (page: Page, name: string) => page.locator(`[data-step="${name}"]`)
const primary = (of: Locator) => of.locator('.el-button--primary')
const named = (page: Page | Locator, name: string) => page.getByRole('button', { name, exact: true })

/** The link on the console, and the seven steps. */
async function firstStart(desk: Page, program: { output: string }, enrolment: string): Promise<void> {
  const link = () => [...program.output.matchAll(/http:\/\/\S+\/staff\/in#\S+/g)].at(-1)?.[0]
  await until('the console shows the link', () => link() !== undefined)
  await desk.goto(link() ?? '')
  await desk.locator('input[name=name]').fill('王老师')
  await desk.locator('input[name=password]').fill(password)
  await desk.locator('input[name=again]').fill(password)
  await desk.locator('button[type=submit]').click()
  await desk.locator('input[name=centre_name]').fill('济南一号考点')
  await desk.locator('input[name=centre_name]').press('Enter')
  await primary(step(desk, 'clock')).click()
  await desk.locator('input[name=wifi_name]').fill('Kaodian')
  await desk.locator('input[name=wifi_password]').fill('kaoshi2026')
  await step(desk, 'wifi').locator('button[type=submit]').click()
  await desk.locator('input[name=enrolment]').setInputFiles(enrolment)
  await step(desk, 'province').locator('.desk-good').waitFor()
  await primary(step(desk, 'province')).click()
  await step(desk, 'certificate').locator('.setup-later button').click() // without HTTPS there is nothing to go on with
  await primary(step(desk, 'checks')).click()
  await step(desk, 'checks').locator('[data-check=sync]').waitFor({ timeout: 120_000 })
  await primary(step(desk, 'checks')).click()
  await expect.poll(() => desk.locator('.setup-count').textContent()).toMatch(/7.*7/)
}

const place = (desk: Page, title: string) => desk.getByRole('link', { name: title }).first().click()

/** The list and the photos, each looked at before it is taken in. */
async function takeIn(desk: Page, files: { list: string; photos: string }, t: Words): Promise<void> {
  await place(desk, t('staff.orders.title'))
  for (const [what, file] of [['import', files.list], ['photos', files.photos]] as const) {
    await named(desk, t(`staff.orders.intake.${what}`)).click()
    await desk.locator('.intake-drop input[type=file]').first().setInputFiles(file)
    await named(desk, t('staff.orders.intake.take', { count: five.length })).click()
    await desk.locator('.desk-good').waitFor()
    await desk.getByRole('button', { name: t('staff.orders.back') }).click()
  }
  await expect.poll(() => desk.locator('.orders-table tbody tr').count()).toBe(five.length)
}

/** Four come to the exam: one submits, one sends a video and goes, two send nothing. */
async function sit(url: string, video: string, language: Language, t: Words): Promise<Page[]> {
  const phones: Page[] = []
  for (const who of five.slice(0, 4)) {
    const phone = await openPhone(browser, url, language)
    phones.push(phone)
    await begin(phone, who, t)
    if (who.state !== 'submitted' && who.state !== 'auto_submitted') continue
    await phone.locator('article.item').getByRole('button', { name: t('candidate.item.record') }).click()
    await phone.locator('input[type=file][data-from=album]').setInputFiles(video)
    await named(phone, t('candidate.item.preview')).waitFor({ timeout: 60_000 })
    if (shown && language === 'zh-CN') {
      await phone.locator('.clip-picture img').waitFor({ timeout: 120_000 })
      await show(phone, 'phone')
    }
    if (who.state === 'submitted') await submit(phone, t)
  }
  return phones
}

const of = (state: Who['state']) => five.find((who) => who.state === state) as Who

/** Somebody played for another: the board takes the order out. */
async function runTheDay(desk: Page, t: Words): Promise<void> {
  await place(desk, t('staff.review.desk'))
  await desk.locator('input[name=find]').fill(of('disqualified').ticket)
  await desk.locator('.board-row', { hasText: of('disqualified').ticket }).locator('button').click()
  await named(desk.locator('.board-acts'), t('staff.act.decide')).click()
  await desk.getByLabel(t('finding.decision.disqualified'), { exact: true }).check()
  await desk.locator('.extra input[name=reason]').fill('替考')
  await named(desk.locator('.extra'), t('staff.act.confirm.decide_this', { what: t('finding.decision.disqualified') })).click()
  await desk.locator('.board-history').getByText('替考').first().waitFor()
}

/** The board and what an examiner sees. */
async function showTheDesk(desk: Page, t: Words): Promise<void> {
  if (!shown) return
  await place(desk, t('staff.review.desk'))
  await desk.reload()
  await desk.locator('.board-row').first().waitFor()
  await show(desk, 'board', 470) // below it are the machine and the way to the province
  await place(desk, t('staff.review.title'))
  await desk.locator('.review-table tbody tr').first().click()
  await desk.locator('.findings li').first().waitFor({ timeout: 120_000 })
  await desk.locator('.player video').evaluate((video: HTMLVideoElement) => void (video.currentTime = 3))
  await desk.waitForFunction(() => document.querySelector('video')?.seeking === false)
  await show(desk, 'examiner')
  await desk.goto(`${new URL(desk.url()).origin}/staff/#`) // a clip's page has no places
}

/** The window of all ends with the day: it is moved to the next minutes, and the desk waits for it. */
async function closeTheDay(desk: Page, t: Words): Promise<void> {
  await place(desk, t('staff.orders.title'))
  await named(desk, t('staff.orders.move.open')).click()
  const at = (ms: number) => new Date(ms + 8 * 3600_000).toISOString().slice(0, 16) // the centre's zone
  await desk.locator('input[name=opens]').fill(at(Date.now() - 86_400_000))
  await desk.locator('input[name=closes]').fill(at(Date.now() + 120_000))
  await desk.locator('.order-form input[name=reason]').fill('今天考完')
  await named(desk, t('staff.orders.move.look')).click()
  await desk.locator('.order-form button[type=submit]', { hasText: /\d/ }).click()
  await desk.locator('.order-form .desk-good').waitFor()
  await place(desk, t('staff.day.title'))
  await desk.getByText(t('staff.day.all_over')).waitFor({ timeout: 240_000 })
}

/** The text of the record as Chromium prints it. */
async function printTheRecord(desk: Page, folder: string, t: Words): Promise<string> {
  await named(desk, t('staff.scope.everybody')).click()
  await desk.locator('.record').getByText(five[0].ticket, { exact: true }).waitFor()
  const file = join(folder, 'record.pdf')
  await desk.pdf({ path: file, format: 'A4' })
  return execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' })
}
