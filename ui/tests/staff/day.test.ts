// A whole day is voided: one person proposes it on the page that closes the day,
// another turns it down with a reason, then confirms it; the record says who.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answers, freePort, kaodian, serveCentre, until } from '../outside/programs'
import { chinese, english } from '../outside/words'
import { launch, openPhone, type Language } from '../phone/phones'
import { caller } from './centre'

const password = 'a long password'
let browser: Browser
let url: string
let end: () => Promise<void>

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kaodian-day-'))
  const data = join(folder, 'data')
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
  const rows = [0, 1].map((i) => `DAY${i},考生${i},Li,女,2015-05-06,护照,E-${i},某路九号,13812345678,钢琴,三级,${day(-2)},${day(9)},乐曲：小步舞曲,`)
  writeFileSync(join(folder, 'orders.csv'), ['准考证号,姓名,拼音,性别,出生日期,证件类型,证件号码,通讯地址,电话,专业,级别,上传开始,上传结束,曲目,照片', ...rows, ''].join('\n'))
  kaodian(['setup', '--data', data])
  kaodian(['import', 'orders', join(folder, 'orders.csv'), '--photos', folder, '--data', data])
  for (const [name, role] of [['王老师', 'invigilator'], ['李主任', 'administrator']] as const) kaodian(['user', 'add', name, '--role', role, '--data', data], `${password}\n`)
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  const program = serveCentre(['--data', data, '--http', `127.0.0.1:${port}`])
  program.start()
  end = async () => {
    await program.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
  await until('the centre answers', () => answers(`${url}/healthz`))
  browser = await launch()
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await end?.()
})

const pictures = process.env['KAODIAN_PICTURES']
const pictured = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })

/** Starts the candidate's attempt; the id of it. */
async function startExam(i: number): Promise<string> {
  const call = caller(url)
  await call('POST', '/login', { ticket: `DAY${i}`, id_number: `E-${i}` })
  const [order] = await call<{ id: string; attempts_used: number }[]>('GET', '/orders')
  expect(order?.attempts_used).toBe(0)
  await call('POST', `/orders/${order?.id}/consent`, { face: false })
  const rules = await call<{ rules_version: string }>('GET', `/orders/${order?.id}/rules`)
  return (await call<{ id: string }>('POST', `/orders/${order?.id}/attempts`, { agreed: true, rules_version: rules.rules_version })).id
}

async function logIn(language: Language, name: string, hash: string, viewport: { width: number; height: number }): Promise<Page> {
  const { page } = await openPhone(browser, url, 'desktop', language, { viewport })
  await page.goto(`${url}/staff/#${hash}`)
  await page.locator('input[name=name]').fill(name)
  await page.locator('input[name=password]').fill(password)
  await page.locator('input[name=password]').press('Enter')
  await page.locator('.desk-places').waitFor()
  return page
}

const fits = async (page: Page) => expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)

test.each([
  ['zh-CN', { width: 1366, height: 768 }],
  ['en', { width: 820, height: 1180 }],
] as const)('R22: two people void a day; a no says why: in %s', { timeout: 180_000 }, async (language, viewport) => {
  const reason = `两个琴房都停电 ${language}`
  const t = language === 'en' ? english : chinese
  const attempts = await Promise.all([startExam(0), startExam(1)])
  const page = await logIn(language, '王老师', 'day', viewport)
  const named = (of: Page, name: string) => of.getByRole('button', { name, exact: true })
  await named(page, t('staff.day.void.ask')).click()
  await page.getByText(t('staff.day.void.count', { attempts: 2, candidates: 2, running: 2 })).waitFor()
  const ask = named(page, t('staff.proposal.ask'))
  expect(await ask.isDisabled()).toBe(true) // without a reason
  await page.locator('input[name=void-reason]').fill('上午停电，全部重考')
  await pictured(page, `void-day-form-${language}`)
  await fits(page)
  await ask.click()
  await page.locator('.second .desk-warn').waitFor() // it waits

  const second = await logIn(language, '李主任', '', viewport)
  await second.getByText(t('staff.proposal.concerns', { attempts: 2, candidates: 2, running: 2 })).waitFor()
  await named(second, t('staff.proposal.reject')).click()
  await second.locator('input[name=reject-reason]').fill('只有二号琴房停电')
  await pictured(second, `void-day-reject-${language}`)
  await fits(second)
  await named(second, t('staff.proposal.reject_now')).click()
  await page.getByText(t('staff.proposal.state.rejected_why', { by: '李主任', why: '只有二号琴房停电' })).waitFor()
  await pictured(page, `void-day-rejected-${language}`)

  await named(page, t('common.cancel')).click()
  await named(page, t('staff.day.void.ask')).click()
  await page.locator('input[name=void-reason]').fill(reason)
  await ask.click()
  await named(second, t('staff.proposal.confirm')).click()
  await second.getByText(t('staff.proposal.was_confirmed')).waitFor()
  const said = page.locator('.day-voided', { hasText: reason })
  await said.waitFor()
  for (const name of ['王老师', '李主任']) expect(await said.textContent()).toContain(name)
  await page.locator('.record-voided', { hasText: reason }).waitFor()
  await pictured(page, `void-day-done-${language}`)
  await fits(page)
  const call = caller(url)
  await call('POST', '/staff/login', { name: '王老师', password })
  for (const id of attempts) expect((await call<{ state: string }>('GET', `/staff/attempts/${id}`)).state).toBe('voided')
  await second.context().close()
  await page.context().close()
})
