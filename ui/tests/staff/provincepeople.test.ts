// Who may log in at the province, as what and for which centres, and what the
// audit log says of it: in both languages, on a desk's screen and a tablet.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, type Language, type Profile } from '../phone/phones'
import { logInAt, looksWell, openProvince } from './provincedesk'
import { startProvince, type Province } from './store'

const screens = [['zh-CN', 'desktop'], ['en', 'desktop'], ['zh-CN', 'tablet'], ['en', 'tablet']] as const
const words = {
  'zh-CN': { people: '人员', audit: '操作记录', done: '已交给本人，关闭', submit: '保存并登录', change: '限定考点', save: '保存限定', unknown: '没有登记的考点', changed: '更改账号能看的考点' },
  en: { people: 'People', audit: 'Audit log', done: 'Handed over, close', submit: 'Save and log in', change: 'Limit to centres', save: 'Save the limit', unknown: 'not known here', changed: 'Centres of an account changed' },
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

const open = (profile: Profile, language: Language) => openProvince(browser, province, profile, language)
const logIn = (page: Page, account: { name: string; password: string }) => logInAt(page, province, account)

test.each(screens)('an invited person sees one centre only, and the log says who let them in, in %s on a %s', { timeout: 120_000 }, async (language, profile) => {
  const said = words[language]
  const boss = await open(profile, language)
  await logIn(boss.page, province.administrator)
  const centre = ((await boss.page.locator('.desk-table').first().locator('.desk-link').first().textContent()) ?? '').trim()
  await boss.page.getByRole('link', { name: said.people, exact: true }).click()
  const name = `li-${language}-${profile}`.toLowerCase()
  await boss.page.locator('input[name=invited]').fill(name)
  await boss.page.locator('select[name=role]').selectOption('viewer')
  await boss.page.locator('input[name=centres]').fill(`${centre} nowhere`)
  await boss.page.locator('form .el-button').first().click()
  await boss.page.getByText(said.unknown).waitFor()
  await boss.page.locator('input[name=centres]').fill(centre)
  await boss.page.locator('form .el-button').first().click()
  const link = await boss.page.locator('.slip-link').inputValue()
  await looksWell(boss.page, `people-slip-${language}-${profile}`)
  await boss.page.getByRole('button', { name: said.done }).click()

  const li = await open(profile, language)
  await li.page.goto(link)
  await li.page.locator('input[name=password]').fill('a good long one')
  await li.page.locator('input[name=again]').fill('a good long one')
  await looksWell(li.page, `people-enter-${language}-${profile}`)
  await li.page.getByRole('button', { name: said.submit }).click()
  await li.page.locator('.province-find').waitFor()
  expect(await li.page.locator('.desk-act').count(), 'videos are not a viewer’s').toBe(0)
  expect(await li.page.getByRole('link', { name: said.people, exact: true }).count()).toBe(0)

  const row = boss.page.locator(`li[data-account="${name}"]`)
  await row.getByRole('button', { name: new RegExp(name) }).filter({ hasText: said.change }).click()
  await boss.page.locator('input[name=limit]').fill('')
  await looksWell(boss.page, `people-limit-${language}-${profile}`)
  await boss.page.getByRole('button', { name: said.save }).click()
  await boss.page.locator('input[name=limit]').waitFor({ state: 'detached' })
  await li.page.reload()
  await li.page.locator('input[name=password]').waitFor() // it was logged out

  await boss.page.getByRole('link', { name: said.audit, exact: true }).click()
  await boss.page.locator('.audit-table tbody tr').nth(3).waitFor()
  await boss.page.locator('input[name=text]').fill(name)
  await boss.page.keyboard.press('Enter')
  await expect.poll(() => boss.page.locator('.audit-table tbody tr').first().textContent()).toContain(said.changed)
  expect(await boss.page.locator('.audit-table tbody tr').allTextContents()).toEqual(expect.arrayContaining([expect.stringContaining(province.administrator.name)]))
  await looksWell(boss.page, `audit-${language}-${profile}`)
  await boss.context.close()
  await li.context.close()
})
