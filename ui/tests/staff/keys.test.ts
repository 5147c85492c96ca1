// The desk without a mouse: a day's acts from the log-in to the record, with
// keys alone. The focus is seen at every stop, goes into what opens, and comes
// back.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, FileChooser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../outside/programs'
import { chinese, english } from '../outside/words'
import { launch, openPhone, type Language } from '../phone/phones'
import { startFullCentre, type FullCentre } from './full'
import { holds, press, reach, write } from './keyboard'
import { list, type At } from './places'
import { zip } from './zip'

let centre: FullCentre
let browser: Browser

beforeAll(async () => {
  centre = await startFullCentre()
  browser = await launch(['--lang=en-US']) // in whose order a date is typed
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await centre?.end()
})

const sizes = { 'zh-CN': { width: 1366, height: 768 }, en: { width: 820, height: 1180 } }
const named = (of: Page | Locator, name: string) => of.getByRole('button', { name, exact: true })
const field = (page: Page, name: string) => page.locator(`[name=${name}]:visible`).first()
const go = (page: Page, title: string) => press(page, page.locator('.desk-places').getByRole('link', { name: title, exact: true }))

async function logIn(language: Language): Promise<At> {
  const { page } = await openPhone(browser, centre.url, 'desktop', language, { viewport: sizes[language] })
  page.setDefaultTimeout(20_000)
  page.on('filechooser', () => undefined) // the browser asks the page, and opens no window
  await page.goto(`${centre.url}/staff/`)
  await holds(page, field(page, 'name'))
  await page.keyboard.type(centre.boss.name)
  await page.keyboard.press('Tab')
  await page.keyboard.type(centre.boss.password)
  await page.keyboard.press('Enter')
  await holds(page, page.locator('.desk-places a').first())
  return { page, centre, t: language === 'en' ? english : chinese }
}

/** A name, once only: the languages share the centre. */
const own = (language: Language, text: string) => `${text}${language === 'en' ? 'B' : 'A'}`

/** The button, or the field, where a file is chosen, by Enter. */
async function chooseAt(page: Page, at: Locator, file: Parameters<FileChooser['setFiles']>[0]): Promise<void> {
  await reach(page, at)
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')])
  await chooser.setFiles(file)
}

/** A list is chosen, looked at, and its good rows are taken in. */
async function takeIn({ page, t }: At, language: Language): Promise<void> {
  await go(page, t('staff.orders.title'))
  await press(page, named(page, t('staff.orders.intake.import')))
  await chooseAt(page, named(page, t('staff.orders.intake.choose')), list(own(language, 'KEY1'), own(language, 'KEY2')))
  await holds(page, page.locator('.intake-tab').first())
  await press(page, named(page, t('staff.orders.intake.take_good', { count: 2 })))
  await page.locator('.desk-good').waitFor()
  await press(page, named(page, `‹ ${t('staff.orders.back')}`), 'Shift+Tab')
  await holds(page, named(page, t('staff.orders.intake.import')))
}

/** An order is found and its name mended; then its window is moved. */
async function mend({ page, t }: At, language: Language): Promise<void> {
  const ticket = own(language, 'KEY1')
  await go(page, t('staff.orders.title'))
  const row = page.locator('.orders-table tbody tr', { hasText: ticket }).getByRole('button')
  await reach(page, field(page, 'who'))
  await page.keyboard.type(ticket)
  await expect.poll(() => page.locator('.orders-table tbody tr').count()).toBe(1)
  await press(page, row)
  await press(page, named(page, t('staff.orders.hand.mend')))
  await page.locator('.order-form :focus').waitFor()
  await expect.poll(() => field(page, 'name').inputValue()).toBe('李静')
  await reach(page, page.locator('input[name=name]'))
  await write(page, '李晓静')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '李晓静' }).waitFor()

  await press(page, named(page, t('staff.orders.move.open_one')))
  await holds(page, field(page, 'opens'))
  await typeMoment(page, '2026')
  await reach(page, field(page, 'closes'))
  await typeMoment(page, '2035')
  await reach(page, field(page, 'reason'))
  await page.keyboard.type('停电')
  await page.keyboard.press('Enter')
  await page.locator('.order-form [role=status]').waitFor()
  await press(page, page.locator('.order-form button[type=submit]'))
  await page.locator('.order-form .desk-good').waitFor()
  await press(page, named(page, t('common.close')))
  await holds(page, named(page, t('staff.orders.move.open_one')))
  await page.keyboard.press('Escape')
  await holds(page, row)
}

/** The first of January of that year, in the field that has the focus. */
async function typeMoment(page: Page, year: string): Promise<void> {
  await page.keyboard.type(`0101${year}`)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.type('0800AM')
}

/** A photo for one, and one that is nobody's. */
async function takePhotos({ page, t }: At, n: number): Promise<void> {
  const picture = join(centre.folder, `photo-${n}.jpg`)
  run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=size=600x800,noise=alls=40:allf=t', '-frames:v', '1', '-q:v', '2', picture])
  const photo = new Uint8Array(readFileSync(picture))
  const packed = zip({ [`${centre.candidate('drawn', n).ticket}.jpg`]: photo, 'NOBODY.jpg': photo })
  await go(page, t('staff.orders.title'))
  await press(page, named(page, t('staff.orders.intake.photos')))
  await chooseAt(page, named(page, t('staff.orders.intake.choose')), { name: 'photos.zip', mimeType: 'application/zip', buffer: packed })
  await holds(page, page.locator('.intake-tab').first())
  await press(page, named(page, t('staff.orders.intake.take_good', { count: 1 })))
  await page.locator('.desk-good').waitFor()
  await press(page, named(page, `‹ ${t('staff.orders.back')}`), 'Shift+Tab')
  await holds(page, named(page, t('staff.orders.intake.photos')))
}

/** The same, and one item more. */
async function takeSyllabus({ page, t }: At, item: string): Promise<void> {
  const [rows, bank] = ['syllabus.csv', 'bank.csv'].map((name) => readFileSync(join(centre.folder, 'syllabus', name), 'utf8'))
  const score = new Uint8Array(readFileSync(join(centre.folder, 'syllabus', 'score.png')))
  const packed = zip({ 'syllabus.csv': `${rows}钢琴,10,${item},piece,no,\n`, 'bank.csv': bank ?? '', 'score.png': score })
  await go(page, t('staff.syllabus.title'))
  await chooseAt(page, named(page, t('staff.syllabus.choose_zip')), { name: 'syllabus.zip', mimeType: 'application/zip', buffer: packed })
  await holds(page, page.locator('.intake-tab').first())
  await press(page, named(page, t('staff.syllabus.take')))
  await page.locator('.desk-good').waitFor()
  await page.locator('main :focus').waitFor()
}

/** Everybody's windows, after a look at whom that moves. */
async function moveAll({ page, t }: At, until: string): Promise<void> {
  await go(page, t('staff.orders.title'))
  const open = named(page, t('staff.orders.move.open'))
  await press(page, open)
  await holds(page, field(page, 'opens'))
  await typeMoment(page, '2026')
  await reach(page, field(page, 'closes'))
  await typeMoment(page, until)
  await reach(page, field(page, 'reason'))
  await page.keyboard.type('停电')
  await page.keyboard.press('Enter')
  await page.locator('.order-form [role=status]').waitFor()
  await press(page, page.locator('.order-form button[type=submit]'))
  await page.locator('.order-form .desk-good').waitFor()
  await press(page, named(page.locator('.order-form'), t('common.close')))
  await holds(page, open)
}

/** The first steps of setting the centre up; one that is done is opened again. */
async function setUp({ page, t }: At, language: Language): Promise<void> {
  await go(page, t('staff.review.desk'))
  await press(page, page.locator('.setup-notice a'))
  const step = async (name: string) => {
    const box = page.locator(`[data-step=${name}]`)
    await page.locator('.setup-count').waitFor()
    if ((await box.locator('.el-button--primary').count()) === 0) {
      await press(page, box.getByRole('button'), 'Shift+Tab')
      await holds(page, box.locator('h2'))
    }
    return box
  }
  const name = await step('name')
  await reach(page, name.locator('input'))
  await write(page, own(language, '济南一号考点'))
  await page.keyboard.press('Enter')
  await page.locator('.setup-step h2:focus').waitFor()
  await press(page, (await step('clock')).locator('.el-button--primary'))
  await page.locator('.setup-step h2:focus').waitFor()
  const wifi = await step('wifi')
  await reach(page, field(page, 'wifi_name'))
  await write(page, 'Kaodian')
  await reach(page, field(page, 'wifi_password'))
  await write(page, own(language, 'kaoshi2026'))
  await page.keyboard.press('Enter')
  await expect.poll(() => wifi.getAttribute('class')).toContain('setup-behind')
  await page.locator('.setup-step h2:focus').waitFor()
}

async function checkIn({ page, t }: At, n: number): Promise<void> {
  await go(page, t('staff.checkin.title'))
  await holds(page, field(page, 'who'))
  await page.keyboard.type(centre.candidate('drawn', n).ticket)
  await page.keyboard.press('Enter')
  await holds(page, field(page, 'document'))
  await page.keyboard.press('ArrowDown')
  await press(page, page.locator('.checkin-go'))
  await page.locator('.checkin-just').waitFor()
  await holds(page, field(page, 'who'))
}

async function call({ page, t }: At, hall: number): Promise<void> {
  await go(page, t('staff.turns.title'))
  const room = page.locator('.turns-hall').nth(hall)
  await reach(page, room.locator('.turns-next'))
  const before = await room.locator('.turns-called').count()
  await page.keyboard.press('Enter')
  await expect.poll(() => room.locator('.turns-called').count()).toBe(before + 1)
  await holds(page, room.locator('.turns-next'))
  await press(page, named(room.locator('.turns-called').last(), t('staff.turns.came')), 'Shift+Tab')
  await expect.poll(() => room.locator('.turns-called').count()).toBe(before)
  await room.locator(':focus').waitFor()
}

/** The attempt of one is found, and an act's form opened. */
async function openAct({ page, t }: At, n: number, act: string): Promise<Locator> {
  await go(page, t('staff.review.desk'))
  await reach(page, field(page, 'find'))
  await page.keyboard.type(centre.candidate('drawn', n).ticket)
  await page.keyboard.press('Enter')
  const open = named(page.locator('.board-acts'), t(`staff.act.${act}`))
  await press(page, open)
  await page.locator('.extra :focus').waitFor()
  return open
}

async function note(at: At, n: number): Promise<void> {
  const { page } = at
  const open = await openAct(at, n, 'note')
  await holds(page, field(page, 'category'))
  await page.keyboard.press('ArrowDown')
  await reach(page, page.locator('.extra [name=reason]'))
  await page.keyboard.type('隔壁装修')
  await page.keyboard.press('Enter')
  await page.locator('.extra').waitFor({ state: 'detached' })
  await page.locator('.board-detail', { hasText: '隔壁装修' }).waitFor()
  await holds(page, open)
}

async function takeFile(at: At, n: number): Promise<void> {
  const { page, t } = at
  const open = await openAct(at, n, 'take_in')
  await chooseAt(page, page.locator('.extra [name=file]'), centre.clips.mp4)
  await press(page, page.locator('.extra button[type=submit]'))
  await page.locator('.extra strong').waitFor({ timeout: 60_000 })
  await press(page, named(page.locator('.extra'), t('common.close')))
  await holds(page, open)
}

async function voidOne(at: At, n: number): Promise<void> {
  const { page, t } = at
  await openAct(at, n, 'void')
  await reach(page, page.locator('.extra [name=reason]'))
  await page.keyboard.type('停电')
  await page.keyboard.press('Enter')
  await named(page.locator('.board-acts'), t('staff.act.undo_void')).waitFor()
  await page.locator('.board-detail :focus').waitFor()
}

async function giveTime(at: At, n: number): Promise<void> {
  const { page, t } = at
  const extra = await openAct(at, n, 'extra')
  await reach(page, page.locator('.extra [name=reason]'))
  await page.keyboard.type('设备故障')
  await page.keyboard.press('Enter')
  await page.locator('.extra').waitFor({ state: 'detached' })
  await holds(page, extra)
  await press(page, named(page.locator('.board-detail'), t('common.close')), 'Shift+Tab')
  await holds(page, page.locator('.board-row', { hasText: centre.candidate('drawn', n).ticket }).getByRole('button'))
}

async function decide({ page, t }: At, n: number, reason: string): Promise<void> {
  await go(page, t('staff.review.title'))
  await page.locator('.review-table .desk-act').first().waitFor()
  await press(page, page.getByRole('button', { name: t('staff.review.keys') }))
  await page.locator('dialog:focus-within').waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  expect(await page.locator('main :not(dialog *):focus').count(), 'nothing behind a dialog').toBe(0)
  await page.keyboard.press('Escape')
  await holds(page, page.getByRole('button', { name: t('staff.review.keys') }))
  const row = page.locator('.review-table tr', { hasText: centre.candidate('drawn', n).ticket }).getByRole('button')
  while ((await row.and(page.locator(':focus')).count()) === 0) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.locator('.review-title:focus').waitFor()
  await page.keyboard.press('d')
  await reach(page, field(page, 'reason'))
  await page.keyboard.type(reason)
  await press(page, named(page, t('staff.review.decision.go_on')))
  await page.locator('.review-sure:focus').waitFor() // a key that is held down confirms nothing
  await press(page, named(page, t('staff.review.decision.confirm')))
  await page.locator('li', { hasText: reason }).first().waitFor()
  await page.locator('[role=tabpanel] :focus, [role=tabpanel]:focus').waitFor()
  await page.keyboard.press('Escape')
  await page.locator('.review-table button:focus').waitFor()
}

async function invite({ page, t }: At, who: string): Promise<void> {
  await go(page, t('desk.people.title'))
  await reach(page, field(page, 'invited'))
  await page.keyboard.type(who)
  await page.keyboard.press('Enter')
  await holds(page, page.locator('.slip-link'))
  await press(page, named(page, t('desk.people.slip.done')))
  await holds(page, field(page, 'invited'))
  const lock = named(page, `${t('desk.people.lock')} teacher`)
  await press(page, lock)
  await page.locator('.people-more:focus').waitFor()
  await press(page, named(page.locator('.people-more'), t('common.cancel')))
  await holds(page, lock)
}

async function endTheDay({ page, t }: At): Promise<void> {
  await go(page, t('staff.day.title'))
  await press(page, named(page, t('staff.scope.everybody')))
  await press(page, page.locator('.day-all button'))
  await page.locator('.day-orders tbody tr').first().waitFor()
  await page.evaluate(() => Object.assign(window, { print: () => Object.assign(window, { printed: true }) }))
  await press(page, named(page, t('staff.day.print')))
  await expect.poll(() => page.evaluate(() => 'printed' in window)).toBe(true)
  await holds(page, named(page, t('staff.day.print')))
}

async function answer({ page, t }: At, words: string): Promise<void> {
  await go(page, t('staff.review.desk'))
  const open = named(page.locator('.help-acts').first(), t('staff.help.write'))
  await press(page, open)
  await holds(page, field(page, 'answer'))
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
  await page.locator('.help-answers', { hasText: words }).waitFor()
  await holds(page, open)
}

async function choose({ page, t }: At, name: string): Promise<void> {
  await go(page, t('staff.settings.title'))
  const setting = page.locator('[data-setting="exam.centre_name"]')
  const change = setting.getByRole('button', { name: t('common.change') })
  await press(page, change)
  await holds(page, setting.locator('input'))
  await write(page, name)
  await page.keyboard.press('Enter')
  await setting.locator('.setting-value', { hasText: name }).waitFor()
  await holds(page, change)
  // One press alone takes nothing back: what was typed here stands nowhere else.
  await press(page, setting.getByRole('button', { name: t('staff.settings.to_default') }))
  await press(page, setting.getByRole('button', { name: t('common.cancel') }))
  await setting.locator('.setting-value', { hasText: name }).waitFor()
}

async function print({ page, t }: At): Promise<void> {
  await go(page, t('staff.papers.title'))
  await reach(page, page.locator('input[name=kind]:checked'))
  await page.keyboard.press('ArrowDown') // the posters
  await press(page, named(page, t('staff.papers.show')))
  await page.locator('.poster').first().waitFor()
  await page.evaluate(() => Object.assign(window, { print: () => Object.assign(window, { printed: true }) }))
  await press(page, named(page, t('staff.papers.print')))
  await expect.poll(() => page.evaluate(() => 'printed' in window)).toBe(true)
}

async function lookAfter({ page, t }: At): Promise<void> {
  await go(page, t('staff.health.title'))
  await press(page, named(page, t('staff.health.look')))
  await page.locator('[data-check=backup]:not([data-state=unknown])').waitFor()
  const open = named(page, t('staff.health.end.open'))
  await press(page, open)
  await holds(page, field(page, 'reason'))
  await press(page, named(page, t('common.cancel')))
  await holds(page, open)
}

async function logOut({ page, t }: At): Promise<void> {
  await press(page, named(page.getByRole('banner'), t('common.log_out')))
  await holds(page, field(page, 'name'))
}

describe.each([
  ['zh-CN', 1],
  ['en', 2],
] as const)('by keys alone, in %s:', (language, n) => {
  let at!: At

  beforeAll(async () => {
    at = await logIn(language)
  })
  beforeEach(async () => {
    await at.page.goto(`${centre.url}/staff/#me`)
    await at.page.reload()
    await at.page.locator('.desk-places a').first().waitFor()
  })
  afterAll(() => at?.page.context().close())

  const acts: [string, () => Promise<void>][] = [
    ['a list is taken in', () => takeIn(at, language)],
    ['photos are taken in', () => takePhotos(at, n + 12)],
    ['an order is mended, and its window moved', () => mend(at, language)],
    ['a candidate is checked in', () => checkIn(at, n + 10)],
    ['a turn is called, and is here', () => call(at, n - 1)],
    ['extra time is given', () => giveTime(at, n)],
    ['an irregularity is noted', () => note(at, n)],
    ['a file is taken in', () => takeFile(at, n)],
    ['a call for help is answered', () => answer(at, own(language, '我马上来'))],
    ['an attempt is voided', () => voidOne(at, n)],
    ['a setting is changed', () => choose(at, own(language, '济南一号考点'))],
    ['posters are printed', () => print(at)],
    ['the server is looked at, and not shut down', () => lookAfter(at)],
    ['a video is decided on', () => decide(at, n === 1 ? 0 : 6, own(language, '看谱演奏'))],
    ['a person is invited', () => invite(at, own(language, '张老师'))],
    ['the centre is set up', () => setUp(at, language)],
    ['a syllabus is taken in', () => takeSyllabus(at, own(language, '练习曲'))],
    ['everybody’s windows are moved', () => moveAll(at, language === 'en' ? '2038' : '2037')],
    ['the day is closed', () => endTheDay(at)],
    ['one logs out', () => logOut(at)],
  ]
  test.each(acts)('%s', { timeout: 90_000 }, (_, act) => act())
})
