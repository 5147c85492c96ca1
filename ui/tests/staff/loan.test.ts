// A phone of the centre's own: bound by its link, lent after a check with ten
// seconds of video, used, and taken back empty. The desk is Chinese, the phone
// English, and the other way round.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chinese, english, type Words } from '../outside/words'
import { startCentre, type Candidate, type Centre } from '../phone/centre'
import { api, launchWithCamera, openPhone, startAttempt, type Language } from '../phone/phones'
import { holds, press as hit, write } from './keyboard'
import { broken, wide } from './looks'

let centre: Centre
let browser: Browser
const pictures = process.env['KAODIAN_PICTURES']

beforeAll(async () => {
  centre = await startCentre()
  browser = await launchWithCamera(centre.folder, centre.clips.mp4)
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await centre?.end()
})

const WAIT = { timeout: 30_000 }

async function look(page: Page, name: string): Promise<void> {
  expect(await wide(page), name).toEqual([])
  expect(await broken(page), name).toEqual([])
  if (pictures) await page.screenshot({ path: `${pictures}/loan-${name}.png`, fullPage: true })
}

async function openDesk(language: Language, viewport = { width: 1366, height: 768 }): Promise<Page> {
  const { page } = await openPhone(browser, centre.url, 'desktop', language, { viewport })
  await page.goto(`${centre.url}/staff/`)
  await api(page, 'POST', '/staff/login', centre.staff)
  await page.goto(`${centre.url}/staff/#loans`)
  await page.reload()
  await page.locator('input[name=loan_name]').waitFor()
  return page
}

const card = (desk: Page, name: string) => desk.getByRole('region', { name, exact: true })
const stands = (desk: Page, name: string, standing: string) => desk.locator(`.loan-card[aria-label="${name}"][data-standing=${standing}]`).waitFor(WAIT)
const press = (desk: Page, name: string, word: string) => card(desk, name).getByRole('button', { name: word, exact: true }).click()

/** Adds a phone at the desk and opens its link in a new browser. */
async function bound(desk: Page, t: Words, name: string, language: Language): Promise<Page> {
  await desk.locator('input[name=loan_name]').fill(name)
  await desk.locator('input[name=loan_name]').press('Enter')
  await stands(desk, name, 'unbound')
  await press(desk, name, `${t('staff.loans.bind')} ${name}`)
  const link = await card(desk, name).locator('.loans-address').textContent()
  await look(desk, `link-${language}`)
  const { page } = await openPhone(browser, centre.url, 'phone', language)
  await page.goto(link ?? '')
  await page.locator('.loan-name', { hasText: name }).waitFor(WAIT)
  await page.locator('.loan-pin li').first().waitFor()
  await look(page, `free-${language}`)
  await stands(desk, name, 'free')
  return page
}

async function lend(desk: Page, t: Words, name: string, who: Candidate): Promise<void> {
  await press(desk, name, t('staff.loans.lend'))
  await desk.locator('input[name=loan_who]').fill(who.ticket)
  await desk.locator('input[name=loan_who]').press('Enter')
  await press(desk, name, t('staff.loans.confirm', { name: who.name }))
  await stands(desk, name, 'checking')
}

async function logInHere(phone: Page, who: Candidate): Promise<void> {
  await phone.waitForURL((to) => to.searchParams.get('ticket') === who.ticket, WAIT)
  expect(await phone.locator('input[name=ticket]').inputValue()).toBe(who.ticket)
  await phone.locator('input[name=id_number]').fill(who.idNumber)
  await phone.locator('input[name=id_number]').press('Enter')
  await phone.waitForURL((to) => to.pathname === '/orders')
}

/** A recording of one second that the phone has of an attempt, as the recorder keeps it. */
const keep = (phone: Page, attempt: string) =>
  phone.evaluate(async (attempt) => {
    const db = await new Promise<IDBDatabase>((done) => {
      const asked = indexedDB.open('kaodian-recorder', 2)
      asked.onsuccess = () => done(asked.result)
    })
    const tx = db.transaction(['recordings', 'chunks'], 'readwrite')
    tx.objectStore('recordings').put({ attempt, item: '1', name: 'kaodian-1.mp4', type: 'video/mp4', begun: Date.now(), ends: [3], bytes: 3 })
    tx.objectStore('chunks').put(new Uint8Array([1, 2, 3]).buffer, [attempt, '1', 'kaodian-1.mp4', 0])
    await new Promise((done) => (tx.oncomplete = done))
    db.close()
  }, attempt)

/** What of a candidate is in the browser. */
const remains = (phone: Page) =>
  phone.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((done) => {
      const asked = indexedDB.open('kaodian-recorder', 2)
      asked.onsuccess = () => done(asked.result)
    })
    const tx = db.transaction(['recordings', 'chunks'])
    const count = (name: string) => new Promise<number>((done) => {
      const asked = tx.objectStore(name).count()
      asked.onsuccess = () => done(asked.result)
    })
    const kept = (await count('recordings')) + (await count('chunks'))
    db.close()
    return { kept, entries: Object.keys(localStorage).sort(), session: sessionStorage.length, me: (await fetch('/api/v1/me')).status }
  })

test.concurrent('a phone is lent after its check, keeps what has not arrived, and comes back empty', { timeout: 120_000 }, async () => {
  const [desk, t, name, who] = [await openDesk('zh-CN'), chinese, '借 3', centre.candidate('drawn', 1)] as const
  const phone = await bound(desk, t, name, 'en')
  await lend(desk, t, name, who)
  await phone.getByRole('button', { name: english('candidate.loan.start') }).waitFor(WAIT)
  await look(phone, 'check-en')
  await phone.getByRole('button', { name: english('candidate.loan.start') }).click()
  await phone.locator('.preview video').waitFor(WAIT)
  await look(phone, 'recording-en')
  await stands(desk, name, 'out')
  await card(desk, name).getByText(t('staff.loans.check_ok')).waitFor()
  await look(desk, 'out-zh')
  await logInHere(phone, who)
  const attempt = await startAttempt(phone)

  // A video is on the phone only: it is not taken back, and the desk says why.
  await keep(phone, attempt.id)
  await card(desk, name).getByText(t('staff.loans.unsent', { count: 1, size: '1 KB' })).waitFor(WAIT)
  await press(desk, name, t('staff.loans.take_back'))
  await card(desk, name).getByText(t('error.loan_holds_clips.text')).waitFor(WAIT)
  await look(desk, 'holds-zh')
  await desk.goto(`${centre.url}/staff/#`)
  await desk.locator('.board-row', { hasText: who.ticket }).getByText(name).waitFor(WAIT)
  await look(desk, 'board-zh')
  await desk.goto(`${centre.url}/staff/#loans`)
  await press(desk, name, t('staff.loans.force'))
  await desk.locator('input[name=loan_reason]').fill('家长说不要了')
  await desk.locator('input[name=loan_reason]').press('Enter')
  await stands(desk, name, 'over')
  await card(desk, name).getByText(t('staff.loans.removed_recordings', { count: 1, size: '1 KB' }), { exact: false }).waitFor()
  await look(desk, 'clean-zh')
  await phone.getByText(english('candidate.loan.nothing')).waitFor(WAIT)
  await look(phone, 'nothing-en')
  expect(await remains(phone)).toEqual({ kept: 0, entries: ['kaodian-language', 'kaodian-loan'], session: 0, me: 401 })
  await desk.context().close()
  await phone.context().close()
})

test.concurrent('what was not allowed fails the check; a phone that is off is not confirmed until it answers', { timeout: 120_000 }, async () => {
  const [desk, t, name, who] = [await openDesk('en', { width: 820, height: 1180 }), english, 'Loan 4', centre.candidate('drawn', 2)] as const
  const phone = await bound(desk, t, name, 'zh-CN')
  await lend(desk, t, name, who)
  await phone.getByRole('button', { name: chinese('candidate.loan.start') }).waitFor(WAIT)
  await phone.evaluate(() => (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))))
  await phone.getByRole('button', { name: chinese('candidate.loan.start') }).click()
  await phone.getByText(chinese('candidate.loan.found.refused')).waitFor(WAIT)
  await phone.getByText(chinese('candidate.loan.failed')).waitFor(WAIT)
  await look(phone, 'failed-zh')
  await stands(desk, name, 'failed')
  await card(desk, name).getByText(t('staff.loans.part.recording')).waitFor()
  await look(desk, 'failed-en')
  await press(desk, name, t('staff.loans.hand_out'))
  await desk.locator('input[name=loan_reason]').fill('uses a camera of the centre')
  await desk.locator('input[name=loan_reason]').press('Enter')
  await stands(desk, name, 'out')
  await logInHere(phone, who)
  const off = phone.context()
  await phone.goto('about:blank')
  await press(desk, name, t('staff.loans.take_back'))
  await stands(desk, name, 'returning')
  expect(await card(desk, name).getByRole('button', { name: t('staff.loans.lend'), exact: true }).count()).toBe(0)
  await look(desk, 'returning-en')
  await phone.goto(`${centre.url}/orders`)
  await phone.getByText(chinese('candidate.loan.nothing')).waitFor(WAIT)
  await look(phone, 'nothing-zh')
  await stands(desk, name, 'over')
  expect(await remains(phone)).toMatchObject({ kept: 0, session: 0, me: 401 })
  await off.close()
  await desk.context().close()
})

test.concurrent.each([['zh-CN', '键 6', 4], ['en', 'Key 7', 5]] as const)('with keys alone a phone is added, renamed, lent, taken back and retired: in %s', { timeout: 120_000 }, async (language, name, place) => {
  const [desk, t, who] = [await openDesk(language), language === 'en' ? english : chinese, centre.candidate('drawn', place)] as const
  const named = (of: string, word: string) => card(desk, of).getByRole('button', { name: word, exact: true })
  await desk.locator('input[name=loan_name]').focus()
  await write(desk, name)
  await desk.keyboard.press('Enter')
  await stands(desk, name, 'unbound')
  await hit(desk, named(name, `${t('staff.loans.bind')} ${name}`))
  await holds(desk, named(name, t('common.close')))
  const link = await card(desk, name).locator('.loans-address').textContent()
  const { page: phone } = await openPhone(browser, centre.url, 'phone', language)
  await phone.goto(link ?? '')
  await stands(desk, name, 'free')
  await hit(desk, named(name, `${t('staff.loans.rename')} ${name}`))
  await holds(desk, desk.locator('input[name=loan_rename]'))
  const renamed = `${name}B`
  await write(desk, renamed)
  await desk.keyboard.press('Enter')
  await stands(desk, renamed, 'free')
  await holds(desk, named(renamed, `${t('staff.loans.rename')} ${renamed}`))
  await hit(desk, named(renamed, t('staff.loans.lend')), 'Shift+Tab')
  await holds(desk, desk.locator('input[name=loan_who]'))
  await write(desk, who.ticket)
  await desk.keyboard.press('Enter')
  await hit(desk, named(renamed, t('staff.loans.confirm', { name: who.name })))
  await stands(desk, renamed, 'checking')
  await look(desk, `keys-${language}`)
  await hit(desk, named(renamed, t('staff.loans.take_back')), 'Shift+Tab')
  await stands(desk, renamed, 'over')
  await hit(desk, named(renamed, `${t('staff.loans.retire')} ${renamed}`))
  expect(await card(desk, renamed).count(), 'one press alone takes no phone out').toBe(1)
  await hit(desk, named(renamed, t('staff.loans.retire_yes')))
  await card(desk, renamed).waitFor({ state: 'detached', ...WAIT })
  await desk.context().close()
  await phone.context().close()
})

test.concurrent('a centre without HTTPS: the phone is checked by a file of its own camera, and one that is no video fails', { timeout: 120_000 }, async () => {
  const [desk, t, name, who] = [await openDesk('zh-CN'), chinese, '借 8', centre.candidate('drawn', 6)] as const
  const phone = await bound(desk, t, name, 'en')
  await phone.addInitScript(() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined })) // as a browser has it there
  await phone.reload()
  await lend(desk, t, name, who)
  const pick = phone.locator('.pick input[type=file]')
  await pick.waitFor({ state: 'attached', ...WAIT })
  expect(await pick.getAttribute('capture')).toBe('user')
  expect(await phone.getByRole('button', { name: english('candidate.loan.start') }).count(), 'nothing to record with').toBe(0)
  await look(phone, 'own-camera-en')
  await pick.setInputFiles({ name: 'note.mp4', mimeType: 'video/mp4', buffer: Buffer.from('no video') })
  await stands(desk, name, 'failed')
  await look(phone, 'own-camera-failed-en')
  await pick.setInputFiles(centre.clips.mp4)
  await stands(desk, name, 'out')
  await card(desk, name).getByText(t('staff.loans.check_ok')).waitFor()
  await logInHere(phone, who)
  await desk.context().close()
  await phone.context().close()
})
