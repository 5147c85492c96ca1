// Every place of the staff's page and what opens on it: how one gets there, so
// that each can be looked at.
import type { Locator, Page } from 'playwright-core'
import type { Words } from '../outside/words'
import { api } from '../phone/phones'
import type { FullCentre } from './full'
import { zip } from './zip'

export interface At {
  page: Page
  t: Words
  centre: FullCentre
}

/** What is to be seen, and how one gets there from what was seen before. */
export type Sight = [name: string, open: (at: At) => Promise<unknown>]

const named = (of: Page | Locator, name: string) => of.getByRole('button', { name, exact: true })
const seen = (page: Page, selector: string) => page.locator(selector).first().waitFor()

/** Goes to the place as its link does; what was open on the page before is gone. */
const place = (hash: string, shows: string): Sight => [
  hash || 'board',
  async ({ page, centre }) => {
    await page.goto(`${centre.url}/staff/#${hash}`)
    await page.reload()
    await seen(page, shows)
  },
]
const rest = (name: string, hash: string, shows: string): Sight => [name, place(hash, shows)[1]]

const HEAD = '准考证号,姓名,拼音,性别,出生日期,证件类型,证件号码,通讯地址,电话,专业,级别,上传开始,上传结束,曲目,照片'
const row = (ticket: string, name: string, grade = '三级') => `${ticket},${name},Li,女,2015-05-06,护照,E-${ticket},某路九号,13812345678,钢琴,${grade},2026-01-01,2036-01-01,乐曲：小步舞曲,${ticket}.png`
const text = (name: string, content: string | Buffer) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) })
/** A list with a new row, one that is refused, and one of somebody who is there. */
export const list = (...tickets: string[]) => text('list.csv', [HEAD, ...tickets.map((ticket) => row(ticket, '李静')), row('BAD1', '王静', '十一级'), ''].join('\n'))

const choose = async ({ page }: At, file: ReturnType<typeof text>) => page.locator('.intake-drop input[type=file]').first().setInputFiles(file)
const orderOf = async ({ page, centre }: At, n: number) => (await api<{ orders: { id: string }[] }>(page, 'GET', `/staff/orders?who=${centre.candidate('drawn', n).ticket}`)).orders[0]?.id ?? ''
const clipOf = async ({ page }: At) => (await api<{ clips: { id: string }[] }>(page, 'GET', '/staff/review?sealed=all')).clips[0]?.id ?? ''

const board: Sight[] = [
  place('', '.board-tight .board-row'),
  ['board: found, few', async ({ page }) => {
    await page.locator('.board-search').fill('DAY51')
    await seen(page, '.board-wide .board-row')
  }],
  ['board: all again', async ({ page }) => {
    await page.locator('.board-search').fill('')
    await seen(page, '.board-tight .board-row')
  }],
  ['board: an answer in own words', async ({ page }) => {
    await page.locator('.help-acts button[aria-expanded]').first().click()
    await page.locator('.help-acts button[aria-expanded]').nth(1).click()
    await seen(page, '.help-calls .extra')
  }],
  ['board: time for all', async ({ page }) => {
    await page.locator('.board-head .desk-link').click()
    await seen(page, '.board-head + .extra')
  }],
  ['board: an attempt', async ({ page, centre }) => {
    await page.locator('.board-row', { hasText: centre.candidate('drawn', 1).ticket }).locator('button').click()
    await seen(page, '.board-acts')
  }],
  ...(['extra', 'take_in', 'reset', 'void', 'note', 'decide'] as const).map((act): Sight => [`board: ${act}`, async ({ page, t }) => {
    await named(page.locator('.board-acts'), t(`staff.act.${act}`)).click()
    await seen(page, '.board-detail .extra')
  }]),
  ['board: a video', async ({ page }) => {
    await page.locator('.board-items button').first().click()
    await seen(page, '.clip-view .findings li')
  }],
]

const orders: Sight[] = [
  place('orders', '.orders-table tbody .desk-act button'),
  ['orders: windows', async ({ page, t }) => {
    await named(page, t('staff.orders.move.open')).click()
    await page.locator('.order-form input[name=opens]').fill('2026-01-01T08:00')
    await page.locator('.order-form input[name=closes]').fill('2036-01-01T08:00')
    await page.locator('.order-form input[name=reason]').fill('停电')
    await page.locator('.order-form button[type=submit]').click()
    await seen(page, '.order-form [role=status]')
  }],
  rest('orders: a list', 'orders/import', '.intake-drop'),
  ['orders: columns', async ({ page }) => {
    await page.locator('.intake-columns summary').click()
    await seen(page, '.intake-columns tbody tr')
  }],
  ['orders: preview', async (at) => {
    await choose(at, list('AXE1', at.centre.candidate('drawn', 9).ticket))
    await seen(at.page, '.intake-tabs')
  }],
  rest('orders: photos', 'orders/photos', '.intake-drop'),
  ['orders: preview of photos', async (at) => {
    await choose(at, text('photos.zip', zip({ 'nobody.jpg': new Uint8Array(200_000), [`${at.centre.candidate('drawn', 9).ticket}.png`]: new Uint8Array(20) })))
    await seen(at.page, '.intake-tabs')
  }],
  rest('orders: by hand', 'orders/new', '.order-form'),
  ['orders: something missing', async ({ page }) => {
    await page.locator('.order-form button[type=submit]').click()
    await seen(page, '.order-form [role=alert]')
  }],
  ['orders: one', async (at) => {
    await place(`orders/${await orderOf(at, 0)}`, '.order-page h2')[1](at)
    await named(at.page, at.t('staff.orders.show_number')).click()
    await seen(at.page, '.order-id-number')
  }],
  ['orders: one and its window', async ({ page, t }) => {
    await named(page, t('staff.orders.photo_add')).click()
    await page.locator('.orders-ways button').last().click()
    await seen(page, '.one-photo')
    await seen(page, '.order-form')
  }],
  ['orders: one is mended', async (at) => place(`orders/mend/${await orderOf(at, 5)}`, '.order-form')[1](at)],
]

const checkin: Sight[] = [
  place('checkin', 'input[name=who]'),
  ...([['checked in', 'drawn', 3], ['not yet', 'drawn', 4], ['too early', 'waiting', 2]] as const).map(([name, kind, n]): Sight => [`checkin: ${name}`, async ({ page, centre }) => {
    await page.locator('input[name=who]').fill(centre.candidate(kind, n).ticket)
    await page.locator('input[name=who]').press('Enter')
    await page.locator('.checkin-card', { hasText: centre.candidate(kind, n).ticket }).waitFor()
  }]),
  ['checkin: consent on paper', async ({ page, t }) => {
    await named(page, t('staff.checkin.paper.open')).click()
    await seen(page, 'select[name=answer]')
  }],
  ['checkin: several', async ({ page }) => {
    await page.locator('input[name=who]').fill('古丽米热')
    await page.locator('input[name=who]').press('Enter')
    await seen(page, '.checkin-found')
  }],
]

const review: Sight[] = [
  ['review', async (at) => {
    await place('review', 'select[name=sealed]')[1](at)
    await at.page.locator('select[name=sealed]').selectOption('all')
    await seen(at.page, '.review-table .desk-act')
  }],
  ['review: keys', async ({ page }) => {
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
  }],
  ['review: a clip', async (at) => place(`review/${await clipOf(at)}`, '.tick')[1](at)],
  ...(['departures', 'marks', 'identity', 'facts', 'decision'] as const).map((tab): Sight => [`review: ${tab}`, async ({ page }) => {
    if ((await page.locator(`#tab-${tab}`).count()) === 0) return // an examiner decides nothing
    await page.locator(`#tab-${tab}`).click()
    if (tab === 'identity') await page.getByRole('tabpanel').getByRole('button').first().click()
    await page.locator(tab === 'identity' ? '.faces' : `[role=tabpanel][aria-labelledby=tab-${tab}]`).waitFor()
  }]),
]

const papers: Sight[] = [
  ...(['tickets', 'sheets', 'missing'] as const).map((kind) => rest(`papers: ${kind}`, `papers/${kind}/who=PH101`, '.paper')),
  rest('papers: posters', 'papers/posters', '.poster'),
  ['papers: pack', async (at) => {
    await place('papers/pack/who=PH100', '.papers-acts button')[1](at)
    await at.page.locator('.papers-acts button').first().click()
    await seen(at.page, '.pack-inner')
  }],
  place('papers', '.papers-kinds'),
]

const turns: Sight[] = [
  place('turns', '.turns-called'),
  ['turns: who moves', async ({ page }) => {
    await page.locator('.turns-hall .turns-list select').first().selectOption({ index: 1 })
    await seen(page, '.turns-preview tbody tr')
  }],
]

const loans: Sight[] = [
  place('loans', '.loans-form'),
  ['loans: a phone and its link', async ({ page, t }) => {
    if ((await page.locator('.loan-card').count()) === 0) {
      await page.locator('input[name=loan_name]').fill('借 1')
      await page.locator('input[name=loan_name]').press('Enter')
    }
    await page.locator('.loans-pin summary').click()
    await named(page, `${t('staff.loans.bind')} 借 1`).click()
    await seen(page, '.loans-link .qr')
  }],
  ['loans: another name', async ({ page, t }) => {
    await named(page, `${t('staff.loans.rename')} 借 1`).click()
    await seen(page, 'input[name=loan_rename]')
  }],
]

const SYLLABUS = '专业,级别,科目,类型,抽题\n钢琴,1-10,乐曲,piece,no\n钢琴,3,视奏,sight_reading,yes\n钢琴,十一,乐曲,piece,no\n'
const syllabus: Sight[] = [
  place('syllabus', '.syllabus-table'),
  ['syllabus: a score', async ({ page }) => {
    await page.locator('.syllabus-table summary').first().click()
    await page.locator('.syllabus-questions button').first().click()
    await seen(page, '.score-sheet img')
  }],
  ['syllabus: preview', async (at) => {
    await at.page.keyboard.press('Escape')
    await choose(at, text('syllabus.zip', zip({ 'syllabus.csv': SYLLABUS, 'bank.csv': 'subject,grades,item,title,file\n钢琴,3,视奏,一,none.png\n' })))
    await seen(at.page, '.intake-tabs')
  }],
]

const people: Sight[] = [
  place('people', '.people-list li'),
  ['people: sessions, and a lock', async ({ page, t }) => {
    await page.locator('.people-acts button[aria-expanded]').first().click()
    await named(page, `${t('desk.people.lock')} teacher`).click()
    await seen(page, '.people-more .people-ask')
  }],
  ['people: two are needed', async ({ page, t }) => {
    await named(page, `${t('desk.people.remove')} second`).click()
    await seen(page, 'input[name=second]')
  }],
  ['people: a link', async ({ page }) => {
    await page.locator('input[name=invited]').fill('张老师')
    await page.locator('input[name=invited]').press('Enter')
    await seen(page, '.slip-link')
  }],
]

const results: Sight[] = [place('results', '.results-table tbody tr')]

const day: Sight[] = [
  place('day', '.day-sum'),
  ['day: everybody, and the record', async ({ page, t }) => {
    await named(page, t('staff.scope.everybody')).click()
    await page.locator('.day-all button').click()
    await seen(page, '.day-orders tbody tr')
    await page.evaluate(() => (window.print = () => undefined))
    await page.locator('.day-acts button').first().click()
    await seen(page, '.record')
  }],
  ['day: a whole day is to be voided', async ({ page, t }) => {
    await named(page, t('staff.day.void.ask')).click()
    await seen(page, '.day-void-count')
  }],
]

const backups: Sight[] = [
  place('backups', '[data-setting]'),
  ['backups: a key', async ({ page, t }) => {
    await named(page, t('staff.backups.key.make')).click()
    await seen(page, '.backups-key')
  }],
  ['backups: a place', async ({ page, t }) => {
    await named(page, t('staff.backups.place.choose')).click()
    await seen(page, '.backups-form input:not([name=end])')
  }],
]

const health: Sight[] = [
  place('health', '[data-check=backup][data-state]'),
  ['health: the end of the program', async ({ page, t }) => {
    await named(page, t('staff.health.end.open')).click()
    await seen(page, '.health-end input[name=reason]')
  }],
]

const settings: Sight[] = [
  place('settings', '[data-setting]'),
  ['settings: forms', async ({ page, t }) => {
    for (let form = 1; await page.locator('.setting-acts > button.el-button', { hasText: t('common.change') }).count(); form++) {
      await page.locator('.setting-acts > button.el-button', { hasText: t('common.change') }).first().click()
      await page.locator('.setting-form').nth(form - 1).waitFor()
    }
  }],
]

/** Of every entry of pages.ts, by its hash. */
export const places: Record<string, Sight[]> = {
  '': board,
  audit: [place('audit', 'table tbody tr')],
  checkin,
  day,
  loans,
  me: [place('me', '.me-form')],
  orders,
  papers,
  parcels: [place('parcels', '.parcels .desk-empty')],
  people,
  rehearsal: [place('rehearsal', '.rehearsal-form'), ['rehearsal: a former one', async ({ page }) => page.locator('.rehearsal-past summary').first().click()]],
  results,
  review,
  screen: [place('screen', '.call-one')],
  backups,
  health,
  log: [place('log', '.service-log li')],
  settings,
  setup: (['name', 'clock', 'wifi', 'province', 'certificate', 'checks'] as const).map((step) => rest(`setup: ${step}`, `setup/${step}`, `[data-step=${step}]`)),
  syllabus,
  turns,
}

/** A proposal of another administrator stands on every page until it is answered. */
export const propose = (page: Page) => api(page, 'POST', '/staff/proposals', { kind: 'remove_administrator', args: { name: 'boss' } })
