// A rehearsal of a room: the desk starts it in both languages, two phones send,
// the verdict stands there; and one that yields to a child, ends early, or is cut off.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answers, freePort, kaodian, serveCentre, until } from '../outside/programs'
import { line, launch, logIn as logInCandidate, openPhone, startAttempt, type Language } from '../phone/phones'
import { press, reach, write } from './keyboard'

const password = 'a long password'
let browser: Browser
let url: string
let program: ReturnType<typeof serveCentre>
let end: () => Promise<void>

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kaodian-rehearsal-'))
  const data = join(folder, 'data')
  kaodian(['setup', '--data', data])
  for (const [name, role] of [['王老师', 'administrator'], ['李老师', 'invigilator']] as const) kaodian(['user', 'add', name, '--role', role, '--data', data], `${password}\n`)
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
  const orders = `准考证号,姓名,拼音,性别,出生日期,证件类型,证件号码,通讯地址,电话,专业,级别,上传开始,上传结束,曲目,照片\nREH1,诸葛小欢,Xiaohuan,女,2015-05-06,护照,X1234567,历下区某路九号,13812345678,钢琴,三级,${day(-2)},${day(9)},乐曲：小步舞曲,\n`
  writeFileSync(join(folder, 'orders.csv'), orders)
  kaodian(['import', 'orders', join(folder, 'orders.csv'), '--data', data])
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  program = serveCentre(['--data', data, '--http', `127.0.0.1:${port}`])
  program.start()
  end = async () => {
    await program.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
  await until('the centre answers', () => answers(`${url}/healthz`))
  browser = await launch()
})

afterAll(async () => {
  await browser?.close()
  await end?.()
})

const pictures = process.env['KAODIAN_PICTURES']
const pictured = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
const sizes = [
  { width: 820, height: 1180 },
  { width: 1366, height: 768 },
]

async function openDesk(language: Language, name: string): Promise<Page> {
  const { page } = await openPhone(browser, url, 'desktop', language, { viewport: sizes[1] })
  await page.goto(`${url}/staff/#rehearsal`)
  await page.locator('input[name=name]').fill(name)
  await page.locator('input[name=password]').fill(password)
  await page.locator('input[name=password]').press('Enter')
  await page.locator('.rehearsal-form').waitFor()
  return page
}

async function fits(page: Page, name: string): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size)
    await pictured(page, `${name}-${size.width}`)
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} at ${size.width}`).toBe(true)
  }
}

/** Starts one, of half a minute where nothing else is said, by keys alone, and returns the address that stands there. */
async function start(page: Page, seconds = '30'): Promise<string> {
  await page.locator('select[name=seconds]').selectOption(seconds)
  await page.locator('input[name=expected]').fill('12')
  await page.locator('input[name=size]').fill('20')
  await page.locator('input[name=size]').press('Enter')
  return (await page.locator('.rehearsal-address').textContent()) ?? ''
}

async function openPhoneAt(address: string, language: Language): Promise<Page> {
  const { page } = await openPhone(browser, url, 'phone', language)
  await page.goto(address)
  await page.locator('[data-stage=ready] .main-act').waitFor()
  return page
}

const outcome = (page: Page) => page.locator('.rehearsal-verdict').getAttribute('data-outcome')

test.each(['zh-CN', 'en'] as const)('by keys alone one is begun and given up, in %s', { timeout: 90_000 }, async (language) => {
  const desk = await openDesk(language, '王老师')
  for (const [name, text] of [['expected', '12'], ['clips', '1'], ['size', '20']] as const) {
    await reach(desk, desk.locator(`input[name=${name}]`))
    await write(desk, text)
  }
  await reach(desk, desk.locator('select[name=seconds]'))
  await desk.keyboard.press('Home') // the shortest
  await press(desk, desk.locator('.rehearsal-form button[type=submit]'))
  await desk.locator('.rehearsal-address').waitFor()
  await press(desk, desk.locator('.rehearsal-open button'))
  await desk.locator('.rehearsal-form').waitFor()
  await desk.locator('main :focus').waitFor()
  await desk.context().close()
})

test('two phones send for half a minute, and both desks read the verdict', { timeout: 180_000 }, async () => {
  const [zh, en] = [await openDesk('zh-CN', '王老师'), await openDesk('en', '李老师')]
  await fits(zh, 'rehearsal-form-zh')
  await fits(en, 'rehearsal-form-en')
  const address = await start(zh)
  expect(address).toMatch(new RegExp(`^${url}/r/[a-z2-9]{8}$`))
  await en.locator('.rehearsal-address').waitFor()
  // The other desk is told, also when its page was slower.
  expect(await en.evaluate(async () => (await (await fetch('/api/v1/staff/rehearsal', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"seconds":30,"expected":1,"clips":1,"clip_bytes":1000000}' })).json()).code)).toBe('rehearsal_runs')

  const phones = [await openPhoneAt(address, 'zh-CN'), await openPhoneAt(address, 'en')]
  await line(phones[0] as Page, { up: 400_000 })
  await line(phones[1] as Page, { up: 600_000 })
  await expect.poll(() => zh.locator('tr[data-state=ready]').count()).toBe(2)
  for (const [i, phone] of phones.entries()) {
    await pictured(phone, `rehearsal-phone-ready-${i}`)
    await phone.locator('.main-act').click()
  }
  await expect.poll(() => en.locator('tr[data-state=sending]').count(), { timeout: 20_000 }).toBe(2)
  await expect.poll(() => zh.locator('.rehearsal-phones tbody tr').first().textContent()).toContain('Chrome')
  await until('both phones have sent something', async () => (await Promise.all(phones.map((phone) => phone.locator('.soft').textContent()))).every((text) => /[1-9]/.test(text ?? '')))
  await fits(zh, 'rehearsal-runs-zh')
  await fits(en, 'rehearsal-runs-en')
  for (const [i, phone] of phones.entries()) await pictured(phone, `rehearsal-phone-sends-${i}`)

  for (const [i, phone] of phones.entries()) {
    await phone.locator('[data-stage=over] .note-good').waitFor({ timeout: 60_000 })
    await pictured(phone, `rehearsal-phone-over-${i}`)
    expect(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    expect(await phone.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('tus::')))).toEqual([])
  }
  for (const page of [zh, en]) {
    await expect.poll(() => outcome(page)).toMatch(/go/)
    await expect.poll(() => page.locator('.rehearsal-bounds li').count()).toBe(4)
    await page.locator('.rehearsal-past summary').first().click()
    expect(await page.locator('.rehearsal-past[open] tbody tr').count()).toBe(2)
  }
  expect(await zh.locator('.rehearsal-sentence').textContent()).toMatch(/这个考场每小时.*考约 \d+ 人（要考 12 人）/)
  expect(await en.locator('.rehearsal-sentence').textContent()).toMatch(/candidates an hour that this room can take: (only )?about \d+ \(12 expected\)/)
  await fits(zh, 'rehearsal-verdict-zh')
  await fits(en, 'rehearsal-verdict-en')

  // The word was for that one time.
  await phones[0]?.reload()
  await phones[0]?.locator('[role=alert]').waitFor()
  await pictured(phones[0] as Page, 'rehearsal-phone-late')
  for (const page of [zh, en, ...phones]) await page.context().close()
})

test('one that staff end, one that the server’s end cuts off, one that yields to a child, and none while it plays', { timeout: 180_000 }, async () => {
  const desk = await openDesk('en', '王老师')
  let phone = await openPhoneAt(await start(desk), 'en')
  await phone.locator('.main-act').click()
  await desk.locator('tr[data-state=sending]').waitFor()
  await desk.getByRole('button', { name: 'End it now' }).click()
  await expect.poll(() => outcome(desk)).toBe('too_short')
  await phone.locator('[data-stage=over]').waitFor()
  await phone.context().close()

  phone = await openPhoneAt(await start(desk), 'en')
  await phone.locator('.main-act').click()
  await desk.locator('tr[data-state=sending]').waitFor()
  await program.end('SIGKILL')
  program.start()
  await until('the centre answers again', () => answers(`${url}/healthz`))
  await expect.poll(() => outcome(desk), { timeout: 30_000 }).toBe('cut_off')
  await phone.locator('[data-stage=over]').waitFor({ timeout: 30_000 })
  await phone.context().close()

  const child = await openPhone(browser, url)
  await logInCandidate(child.page, url, { ticket: 'REH1', idNumber: 'X1234567' } as Parameters<typeof logInCandidate>[2])
  phone = await openPhoneAt(await start(desk, '180'), 'en')
  await phone.locator('.main-act').click()
  await desk.locator('tr[data-state=sending]').waitFor()
  await startAttempt(child.page)
  await expect.poll(() => outcome(desk)).toMatch(/^(too_short|go)$/) // by how soon the child was there
  expect(await desk.locator('.rehearsal-verdict').textContent()).toContain('a candidate started')
  await phone.locator('[data-stage=over]').waitFor()
  await desk.locator('input[name=size]').press('Enter')
  await desk.locator('.rehearsal-form [role=alert]').waitFor()
  await fits(desk, 'rehearsal-refused-en')
  for (const page of [desk, phone, child.page]) await page.context().close()
})
