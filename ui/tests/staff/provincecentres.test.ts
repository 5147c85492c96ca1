// A centre at the province: what people call it, what was sent down to it, and how
// it is revoked; in both languages, on a desk's screen, a tablet and a phone.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, type Language, type Profile } from '../phone/phones'
import { logInAt, looksWell, openProvince } from './provincedesk'
import { startProvince, type Province } from './store'

const screens = [['zh-CN', 'desktop'], ['en', 'tablet'], ['zh-CN', 'phone'], ['en', 'phone']] as const
const words = {
  'zh-CN': { name: '更改名称', save: '保存', revoke: '吊销', now: '吊销考点', done: '已吊销：设备 1 台。', sealed: '等下一次收取时放到服务器', void: '作废：设备已换或吊销' },
  en: { name: 'Change its name', save: 'Save', revoke: 'Revoke', now: 'Revoke the centre', done: 'Revoked. Devices that may send no more: 1.', sealed: 'goes out with the next receive', void: 'void: its device was replaced' },
}
let province: Province
let browser: Browser

beforeAll(async () => {
  province = await startProvince()
  browser = await launch()
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await province?.end()
})

async function open(profile: Profile, language: Language, account: { name: string; password: string }) {
  const opened = await openProvince(browser, province, profile, language)
  await logInAt(opened.page, province, account)
  return opened
}

test.each(screens)('a centre is called by its name, and what was sent down to it is shown, in %s on a %s', { timeout: 120_000 }, async (language, profile) => {
  const said = words[language]
  const { page, context } = await open(profile, language, province.administrator)
  await page.getByText(said.sealed).waitFor()
  await page.getByText('春季').waitFor()
  const name = `考点 ${language} ${profile}`
  await page.getByRole('button', { name: said.name }).click()
  await page.locator('input[name=title]').fill(name)
  await looksWell(page, `centre-name-${language}-${profile}`)
  await page.getByRole('button', { name: said.save, exact: true }).click()
  await page.getByRole('heading', { name, exact: true }).waitFor()
  await page.locator('.desk-table').first().getByRole('button', { name }).waitFor()
  await page.getByRole('button', { name: said.revoke, exact: true }).click()
  await page.locator('input[name=reason]').waitFor()
  await looksWell(page, `centre-revoke-${language}-${profile}`)
  await context.close()

  const other = await open(profile, language, province.reviewer)
  await other.page.getByRole('heading', { name, exact: true }).waitFor()
  expect(await other.page.getByRole('button', { name: said.name }).count(), 'a name is not a reviewer’s to change').toBe(0)
  await other.context.close()
})

test.each(screens)('what lists made a centre owe stands beside what came, the late first, in %s on a %s', { timeout: 120_000 }, async (language, profile) => {
  const { page, context } = await open(profile, language, province.reviewer)
  await page.goto(`${province.url}/#/expected`)
  const rows = page.locator('tbody tr')
  await page.getByText(language === 'en' ? '2 late' : '2 份逾期').waitFor()
  await page.getByText(language === 'en' ? 'all here' : '已收齐', { exact: true }).waitFor()
  expect(await rows.count()).toBe(2)
  expect(await rows.first().textContent(), 'the late first').toMatch(/7月1日|1 Jul/)
  await rows.first().locator('button[aria-expanded]').click()
  await page.getByText('FX-LATE-2').waitFor()
  expect(await page.locator('.missing-orders li').count()).toBe(2)
  await looksWell(page, `expected-${language}-${profile}`)
  await context.close()
})

test('a revoked centre says so, and what nobody will answer is void, in en', { timeout: 120_000 }, async () => {
  const said = words.en
  const { page, context } = await open('desktop', 'en', province.administrator)
  await page.getByRole('button', { name: said.revoke, exact: true }).click()
  expect(await page.getByRole('button', { name: said.now }).isDisabled()).toBe(true)
  await page.locator('input[name=reason]').fill('the box was stolen')
  await page.getByRole('button', { name: said.now }).click()
  await page.getByText(said.done).waitFor()
  await page.getByText(said.void).waitFor()
  await looksWell(page, 'centre-revoked')
  expect(await page.getByRole('button', { name: said.revoke, exact: true }).count()).toBe(0)
  await context.close()
})
